//! `add_many_to_self`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_many_to_self.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_others {
    //! Add field others to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_many_to_self.0002_thing_others`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_others").depends_on("add_many_to_self", "0001_initial").add_many_to_many(
            "Thing",
            "others",
            "add_many_to_self.Thing",
        )
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_others::migration()]
}
