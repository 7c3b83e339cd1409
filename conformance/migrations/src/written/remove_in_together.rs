//! `remove_in_together`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_in_together.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null()])
                .unique_together(["name", "pieces"]),
        )
    }
}

mod m0002_alter_thing_unique_together_remove_thing_pieces {
    //! Alter unique_together for thing (0 constraint(s)).
    //! Remove field pieces from thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_in_together.0002_alter_thing_unique_together_remove_thing_pieces`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_unique_together_remove_thing_pieces")
            .depends_on("remove_in_together", "0001_initial")
            .alter_unique_together("Thing", [[""; 0]; 0])
            .remove_field("Thing", "pieces")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_unique_together_remove_thing_pieces::migration()]
}
