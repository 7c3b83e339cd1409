//! The snippet of part 1.

use belleville::prelude::*;

use crate::choices::{Language, Style};

/// A piece of code.
#[derive(Clone, Debug, Model)]
#[model(app = "part_1", ordering = ["created"])]
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
}
