//! `pg_array`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `pg_array.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model(
            "Thing",
            [id(), char("name", 20), array("numbers", &FieldKind::IntegerField).null()],
        ))
    }
}

mod m0002_thing_words_alter_thing_numbers {
    //! Add field words to thing.
    //! Alter field numbers on thing.

    use belleville::db::migrations::prelude::*;

    /// `pg_array.0002_thing_words_alter_thing_numbers`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_words_alter_thing_numbers")
            .depends_on("pg_array", "0001_initial")
            .add_field("Thing", array("words", &FieldKind::CharField { max_length: Some(9) }).null())
            .alter_field("Thing", array("numbers", &FieldKind::BigIntegerField).null())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_words_alter_thing_numbers::migration()]
}
