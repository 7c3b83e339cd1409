//! `rules_and_field`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `rules_and_field.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(
            model("Thing", [id(), char("name", 20), integer("pieces").null()])
                .index(index("rules_and_field_ix", ["pieces"])),
        )
    }
}

mod m0002_thing_rank_thing_rules_and_field_too_and_more {
    //! Add field rank to thing.
    //! Create index rules_and_field_too on field(s) rank of model thing.
    //! Create constraint rules_and_field_ck on model thing.
    //! Create constraint rules_and_field_uq on model thing.

    use belleville::db::migrations::prelude::*;

    /// `rules_and_field.0002_thing_rank_thing_rules_and_field_too_and_more`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_rank_thing_rules_and_field_too_and_more")
            .depends_on("rules_and_field", "0001_initial")
            .add_field("Thing", integer("rank").null())
            .add_index("Thing", index("rules_and_field_too", ["rank"]))
            .add_constraint("Thing", check("rules_and_field_ck", field("rank").gte(field("pieces"))))
            .add_constraint("Thing", unique("rules_and_field_uq", ["name", "rank"]))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_rank_thing_rules_and_field_too_and_more::migration()]
}
