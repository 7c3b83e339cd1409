//! The rules: which values each refuses, and in which words.

use bigdecimal::num_bigint::Sign;

use super::number::{Number, order};
use super::{
    DEFAULT_SCHEMES, INVALID, INVALID_EMAIL, INVALID_SLUG, INVALID_UNICODE_SLUG, INVALID_URL, Limit, email,
    is_int_list, is_ipv4_address, is_ipv6_address, is_slug, is_unicode_slug, is_url, pattern,
};
use crate::files;
use crate::python::str_of_value;
use crate::{Decimal, ErrorDetail, Value, ValueRef};

/// What a value has to fulfil.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Rule {
    /// `MinValueValidator`: of numbers, dates and times.
    MinValue(Limit),
    /// `MaxValueValidator`.
    MaxValue(Limit),
    /// `StepValueValidator`: a multiple of a number, counted from 0 or from an offset.
    Step {
        /// The number.
        size: Limit,
        /// Where counting begins.
        offset: Option<Limit>,
    },
    /// `MinLengthValidator`: of characters, bytes, or values of an array.
    MinLength(u32),
    /// `MaxLengthValidator`.
    MaxLength(u32),
    /// `DecimalValidator`.
    Decimal {
        /// The most digits.
        max_digits: Option<u32>,
        /// The most digits after the point.
        decimal_places: Option<u32>,
    },
    /// `RegexValidator`: Python's `re.search` finds the pattern somewhere in the text. Flags are written in it: `(?i)`.
    Regex {
        /// The pattern, of which [`Regex`](crate::python::Regex) says what it may be.
        pattern: &'static str,
        /// Refuse what matches, instead of what does not.
        inverse_match: bool,
    },
    /// `int_list_validator`: whole numbers with something between them.
    IntList {
        /// What stands between them.
        separator: &'static str,
        /// Whether they may be below zero.
        allow_negative: bool,
    },
    /// `EmailValidator`.
    Email {
        /// Domains that are good as they are.
        allowlist: &'static [&'static str],
    },
    /// `URLValidator`.
    Url {
        /// The schemes that a URL may have, in lower case.
        schemes: &'static [&'static str],
    },
    /// `validate_slug`.
    Slug,
    /// `validate_unicode_slug`.
    UnicodeSlug,
    /// `validate_ipv4_address`.
    Ipv4,
    /// `validate_ipv6_address`.
    Ipv6,
    /// `validate_ipv46_address`.
    Ipv46,
    /// `FileExtensionValidator`: the extensions that a file's name may have, without the dot.
    FileExtension(&'static [&'static str]),
    /// `ProhibitNullCharactersValidator`.
    ProhibitNullCharacters,
    /// One's own function. A refusal without a code gets the code `invalid`.
    Custom(fn(ValueRef<'_>) -> Result<(), ErrorDetail>),
}

/// Why a value is refused: a text, and what it may name.
pub(super) struct Refusal {
    pub(super) message: &'static str,
    pub(super) code: &'static str,
    pub(super) params: Vec<(&'static str, Value)>,
}

impl Refusal {
    fn new<const N: usize>(
        message: &'static str,
        code: &'static str,
        params: [(&'static str, Value); N],
    ) -> Option<Self> {
        Some(Self { message, code, params: params.into() })
    }

    fn invalid(message: &'static str) -> Option<Self> {
        Self::new(message, "invalid", [])
    }
}

impl Rule {
    /// Django's name of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::MinValue(_) => "MinValueValidator",
            Self::MaxValue(_) => "MaxValueValidator",
            Self::Step { .. } => "StepValueValidator",
            Self::MinLength(_) => "MinLengthValidator",
            Self::MaxLength(_) => "MaxLengthValidator",
            Self::Decimal { .. } => "DecimalValidator",
            Self::Regex { .. } => "RegexValidator",
            Self::IntList { .. } => "int_list_validator",
            Self::Email { .. } => "EmailValidator",
            Self::Url { .. } => "URLValidator",
            Self::Slug => "validate_slug",
            Self::UnicodeSlug => "validate_unicode_slug",
            Self::Ipv4 => "validate_ipv4_address",
            Self::Ipv6 => "validate_ipv6_address",
            Self::Ipv46 => "validate_ipv46_address",
            Self::FileExtension(_) => "FileExtensionValidator",
            Self::ProhibitNullCharacters => "ProhibitNullCharactersValidator",
            Self::Custom(_) => "a function",
        }
    }

    /// A regular expression that has to be found in the text.
    pub const fn regex(pattern: &'static str) -> Self {
        Self::Regex { pattern, inverse_match: false }
    }

    /// An e-mail address as Django's `validate_email` has it.
    pub const fn email() -> Self {
        Self::Email { allowlist: email::ALLOWLIST }
    }

    /// A URL as Django's `URLValidator` has it: of `http`, `https`, `ftp` or `ftps`.
    pub const fn url() -> Self {
        Self::Url { schemes: DEFAULT_SCHEMES }
    }

    /// Why the value is refused, unless the rule is one's own function.
    pub(super) fn refusal(self, value: ValueRef<'_>) -> Option<Refusal> {
        let of_text = |message: &'static str, is_good: &dyn Fn(&str) -> bool| match text_of(value) {
            Some(text) if is_good(&text) => None,
            _ => Refusal::invalid(message),
        };
        match self {
            Self::MinValue(limit) => {
                let message = "Ensure this value is greater than or equal to %(limit_value)s.";
                beyond(value, limit, |order| order.is_lt(), message, "min_value")
            }
            Self::MaxValue(limit) => {
                let message = "Ensure this value is less than or equal to %(limit_value)s.";
                beyond(value, limit, |order| order.is_gt(), message, "max_value")
            }
            Self::Step { size, offset } => off_step(value, size, offset),
            Self::MinLength(least) => wrong_length(
                value,
                least,
                |length| length < u64::from(least),
                [
                    "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
                    "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
                ],
                "min_length",
            ),
            Self::MaxLength(most) => wrong_length(
                value,
                most,
                |length| length > u64::from(most),
                [
                    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
                    "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
                ],
                "max_length",
            ),
            Self::Decimal { max_digits, decimal_places } => {
                too_many_digits(value, max_digits, decimal_places)
            }
            Self::Regex { pattern, inverse_match } => of_text(INVALID, &|text| {
                pattern::compiled(pattern).is_ok_and(|regex| regex.search(text) != inverse_match)
            }),
            Self::IntList { separator, allow_negative } => {
                of_text(INVALID, &|text| is_int_list(text, separator, allow_negative))
            }
            Self::Email { allowlist } => of_text(INVALID_EMAIL, &|text| email::is_address(text, allowlist)),
            Self::Url { schemes } => of_text(INVALID_URL, &|text| is_url(text, schemes)),
            Self::Slug => of_text(INVALID_SLUG, &is_slug),
            Self::UnicodeSlug => of_text(INVALID_UNICODE_SLUG, &is_unicode_slug),
            Self::Ipv4 => no_address(value, "IPv4", is_ipv4_address),
            Self::Ipv6 => no_address(value, "IPv6", is_ipv6_address),
            Self::Ipv46 => {
                no_address(value, "IPv4 or IPv6", |text| is_ipv4_address(text) || is_ipv6_address(text))
            }
            Self::FileExtension(allowed) => wrong_extension(value, allowed),
            Self::ProhibitNullCharacters => {
                let is_good = text_of(value).is_some_and(|text| !text.contains('\0'));
                let message = "Null characters are not allowed.";
                if is_good { None } else { Refusal::new(message, "null_characters_not_allowed", []) }
            }
            Self::Custom(_) => None,
        }
    }
}

/// The text that a pattern looks at: Python's `str()` of texts, whole numbers, addresses and files, which is a file's name.
fn text_of(value: ValueRef<'_>) -> Option<std::borrow::Cow<'_, str>> {
    match value {
        ValueRef::Text(text) => Some(text.into()),
        ValueRef::File(upload) => Some(upload.name().into()),
        ValueRef::Int(_) | ValueRef::IpAddress(_) => Some(str_of_value(value).into()),
        _ => None,
    }
}

fn beyond(
    value: ValueRef<'_>,
    limit: Limit,
    is_beyond: fn(std::cmp::Ordering) -> bool,
    message: &'static str,
    code: &'static str,
) -> Option<Refusal> {
    let limit = limit.value();
    let (message, code) = match order(value, limit.as_ref()) {
        Ok(found) if !found.is_some_and(is_beyond) => return None,
        Ok(_) => (message, code),
        Err(_) => (INVALID, "invalid"),
    };
    Refusal::new(message, code, [("limit_value", limit), ("show_value", value.to_owned())])
}

fn off_step(value: ValueRef<'_>, size: Limit, offset: Option<Limit>) -> Option<Refusal> {
    let number = |value: &Value| Number::of(value.as_ref());
    let size_value = size.value();
    let (Some(given), Some(step)) = (Number::of(value), number(&size_value)) else {
        return Refusal::invalid(INVALID);
    };
    let Some(offset) = offset else {
        let message = "Ensure this value is a multiple of step size %(limit_value)s.";
        let params = [("limit_value", size_value), ("show_value", value.to_owned())];
        return if given.is_multiple_of(&step) { None } else { Refusal::new(message, "step_size", params) };
    };
    let Some(offset) = number(&offset.value()) else { return Refusal::invalid(INVALID) };
    if given.minus(&offset).is_multiple_of(&step) {
        return None;
    }
    // Python's `cleaned.__class__(self.offset)`.
    let offset = offset.as_kind_of(&given);
    let (first, second) = (offset.plus(&step), offset.plus(&step).plus(&step));
    let message = "Ensure this value is a multiple of step size %(limit_value)s, starting from %(offset)s, \
                   e.g. %(offset)s, %(valid_value1)s, %(valid_value2)s, and so on.";
    let params = [
        ("limit_value", size_value),
        ("offset", offset.into()),
        ("valid_value1", first.into()),
        ("valid_value2", second.into()),
    ];
    Refusal::new(message, "step_size", params)
}

fn wrong_length(
    value: ValueRef<'_>,
    limit: u32,
    is_wrong: impl Fn(u64) -> bool,
    [singular, plural]: [&'static str; 2],
    code: &'static str,
) -> Option<Refusal> {
    let length = match value {
        ValueRef::Text(text) => text.chars().count(),
        ValueRef::Bytes(bytes) => bytes.len(),
        ValueRef::Array(items) => items.len(),
        _ => return Refusal::invalid(INVALID),
    } as u64;
    if !is_wrong(length) {
        return None;
    }
    let message = if limit == 1 { singular } else { plural };
    let params = [("limit_value", Value::Int(limit.into())), ("show_value", Value::Int(length as i64))];
    Refusal::new(message, code, params)
}

fn too_many_digits(
    value: ValueRef<'_>,
    max_digits: Option<u32>,
    decimal_places: Option<u32>,
) -> Option<Refusal> {
    let Some(Number::Decimal(number)) = Number::of(value) else { return Refusal::invalid("Enter a number.") };
    let (digits, decimals) = digits_of(&number);
    let refused = |[singular, plural]: [&'static str; 2], code, most: u32| {
        let message = if most == 1 { singular } else { plural };
        Refusal::new(message, code, [("max", Value::Int(most.into()))])
    };
    match (max_digits, decimal_places) {
        (Some(most), _) if digits > u64::from(most) => refused(
            [
                "Ensure that there are no more than %(max)s digit in total.",
                "Ensure that there are no more than %(max)s digits in total.",
            ],
            "max_digits",
            most,
        ),
        (_, Some(most)) if decimals > u64::from(most) => refused(
            [
                "Ensure that there are no more than %(max)s decimal place.",
                "Ensure that there are no more than %(max)s decimal places.",
            ],
            "max_decimal_places",
            most,
        ),
        (Some(all), Some(places)) if digits - decimals > u64::from(all.saturating_sub(places)) => refused(
            [
                "Ensure that there are no more than %(max)s digit before the decimal point.",
                "Ensure that there are no more than %(max)s digits before the decimal point.",
            ],
            "max_whole_digits",
            all.saturating_sub(places),
        ),
        _ => None,
    }
}

/// How many digits a number has, and how many of them after the point, as Django counts them.
fn digits_of(number: &Decimal) -> (u64, u64) {
    let (integer, scale) = number.as_bigint_and_exponent();
    let written = integer.magnitude().to_string().len() as u64;
    let decimals = u64::try_from(scale).unwrap_or(0);
    let zeros = if integer.sign() == Sign::NoSign { 0 } else { u64::try_from(-scale).unwrap_or(0) };
    (if decimals > written { decimals } else { written + zeros }, decimals)
}

fn no_address(
    value: ValueRef<'_>,
    protocol: &'static str,
    is_address: impl Fn(&str) -> bool,
) -> Option<Refusal> {
    let is_good = text_of(value).is_some_and(|text| is_address(&text));
    let params = [("protocol", Value::Text(protocol.to_owned()))];
    if is_good { None } else { Refusal::new("Enter a valid %(protocol)s address.", "invalid", params) }
}

fn wrong_extension(value: ValueRef<'_>, allowed: &[&str]) -> Option<Refusal> {
    let extension = match value {
        ValueRef::Text(name) => files::extension(name).to_lowercase(),
        ValueRef::File(upload) => upload.extension(),
        _ => return Refusal::invalid(INVALID),
    };
    let mut allowed = allowed.iter().map(|allowed| allowed.to_lowercase());
    if allowed.clone().any(|allowed| allowed == extension) {
        return None;
    }
    let all = allowed.by_ref().collect::<Vec<_>>().join(", ");
    Refusal::new(
        "File extension “%(extension)s” is not allowed. Allowed extensions are: %(allowed_extensions)s.",
        "invalid_extension",
        [("extension", Value::Text(extension)), ("allowed_extensions", Value::Text(all))],
    )
}
