//! `add_key_null`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_key_null.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Maker", [id(), char("name", 20)]))
            .create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_maker {
    //! Add field maker to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_key_null.0002_thing_maker`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_maker")
            .depends_on("add_key_null", "0001_initial")
            .add_field("Thing", foreign_key("maker", "add_key_null.Maker").null())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_maker::migration()]
}
