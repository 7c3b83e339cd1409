//! `step_of_sql`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `step_of_sql.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    [vec![m0001_initial::migration()], crate::changes::by_hand("step_of_sql"), vec![]].concat()
}
