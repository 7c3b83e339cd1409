//! `alter_column`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_column.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20).index(), positive_integer("pieces")]))
    }
}

mod m0002_alter_thing_name_alter_thing_pieces {
    //! Alter field name on thing.
    //! Alter field pieces on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_column.0002_alter_thing_name_alter_thing_pieces`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_name_alter_thing_pieces")
            .depends_on("alter_column", "0001_initial")
            .alter_field("Thing", char("name", 20).db_column("label").index())
            .alter_field("Thing", positive_integer("pieces").db_column("n"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_name_alter_thing_pieces::migration()]
}
