//! `alter_decimal`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_decimal.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), decimal("price", 6, 2)]))
    }
}

mod m0002_alter_thing_price {
    //! Alter field price on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_decimal.0002_alter_thing_price`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_price")
            .depends_on("alter_decimal", "0001_initial")
            .alter_field("Thing", decimal("price", 9, 3))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_price::migration()]
}
