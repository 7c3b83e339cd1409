//! `add_text_blank`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_text_blank.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_notes {
    //! Add field notes to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_text_blank.0002_thing_notes`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_notes")
            .depends_on("add_text_blank", "0001_initial")
            .add_field("Thing", text("notes"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_notes::migration()]
}
