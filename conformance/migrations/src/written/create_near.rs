//! `create_near`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Street.
    //! Create model House.

    use belleville::db::migrations::prelude::*;

    /// `create_near.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .depends_on("create_far", "0001_initial")
            .create(model("Street", [id(), char("name", 9)]))
            .create(model("House", [id(), char("name", 9), foreign_key("town", "create_far.Town").null()]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration()]
}
