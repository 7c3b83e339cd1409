//! `create_owned`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `create_owned.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .depends_on_user_model()
            .create(model("Thing", [id(), char("name", 20), foreign_key("owner", AUTH_USER_MODEL)]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration()]
}
