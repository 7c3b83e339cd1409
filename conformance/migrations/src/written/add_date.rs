//! `add_date`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_date.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_since {
    //! Add field since to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_date.0002_thing_since`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_since")
            .depends_on("add_date", "0001_initial")
            .add_field("Thing", date("since").default("2024-05-06".parse::<Date>().unwrap()))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_since::migration()]
}
