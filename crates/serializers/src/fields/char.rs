//! Text: DRF's `CharField`, and the fields that are one with a rule: `EmailField`.

use belleville_db::json::{Json, write_str};
use belleville_db::validators::is_email;
use belleville_db::{Result, Value, ValueRef, python};

use super::{Blank, Field, Invalid, Messages, Shape, cannot_show};
use crate::Given;
use crate::validators;
use crate::value::Validated;

/// Text. White space at its ends is cut off, and a blank text is refused, where nothing else is said.
#[derive(Clone, Debug)]
pub struct CharField {
    pub(crate) allow_blank: bool,
    pub(crate) trim_whitespace: bool,
    pub(crate) max_length: Option<u64>,
    pub(crate) min_length: Option<u64>,
}

impl Default for CharField {
    fn default() -> Self {
        Self::new()
    }
}

impl CharField {
    /// Text of any length.
    pub const fn new() -> Self {
        Self { allow_blank: false, trim_whitespace: true, max_length: None, min_length: None }
    }

    /// A blank text is one of the values.
    #[must_use]
    pub const fn allow_blank(self, allow_blank: bool) -> Self {
        Self { allow_blank, ..self }
    }

    /// White space at the ends is cut off, or is not.
    #[must_use]
    pub const fn trim_whitespace(self, trim_whitespace: bool) -> Self {
        Self { trim_whitespace, ..self }
    }

    /// The most characters.
    #[must_use]
    pub const fn max_length(self, characters: u64) -> Self {
        Self { max_length: Some(characters), ..self }
    }

    /// The fewest characters.
    #[must_use]
    pub const fn min_length(self, characters: u64) -> Self {
        Self { min_length: Some(characters), ..self }
    }
}

/// The messages of every field of text.
macro_rules! text_messages {
    ($($code:literal: $text:literal),* $(,)?) => {
        &[
            $(($code, $text),)*
            ("invalid", "Not a valid string."),
            ("blank", "This field may not be blank."),
            ("max_length", "Ensure this field has no more than {max_length} characters."),
            ("min_length", "Ensure this field has at least {min_length} characters."),
        ]
    };
}

impl Field for CharField {
    fn error_messages(&self) -> Messages {
        text_messages! {}
    }

    fn shape(&self) -> Shape {
        Shape { min_length: self.min_length, max_length: self.max_length, ..Shape::new("string") }
    }

    fn initial_value(&self) -> Json {
        Json::from("")
    }

    fn allows_blank(&self) -> bool {
        self.allow_blank
    }

    fn blank(&self, text: &str) -> Blank {
        let rest = if self.trim_whitespace { python::str_strip(text) } else { text };
        match rest {
            "" if self.allow_blank => Blank::Allowed,
            "" => Blank::Refused,
            _ => Blank::Value,
        }
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, Invalid> {
        let text = match data {
            Json::Str(text) if self.trim_whitespace => python::str_strip(text).to_owned(),
            Json::Str(text) => text.to_string(),
            Json::Int(_) | Json::BigInt(_) | Json::Float(_) => python::str_of(data),
            // A text that UTF-8 cannot hold, as code points. `validate` refuses it.
            Json::Surrogates(points) => points
                .iter()
                .map(|point| char::from_u32(*point).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
            _ => return Err(Invalid::of("invalid")),
        };
        Ok(Validated::Value(Value::Text(text)))
    }

    fn validate(&self, value: &Validated, given: &Given<'_>) -> Vec<Invalid> {
        let Some(Value::Text(text)) = value.value() else { return Vec::new() };
        let surrogates = match given {
            Given::Value(json) => match &**json {
                Json::Surrogates(points) => Some(validators::surrogates(points).into()),
                _ => None,
            },
            _ => None,
        };
        let broken = [
            length(text, self.max_length, "max_length", |length, most| length > most),
            length(text, self.min_length, "min_length", |length, least| length < least),
            validators::null_characters(text).map(Invalid::from),
            surrogates,
        ];
        broken.into_iter().flatten().collect()
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let ValueRef::Text(text) = value else { return Err(cannot_show()) };
        write_str(out, text);
        Ok(())
    }
}

/// The message of a limit that a text breaks.
fn length(
    text: &str,
    limit: Option<u64>,
    code: &'static str,
    is_broken: impl Fn(u64, u64) -> bool,
) -> Option<Invalid> {
    let limit = limit.filter(|limit| is_broken(text.chars().count() as u64, *limit))?;
    Some(Invalid::of(code).with(code, limit))
}

/// A kind of text that is a [`CharField`] with a rule of its own.
macro_rules! text_field {
    (
        $(#[$doc:meta])*
        $name:ident: $shape:expr, $message:literal, $code:literal, $is_valid:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name(pub(crate) CharField);

        impl $name {
            /// Text of any length.
            pub const fn new() -> Self {
                Self(CharField::new())
            }

            /// A blank text is one of the values.
            #[must_use]
            pub const fn allow_blank(self, allow_blank: bool) -> Self {
                Self(self.0.allow_blank(allow_blank))
            }

            /// White space at the ends is cut off, or is not.
            #[must_use]
            pub const fn trim_whitespace(self, trim_whitespace: bool) -> Self {
                Self(self.0.trim_whitespace(trim_whitespace))
            }

            /// The most characters.
            #[must_use]
            pub const fn max_length(self, characters: u64) -> Self {
                Self(self.0.max_length(characters))
            }

            /// The fewest characters.
            #[must_use]
            pub const fn min_length(self, characters: u64) -> Self {
                Self(self.0.min_length(characters))
            }
        }

        impl Field for $name {
            fn error_messages(&self) -> Messages {
                text_messages! { $code: $message }
            }

            fn shape(&self) -> Shape {
                let text = self.0.shape();
                Shape { min_length: text.min_length, max_length: text.max_length, ..$shape }
            }

            fn initial_value(&self) -> Json {
                self.0.initial_value()
            }

            fn allows_blank(&self) -> bool {
                self.0.allow_blank
            }

            fn blank(&self, text: &str) -> Blank {
                self.0.blank(text)
            }

            fn to_internal_value(&self, data: &Json) -> Result<Validated, Invalid> {
                // The code of DRF's own message is the field's.
                self.0.to_internal_value(data).map_err(|_| Invalid::of("invalid"))
            }

            fn validate(&self, value: &Validated, given: &Given<'_>) -> Vec<Invalid> {
                let mut broken = self.0.validate(value, given);
                let is_valid: fn(&str) -> bool = $is_valid;
                if let Some(Value::Text(text)) = value.value()
                    && !is_valid(text)
                {
                    broken.push(Invalid::of($code));
                }
                broken
            }

            fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
                self.0.to_representation(value, out)
            }
        }
    };
}

text_field! {
    /// An e-mail address: DRF's `EmailField`.
    EmailField: Shape::new("email").format("email"), "Enter a valid email address.", "invalid", is_email
}
