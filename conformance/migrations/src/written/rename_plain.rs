//! `rename_plain`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_plain.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20), integer("pieces")]))
    }
}

mod m0002_rename_name_thing_title {
    //! Rename field name on thing to title.

    use belleville::db::migrations::prelude::*;

    /// `rename_plain.0002_rename_name_thing_title`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_name_thing_title")
            .depends_on("rename_plain", "0001_initial")
            .rename_field("Thing", "name", "title")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_name_thing_title::migration()]
}
