//! Accounts, their projects and tasks.

use belleville::auth::models::{Group, Permission};
use belleville::db::{ManyToMany, Uuid};
use belleville::prelude::*;

/// Who logs in by an address.
#[derive(Clone, Model)]
#[model(app = "people", user(login = email, required = [full_name]))]
pub struct Account {
    /// The password's hash.
    #[field(max_length = 128)]
    pub password: String,
    /// The last login through a session.
    #[field(blank)]
    pub last_login: Option<DateTime>,
    /// Has every permission.
    #[field(default = false, verbose_name = "superuser status")]
    pub is_superuser: bool,
    /// The primary key.
    #[field(primary_key, default = Uuid::new_v4(), editable = false)]
    pub id: Uuid,
    /// The name to log in with.
    #[field(kind = EmailField, max_length = 254, unique, verbose_name = "e-mail address")]
    pub email: String,
    /// What to call the person.
    #[field(max_length = 100)]
    pub full_name: String,
    /// The number of a member.
    #[field(blank)]
    pub number: Option<i32>,
    /// May use the admin.
    #[field(default = false)]
    pub is_staff: bool,
    /// May log in at all.
    #[field(default = true)]
    pub is_active: bool,
    /// The groups that the account belongs to.
    #[field(blank, related_name = "user_set")]
    pub groups: ManyToMany<Group>,
    /// The permissions besides those of the groups.
    #[field(blank, related_name = "user_set")]
    pub user_permissions: ManyToMany<Permission>,
}

// The hash stays out of logs.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Something that somebody works on.
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
    /// Who owns the project.
    #[field(on_delete = Cascade, related_name = "projects")]
    pub owner: ForeignKey<Account>,
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
