//! `index_partial`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `index_partial.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), integer("pieces").null()]))
    }
}

mod m0002_thing_index_partial_ix {
    //! Create index index_partial_ix on field(s) name of model thing.

    use belleville::db::migrations::prelude::*;

    /// `index_partial.0002_thing_index_partial_ix`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_index_partial_ix").depends_on("index_partial", "0001_initial").add_index(
            "Thing",
            index("index_partial_ix", ["name"]).condition(field("pieces").gt(3).and(!field("name").eq("x"))),
        )
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_index_partial_ix::migration()]
}
