//! `add_uuid`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_uuid.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_key {
    //! Add field key to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_uuid.0002_thing_key`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_key")
            .depends_on("add_uuid", "0001_initial")
            .add_field("Thing", uuid("key").null().unique())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_key::migration()]
}
