//! The fields of projects and tasks that clients read and write.

use belleville::prelude::*;

use crate::models::{Project, Task};

/// A project. The view sets its owner.
#[derive(ModelSerializer)]
#[serializer(
    model = Project,
    fields = [id, owner, name, description, created_at],
    read_only_fields = [owner]
)]
pub struct ProjectSerializer;

/// A task. Its project must be one of the user's own.
#[derive(ModelSerializer)]
#[serializer(
    model = Task,
    fields = [id, project, title, description, completed, created_at],
    querysets = [project = own_projects]
)]
pub struct TaskSerializer;

/// The projects that the request may refer to: those of its user. Other projects are answered as if they did not
/// exist.
fn own_projects(request: &Request) -> Result<QuerySet<Project>> {
    Ok(Project::objects().filter(Project::OWNER.eq(request.user()?)))
}
