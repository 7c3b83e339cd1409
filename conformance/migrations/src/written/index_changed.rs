//! `index_changed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `index_changed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null()])
                .index(index("index_changed_ix", ["pieces"])),
        )
    }
}

mod m0002_remove_thing_index_changed_ix_thing_index_changed_ix {
    //! Remove index index_changed_ix from thing.
    //! Create index index_changed_ix on field(s) -pieces of model thing.

    use belleville::db::migrations::prelude::*;

    /// `index_changed.0002_remove_thing_index_changed_ix_thing_index_changed_ix`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_index_changed_ix_thing_index_changed_ix")
            .depends_on("index_changed", "0001_initial")
            .remove_index("Thing", "index_changed_ix")
            .add_index("Thing", index("index_changed_ix", ["-pieces"]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_index_changed_ix_thing_index_changed_ix::migration()]
}
