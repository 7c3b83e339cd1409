//! What a snippet may be written in, and how it may be shown. The tutorial asks Pygments; here is a short list.

use belleville::db::Choices;

/// A language.
#[derive(Choices, Clone, Copy, Debug, PartialEq)]
pub enum Language {
    /// Bash.
    #[choice("bash", "Bash")]
    Bash,
    /// JavaScript.
    #[choice("javascript", "JavaScript")]
    JavaScript,
    /// Python.
    #[choice("python", "Python")]
    Python,
    /// Rust.
    #[choice("rust", "Rust")]
    Rust,
    /// SQL.
    #[choice("sql", "SQL")]
    Sql,
}

/// A style.
#[derive(Choices, Clone, Copy, Debug, PartialEq)]
pub enum Style {
    /// The usual one.
    #[choice("default", "default")]
    Default,
    /// A friendly one.
    #[choice("friendly", "friendly")]
    Friendly,
    /// A dark one.
    #[choice("monokai", "monokai")]
    Monokai,
}
