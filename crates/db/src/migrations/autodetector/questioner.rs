//! What only a person knows of a change.

use std::fmt;

use crate::{FieldMeta, Value};

/// Answers what the models do not say. Labels are those of models: `shop.Product`.
pub trait Questioner {
    /// Whether a model that is gone is a new one under another name.
    ///
    /// # Errors
    /// When there is no answer.
    fn is_renamed_model(&mut self, before: &str, after: &str) -> Result<bool, Refused>;

    /// Whether a field that is gone is a new one under another name.
    ///
    /// # Errors
    /// When there is no answer.
    fn is_renamed_field(&mut self, model: &str, before: &str, after: &str) -> Result<bool, Refused>;

    /// What the rows that are there get in a new column, which takes no NULL. A value may be offered, such as the present time.
    ///
    /// # Errors
    /// When there is no answer.
    fn default_of_added(
        &mut self,
        model: &str,
        field: &FieldMeta,
        offered: Option<Value>,
    ) -> Result<Value, Refused>;

    /// What the rows get whose column is NULL, which it may no longer be; `None` where the migration leaves that to a step of
    /// its own.
    ///
    /// # Errors
    /// When there is no answer.
    fn default_of_required(&mut self, model: &str, field: &FieldMeta) -> Result<Option<Value>, Refused>;
}

/// A question that was not answered: what it was, and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// Answers that are known before.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// What was renamed: `("shop.Product", "shop.Item")`, `("shop.Product.name", "shop.Product.title")`.
    pub renamed: Vec<(String, String)>,
    /// What only looks renamed is taken away and added, without a question.
    pub nothing_else_is_renamed: bool,
}

impl Answers {
    fn is_renamed(&self, before: &str, after: &str) -> Result<bool, Refused> {
        if self.renamed.iter().any(|(from, to)| from == before && to == after) {
            return Ok(true);
        }
        if self.nothing_else_is_renamed {
            return Ok(false);
        }
        Err(Refused(format!(
            "{before} may have become {after}. Run the command at a terminal, which asks; or say `--rename {before}={after}`, or \
             `--no-renames` where the one goes with its rows and the other is new"
        )))
    }
}

/// Nobody is asked, and nothing is guessed.
impl Questioner for Answers {
    fn is_renamed_model(&mut self, before: &str, after: &str) -> Result<bool, Refused> {
        self.is_renamed(before, after)
    }

    fn is_renamed_field(&mut self, model: &str, before: &str, after: &str) -> Result<bool, Refused> {
        self.is_renamed(&format!("{model}.{before}"), &format!("{model}.{after}"))
    }

    fn default_of_added(
        &mut self,
        model: &str,
        field: &FieldMeta,
        _: Option<Value>,
    ) -> Result<Value, Refused> {
        Err(Refused(format!(
            "Field '{}' on model '{model}' not migrated: it is impossible to add a non-nullable field without specifying a \
             default. Give it one (`#[field(default = ..)]`), make it an `Option`, or run the command at a terminal, which asks",
            field.name
        )))
    }

    fn default_of_required(&mut self, model: &str, field: &FieldMeta) -> Result<Option<Value>, Refused> {
        Err(Refused(format!(
            "Field '{}' on model '{model}' not migrated: it is impossible to change a nullable field to non-nullable without \
             specifying a default. Give it one (`#[field(default = ..)]`), or run the command at a terminal, which asks",
            field.name
        )))
    }
}
