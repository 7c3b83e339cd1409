//! `rename_column_kept`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_column_kept.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_alter_thing_name_rename_name_thing_title {
    //! Alter field name on thing.
    //! Rename field name on thing to title.

    use belleville::db::migrations::prelude::*;

    /// `rename_column_kept.0002_alter_thing_name_rename_name_thing_title`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_name_rename_name_thing_title")
            .depends_on("rename_column_kept", "0001_initial")
            .alter_field("Thing", char("name", 20).db_column("name"))
            .rename_field("Thing", "name", "title")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_name_rename_name_thing_title::migration()]
}
