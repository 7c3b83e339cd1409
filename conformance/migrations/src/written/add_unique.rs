//! `add_unique`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_unique.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_code {
    //! Add field code to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_unique.0002_thing_code`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_code")
            .depends_on("add_unique", "0001_initial")
            .add_field("Thing", char("code", 20).null().unique())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_code::migration()]
}
