//! `check_added`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `check_added.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20), integer("pieces").null()]))
    }
}

mod m0002_thing_check_added_ck {
    //! Create constraint check_added_ck on model thing.

    use belleville::db::migrations::prelude::*;

    /// `check_added.0002_thing_check_added_ck`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_check_added_ck").depends_on("check_added", "0001_initial").add_constraint(
            "Thing",
            check("check_added_ck", field("pieces").gte(0).or(!field("name").eq("x"))),
        )
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_check_added_ck::migration()]
}
