//! `alter_db_default`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_db_default.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model(
            "Thing",
            [id(), integer("one"), integer("two").db_default(2), integer("three").db_default(3)],
        ))
    }
}

mod m0002_alter_thing_one_alter_thing_three_alter_thing_two {
    //! Alter field one on thing.
    //! Alter field three on thing.
    //! Alter field two on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_db_default.0002_alter_thing_one_alter_thing_three_alter_thing_two`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_one_alter_thing_three_alter_thing_two")
            .depends_on("alter_db_default", "0001_initial")
            .alter_field("Thing", integer("one").db_default(1))
            .alter_field("Thing", integer("three"))
            .alter_field("Thing", integer("two").db_default(22))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_one_alter_thing_three_alter_thing_two::migration()]
}
