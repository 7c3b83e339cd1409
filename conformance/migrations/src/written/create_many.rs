//! `create_many`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Ant.
    //! Create model Zebra.
    //! Create model Mouse.
    //! Add field zebra to ant.

    use belleville::db::migrations::prelude::*;

    /// `create_many.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Ant", [id(), char("name", 20)]))
            .create(model("Zebra", [id(), char("name", 20)]))
            .create(
                model(
                    "Mouse",
                    [id(), positive_integer("size").default(1), foreign_key("ant", "create_many.Ant")],
                )
                .many_to_many("zebras", "create_many.Zebra"),
            )
            .add_field("Ant", foreign_key("zebra", "create_many.Zebra"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration()]
}
