//! `index_added`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `index_added.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), integer("pieces").null()]))
    }
}

mod m0002_thing_index_added_ix {
    //! Create index index_added_ix on field(s) pieces, -name of model thing.

    use belleville::db::migrations::prelude::*;

    /// `index_added.0002_thing_index_added_ix`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_index_added_ix")
            .depends_on("index_added", "0001_initial")
            .add_index("Thing", index("index_added_ix", ["pieces", "-name"]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_index_added_ix::migration()]
}
