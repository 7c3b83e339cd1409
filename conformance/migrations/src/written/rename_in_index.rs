//! `rename_in_index`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_in_index.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces")])
                .index(index("rename_in_index_ix", ["name", "pieces"])),
        )
    }
}

mod m0002_remove_thing_rename_in_index_ix_and_more {
    //! Remove index rename_in_index_ix from thing.
    //! Rename field name on thing to title.
    //! Create index rename_in_index_ix on field(s) title, pieces of model thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_in_index.0002_remove_thing_rename_in_index_ix_and_more`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_rename_in_index_ix_and_more")
            .depends_on("rename_in_index", "0001_initial")
            .remove_index("Thing", "rename_in_index_ix")
            .rename_field("Thing", "name", "title")
            .add_index("Thing", index("rename_in_index_ix", ["title", "pieces"]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_rename_in_index_ix_and_more::migration()]
}
