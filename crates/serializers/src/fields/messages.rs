//! Why a field refuses a value, and the words for it.

use std::fmt::Display;

use belleville_db::{Detail, Error, ErrorDetail};

/// Messages by their codes. `{name}` in a message stands for what is said of the input.
pub type Messages = &'static [(&'static str, &'static str)];

/// The messages of every field: those of DRF's `Field`.
const COMMON: Messages = &[
    ("required", "This field is required."),
    ("null", "This field may not be null."),
    ("invalid", "Invalid value."),
];

/// Why a field refuses a value: one of its messages by the code, or words of its own. DRF's `self.fail(..)`.
#[derive(Clone, Debug)]
pub struct ValidationError(Why);

#[derive(Clone, Debug)]
enum Why {
    Message { name: &'static str, code: &'static str, shown: Vec<(&'static str, String)> },
    Detail(Detail),
}

impl ValidationError {
    /// The message of a code.
    pub const fn of(code: &'static str) -> Self {
        Self(Why::Message { name: code, code, shown: Vec::new() })
    }

    /// With another code than the name of its message.
    #[must_use]
    pub(crate) fn code(mut self, other: &'static str) -> Self {
        if let Why::Message { code, .. } = &mut self.0 {
            *code = other;
        }
        self
    }

    /// With what `{name}` in the message stands for.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        if let Why::Message { shown, .. } = &mut self.0 {
            shown.push((name, value.to_string()));
        }
        self
    }

    /// The words, by the messages of a declaration and of its field.
    pub(crate) fn detail(self, own: &[(&'static str, String)], kind: Messages) -> Detail {
        match self.0 {
            Why::Detail(detail) => detail,
            Why::Message { name, code, shown } => {
                let own = own.iter().find(|(known, _)| *known == name).map(|(_, text)| &**text);
                let known = || [kind, COMMON].into_iter().flatten().find(|(known, _)| *known == name);
                let text = own.or_else(|| known().map(|(_, text)| *text)).unwrap_or(name);
                ErrorDetail::new(filled(text, &shown), code).into()
            }
        }
    }
}

/// Python's `str.format` with names.
fn filled(text: &str, shown: &[(&'static str, String)]) -> String {
    let mut filled = text.to_owned();
    for (name, value) in shown {
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    filled
}

impl From<Detail> for ValidationError {
    fn from(detail: Detail) -> Self {
        Self(Why::Detail(detail))
    }
}

impl From<ErrorDetail> for ValidationError {
    fn from(message: ErrorDetail) -> Self {
        Self(Why::Detail(message.into()))
    }
}

impl From<&str> for ValidationError {
    fn from(text: &str) -> Self {
        ErrorDetail::new(text, "invalid").into()
    }
}

impl From<String> for ValidationError {
    fn from(text: String) -> Self {
        ErrorDetail::new(text, "invalid").into()
    }
}

/// What is wrong with other fields than the one that is asked: DRF's `ValidationError({"end": ["..."]})`.
impl<const N: usize> From<[(&'static str, &'static str); N]> for ValidationError {
    fn from(messages: [(&'static str, &'static str); N]) -> Self {
        let about = |(field, text): (&str, &str)| {
            (field.to_owned(), Detail::message(ErrorDetail::new(text, "invalid")))
        };
        Detail::Dict(messages.map(about).into()).into()
    }
}

/// DRF has the messages about a field in a list.
pub(crate) fn in_list(detail: Detail) -> Detail {
    match detail {
        Detail::Text(message) => Detail::message(message),
        by_place => by_place,
    }
}

/// The error of a method that refuses a value.
impl From<ValidationError> for Error {
    fn from(invalid: ValidationError) -> Self {
        Self::Invalid(invalid.detail(&[], &[]))
    }
}
