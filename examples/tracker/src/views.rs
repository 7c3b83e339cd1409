//! The API's two viewsets.

use belleville::prelude::*;

use crate::models::{Project, Task};
use crate::serializers::{ProjectSerializer, TaskSerializer};

/// The projects.
#[derive(Debug)]
pub struct ProjectViewSet;

/// The user's own projects.
///
/// Whoever makes one is its owner, and nobody else knows of it.
#[viewset]
impl ModelViewSet for ProjectViewSet {
    type Model = Project;
    type Serializer = ProjectSerializer;

    fn queryset(&self, request: &Request) -> Result<QuerySet<Project>> {
        Ok(Project::objects().filter(Project::OWNER.eq(request.user()?)))
    }

    async fn perform_create(&self, serializer: Serializer<Project>, request: &Request) -> Result<Project> {
        serializer.with(Project::OWNER.set(request.user()?)).save(request.db()).await
    }
}

/// The tasks.
#[derive(Debug)]
pub struct TaskViewSet;

/// The tasks of the user's own projects.
#[viewset]
impl ModelViewSet for TaskViewSet {
    type Model = Task;
    type Serializer = TaskSerializer;

    fn queryset(&self, request: &Request) -> Result<QuerySet<Task>> {
        Ok(Task::objects().filter(Task::PROJECT.to(Project::OWNER).eq(request.user()?)))
    }
}
