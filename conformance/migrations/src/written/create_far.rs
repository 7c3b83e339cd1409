//! `create_far`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Town.

    use belleville::db::migrations::prelude::*;

    /// `create_far.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Town", [id(), char("name", 9)]))
    }
}

mod m0002_initial {
    //! Add field street to town.

    use belleville::db::migrations::prelude::*;

    /// `create_far.0002_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_initial")
            .initial()
            .depends_on("create_far", "0001_initial")
            .depends_on("create_near", "0001_initial")
            .add_field("Town", foreign_key("street", "create_near.Street"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_initial::migration()]
}
