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

/// A task.
#[derive(ModelSerializer)]
#[serializer(model = Task, fields = [id, project, title, description, completed, created_at])]
pub struct TaskSerializer;
