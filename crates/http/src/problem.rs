//! Errors as problem details (RFC 9457), for programs that ask for them in their settings. DRF has its own form.

use belleville_db::NON_FIELD_ERRORS;
use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::exceptions::{ApiException, Detail, ErrorDetail};
use crate::json::{JsonWriter, ListWriter};

/// The media type of such a body.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What a URI's fragment says otherwise: everything but RFC 3986's `pchar`, `/` and `?`.
const NOT_IN_FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/')
    .remove(b'?');

impl ApiException {
    /// The body as problem details: `title` (the status in words), `status`, `detail` and `code`. What is wrong with input
    /// stands under `errors`, each message with its code and a JSON pointer to its place in the body that was sent.
    pub fn problem(&self, status: u16) -> Vec<u8> {
        let title = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let (detail, code) = self.summary();
        JsonWriter::object_of(|object| {
            object.key("title").text(title.unwrap_or("Error"));
            object.key("status").number(i64::from(status));
            object.key("detail").text(detail);
            object.key("code").text(code);
            if self.status() == 400 && !matches!(self.detail(), Detail::Text(_)) {
                object.key("errors").list(|errors| self.write_errors(self.detail(), "", errors));
            }
        })
    }

    /// What is said of the whole request. Errors of tokens have it in their detail.
    fn summary(&self) -> (&str, &str) {
        let in_dict = |name: &str| match self.detail() {
            Detail::Dict(items) => items.iter().find_map(|(key, item)| match item {
                Detail::Text(message) if key == name => Some(message),
                _ => None,
            }),
            Detail::Text(_) | Detail::List(_) => None,
        };
        match self.detail() {
            Detail::Text(message) => (&message.text, message.code.unwrap_or(self.code())),
            _ if self.status() == 400 => ("Invalid input.", self.code()),
            _ => {
                let text = |name, default| in_dict(name).map_or(default, |message| message.text.as_str());
                (text("detail", "The request was refused."), text("code", self.code()))
            }
        }
    }

    /// The messages under a place of the body: a JSON pointer (RFC 6901).
    fn write_errors(&self, detail: &Detail, place: &str, errors: &mut ListWriter<'_>) {
        match detail {
            Detail::Text(message) => self.write_error(message, place, errors),
            Detail::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    match item {
                        Detail::Text(message) => self.write_error(message, place, errors),
                        item => self.write_errors(item, &format!("{place}/{index}"), errors),
                    }
                }
            }
            Detail::Dict(items) => {
                for (name, item) in items {
                    match name.as_str() {
                        NON_FIELD_ERRORS => self.write_errors(item, place, errors),
                        name => self.write_errors(item, &inside(place, name), errors),
                    }
                }
            }
        }
    }

    fn write_error(&self, message: &ErrorDetail, place: &str, errors: &mut ListWriter<'_>) {
        errors.item().object(|error| {
            error.key("detail").text(&message.text);
            error.key("code").text(message.code.unwrap_or(self.code()));
            error.key("pointer").text(&format!("#{}", utf8_percent_encode(place, NOT_IN_FRAGMENT)));
        });
    }
}

/// The pointer to a member of a place.
fn inside(place: &str, name: &str) -> String {
    let mut pointer = String::with_capacity(place.len() + name.len() + 1);
    pointer.push_str(place);
    pointer.push('/');
    for letter in name.chars() {
        match letter {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            letter => pointer.push(letter),
        }
    }
    pointer
}
