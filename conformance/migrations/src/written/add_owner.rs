//! `add_owner`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_owner.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_owner_thing_readers {
    //! Add field owner to thing.
    //! Add field readers to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_owner.0002_thing_owner_thing_readers`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_owner_thing_readers")
            .depends_on_user_model()
            .depends_on("add_owner", "0001_initial")
            .add_field("Thing", foreign_key("owner", AUTH_USER_MODEL).null())
            .add_many_to_many("Thing", "readers", AUTH_USER_MODEL)
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_owner_thing_readers::migration()]
}
