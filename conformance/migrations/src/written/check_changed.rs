//! `check_changed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `check_changed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null()])
                .constraint(check("check_changed_ck", field("pieces").gte(0))),
        )
    }
}

mod m0002_remove_thing_check_changed_ck_thing_check_changed_ck {
    //! Remove constraint check_changed_ck from model thing.
    //! Create constraint check_changed_ck on model thing.

    use belleville::db::migrations::prelude::*;

    /// `check_changed.0002_remove_thing_check_changed_ck_thing_check_changed_ck`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_check_changed_ck_thing_check_changed_ck")
            .depends_on("check_changed", "0001_initial")
            .remove_constraint("Thing", "check_changed_ck")
            .add_constraint("Thing", check("check_changed_ck", field("pieces").gte(1)))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_check_changed_ck_thing_check_changed_ck::migration()]
}
