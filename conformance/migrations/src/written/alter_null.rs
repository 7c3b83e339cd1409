//! `alter_null`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_null.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20), integer("weight")]))
    }
}

mod m0002_alter_thing_weight {
    //! Alter field weight on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_null.0002_alter_thing_weight`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_weight")
            .depends_on("alter_null", "0001_initial")
            .alter_field("Thing", integer("weight").null())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_weight::migration()]
}
