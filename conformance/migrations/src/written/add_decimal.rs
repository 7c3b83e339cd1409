//! `add_decimal`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_decimal.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_price {
    //! Add field price to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_decimal.0002_thing_price`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_price")
            .depends_on("add_decimal", "0001_initial")
            .add_field("Thing", decimal("price", 6, 2).default("2".parse::<Decimal>().unwrap()))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_price::migration()]
}
