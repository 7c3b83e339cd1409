//! `add_auto_now_add`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_auto_now_add.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_made {
    //! Add field made to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_auto_now_add.0002_thing_made`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_made")
            .depends_on("add_auto_now_add", "0001_initial")
            .add_field("Thing", date_time("made").default("2024-05-06T07:08:09".parse::<DateTime>().unwrap()))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_made::migration()]
}
