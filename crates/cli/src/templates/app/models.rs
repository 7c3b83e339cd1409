//! The models of `{{app}}`.

use belleville::prelude::*;

/// {{A_model}} of a user.
#[derive(Clone, Debug, Model)]
#[model(app = "{{app}}", ordering = ["id"])]
pub struct {{Model}} {
    /// The primary key.
    #[field(primary_key)]
    pub id: i64,
    /// One line, of at most 100 characters.
    #[field(max_length = 100)]
    pub title: String,
    /// As much text as it takes.
    #[field(blank)]
    pub text: String,
    /// When it was made.
    #[field(auto_now_add)]
    pub created_at: DateTime,
    /// The user who owns it.
    #[field(on_delete = Cascade, related_name = "{{app}}")]
    pub owner: ForeignKey<User>,
}
