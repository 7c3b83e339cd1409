//! `add_binary`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_binary.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_bytes {
    //! Add field bytes to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_binary.0002_thing_bytes`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_bytes")
            .depends_on("add_binary", "0001_initial")
            .add_field("Thing", binary("bytes").default(b"\x00a".to_vec()))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_bytes::migration()]
}
