//! `pg_hstore`.

use belleville_db::migrations::Migration;

mod m0002_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `pg_hstore.0002_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_initial")
            .initial()
            .depends_on("pg_hstore", "0001_hstore")
            .create(model("Thing", [id(), hstore("data")]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    [vec![], crate::changes::by_hand("pg_hstore"), vec![m0002_initial::migration()]].concat()
}
