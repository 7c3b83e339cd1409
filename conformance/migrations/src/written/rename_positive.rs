//! `rename_positive`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_positive.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), positive_integer("pieces")]))
    }
}

mod m0002_rename_pieces_thing_units {
    //! Rename field pieces on thing to units.

    use belleville::db::migrations::prelude::*;

    /// `rename_positive.0002_rename_pieces_thing_units`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_pieces_thing_units")
            .depends_on("rename_positive", "0001_initial")
            .rename_field("Thing", "pieces", "units")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_pieces_thing_units::migration()]
}
