//! `pg_concurrently`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `pg_concurrently.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    [vec![m0001_initial::migration()], crate::changes::by_hand("pg_concurrently"), vec![]].concat()
}
