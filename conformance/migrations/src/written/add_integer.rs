//! `add_integer`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_integer.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_weight {
    //! Add field weight to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_integer.0002_thing_weight`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_weight")
            .depends_on("add_integer", "0001_initial")
            .add_field("Thing", integer("weight").default(-3))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_weight::migration()]
}
