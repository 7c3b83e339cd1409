//! `alter_required_ignored`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_required_ignored.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), integer("ignored").null()]))
    }
}

mod m0002_alter_thing_ignored {
    //! Alter field ignored on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_required_ignored.0002_alter_thing_ignored`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_ignored")
            .depends_on("alter_required_ignored", "0001_initial")
            .alter_field("Thing", integer("ignored"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_ignored::migration()]
}
