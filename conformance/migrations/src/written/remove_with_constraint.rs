//! `remove_with_constraint`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_with_constraint.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null()])
                .constraint(check("remove_with_constraint_ck", field("pieces").gt(0))),
        )
    }
}

mod m0002_remove_thing_remove_with_constraint_ck_and_more {
    //! Remove constraint remove_with_constraint_ck from model thing.
    //! Remove field pieces from thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_with_constraint.0002_remove_thing_remove_with_constraint_ck_and_more`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_remove_with_constraint_ck_and_more")
            .depends_on("remove_with_constraint", "0001_initial")
            .remove_constraint("Thing", "remove_with_constraint_ck")
            .remove_field("Thing", "pieces")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_remove_with_constraint_ck_and_more::migration()]
}
