//! `rename_and_change`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_and_change.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20), integer("pieces")]))
    }
}

mod m0002_rename_name_thing_title_thing_extra_and_more {
    //! Rename field name on thing to title.
    //! Add field extra to thing.
    //! Alter field pieces on thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_and_change.0002_rename_name_thing_title_thing_extra_and_more`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_name_thing_title_thing_extra_and_more")
            .depends_on("rename_and_change", "0001_initial")
            .rename_field("Thing", "name", "title")
            .add_field("Thing", char("extra", 9).null())
            .alter_field("Thing", big_integer("pieces"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_name_thing_title_thing_extra_and_more::migration()]
}
