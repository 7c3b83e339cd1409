//! Create model Snippet.

use belleville::db::migrations::prelude::*;

/// `part_4.0001_initial`.
pub(super) fn migration() -> Migration {
    Migration::new("0001_initial").depends_on_user_model().create(model(
        "Snippet",
        [
            id(),
            date_time("created"),
            char("title", 100).default_text(""),
            text("code"),
            boolean("linenos").default(false),
            char("language", 100).default_text("python"),
            char("style", 100).default_text("friendly"),
            text("highlighted"),
            foreign_key("owner", AUTH_USER_MODEL),
        ],
    ))
}
