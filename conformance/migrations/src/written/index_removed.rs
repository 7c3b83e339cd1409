//! `index_removed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `index_removed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null()])
                .index(index("index_removed_ix", ["pieces"])),
        )
    }
}

mod m0002_remove_thing_index_removed_ix {
    //! Remove index index_removed_ix from thing.

    use belleville::db::migrations::prelude::*;

    /// `index_removed.0002_remove_thing_index_removed_ix`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_index_removed_ix")
            .depends_on("index_removed", "0001_initial")
            .remove_index("Thing", "index_removed_ix")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_index_removed_ix::migration()]
}
