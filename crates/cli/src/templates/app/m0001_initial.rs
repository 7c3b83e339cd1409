//! Create model {{Model}}.

use belleville::db::migrations::prelude::*;

/// `{{app}}.0001_initial`.
pub(super) fn migration() -> Migration {
    Migration::new("0001_initial")
        .depends_on_user_model()
        .create(model(
            "{{Model}}",
            [
                id(),
                char("title", 100),
                text("text"),
                date_time("created_at"),
                foreign_key("owner", AUTH_USER_MODEL),
            ],
        ))
}
