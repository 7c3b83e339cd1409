//! Why input is refused, in the words of Django REST framework's `ValidationError`. Models' hooks, serializers and views
//! pass it on; what answers requests gives it a status.

use std::fmt;

use crate::json::JsonWriter;

/// What an error says: a text, or texts by field. In the response it is JSON of the same shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// One message.
    Text(ErrorDetail),
    /// Messages, or details by position.
    List(Vec<Detail>),
    /// Details by field.
    Dict(Vec<(String, Detail)>),
}

/// One message, and its short name for programs, which is not sent: DRF's `ErrorDetail`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorDetail {
    /// What people read.
    pub text: String,
    /// The short name; where there is none, it is that of the whole error.
    pub code: Option<&'static str>,
}

impl ErrorDetail {
    /// A message with a short name: `required`.
    pub fn new(text: impl Into<String>, code: &'static str) -> Self {
        Self { text: text.into(), code: Some(code) }
    }
}

impl From<String> for ErrorDetail {
    fn from(text: String) -> Self {
        Self { text, code: None }
    }
}

impl From<&str> for ErrorDetail {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<ErrorDetail> for Detail {
    fn from(message: ErrorDetail) -> Self {
        Self::Text(message)
    }
}

impl From<String> for Detail {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&str> for Detail {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl FromIterator<ErrorDetail> for Detail {
    fn from_iter<I: IntoIterator<Item = ErrorDetail>>(messages: I) -> Self {
        Self::List(messages.into_iter().map(Self::Text).collect())
    }
}

/// DRF's usual key of what is about no field.
pub const NON_FIELD_ERRORS: &str = "non_field_errors";

impl Detail {
    /// A list of one message.
    pub fn message(message: impl Into<ErrorDetail>) -> Self {
        Self::List(vec![Self::Text(message.into())])
    }

    /// A message about no field in particular, where DRF puts it: under `non_field_errors`.
    pub fn non_field(message: impl Into<ErrorDetail>) -> Self {
        Self::Dict(vec![(NON_FIELD_ERRORS.to_owned(), Self::message(message))])
    }

    /// The same as the error of a whole serializer: what is about no field stands under `non_field_errors`. DRF's
    /// `as_serializer_error`.
    #[must_use]
    pub fn of_serializer(self) -> Self {
        match self {
            Self::Text(message) => Self::non_field(message),
            Self::List(_) => Self::Dict(vec![(NON_FIELD_ERRORS.to_owned(), self)]),
            Self::Dict(items) => {
                let listed = |(key, item)| match item {
                    Self::Text(message) => (key, Self::message(message)),
                    item => (key, item),
                };
                Self::Dict(items.into_iter().map(listed).collect())
            }
        }
    }

    /// The same with each message's short name in place of its text, or with this one where a message has none.
    #[must_use]
    pub fn codes(&self, default: &'static str) -> Self {
        match self {
            Self::Text(message) => Self::from(message.code.unwrap_or(default)),
            Self::List(items) => Self::List(items.iter().map(|item| item.codes(default)).collect()),
            Self::Dict(items) => {
                let codes = items.iter().map(|(key, item)| (key.clone(), item.codes(default)));
                Self::Dict(codes.collect())
            }
        }
    }

    /// The same with an object of `message` and `code` for each message, as [`Detail::codes`] has the codes.
    #[must_use]
    pub fn full_details(&self, default: &'static str) -> Self {
        match self {
            Self::Text(message) => Self::Dict(vec![
                ("message".to_owned(), self.clone()),
                ("code".to_owned(), Self::from(message.code.unwrap_or(default))),
            ]),
            Self::List(items) => Self::List(items.iter().map(|item| item.full_details(default)).collect()),
            Self::Dict(items) => {
                let full = items.iter().map(|(key, item)| (key.clone(), item.full_details(default)));
                Self::Dict(full.collect())
            }
        }
    }

    /// Writes it as JSON.
    pub fn write(&self, to: JsonWriter<'_>) {
        self.write_with(to, NON_FIELD_ERRORS);
    }

    /// The same with another key for what is about no field: DRF's `NON_FIELD_ERRORS_KEY`.
    pub fn write_with(&self, to: JsonWriter<'_>, non_field_errors_key: &str) {
        let key = non_field_errors_key;
        match self {
            Self::Text(message) => to.text(&message.text),
            Self::List(items) => {
                to.list(|list| items.iter().for_each(|item| item.write_with(list.item(), key)));
            }
            Self::Dict(items) => to.object(|object| {
                for (name, item) in items {
                    let name = if name == NON_FIELD_ERRORS { key } else { name };
                    item.write_with(object.key(name), key);
                }
            }),
        }
    }
}

/// As JSON.
impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Vec::new();
        self.write(JsonWriter::new(&mut out));
        f.write_str(&String::from_utf8_lossy(&out))
    }
}
