//! `pg_gin`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `pg_gin.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model(
            "Thing",
            [id(), array("words", &FieldKind::TextField { max_length: None }), json("data")],
        ))
    }
}

mod m0002_thing_pg_gin_words_thing_pg_gin_data {
    //! Create index pg_gin_words on field(s) words of model thing.
    //! Create index pg_gin_data on field(s) data of model thing.

    use belleville::db::migrations::prelude::*;

    /// `pg_gin.0002_thing_pg_gin_words_thing_pg_gin_data`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_pg_gin_words_thing_pg_gin_data")
            .depends_on("pg_gin", "0001_initial")
            .add_index("Thing", gin_index("pg_gin_words", ["words"]))
            .add_index("Thing", gin_index("pg_gin_data", ["data"]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_pg_gin_words_thing_pg_gin_data::migration()]
}
