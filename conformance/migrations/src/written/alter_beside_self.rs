//! `alter_beside_self`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_beside_self.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model(
            "Thing",
            [
                id(),
                char("name", 20),
                integer("pieces"),
                foreign_key("part_of", "alter_beside_self.Thing").null(),
            ],
        ))
    }
}

mod m0002_alter_thing_name {
    //! Alter field name on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_beside_self.0002_alter_thing_name`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_name")
            .depends_on("alter_beside_self", "0001_initial")
            .alter_field("Thing", char("name", 30))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_name::migration()]
}
