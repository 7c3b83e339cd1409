//! `rename_key`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_key.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Maker", [id(), char("name", 20)]))
            .create(model("Thing", [id(), foreign_key("maker", "rename_key.Maker")]))
    }
}

mod m0002_rename_maker_thing_author {
    //! Rename field maker on thing to author.

    use belleville::db::migrations::prelude::*;

    /// `rename_key.0002_rename_maker_thing_author`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_maker_thing_author")
            .depends_on("rename_key", "0001_initial")
            .rename_field("Thing", "maker", "author")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_maker_thing_author::migration()]
}
