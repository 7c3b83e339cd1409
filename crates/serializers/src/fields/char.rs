//! Text: DRF's `CharField`, and the fields that are one with a rule of their own, such as `EmailField`.

use std::fmt;

use belleville_db::json::{Json, write_str};
use belleville_db::validators::{
    DEFAULT_SCHEMES, clean_ipv6_address, is_email, is_ipv4_address, is_ipv6_address, is_slug,
    is_unicode_slug, is_url,
};
use belleville_db::{ErrorDetail, Protocol, Result, Value, ValueRef, python};

use super::{AsIs, Bind, Blank, Field, Messages, Reading, Shape, ValidationError};
use crate::Given;
use crate::validators;
use crate::value::Validated;

/// A rule that makes a kind of text of a [`CharField`].
pub trait TextRule: fmt::Debug + Send + Sync + 'static {
    /// The messages by their codes, [`CHAR_MESSAGES`] among them.
    const MESSAGES: Messages;

    /// Called once, at start. It panics when the declaration lacks something.
    fn bind(&self) {}

    /// What the field says of itself, without the limits of its length.
    fn shape(&self) -> Shape;

    /// A text that is read in another way than usual, which is stripped.
    ///
    /// # Errors
    /// Why it is no value of this kind.
    fn read(&self, data: &Json) -> Option<Result<String, ValidationError>> {
        let _ = data;
        None
    }

    /// Why a text breaks the rule.
    fn check(&self, text: &str) -> Option<ValidationError>;
}

/// Text that fulfils a rule. White space at its ends is cut off, and a blank text is refused, where nothing else is said.
#[derive(Clone, Debug)]
pub struct RuledText<R> {
    pub(crate) allow_blank: bool,
    pub(crate) trim_whitespace: bool,
    pub(crate) max_length: Option<u64>,
    pub(crate) min_length: Option<u64>,
    pub(super) rule: R,
}

/// Text: DRF's `CharField`.
pub type CharField = RuledText<AnyText>;
/// An e-mail address: DRF's `EmailField`.
pub type EmailField = RuledText<Email>;
/// Text in which a pattern is found: DRF's `RegexField`.
pub type RegexField = RuledText<Pattern>;
/// Letters, digits, hyphens and underscores: DRF's `SlugField`.
pub type SlugField = RuledText<Slug>;
/// A URL of `http`, `https`, `ftp` or `ftps`: DRF's `URLField`.
pub type URLField = RuledText<Url>;
/// An address of the internet: DRF's `IPAddressField`.
pub type IPAddressField = RuledText<IpAddress>;

impl<R: TextRule + Default> Default for RuledText<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: TextRule + Default> RuledText<R> {
    /// Text of any length.
    pub fn new() -> Self {
        Self::of_rule(R::default())
    }
}

impl RegexField {
    /// The pattern that Python's `re.search` finds in the text. Its flags are written in it: `(?i)`.
    ///
    /// # Panics
    /// When it is no pattern.
    #[must_use]
    pub fn regex(mut self, pattern: &'static str) -> Self {
        match python::Regex::new(pattern) {
            Ok(regex) => self.rule = Pattern(Some((pattern, regex))),
            Err(error) => panic!("the pattern {pattern:?} of a RegexField: {error}"),
        }
        self
    }
}

impl SlugField {
    /// Letters and digits of every script are taken, or those of ASCII alone.
    #[must_use]
    pub fn allow_unicode(mut self, allow_unicode: bool) -> Self {
        self.rule.allow_unicode = allow_unicode;
        self
    }
}

impl IPAddressField {
    /// Which addresses are taken.
    #[must_use]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.rule.protocol = protocol;
        self
    }
}

impl<R: TextRule> RuledText<R> {
    /// A text without the white space that is cut off.
    fn stripped<'a>(&self, text: &'a str) -> &'a str {
        if self.trim_whitespace { python::str_strip(text) } else { text }
    }

    /// Text of any length that fulfils a rule.
    pub const fn of_rule(rule: R) -> Self {
        Self { allow_blank: false, trim_whitespace: true, max_length: None, min_length: None, rule }
    }

    /// A blank text is one of the values.
    #[must_use]
    pub fn allow_blank(self, allow_blank: bool) -> Self {
        Self { allow_blank, ..self }
    }

    /// White space at the ends is cut off, or is not.
    #[must_use]
    pub fn trim_whitespace(self, trim_whitespace: bool) -> Self {
        Self { trim_whitespace, ..self }
    }

    /// The most characters.
    #[must_use]
    pub fn max_length(self, characters: u64) -> Self {
        Self { max_length: Some(characters), ..self }
    }

    /// The fewest characters.
    #[must_use]
    pub fn min_length(self, characters: u64) -> Self {
        Self { min_length: Some(characters), ..self }
    }
}

/// The messages of a field of text, after those of its rule.
macro_rules! text_messages {
    ($(($code:literal, $text:literal)),* $(,)?) => {
        &[
            $(($code, $text),)*
            ("invalid", "Not a valid string."),
            ("blank", "This field may not be blank."),
            ("max_length", "Ensure this field has no more than {max_length} characters."),
            ("min_length", "Ensure this field has at least {min_length} characters."),
        ]
    };
}

/// The messages of a [`CharField`].
pub const CHAR_MESSAGES: Messages = text_messages! {};

impl<R: TextRule> Field for RuledText<R> {
    fn bind(&mut self, _: &Bind<'_>) {
        self.rule.bind();
        check_limits(self.min_length, self.max_length);
    }

    fn error_messages(&self) -> Messages {
        R::MESSAGES
    }

    fn shape(&self) -> Shape {
        Shape { min_length: self.min_length, max_length: self.max_length, ..self.rule.shape() }
    }

    fn initial_value(&self) -> Json {
        Json::from("")
    }

    fn allows_blank(&self) -> bool {
        self.allow_blank
    }

    fn blank(&self, text: &str) -> Blank {
        match self.stripped(text) {
            "" if self.allow_blank => Blank::Allowed,
            "" => Blank::Refused,
            _ => Blank::Value,
        }
    }

    fn read_text(
        &self,
        text: &str,
        given: &Given<'_>,
        reading: &mut Reading<'_>,
    ) -> Result<Validated, ValidationError> {
        let Given::Value(data) = given else { return self.read(given, reading) };
        match self.rule.read(data) {
            Some(read) => read.map(value_of),
            None => Ok(value_of(self.stripped(text).to_owned())),
        }
    }

    fn read_at_once(&self, data: &Json) -> Option<Validated> {
        let Json::Str(text) = data else { return None };
        let text = self.stripped(text);
        let is_good = !text.is_empty()
            && self.rule.read(data).is_none()
            && too_long(text, self.max_length).is_none()
            && too_short(text, self.min_length).is_none()
            && validators::null_characters(text).is_none()
            && self.rule.check(text).is_none();
        is_good.then(|| value_of(text.to_owned()))
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        if let Some(read) = self.rule.read(data) {
            return read.map(value_of);
        }
        let text = match data {
            Json::Str(text) => self.stripped(text).to_owned(),
            Json::Int(_) | Json::BigInt(_) | Json::Float(_) => python::str_of(data),
            // A text that UTF-8 cannot hold. `validate` refuses it.
            Json::Surrogates(_) => python::str_of(data),
            _ => return Err(ValidationError::of("invalid")),
        };
        Ok(value_of(text))
    }

    fn validate(&self, value: &Validated, given: &Given<'_>) -> Vec<ValidationError> {
        let Some(Value::Text(text)) = value.value() else { return Vec::new() };
        let surrogates = match given {
            Given::Value(json) => match &**json {
                Json::Surrogates(points) => Some(validators::surrogates(points).into()),
                _ => None,
            },
            _ => None,
        };
        let mut broken = Vec::new();
        let mut note = |invalid: Option<ValidationError>| {
            if let Some(invalid) = invalid {
                broken.push(invalid);
            }
        };
        note(too_long(text, self.max_length));
        note(too_short(text, self.min_length));
        note(validators::null_characters(text).map(ValidationError::from));
        note(surrogates);
        note(self.rule.check(text));
        broken
    }

    fn as_is(&self) -> AsIs {
        AsIs::Text
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            ValueRef::Text(text) => write_str(out, text),
            value => write_str(out, &python::str_of_value(value)),
        }
        Ok(())
    }
}

fn value_of(text: String) -> Validated {
    Validated::Value(Value::Text(text))
}

/// What is said of a text with more characters than the limit. One with no more bytes has no more characters.
fn too_long(text: &str, limit: Option<u64>) -> Option<ValidationError> {
    let is_broken = |most: &u64| text.len() as u64 > *most && text.chars().count() as u64 > *most;
    limit.filter(is_broken).map(|most| ValidationError::of("max_length").with("max_length", most))
}

/// What is said of a text with fewer characters than the limit.
fn too_short(text: &str, limit: Option<u64>) -> Option<ValidationError> {
    let is_broken = |least: &u64| (text.chars().count() as u64) < *least;
    limit.filter(is_broken).map(|least| ValidationError::of("min_length").with("min_length", least))
}

/// Refuses limits at start that no value keeps.
pub(super) fn check_limits(least: Option<u64>, most: Option<u64>) {
    if let (Some(least), Some(most)) = (least, most) {
        assert!(
            least <= most,
            "a field takes no value: its min_length {least} is above its max_length {most}"
        );
    }
}

/// No rule: the text of a [`CharField`].
#[derive(Clone, Copy, Debug, Default)]
pub struct AnyText;

impl TextRule for AnyText {
    const MESSAGES: Messages = CHAR_MESSAGES;

    fn shape(&self) -> Shape {
        Shape::new("string")
    }

    fn check(&self, _: &str) -> Option<ValidationError> {
        None
    }
}

/// The rule of an [`EmailField`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Email;

impl TextRule for Email {
    const MESSAGES: Messages = text_messages! { ("invalid", "Enter a valid email address.") };

    fn shape(&self) -> Shape {
        Shape::new("email").format("email")
    }

    fn check(&self, text: &str) -> Option<ValidationError> {
        (!is_email(text)).then(|| ValidationError::of("invalid"))
    }
}

/// The rule of a [`URLField`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Url;

impl TextRule for Url {
    const MESSAGES: Messages = text_messages! { ("invalid", "Enter a valid URL.") };

    fn shape(&self) -> Shape {
        Shape::new("url").format("uri")
    }

    fn check(&self, text: &str) -> Option<ValidationError> {
        (!is_url(text, DEFAULT_SCHEMES)).then(|| ValidationError::of("invalid"))
    }
}

/// The rule of a [`RegexField`].
#[derive(Clone, Debug, Default)]
pub struct Pattern(Option<(&'static str, python::Regex)>);

impl TextRule for Pattern {
    const MESSAGES: Messages =
        text_messages! { ("invalid", "This value does not match the required pattern.") };

    fn bind(&self) {
        assert!(self.0.is_some(), "a RegexField needs a pattern: add `regex`");
    }

    fn shape(&self) -> Shape {
        Shape { pattern: self.0.as_ref().map(|(pattern, _)| *pattern), ..Shape::new("regex") }
    }

    fn check(&self, text: &str) -> Option<ValidationError> {
        let is_found = self.0.as_ref().is_none_or(|(_, regex)| regex.search(text));
        (!is_found).then(|| ValidationError::of("invalid"))
    }
}

/// The rule of a [`SlugField`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Slug {
    allow_unicode: bool,
}

impl TextRule for Slug {
    const MESSAGES: Messages = text_messages! {
        ("invalid", "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."),
        (
            "invalid_unicode",
            "Enter a valid \"slug\" consisting of Unicode letters, numbers, underscores, or hyphens."
        ),
    };

    fn shape(&self) -> Shape {
        let pattern = if self.allow_unicode { r"^[-\w]+\Z" } else { "^[-a-zA-Z0-9_]+$" };
        Shape { pattern: Some(pattern), ..Shape::new("slug") }
    }

    fn check(&self, text: &str) -> Option<ValidationError> {
        if self.allow_unicode {
            return (!is_unicode_slug(text)).then(|| ValidationError::of("invalid_unicode").code("invalid"));
        }
        // Python's `$` is also before a line feed at the end.
        let line = text.strip_suffix('\n').unwrap_or(text);
        (!is_slug(line)).then(|| ValidationError::of("invalid"))
    }
}

/// The rule of an [`IPAddressField`].
#[derive(Clone, Copy, Debug, Default)]
pub struct IpAddress {
    protocol: Protocol,
}

impl TextRule for IpAddress {
    const MESSAGES: Messages = text_messages! { ("invalid", "Enter a valid IPv4 or IPv6 address.") };

    fn shape(&self) -> Shape {
        let format = match self.protocol {
            Protocol::Both => None,
            Protocol::Ipv4 => Some("ipv4"),
            Protocol::Ipv6 => Some("ipv6"),
        };
        Shape { format, ..Shape::new("string") }
    }

    fn read(&self, data: &Json) -> Option<Result<String, ValidationError>> {
        match data {
            Json::Str(text) if self.protocol != Protocol::Ipv4 && text.contains(':') => {
                let clean = clean_ipv6_address(text, self.protocol == Protocol::Both);
                Some(clean.ok_or(ValidationError::of("invalid")))
            }
            Json::Str(_) | Json::Surrogates(_) => None,
            _ => Some(Err(ValidationError::of("invalid"))),
        }
    }

    fn check(&self, text: &str) -> Option<ValidationError> {
        let (is_good, protocol) = match self.protocol {
            Protocol::Both => (is_ipv4_address(text) || is_ipv6_address(text), "IPv4 or IPv6"),
            Protocol::Ipv4 => (is_ipv4_address(text), "IPv4"),
            Protocol::Ipv6 => (is_ipv6_address(text), "IPv6"),
        };
        // The words are those of Django's validator, which the messages of the field do not change.
        (!is_good).then(|| ErrorDetail::new(format!("Enter a valid {protocol} address."), "invalid").into())
    }
}
