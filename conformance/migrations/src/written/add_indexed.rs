//! `add_indexed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_indexed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_code_thing_rank {
    //! Add field code to thing.
    //! Add field rank to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_indexed.0002_thing_code_thing_rank`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_code_thing_rank")
            .depends_on("add_indexed", "0001_initial")
            .add_field("Thing", char("code", 20).null().index())
            .add_field("Thing", integer("rank").index().default(0))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_code_thing_rank::migration()]
}
