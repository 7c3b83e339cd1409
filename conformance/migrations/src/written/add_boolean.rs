//! `add_boolean`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_boolean.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_is_new {
    //! Add field is_new to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_boolean.0002_thing_is_new`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_is_new")
            .depends_on("add_boolean", "0001_initial")
            .add_field("Thing", boolean("is_new").default(true))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_is_new::migration()]
}
