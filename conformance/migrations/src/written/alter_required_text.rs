//! `alter_required_text`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_required_text.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), char("word", 9).null()]))
    }
}

mod m0002_alter_thing_word {
    //! Alter field word on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_required_text.0002_alter_thing_word`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_word")
            .depends_on("alter_required_text", "0001_initial")
            .alter_field("Thing", char("word", 9).default_text(""))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_word::migration()]
}
