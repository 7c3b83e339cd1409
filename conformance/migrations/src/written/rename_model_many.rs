//! `rename_model_many`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Tag.
    //! Create model Thing.
    //! Create model Box.

    use belleville::db::migrations::prelude::*;

    /// `rename_model_many.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Tag", [id(), char("name", 20)]))
            .create(
                model("Thing", [id(), char("name", 20), integer("pieces")])
                    .many_to_many("tags", "rename_model_many.Tag"),
            )
            .create(model("Box", [id()]).many_to_many("things", "rename_model_many.Thing"))
    }
}

mod m0002_rename_thing_item {
    //! Rename model Thing to Item.

    use belleville::db::migrations::prelude::*;

    /// `rename_model_many.0002_rename_thing_item`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_thing_item")
            .depends_on("rename_model_many", "0001_initial")
            .rename_model("Thing", "Item")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_thing_item::migration()]
}
