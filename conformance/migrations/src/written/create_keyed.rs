//! `create_keyed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.

    use belleville::db::migrations::prelude::*;

    /// `create_keyed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Maker", [id(), char("name", 20)]))
    }
}

mod m0002_thing {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `create_keyed.0002_thing`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing").depends_on("create_keyed", "0001_initial").create(
            model(
                "Thing",
                [
                    id(),
                    char("name", 20).unique(),
                    foreign_key("also", "create_keyed.Maker").null(),
                    foreign_key("maker", "create_keyed.Maker"),
                ],
            )
            .many_to_many("others", "create_keyed.Maker")
            .unique_together(["maker", "name"])
            .index(index("create_keyed_ix", ["name", "maker"])),
        )
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing::migration()]
}
