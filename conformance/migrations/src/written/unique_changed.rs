//! `unique_changed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `unique_changed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null()])
                .constraint(unique("unique_changed_uq", ["name", "pieces"])),
        )
    }
}

mod m0002_remove_thing_unique_changed_uq_and_more {
    //! Remove constraint unique_changed_uq from model thing.
    //! Create constraint unique_changed_uq on model thing.

    use belleville::db::migrations::prelude::*;

    /// `unique_changed.0002_remove_thing_unique_changed_uq_and_more`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_unique_changed_uq_and_more")
            .depends_on("unique_changed", "0001_initial")
            .remove_constraint("Thing", "unique_changed_uq")
            .add_constraint("Thing", unique("unique_changed_uq", ["name"]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_unique_changed_uq_and_more::migration()]
}
