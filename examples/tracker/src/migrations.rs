//! The tables, as Django's `projects/migrations` makes them.

use belleville::prelude::*;

use crate::models::{Project, Task};

/// The app `projects`: its models and its migrations.
pub fn app() -> migrations::AppConfig {
    migrations::AppConfig::new("projects").model::<Project>().model::<Task>().migration(
        Migration::new("0001_initial")
            .depends_on("auth", "0012_alter_user_first_name_max_length")
            .create::<Project>()
            .create::<Task>(),
    )
}
