//! `add_db_default`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_db_default.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_weight_thing_word {
    //! Add field weight to thing.
    //! Add field word to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_db_default.0002_thing_weight_thing_word`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_weight_thing_word")
            .depends_on("add_db_default", "0001_initial")
            .add_field("Thing", integer("weight").db_default(7))
            .add_field("Thing", char("word", 5).db_default("it's".to_owned()))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_weight_thing_word::migration()]
}
