//! The snippet of part 4.

use belleville::db;
use belleville::prelude::*;

use super::highlight::highlight;
use crate::choices::{Language, Style};

/// A piece of code that belongs to a user.
#[derive(Clone, Debug, Model)]
#[model(app = "part_4", ordering = ["created"], hooks)]
pub struct Snippet {
    /// The primary key.
    #[field(primary_key)]
    pub id: i64,
    /// When it was made.
    #[field(auto_now_add)]
    pub created: DateTime,
    /// What it is about.
    #[field(max_length = 100, blank, default = "")]
    pub title: String,
    /// The code.
    pub code: String,
    /// Whether its lines are numbered.
    #[field(default = false)]
    pub linenos: bool,
    /// What it is written in.
    #[field(max_length = 100, default = Language::Python)]
    pub language: Language,
    /// How it is shown.
    #[field(max_length = 100, default = Style::Friendly)]
    pub style: Style,
    /// The user who has made it.
    #[field(on_delete = Cascade, related_name = "snippets")]
    pub owner: ForeignKey<User>,
    /// The page that shows it.
    pub highlighted: String,
}

impl ModelHooks for Snippet {
    async fn before_save(&mut self, _: &Database) -> db::Result<()> {
        self.highlighted = highlight(self);
        Ok(())
    }
}
