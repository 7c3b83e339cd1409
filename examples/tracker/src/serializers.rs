//! What of projects and tasks is shown and taken.

use belleville::prelude::*;

use crate::models::{Project, Task};

/// A project; its owner is whoever made it.
#[derive(ModelSerializer)]
#[serializer(
    model = Project,
    fields = [id, owner, name, description, created_at],
    read_only_fields = [owner]
)]
pub struct ProjectSerializer;

/// A task, which goes into a project of the user's own.
#[derive(ModelSerializer)]
#[serializer(
    model = Task,
    fields = [id, project, title, description, completed, created_at],
    querysets = [project = own_projects]
)]
pub struct TaskSerializer;

/// The projects that the request may know of. Those of others do not exist for it, also when it writes.
fn own_projects(request: &Request) -> Result<QuerySet<Project>> {
    Ok(Project::objects().filter(Project::OWNER.eq(request.user()?)))
}
