//! `add_required`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_required.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_label {
    //! Add field label to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_required.0002_thing_label`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_label")
            .depends_on("add_required", "0001_initial")
            .add_field("Thing", char("label", 9).default_text("it's \\new"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_label::migration()]
}
