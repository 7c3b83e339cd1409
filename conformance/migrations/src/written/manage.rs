//! `manage`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `manage.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]).unmanaged())
    }
}

mod m0002_alter_thing_options {
    //! Change Meta options on thing.

    use belleville::db::migrations::prelude::*;

    /// `manage.0002_alter_thing_options`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_options").depends_on("manage", "0001_initial").manage("Thing")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_options::migration()]
}
