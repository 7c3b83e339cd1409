//! `add_several`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Maker.
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_several.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Maker", [id(), char("name", 20)]))
            .create(model("Thing", [id(), char("name", 20)]))
    }
}

mod m0002_thing_code_thing_maker_thing_pieces_thing_rank_and_more {
    //! Add field code to thing.
    //! Add field maker to thing.
    //! Add field pieces to thing.
    //! Add field rank to thing.
    //! Add field size to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_several.0002_thing_code_thing_maker_thing_pieces_thing_rank_and_more`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_code_thing_maker_thing_pieces_thing_rank_and_more")
            .depends_on("add_several", "0001_initial")
            .add_field("Thing", char("code", 9).null().unique())
            .add_field("Thing", foreign_key("maker", "add_several.Maker").null())
            .add_field("Thing", positive_integer("pieces").default(0))
            .add_field("Thing", big_integer("rank").index().default(0))
            .add_field("Thing", float("size").default(1.5))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![
        m0001_initial::migration(),
        m0002_thing_code_thing_maker_thing_pieces_thing_rank_and_more::migration(),
    ]
}
