//! `squash_all`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `squash_all.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0001_squashed_0004_two {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `squash_all.0001_squashed_0004_two`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_squashed_0004_two")
            .replaces("squash_all", "0001_initial")
            .replaces("squash_all", "0002_one")
            .replaces("squash_all", "0003_title")
            .replaces("squash_all", "0004_two")
            .create(model(
                "Thing",
                [id(), char("title", 20), big_integer("one").null(), integer("two").null()],
            ))
    }
}

pub(super) fn all() -> Vec<Migration> {
    [
        vec![m0001_initial::migration()],
        crate::changes::by_hand("squash_all"),
        vec![m0001_squashed_0004_two::migration()],
    ]
    .concat()
}
