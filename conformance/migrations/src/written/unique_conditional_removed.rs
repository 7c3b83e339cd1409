//! `unique_conditional_removed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `unique_conditional_removed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null()]).constraint(
                unique("unique_conditional_removed_uq", ["name"]).condition(field("pieces").is_null()),
            ),
        )
    }
}

mod m0002_remove_thing_unique_conditional_removed_uq {
    //! Remove constraint unique_conditional_removed_uq from model thing.

    use belleville::db::migrations::prelude::*;

    /// `unique_conditional_removed.0002_remove_thing_unique_conditional_removed_uq`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_unique_conditional_removed_uq")
            .depends_on("unique_conditional_removed", "0001_initial")
            .remove_constraint("Thing", "unique_conditional_removed_uq")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_unique_conditional_removed_uq::migration()]
}
