//! Rows for a first look.

use belleville::DemoFuture;
use belleville::prelude::*;

use crate::models::{Project, Task};

const PROJECTS: &[(&str, &str, &[&str])] = &[
    (
        "Move the shop to Belleville",
        "One endpoint at a time.",
        &["Read the guide", "Move the first endpoint", "Measure"],
    ),
    ("Learn the guitar", "", &["Buy strings", "Learn the first tune"]),
];

/// Two projects with their tasks for each of the users.
pub fn demo<'a>(db: &'a Database, users: &'a [AuthUser]) -> DemoFuture<'a> {
    Box::pin(async move {
        for user in users {
            for (name, description, titles) in PROJECTS {
                let project = [
                    Project::OWNER.set(user),
                    Project::NAME.set(*name),
                    Project::DESCRIPTION.set(*description),
                ];
                let project = Project::objects().create(db, project).await?;
                for title in *titles {
                    Task::objects()
                        .create(db, [Task::PROJECT.set(&project), Task::TITLE.set(*title)])
                        .await?;
                }
            }
        }
        Ok(())
    })
}
