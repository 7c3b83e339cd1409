//! `alter_date`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_date.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), date("since")]))
    }
}

mod m0002_alter_thing_since {
    //! Alter field since on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_date.0002_alter_thing_since`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_since")
            .depends_on("alter_date", "0001_initial")
            .alter_field("Thing", date_time("since"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_since::migration()]
}
