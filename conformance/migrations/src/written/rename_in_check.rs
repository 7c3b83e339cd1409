//! `rename_in_check`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_in_check.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), integer("pieces")])
                .constraint(check("rename_in_check_ck", field("pieces").gt(0))),
        )
    }
}

mod m0002_remove_thing_rename_in_check_ck_and_more {
    //! Remove constraint rename_in_check_ck from model thing.
    //! Rename field pieces on thing to units.
    //! Create constraint rename_in_check_ck on model thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_in_check.0002_remove_thing_rename_in_check_ck_and_more`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_rename_in_check_ck_and_more")
            .depends_on("rename_in_check", "0001_initial")
            .remove_constraint("Thing", "rename_in_check_ck")
            .rename_field("Thing", "pieces", "units")
            .add_constraint("Thing", check("rename_in_check_ck", field("units").gt(0)))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_rename_in_check_ck_and_more::migration()]
}
