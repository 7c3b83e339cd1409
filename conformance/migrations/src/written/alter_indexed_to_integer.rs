//! `alter_indexed_to_integer`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_indexed_to_integer.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("pieces", 20).index(), integer("weight").index()]))
    }
}

mod m0002_alter_thing_pieces_alter_thing_weight {
    //! Alter field pieces on thing.
    //! Alter field weight on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_indexed_to_integer.0002_alter_thing_pieces_alter_thing_weight`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_pieces_alter_thing_weight")
            .depends_on("alter_indexed_to_integer", "0001_initial")
            .alter_field("Thing", integer("pieces").index())
            .alter_field("Thing", char("weight", 20).index())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_pieces_alter_thing_weight::migration()]
}
