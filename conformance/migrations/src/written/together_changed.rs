//! `together_changed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `together_changed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null(), integer("rank").null()])
                .unique_together(["name", "pieces"]),
        )
    }
}

mod m0002_alter_thing_unique_together {
    //! Alter unique_together for thing (1 constraint(s)).

    use belleville::db::migrations::prelude::*;

    /// `together_changed.0002_alter_thing_unique_together`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_unique_together")
            .depends_on("together_changed", "0001_initial")
            .alter_unique_together("Thing", [["name", "rank"]])
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_unique_together::migration()]
}
