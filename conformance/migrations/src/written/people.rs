//! `people`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Person.

    use belleville::db::migrations::prelude::*;

    /// `people.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Person", [id(), char("name", 20).unique()]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration()]
}
