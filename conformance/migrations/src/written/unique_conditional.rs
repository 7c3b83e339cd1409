//! `unique_conditional`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `unique_conditional.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), integer("pieces").null()]))
    }
}

mod m0002_thing_unique_conditional_uq {
    //! Create constraint unique_conditional_uq on model thing.

    use belleville::db::migrations::prelude::*;

    /// `unique_conditional.0002_thing_unique_conditional_uq`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_unique_conditional_uq")
            .depends_on("unique_conditional", "0001_initial")
            .add_constraint(
                "Thing",
                unique("unique_conditional_uq", ["name"]).condition(field("pieces").is_null()),
            )
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_unique_conditional_uq::migration()]
}
