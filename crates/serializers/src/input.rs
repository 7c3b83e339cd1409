//! What is validated: a JSON document, or a form, where everything is text.

use std::borrow::Cow;
use std::fmt;

use belleville_db::json::Json;

use crate::Field;

/// The input of one request.
pub enum Input<'a> {
    /// A JSON document.
    Json(&'a Json),
    /// A form.
    Form(Box<dyn Form + 'a>),
}

/// A form: DRF's "HTML input".
pub trait Form: Send + Sync {
    /// The last text that was sent under a name.
    fn text(&self, name: &str) -> Option<&str>;

    /// Every text that was sent under a name.
    fn texts(&self, name: &str) -> Vec<&str>;

    /// Every name with the last text that was sent under it.
    fn last_texts(&self) -> Vec<(&str, &str)>;

    /// The name of the file that was sent under a name.
    fn file(&self, name: &str) -> Option<&str>;
}

/// What the input has for one field.
#[derive(Clone, Debug)]
pub enum Given<'a> {
    /// Nothing.
    Missing,
    /// `null`, or what means that in a form.
    Null,
    /// A value.
    Value(Cow<'a, Json>),
    /// A file where a value belongs, by its name.
    File(&'a str),
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(_) => "Json(..)",
            Self::Form(_) => "Form(..)",
        })
    }
}

impl Input<'_> {
    /// What there is for a field: DRF's `Field.get_value`.
    pub(crate) fn given(&self, field: &Field, partial: bool) -> Given<'_> {
        match self {
            Self::Json(json) => match json.get(field.name) {
                None => Given::Missing,
                Some(Json::Null) => Given::Null,
                Some(value) => Given::Value(Cow::Borrowed(value)),
            },
            Self::Form(form) => given_in_form(field, &**form, partial),
        }
    }
}

/// A form cannot say false or null: a box that is not ticked is missing, and nothing is an empty text.
fn given_in_form<'a>(field: &Field, form: &'a dyn Form, partial: bool) -> Given<'a> {
    if let Some(given) = field.kind.in_form(field.name, form) {
        return given;
    }
    if let Some(name) = form.file(field.name) {
        return Given::File(name);
    }
    let blank = || if field.kind.allows_blank() { Some(text("")) } else { None };
    match form.text(field.name) {
        None if partial => Given::Missing,
        None => field.kind.absent_in_form(),
        Some("") if field.allow_null => blank().unwrap_or(Given::Null),
        Some("") if !field.required => blank().unwrap_or(Given::Missing),
        Some(sent) => text(sent),
    }
}

fn text(sent: &str) -> Given<'static> {
    Given::Value(Cow::Owned(Json::from(sent)))
}
