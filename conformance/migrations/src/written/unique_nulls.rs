//! `unique_nulls`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `unique_nulls.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), integer("pieces").null()]))
    }
}

mod m0002_thing_unique_nulls_uq {
    //! Create constraint unique_nulls_uq on model thing.

    use belleville::db::migrations::prelude::*;

    /// `unique_nulls.0002_thing_unique_nulls_uq`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_unique_nulls_uq")
            .depends_on("unique_nulls", "0001_initial")
            .add_constraint("Thing", unique("unique_nulls_uq", ["name", "pieces"]).nulls_distinct(false))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_unique_nulls_uq::migration()]
}
