//! `alter_longer`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_longer.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_alter_thing_name {
    //! Alter field name on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_longer.0002_alter_thing_name`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_name")
            .depends_on("alter_longer", "0001_initial")
            .alter_field("Thing", char("name", 40))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_name::migration()]
}
