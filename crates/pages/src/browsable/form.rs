//! The forms of a page: one that sends a body as it is typed, one of single fields.

use serde::Serialize;

/// A form that sends a body as it is typed. It needs JavaScript.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RawForm {
    /// The media types to choose from; the first is chosen.
    pub media_types: Vec<String>,
    /// The body to begin with.
    pub content: String,
}

/// A form of single fields, sent as `multipart/form-data`. A POST works without JavaScript.
#[derive(Clone, Debug, Default, Serialize)]
pub struct HtmlForm {
    /// What is wrong with the form as a whole (`non_field_errors`).
    pub errors: Vec<String>,
    /// The fields, in order.
    pub fields: Vec<FormField>,
}

/// A field of a form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormField {
    /// The name under which it is sent.
    pub name: String,
    /// What people read beside it.
    pub label: String,
    /// How it is put in.
    pub kind: FieldKind,
    /// Its value as text; `true` ticks a checkbox. That of a password is never shown.
    pub value: String,
    /// A sentence of help; may be empty.
    pub help_text: String,
    /// What is wrong with the value.
    pub errors: Vec<String>,
    /// Whether it must be filled in. The page says so and leaves the check to the API.
    pub required: bool,
    /// What a select offers.
    pub choices: Vec<Choice>,
}

/// One choice of a select.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: String,
}

/// How a field is put in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// One line.
    #[default]
    Text,
    /// Several lines.
    Textarea,
    /// True or false.
    Checkbox,
    /// One of the choices.
    Select,
    /// A number.
    Number,
    /// An e-mail address.
    Email,
    /// A password.
    Password,
    /// A date with its time, ISO 8601. One with an offset other than UTC is put in as text.
    DateTime,
}
