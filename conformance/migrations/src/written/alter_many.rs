//! `alter_many`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Label.
    //! Create model Tag.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_many.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Label", [id(), char("name", 20)]))
            .create(model("Tag", [id(), char("name", 20)]))
            .create(model("Thing", [id(), char("name", 20)]).many_to_many("tags", "alter_many.Tag"))
    }
}

mod m0002_alter_thing_tags {
    //! Alter field tags on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_many.0002_alter_thing_tags`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_tags").depends_on("alter_many", "0001_initial").alter_many_to_many(
            "Thing",
            "tags",
            "alter_many.Label",
        )
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_tags::migration()]
}
