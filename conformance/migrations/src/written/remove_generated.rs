//! `remove_generated`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_generated.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model(
            "Thing",
            [id(), char("name", 20), char("loud", 20).generated(upper(field("name")))],
        ))
    }
}

mod m0002_remove_thing_loud {
    //! Remove field loud from thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_generated.0002_remove_thing_loud`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_loud")
            .depends_on("remove_generated", "0001_initial")
            .remove_field("Thing", "loud")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_loud::migration()]
}
