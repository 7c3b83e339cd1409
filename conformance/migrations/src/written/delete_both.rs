//! `delete_both`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Kept.
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `delete_both.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Kept", [id(), char("name", 20)]))
            .create(model("Maker", [id(), char("name", 20)]))
            .create(model("Thing", [id(), char("name", 20), foreign_key("maker", "delete_both.Maker")]))
    }
}

mod m0002_remove_thing_maker_delete_maker_delete_thing {
    //! Remove field maker from thing.
    //! Delete model Maker.
    //! Delete model Thing.

    use belleville::db::migrations::prelude::*;

    /// `delete_both.0002_remove_thing_maker_delete_maker_delete_thing`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_maker_delete_maker_delete_thing")
            .depends_on("delete_both", "0001_initial")
            .remove_field("Thing", "maker")
            .delete_model("Maker")
            .delete_model("Thing")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_maker_delete_maker_delete_thing::migration()]
}
