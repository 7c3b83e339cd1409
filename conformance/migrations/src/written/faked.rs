//! `faked`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `faked.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_pieces {
    //! Add field pieces to thing.

    use belleville::db::migrations::prelude::*;

    /// `faked.0002_thing_pieces`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_pieces")
            .depends_on("faked", "0001_initial")
            .add_field("Thing", integer("pieces").null())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_pieces::migration()]
}
