//! `add_slug`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_slug.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_slug {
    //! Add field slug to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_slug.0002_thing_slug`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_slug")
            .depends_on("add_slug", "0001_initial")
            .add_field("Thing", slug("slug", 50).default_text("x"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_slug::migration()]
}
