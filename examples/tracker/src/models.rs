//! Projects, which belong to a user, and their tasks.

use belleville::prelude::*;

/// Something that a user works on.
#[derive(Clone, Debug, Model)]
#[model(app = "projects", ordering = ["id"])]
pub struct Project {
    /// The primary key.
    #[field(primary_key)]
    pub id: i64,
    /// The text of at most 100 characters by which people know it.
    #[field(max_length = 100)]
    pub name: String,
    /// As much text as it takes.
    #[field(blank)]
    pub description: String,
    /// When it was made.
    #[field(auto_now_add)]
    pub created_at: DateTime,
    /// The user who owns the project.
    #[field(on_delete = Cascade, related_name = "projects")]
    pub owner: ForeignKey<User>,
}

/// One step of a project.
#[derive(Clone, Debug, Model)]
#[model(app = "projects", ordering = ["id"])]
pub struct Task {
    /// The primary key.
    #[field(primary_key)]
    pub id: i64,
    /// What is to be done.
    #[field(max_length = 100)]
    pub title: String,
    /// As much text as it takes.
    #[field(blank)]
    pub description: String,
    /// Whether it is done.
    #[field(default = false)]
    pub completed: bool,
    /// When it was made.
    #[field(auto_now_add)]
    pub created_at: DateTime,
    /// The project it belongs to.
    #[field(on_delete = Cascade, related_name = "tasks")]
    pub project: ForeignKey<Project>,
}
