//! Why a field refuses a value, and the words for it.

use std::fmt::Display;

use belleville_db::{Detail, ErrorDetail};

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
pub struct Invalid(Why);

#[derive(Clone, Debug)]
enum Why {
    Message { code: &'static str, shown: Vec<(&'static str, String)> },
    Detail(Detail),
}

impl Invalid {
    /// The message of a code.
    pub const fn of(code: &'static str) -> Self {
        Self(Why::Message { code, shown: Vec::new() })
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
            Why::Message { code, shown } => {
                let own = own.iter().find(|(known, _)| *known == code).map(|(_, text)| &**text);
                let known = || [kind, COMMON].into_iter().flatten().find(|(known, _)| *known == code);
                let text = own.or_else(|| known().map(|(_, text)| *text)).unwrap_or(code);
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

impl From<Detail> for Invalid {
    fn from(detail: Detail) -> Self {
        Self(Why::Detail(detail))
    }
}

impl From<ErrorDetail> for Invalid {
    fn from(message: ErrorDetail) -> Self {
        Self(Why::Detail(message.into()))
    }
}

impl From<&str> for Invalid {
    fn from(text: &str) -> Self {
        ErrorDetail::new(text, "invalid").into()
    }
}

impl From<String> for Invalid {
    fn from(text: String) -> Self {
        ErrorDetail::new(text, "invalid").into()
    }
}
