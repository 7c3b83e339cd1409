//! `delete_referred`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `delete_referred.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Maker", [id(), char("name", 20)])).create(model(
            "Thing",
            [id(), char("name", 20), foreign_key("maker", "delete_referred.Maker").null()],
        ))
    }
}

mod m0002_remove_thing_maker_delete_maker {
    //! Remove field maker from thing.
    //! Delete model Maker.

    use belleville::db::migrations::prelude::*;

    /// `delete_referred.0002_remove_thing_maker_delete_maker`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_maker_delete_maker")
            .depends_on("delete_referred", "0001_initial")
            .remove_field("Thing", "maker")
            .delete_model("Maker")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_maker_delete_maker::migration()]
}
