//! The same snippet by two serializers.

use belleville::db;
use belleville::prelude::*;

use super::Snippet;
use crate::choices::{Language, Style};

/// A snippet field by field. What input may leave out is an `Option`.
#[derive(Serializer)]
pub struct SnippetSerializer {
    #[field(read_only)]
    id: Option<i64>,
    #[field(max_length = 100, allow_blank)]
    title: Option<String>,
    #[field(style = [("base_template", "textarea.html")])]
    code: String,
    linenos: Option<bool>,
    #[field(default = Language::Python)]
    language: Language,
    #[field(default = Style::Friendly)]
    style: Style,
}

impl SnippetSerializer {
    /// Saves a new snippet.
    pub(super) async fn create(self, db: &Database) -> db::Result<Snippet> {
        let snippet = [
            Snippet::TITLE.set(self.title.unwrap_or_default()),
            Snippet::CODE.set(self.code),
            Snippet::LINENOS.set(self.linenos.unwrap_or_default()),
            Snippet::LANGUAGE.set(self.language),
            Snippet::STYLE.set(self.style),
        ];
        Snippet::objects().create(db, snippet).await
    }

    /// Saves a changed snippet. What input has left out stays as it is.
    pub(super) async fn update(self, mut snippet: Snippet, db: &Database) -> db::Result<Snippet> {
        snippet.title = self.title.unwrap_or(snippet.title);
        snippet.code = self.code;
        snippet.linenos = self.linenos.unwrap_or(snippet.linenos);
        snippet.language = self.language;
        snippet.style = self.style;
        snippet.save(db).await?;
        Ok(snippet)
    }
}

impl From<Snippet> for SnippetSerializer {
    fn from(snippet: Snippet) -> Self {
        Self {
            id: Some(snippet.id),
            title: Some(snippet.title),
            code: snippet.code,
            linenos: Some(snippet.linenos),
            language: snippet.language,
            style: snippet.style,
        }
    }
}

/// A snippet as its model has it: nothing is said twice, and it is saved as it is.
#[derive(ModelSerializer)]
#[serializer(model = Snippet, fields = [id, title, code, linenos, language, style])]
pub struct SnippetModelSerializer;
