//! `check_decimal`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `check_decimal.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), decimal("price", 6, 2), char("size", 9)]))
    }
}

mod m0002_thing_check_decimal_ck_thing_check_decimal_sizes {
    //! Create constraint check_decimal_ck on model thing.
    //! Create constraint check_decimal_sizes on model thing.

    use belleville::db::migrations::prelude::*;

    /// `check_decimal.0002_thing_check_decimal_ck_thing_check_decimal_sizes`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_check_decimal_ck_thing_check_decimal_sizes")
            .depends_on("check_decimal", "0001_initial")
            .add_constraint(
                "Thing",
                check("check_decimal_ck", field("price").gte(0).and(field("price").lt(10))),
            )
            .add_constraint("Thing", check("check_decimal_sizes", field("size").is_in(["s", "it's"])))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_check_decimal_ck_thing_check_decimal_sizes::migration()]
}
