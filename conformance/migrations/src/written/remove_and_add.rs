//! `remove_and_add`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_and_add.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20), char("old", 9).null()]))
    }
}

mod m0002_remove_thing_old_thing_new {
    //! Remove field old from thing.
    //! Add field new to thing.

    use belleville::db::migrations::prelude::*;

    /// `remove_and_add.0002_remove_thing_old_thing_new`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_old_thing_new")
            .depends_on("remove_and_add", "0001_initial")
            .remove_field("Thing", "old")
            .add_field("Thing", char("new", 9).null())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_old_thing_new::migration()]
}
