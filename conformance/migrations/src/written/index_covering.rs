//! `index_covering`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `index_covering.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), integer("pieces").null()]))
    }
}

mod m0002_thing_index_covering_ix {
    //! Create index index_covering_ix on field(s) name of model thing.

    use belleville::db::migrations::prelude::*;

    /// `index_covering.0002_thing_index_covering_ix`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_index_covering_ix")
            .depends_on("index_covering", "0001_initial")
            .add_index("Thing", index("index_covering_ix", ["name"]).include(["pieces"]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_index_covering_ix::migration()]
}
