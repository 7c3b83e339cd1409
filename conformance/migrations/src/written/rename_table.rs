//! `rename_table`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_table.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20).index()]))
    }
}

mod m0002_alter_thing_table {
    //! Rename table for thing to rename_table_other.

    use belleville::db::migrations::prelude::*;

    /// `rename_table.0002_alter_thing_table`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_table")
            .depends_on("rename_table", "0001_initial")
            .alter_table("Thing", "rename_table_other")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_table::migration()]
}
