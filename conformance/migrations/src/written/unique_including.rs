//! `unique_including`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `unique_including.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), integer("pieces").null()]))
    }
}

mod m0002_thing_unique_including_uq {
    //! Create constraint unique_including_uq on model thing.

    use belleville::db::migrations::prelude::*;

    /// `unique_including.0002_thing_unique_including_uq`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_unique_including_uq")
            .depends_on("unique_including", "0001_initial")
            .add_constraint("Thing", unique("unique_including_uq", ["name"]).include(["pieces"]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_unique_including_uq::migration()]
}
