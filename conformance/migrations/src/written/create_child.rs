//! `create_child`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Place.

    use belleville::db::migrations::prelude::*;

    /// `create_child.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Place", [id(), char("name", 20)]))
    }
}

mod m0002_shop {
    //! Create model Shop.

    use belleville::db::migrations::prelude::*;

    /// `create_child.0002_shop`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_shop").depends_on("create_child", "0001_initial").create(model(
            "Shop",
            [one_to_one("place_ptr", "create_child.Place").primary_key(), integer("rooms").default(1)],
        ))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_shop::migration()]
}
