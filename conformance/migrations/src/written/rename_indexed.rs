//! `rename_indexed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rename_indexed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), char("name", 20).index(), char("code", 9).unique()]))
    }
}

mod m0002_rename_code_thing_sign_rename_name_thing_title {
    //! Rename field code on thing to sign.
    //! Rename field name on thing to title.

    use belleville::db::migrations::prelude::*;

    /// `rename_indexed.0002_rename_code_thing_sign_rename_name_thing_title`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_code_thing_sign_rename_name_thing_title")
            .depends_on("rename_indexed", "0001_initial")
            .rename_field("Thing", "code", "sign")
            .rename_field("Thing", "name", "title")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_code_thing_sign_rename_name_thing_title::migration()]
}
