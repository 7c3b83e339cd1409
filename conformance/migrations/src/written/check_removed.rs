//! `check_removed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `check_removed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null()])
                .constraint(check("check_removed_ck", field("pieces").gte(0))),
        )
    }
}

mod m0002_remove_thing_check_removed_ck {
    //! Remove constraint check_removed_ck from model thing.

    use belleville::db::migrations::prelude::*;

    /// `check_removed.0002_remove_thing_check_removed_ck`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_check_removed_ck")
            .depends_on("check_removed", "0001_initial")
            .remove_constraint("Thing", "check_removed_ck")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_check_removed_ck::migration()]
}
