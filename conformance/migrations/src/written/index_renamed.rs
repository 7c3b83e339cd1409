//! `index_renamed`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `index_renamed.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null()])
                .index(index("index_renamed_ix", ["pieces"])),
        )
    }
}

mod m0002_rename_index_renamed_ix_index_renamed_other {
    //! Rename index index_renamed_ix on thing to index_renamed_other.

    use belleville::db::migrations::prelude::*;

    /// `index_renamed.0002_rename_index_renamed_ix_index_renamed_other`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_rename_index_renamed_ix_index_renamed_other")
            .depends_on("index_renamed", "0001_initial")
            .rename_index("Thing", "index_renamed_ix", "index_renamed_other")
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_rename_index_renamed_ix_index_renamed_other::migration()]
}
