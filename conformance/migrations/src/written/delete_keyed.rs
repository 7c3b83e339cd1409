//! `delete_keyed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `delete_keyed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Maker", [id(), char("name", 20)])).create(
            model("Thing", [id(), char("name", 20), foreign_key("maker", "delete_keyed.Maker")])
                .unique_together(["maker", "name"])
                .index(index("delete_keyed_ix", ["name"])),
        )
    }
}

mod m0002_delete_thing {
    //! Delete model Thing.

    use belleville::db::migrations::prelude::*;

    /// `delete_keyed.0002_delete_thing`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_delete_thing").depends_on("delete_keyed", "0001_initial").delete_model("Thing")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_delete_thing::migration()]
}
