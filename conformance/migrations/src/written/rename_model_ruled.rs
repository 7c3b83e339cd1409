//! `rename_model_ruled`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_model_ruled.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20).index(), positive_integer("pieces")])
                .unique_together(["name", "pieces"])
                .constraint(check("rename_model_ruled_ck", field("pieces").gt(0)))
                .index(index("rename_model_ruled_ix", ["pieces"])),
        )
    }
}

mod m0002_rename_thing_item {
    //! Rename model Thing to Item.

    use belleville::db::migrations::prelude::*;

    /// `rename_model_ruled.0002_rename_thing_item`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_thing_item")
            .depends_on("rename_model_ruled", "0001_initial")
            .rename_model("Thing", "Item")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_thing_item::migration()]
}
