//! `alter_other_key`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_other_key.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("code", 20)]))
    }
}

mod m0002_remove_thing_id_alter_thing_code {
    //! Remove field id from thing.
    //! Alter field code on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_other_key.0002_remove_thing_id_alter_thing_code`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_remove_thing_id_alter_thing_code")
            .depends_on("alter_other_key", "0001_initial")
            .remove_field("Thing", "id")
            .alter_field("Thing", char("code", 20).primary_key())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_remove_thing_id_alter_thing_code::migration()]
}
