//! `add_one_to_one`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_one_to_one.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Maker", [id(), char("name", 20)]))
            .create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_maker {
    //! Add field maker to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_one_to_one.0002_thing_maker`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_maker")
            .depends_on("add_one_to_one", "0001_initial")
            .add_field("Thing", one_to_one("maker", "add_one_to_one.Maker").null())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_maker::migration()]
}
