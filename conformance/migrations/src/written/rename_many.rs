//! `rename_many`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Tag.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_many.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Tag", [id(), char("name", 20)]))
            .create(model("Thing", [id(), char("name", 20)]).many_to_many("tags", "rename_many.Tag"))
    }
}

mod m0002_rename_tags_thing_labels {
    //! Rename field tags on thing to labels.

    use belleville::db::migrations::prelude::*;

    /// `rename_many.0002_rename_tags_thing_labels`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_tags_thing_labels")
            .depends_on("rename_many", "0001_initial")
            .rename_many_to_many("Thing", "tags", "labels")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_tags_thing_labels::migration()]
}
