//! `together_added`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `together_added.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), integer("pieces").null()]))
    }
}

mod m0002_alter_thing_unique_together {
    //! Alter unique_together for thing (1 constraint(s)).

    use belleville::db::migrations::prelude::*;

    /// `together_added.0002_alter_thing_unique_together`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_unique_together")
            .depends_on("together_added", "0001_initial")
            .alter_unique_together("Thing", [["name", "pieces"]])
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_unique_together::migration()]
}
