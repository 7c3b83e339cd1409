//! `rename_table_many`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Tag.
    //! Create model Thing.
    //! Create model Part.

    use belleville::db::migrations::prelude::*;

    /// `rename_table_many.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Tag", [id(), char("name", 20)]))
            .create(model("Thing", [id(), char("name", 20)]).many_to_many("tags", "rename_table_many.Tag"))
            .create(model("Part", [id(), foreign_key("thing", "rename_table_many.Thing")]))
    }
}

mod m0002_alter_thing_table {
    //! Rename table for thing to rename_table_many_other.

    use belleville::db::migrations::prelude::*;

    /// `rename_table_many.0002_alter_thing_table`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_table")
            .depends_on("rename_table_many", "0001_initial")
            .alter_table("Thing", "rename_table_many_other")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_table::migration()]
}
