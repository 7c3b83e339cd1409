//! `rename_in_together`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_in_together.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces")]).unique_together(["name", "pieces"]),
        )
    }
}

mod m0002_rename_name_thing_title_alter_thing_unique_together {
    //! Rename field name on thing to title.
    //! Alter unique_together for thing (1 constraint(s)).

    use belleville::db::migrations::prelude::*;

    /// `rename_in_together.0002_rename_name_thing_title_alter_thing_unique_together`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_name_thing_title_alter_thing_unique_together")
            .depends_on("rename_in_together", "0001_initial")
            .rename_field("Thing", "name", "title")
            .alter_unique_together("Thing", [["title", "pieces"]])
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_name_thing_title_alter_thing_unique_together::migration()]
}
