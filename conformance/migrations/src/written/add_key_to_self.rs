//! `add_key_to_self`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_key_to_self.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_part_of {
    //! Add field part_of to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_key_to_self.0002_thing_part_of`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_part_of")
            .depends_on("add_key_to_self", "0001_initial")
            .add_field("Thing", foreign_key("part_of", "add_key_to_self.Thing").null())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_part_of::migration()]
}
