//! The tables, as Django's `projects/migrations` makes them.

use belleville::db::migrations::state::*;
use belleville::prelude::*;

use crate::models::{Project, Task};

/// The app `projects`: its models and its migrations.
pub fn app() -> migrations::AppConfig {
    migrations::AppConfig::new("projects").model::<Project>().model::<Task>().migration(
        Migration::new("0001_initial")
            .depends_on("auth", "0012_alter_user_first_name_max_length")
            .create(model(
                "Project",
                [
                    id(),
                    char("name", 100),
                    text("description"),
                    date_time("created_at"),
                    foreign_key("owner", "auth.User"),
                ],
            ))
            .create(model(
                "Task",
                [
                    id(),
                    char("title", 100),
                    text("description"),
                    boolean("completed"),
                    date_time("created_at"),
                    foreign_key("project", "projects.Project"),
                ],
            )),
    )
}
