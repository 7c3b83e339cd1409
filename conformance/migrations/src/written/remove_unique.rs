//! `remove_unique`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_unique.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), char("code", 9).null().unique()]))
    }
}

mod m0002_remove_thing_code {
    //! Remove field code from thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_unique.0002_remove_thing_code`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_code")
            .depends_on("remove_unique", "0001_initial")
            .remove_field("Thing", "code")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_code::migration()]
}
