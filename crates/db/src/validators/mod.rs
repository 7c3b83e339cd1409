//! What a value has to fulfil beyond its type: Django's validators, with their rules, texts and codes.
//!
//! A [`Validator`] is a value that a model's field lists; it can stand in a constant. `#[field(validators = [..])]` writes it:
//! `min_value(0)`, `regex(r"^\d{13}$", "Enter 13 digits.")`, `url(schemes = ["https"])`. The rules for texts are functions too.
//!
//! Django REST framework takes some of a model's validators as options of its own fields, with its own texts:
//! [`FieldMeta::field_kwargs`](crate::FieldMeta::field_kwargs).

mod custom;
mod email;
mod field_kwargs;
mod host;
mod ip;
mod limit;
mod message;
mod mistake;
mod number;
mod pattern;
mod rule;
mod texts;
mod url;

use crate::{ErrorDetail, ValueRef};

#[doc(hidden)]
pub use self::custom::{call, call_text, call_with};
pub use self::email::is_email;
pub use self::field_kwargs::FieldKwargs;
pub use self::ip::{clean_ipv6_address, is_ipv4_address, is_ipv6_address};
pub use self::limit::Limit;
pub use self::mistake::mistakes;
pub use self::rule::Rule;
pub use self::texts::{is_int_list, is_slug, is_unicode_slug};
pub use self::url::{DEFAULT_SCHEMES, is_url};

/// Django's text for a value that a validator without a text of its own refuses.
pub const INVALID: &str = "Enter a valid value.";

/// Django's text for a text that is no e-mail address.
pub const INVALID_EMAIL: &str = "Enter a valid email address.";

/// Django's text for a text that is no URL.
pub const INVALID_URL: &str = "Enter a valid URL.";

/// Django's text for a text that is no slug.
pub const INVALID_SLUG: &str = "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.";

/// Django's text for a text that is no slug of Unicode.
pub const INVALID_UNICODE_SLUG: &str =
    "Enter a valid “slug” consisting of Unicode letters, numbers, underscores, or hyphens.";

/// A rule for the values of a field, with the text and the code of a refusal where they are not Django's.
///
/// ```
/// # extern crate belleville_db as belleville;
/// use belleville::db::validators::{Rule, Validator};
/// use belleville::db::{Model, ValueRef};
///
/// const ISBN: Validator = Validator::new(Rule::regex(r"^\d{13}$")).message("Enter 13 digits.");
///
/// #[derive(Clone, Debug, Model)]
/// #[model(app = "library")]
/// struct Book {
///     #[field(primary_key)]
///     id: i64,
///     #[field(max_length = 13, validators = [ISBN])]
///     isbn: String,
///     #[field(validators = [min_value(0), max_value(5)])]
///     rating: Option<f64>,
/// }
///
/// let refused = ISBN.check(ValueRef::Text("12")).unwrap_err();
/// assert_eq!((refused.text.as_str(), refused.code), ("Enter 13 digits.", Some("invalid")));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Validator {
    rule: Rule,
    message: Option<&'static str>,
    code: Option<&'static str>,
}

impl Validator {
    /// Django's `validate_comma_separated_integer_list`.
    pub const COMMA_SEPARATED_INTEGERS: Self =
        Self::new(Rule::IntList { separator: ",", allow_negative: false })
            .message("Enter only digits separated by commas.");

    /// A validator with Django's text and code.
    pub const fn new(rule: Rule) -> Self {
        Self { rule, message: None, code: None }
    }

    /// The same with another text. What Django's text may name, it may name too: `%(limit_value)s`, `%(value)s`. A percent
    /// sign is written `%%`.
    #[must_use]
    pub const fn message(self, message: &'static str) -> Self {
        Self { message: Some(message), ..self }
    }

    /// The same with another code.
    #[must_use]
    pub const fn code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    /// The rule.
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// Checks a value. NULL is never refused.
    ///
    /// # Errors
    /// The text and the code when the rule refuses the value, or is not made for such values.
    pub fn check(&self, value: ValueRef<'_>) -> Result<(), ErrorDetail> {
        if matches!(value, ValueRef::Null) {
            return Ok(());
        }
        if let Rule::Custom(function) = self.rule {
            return function(value).map_err(|refused| self.of_function(refused, value));
        }
        self.rule.refusal(value).map_or(Ok(()), |refusal| {
            let text = message::format(self.message.unwrap_or(refusal.message), &refusal.params, value);
            Err(ErrorDetail::new(text, self.code.unwrap_or(refusal.code)))
        })
    }

    /// What one's own function says, with this validator's text and code where it has them.
    fn of_function(&self, refused: ErrorDetail, value: ValueRef<'_>) -> ErrorDetail {
        let text = match self.message {
            Some(message) => message::format(message, &[], value),
            None => refused.text,
        };
        ErrorDetail::new(text, self.code.or(refused.code).unwrap_or("invalid"))
    }
}

impl From<Rule> for Validator {
    fn from(rule: Rule) -> Self {
        Self::new(rule)
    }
}
