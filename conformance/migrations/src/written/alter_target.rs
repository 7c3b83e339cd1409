//! `alter_target`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Other.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_target.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Maker", [id(), char("name", 20)]))
            .create(model("Other", [id(), char("name", 20)]))
            .create(model("Thing", [id(), foreign_key("maker", "alter_target.Maker")]))
    }
}

mod m0002_alter_thing_maker {
    //! Alter field maker on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_target.0002_alter_thing_maker`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_maker")
            .depends_on("alter_target", "0001_initial")
            .alter_field("Thing", foreign_key("maker", "alter_target.Other"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_maker::migration()]
}
