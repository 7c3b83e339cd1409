//! The tables of `{{app}}`, migration by migration.

use belleville::db::migrations::state::*;
use belleville::prelude::*;

use super::models::{{Model}};

/// The app `{{app}}`: its models and its migrations, the oldest first.
pub fn app() -> migrations::AppConfig {
    let initial = Migration::new("0001_initial")
        .depends_on("auth", "0012_alter_user_first_name_max_length")
        .create(model(
            "{{Model}}",
            [
                id(),
                char("title", 100),
                text("text"),
                date_time("created_at"),
                foreign_key("owner", "auth.User"),
            ],
        ));
    migrations::AppConfig::new("{{app}}")
        .model::<{{Model}}>()
        .migration(initial)
}
