//! `add_generated`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_generated.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20), integer("pieces")]))
    }
}

mod m0002_thing_twice {
    //! Add field twice to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_generated.0002_thing_twice`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_twice")
            .depends_on("add_generated", "0001_initial")
            .add_field("Thing", integer("twice").generated(field("pieces") * 2_i64))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_twice::migration()]
}
