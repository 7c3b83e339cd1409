//! `alter_target_type`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_target_type.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Maker", [id(), integer("code").unique()]))
            .create(model("Thing", [id(), foreign_key("maker", "alter_target_type.Maker").to_field("code")]))
    }
}

mod m0002_alter_maker_code {
    //! Alter field code on maker.

    use belleville::db::migrations::prelude::*;

    /// `alter_target_type.0002_alter_maker_code`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_maker_code")
            .depends_on("alter_target_type", "0001_initial")
            .alter_field("Maker", big_integer("code").unique())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_maker_code::migration()]
}
