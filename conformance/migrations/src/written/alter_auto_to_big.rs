//! `alter_auto_to_big`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_auto_to_big.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Maker", [auto("id"), char("name", 20)])).create(
            model("Thing", [id(), integer("pieces"), foreign_key("maker", "alter_auto_to_big.Maker")])
                .many_to_many("others", "alter_auto_to_big.Maker"),
        )
    }
}

mod m0002_alter_maker_id {
    //! Alter field id on maker.

    use belleville::db::migrations::prelude::*;

    /// `alter_auto_to_big.0002_alter_maker_id`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_maker_id")
            .depends_on("alter_auto_to_big", "0001_initial")
            .alter_field("Maker", id())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_maker_id::migration()]
}
