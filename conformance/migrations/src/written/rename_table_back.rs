//! `rename_table_back`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_table_back.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20)]).table("rename_table_back_other"))
    }
}

mod m0002_alter_thing_table {
    //! Rename table for thing to (default).

    use belleville::db::migrations::prelude::*;

    /// `rename_table_back.0002_alter_thing_table`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_table")
            .depends_on("rename_table_back", "0001_initial")
            .usual_table("Thing")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_table::migration()]
}
