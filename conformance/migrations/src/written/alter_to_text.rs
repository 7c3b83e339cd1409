//! `alter_to_text`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_to_text.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), char("code", 20).unique()]))
    }
}

mod m0002_alter_thing_code_alter_thing_name {
    //! Alter field code on thing.
    //! Alter field name on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_to_text.0002_alter_thing_code_alter_thing_name`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_code_alter_thing_name")
            .depends_on("alter_to_text", "0001_initial")
            .alter_field("Thing", text("code").unique())
            .alter_field("Thing", text("name"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_code_alter_thing_name::migration()]
}
