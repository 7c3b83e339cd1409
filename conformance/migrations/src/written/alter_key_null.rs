//! `alter_key_null`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_key_null.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Maker", [id(), char("name", 20)])).create(model(
            "Thing",
            [
                id(),
                foreign_key("maker", "alter_key_null.Maker"),
                foreign_key("owner", "alter_key_null.Maker").null(),
            ],
        ))
    }
}

mod m0002_alter_thing_maker_alter_thing_owner {
    //! Alter field maker on thing.
    //! Alter field owner on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_key_null.0002_alter_thing_maker_alter_thing_owner`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_maker_alter_thing_owner")
            .depends_on("alter_key_null", "0001_initial")
            .alter_field("Thing", foreign_key("maker", "alter_key_null.Maker").null())
            .alter_field("Thing", foreign_key("owner", "alter_key_null.Maker").default(1))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_maker_alter_thing_owner::migration()]
}
