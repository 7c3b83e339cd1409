//! `rename_target`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_target.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Maker", [id(), char("code", 20).unique()]))
            .create(model("Thing", [id(), foreign_key("maker", "rename_target.Maker").to_field("code")]))
    }
}

mod m0002_rename_code_maker_sign {
    //! Rename field code on maker to sign.

    use belleville::db::migrations::prelude::*;

    /// `rename_target.0002_rename_code_maker_sign`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_code_maker_sign")
            .depends_on("rename_target", "0001_initial")
            .rename_field("Maker", "code", "sign")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_code_maker_sign::migration()]
}
