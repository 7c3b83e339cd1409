//! `index_unnamed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `index_unnamed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), integer("pieces").null()]))
    }
}

mod m0002_thing_index_unnam_name_e839b5_idx {
    //! Create index index_unnam_name_e839b5_idx on field(s) name, pieces of model thing.

    use belleville::db::migrations::prelude::*;

    /// `index_unnamed.0002_thing_index_unnam_name_e839b5_idx`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_index_unnam_name_e839b5_idx")
            .depends_on("index_unnamed", "0001_initial")
            .add_index("Thing", index("index_unnam_name_e839b5_idx", ["name", "pieces"]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_index_unnam_name_e839b5_idx::migration()]
}
