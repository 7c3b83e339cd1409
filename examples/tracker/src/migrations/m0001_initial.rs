//! Create model Project.
//! Create model Task.

use belleville::db::migrations::prelude::*;

/// `projects.0001_initial`.
pub(super) fn migration() -> Migration {
    Migration::new("0001_initial")
        .depends_on_user_model()
        .create(model(
            "Project",
            [
                id(),
                char("name", 100),
                text("description"),
                date_time("created_at"),
                foreign_key("owner", AUTH_USER_MODEL),
            ],
        ))
        .create(model(
            "Task",
            [
                id(),
                char("title", 100),
                text("description"),
                boolean("completed").default(false),
                date_time("created_at"),
                foreign_key("project", "projects.Project"),
            ],
        ))
}
