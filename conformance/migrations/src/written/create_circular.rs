//! `create_circular`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Left.
    //! Create model Right.
    //! Add field right to left.

    use belleville::db::migrations::prelude::*;

    /// `create_circular.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial")
            .create(model("Left", [id(), char("name", 9)]))
            .create(model("Right", [id(), char("name", 9), foreign_key("left", "create_circular.Left")]))
            .add_field("Left", foreign_key("right", "create_circular.Right").null())
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration()]
}
