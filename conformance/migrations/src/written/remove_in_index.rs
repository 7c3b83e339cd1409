//! `remove_in_index`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_in_index.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null()])
                .index(index("remove_in_index_ix", ["name", "pieces"])),
        )
    }
}

mod m0002_remove_thing_remove_in_index_ix_remove_thing_pieces {
    //! Remove index remove_in_index_ix from thing.
    //! Remove field pieces from thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_in_index.0002_remove_thing_remove_in_index_ix_remove_thing_pieces`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_remove_in_index_ix_remove_thing_pieces")
            .depends_on("remove_in_index", "0001_initial")
            .remove_index("Thing", "remove_in_index_ix")
            .remove_field("Thing", "pieces")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_remove_in_index_ix_remove_thing_pieces::migration()]
}
