//! The tables, as Django's migrations make them.

use belleville::db::migrations::AUTH_USER_MODEL;
use belleville::db::migrations::state::*;
use belleville::prelude::*;

use crate::models::{Account, Project, Task};

/// The app `people`.
pub fn people() -> migrations::AppConfig {
    let account = model(
        "Account",
        [
            char("password", 128),
            date_time("last_login").null(),
            boolean("is_superuser"),
            uuid("id").primary_key(),
            email("email", 254).unique(),
            char("full_name", 100),
            integer("number").null(),
            boolean("is_staff"),
            boolean("is_active"),
        ],
    );
    let account =
        account.many_to_many("groups", "auth.Group").many_to_many("user_permissions", "auth.Permission");
    migrations::AppConfig::new("people").model::<Account>().migration(
        Migration::new("0001_initial")
            .depends_on("auth", "0012_alter_user_first_name_max_length")
            .create(account),
    )
}

/// The app `projects`.
pub fn projects() -> migrations::AppConfig {
    let project = model(
        "Project",
        [
            id(),
            char("name", 100),
            text("description"),
            date_time("created_at"),
            foreign_key("owner", AUTH_USER_MODEL),
        ],
    );
    let task = model(
        "Task",
        [
            id(),
            char("title", 100),
            text("description"),
            boolean("completed"),
            date_time("created_at"),
            foreign_key("project", "projects.Project"),
        ],
    );
    migrations::AppConfig::new("projects")
        .model::<Project>()
        .model::<Task>()
        .migration(Migration::new("0001_initial").depends_on_user_model().create(project).create(task))
}
