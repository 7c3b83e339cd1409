//! `rename_model_and_field`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.
    //! Create model Part.

    use belleville::db::migrations::prelude::*;

    /// `rename_model_and_field.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20)]))
            .create(model("Part", [id(), foreign_key("maker", "rename_model_and_field.Thing")]))
    }
}

mod m0002_rename_thing_item_rename_maker_part_author {
    //! Rename model Thing to Item.
    //! Rename field maker on part to author.

    use belleville::db::migrations::prelude::*;

    /// `rename_model_and_field.0002_rename_thing_item_rename_maker_part_author`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_thing_item_rename_maker_part_author")
            .depends_on("rename_model_and_field", "0001_initial")
            .rename_model("Thing", "Item")
            .rename_field("Part", "maker", "author")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_thing_item_rename_maker_part_author::migration()]
}
