//! `alter_positive`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_positive.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Thing", [id(), positive_integer("pieces"), integer("boxes")]))
    }
}

mod m0002_alter_thing_boxes_alter_thing_pieces {
    //! Alter field boxes on thing.
    //! Alter field pieces on thing.

    use belleville::db::migrations::prelude::*;

    /// `alter_positive.0002_alter_thing_boxes_alter_thing_pieces`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_alter_thing_boxes_alter_thing_pieces")
            .depends_on("alter_positive", "0001_initial")
            .alter_field("Thing", positive_integer("boxes"))
            .alter_field("Thing", integer("pieces"))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_alter_thing_boxes_alter_thing_pieces::migration()]
}
