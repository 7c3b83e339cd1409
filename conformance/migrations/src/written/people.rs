//! `people`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Person.

    use belleville::db::migrations::prelude::*;

    /// `people.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Person", [id(), char("name", 20).unique()]))
    }
}

mod m0002_person_title {
    //! Add field title to person.

    use belleville::db::migrations::prelude::*;

    /// `people.0002_person_title`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_person_title")
            .depends_on("people", "0001_initial")
            .add_field("Person", char("title", 9).null())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_person_title::migration()]
}
