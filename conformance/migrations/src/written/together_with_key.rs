//! `together_with_key`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `together_with_key.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Maker", [id(), char("name", 20)]))
            .create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_maker_alter_thing_unique_together {
    //! Add field maker to thing.
    //! Alter unique_together for thing (1 constraint(s)).

    use belleville::db::migrations::prelude::*;

    /// `together_with_key.0002_thing_maker_alter_thing_unique_together`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_maker_alter_thing_unique_together")
            .depends_on("together_with_key", "0001_initial")
            .add_field("Thing", foreign_key("maker", "together_with_key.Maker").null())
            .alter_unique_together("Thing", [["maker", "name"]])
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_maker_alter_thing_unique_together::migration()]
}
