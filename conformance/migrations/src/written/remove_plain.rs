//! `remove_plain`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_plain.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), integer("pieces").default(4)]))
    }
}

mod m0002_remove_thing_pieces {
    //! Remove field pieces from thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_plain.0002_remove_thing_pieces`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_pieces")
            .depends_on("remove_plain", "0001_initial")
            .remove_field("Thing", "pieces")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_pieces::migration()]
}
