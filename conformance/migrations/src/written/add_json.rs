//! `add_json`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_json.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_data {
    //! Add field data to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_json.0002_thing_data`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_data")
            .depends_on("add_json", "0001_initial")
            .add_field("Thing", json("data").default(json::loads("{\"a\":[1,\"x\"]}").unwrap()))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_data::migration()]
}
