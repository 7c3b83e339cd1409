//! `delete_and_create`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `delete_and_create.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_other_delete_thing {
    //! Create model Other.
    //! Delete model Thing.

    use belleville::db::migrations::prelude::*;

    /// `delete_and_create.0002_other_delete_thing`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_other_delete_thing")
            .depends_on("delete_and_create", "0001_initial")
            .create(model("Other", [id(), char("name", 20), integer("pieces")]))
            .delete_model("Thing")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_other_delete_thing::migration()]
}
