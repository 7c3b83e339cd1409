//! `alter_to_many`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Tag.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_to_many.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Tag", [id(), char("name", 20)]))
            .create(model("Thing", [id(), char("name", 20), char("tags", 20).null()]))
    }
}

mod m0002_remove_thing_tags_thing_tags {
    //! Remove field tags from thing.
    //! Add field tags to thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_to_many.0002_remove_thing_tags_thing_tags`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_tags_thing_tags")
            .depends_on("alter_to_many", "0001_initial")
            .remove_field("Thing", "tags")
            .add_many_to_many("Thing", "tags", "alter_to_many.Tag")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_tags_thing_tags::migration()]
}
