//! `alter_key_of_text`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_key_of_text.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Maker", [char("code", 9).primary_key(), char("name", 20)]))
            .create(model("Thing", [id(), foreign_key("maker", "alter_key_of_text.Maker")]))
    }
}

mod m0002_alter_maker_code {
    //! Alter field code on maker.

    use belleville::db::migrations::prelude::*;

    /// `alter_key_of_text.0002_alter_maker_code`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_maker_code")
            .depends_on("alter_key_of_text", "0001_initial")
            .alter_field("Maker", char("code", 19).primary_key())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_maker_code::migration()]
}
