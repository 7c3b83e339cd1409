//! `remove_key`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_key.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Maker", [id(), char("name", 20)]))
            .create(model("Thing", [id(), char("name", 20), foreign_key("maker", "remove_key.Maker").null()]))
    }
}

mod m0002_remove_thing_maker {
    //! Remove field maker from thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_key.0002_remove_thing_maker`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_maker")
            .depends_on("remove_key", "0001_initial")
            .remove_field("Thing", "maker")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_maker::migration()]
}
