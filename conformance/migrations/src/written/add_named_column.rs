//! `add_named_column`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_named_column.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_colour {
    //! Add field colour to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_named_column.0002_thing_colour`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_colour")
            .depends_on("add_named_column", "0001_initial")
            .add_field("Thing", char("colour", 9).db_column("Col Or").null())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_colour::migration()]
}
