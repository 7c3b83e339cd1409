//! `delete_many`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Tag.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `delete_many.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Tag", [id(), char("name", 20)]))
            .create(model("Thing", [id(), char("name", 20)]).many_to_many("tags", "delete_many.Tag"))
    }
}

mod m0002_delete_thing {
    //! Delete model Thing.

    use belleville::db::migrations::prelude::*;

    /// `delete_many.0002_delete_thing`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_delete_thing").depends_on("delete_many", "0001_initial").delete_model("Thing")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_delete_thing::migration()]
}
