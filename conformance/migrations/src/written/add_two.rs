//! `add_two`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_two.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_one_thing_two {
    //! Add field one to thing.
    //! Add field two to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_two.0002_thing_one_thing_two`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_one_thing_two")
            .depends_on("add_two", "0001_initial")
            .add_field("Thing", char("one", 9).null())
            .add_field("Thing", date("two").null())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_one_thing_two::migration()]
}
