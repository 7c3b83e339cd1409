//! `branches`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `branches.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0003_merge_0002_one_0002_two {
    //! Brings branches together.

    use belleville::db::migrations::prelude::*;

    /// `branches.0003_merge_0002_one_0002_two`.
    pub(super) fn migration() -> Migration {
        Migration::new("0003_merge_0002_one_0002_two")
            .depends_on("branches", "0002_one")
            .depends_on("branches", "0002_two")
    }
}

pub(super) fn all() -> Vec<Migration> {
    [
        vec![m0001_initial::migration()],
        crate::changes::by_hand("branches"),
        vec![m0003_merge_0002_one_0002_two::migration()],
    ]
    .concat()
}
