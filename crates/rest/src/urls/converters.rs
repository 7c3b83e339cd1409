//! Path converters: which texts a name in angle brackets takes. Django's stand here, and one's own have a trait.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A converter of one's own, which [`Urls::register_converter`](super::Urls::register_converter) names: Django's `register_converter`.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::urls::{PathConverter, Urls};
/// use belleville::views::View;
///
/// /// `2026`, and never `26`.
/// struct FourDigitYear;
///
/// impl PathConverter for FourDigitYear {
///     fn regex(&self) -> &str {
///         "[0-9]{4}"
///     }
///
///     fn to_url(&self, value: &str) -> Option<String> {
///         Some(format!("{:04}", value.parse::<u16>().ok()?))
///     }
/// }
///
/// let urls = Urls::new()
///     .register_converter("yyyy", FourDigitYear)
///     .path("articles/<yyyy:year>/", View::new("Articles"))
///     .name("article-year");
/// assert_eq!(urls.reverse("article-year", [("year", 33)])?, "/articles/0033/");
/// assert!(urls.resolve("/articles/33/").is_none());
/// # Ok::<(), belleville::urls::NoReverseMatch>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a converter",
    label = "implement PathConverter for it: `fn regex(&self) -> &str`"
)]
pub trait PathConverter: Send + Sync + 'static {
    /// Which texts it takes: a regular expression of Python, without groups.
    fn regex(&self) -> &str;

    /// What the handler reads of the text of a path; none where the path is none of the route, as where Python's raises `ValueError`.
    fn to_python(&self, text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    /// The text of a path for a value; none where the value has none.
    fn to_url(&self, value: &str) -> Option<String> {
        Some(value.to_owned())
    }
}

/// A converter of one's own, with its name.
#[derive(Clone)]
pub(super) struct OwnConverter {
    pub(super) name: Arc<str>,
    pub(super) converter: Arc<dyn PathConverter>,
}

impl fmt::Debug for OwnConverter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnConverter").field(&self.name).finish()
    }
}

/// Which texts a name takes.
#[derive(Clone, Debug)]
pub(super) enum Converter {
    /// `[0-9]+`.
    Int,
    /// `[^/]+`.
    Str,
    /// `[-a-zA-Z0-9_]+`.
    Slug,
    /// Eight, four, four, four and twelve of `[0-9a-f]`.
    Uuid,
    /// `.+`: slashes too.
    Path,
    /// `[^/.]+`: DRF's `lookup_value_regex`.
    Lookup,
    /// One's own.
    Own(OwnConverter),
    /// The name of one that nobody has registered yet.
    Unknown(Arc<str>),
}

/// What [`Converter::by_name`] knows.
pub(super) const NAMES: &[&str] = &["int", "str", "slug", "uuid", "path"];

/// The most digits that Python's `int()` reads.
const MOST_DIGITS: usize = 4_300;

const UUID_LENGTH: usize = 36;

impl Converter {
    pub(super) fn by_name(name: &str) -> Option<Self> {
        match name {
            "int" => Some(Self::Int),
            "str" => Some(Self::Str),
            "slug" => Some(Self::Slug),
            "uuid" => Some(Self::Uuid),
            "path" => Some(Self::Path),
            _ => None,
        }
    }

    /// The name in a route.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Int => "int",
            Self::Str | Self::Lookup => "str",
            Self::Slug => "slug",
            Self::Uuid => "uuid",
            Self::Path => "path",
            Self::Own(own) => &own.name,
            Self::Unknown(name) => name,
        }
    }

    /// The regular expression, as Django has it.
    pub(super) fn regex(&self) -> &str {
        match self {
            Self::Int => "[0-9]+",
            Self::Str => "[^/]+",
            Self::Slug => "[-a-zA-Z0-9_]+",
            Self::Uuid => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            Self::Path => ".+",
            Self::Lookup => "[^/.]+",
            Self::Own(own) => own.converter.regex(),
            Self::Unknown(_) => "(?:[^/]+)",
        }
    }

    /// The text of a path for a value.
    pub(super) fn to_url<'a>(&self, value: &'a str) -> Option<Cow<'a, str>> {
        match self {
            Self::Own(own) => own.converter.to_url(value).map(Cow::Owned),
            _ => Some(Cow::Borrowed(value)),
        }
    }

    /// Whether a text of this kind may go on with a byte. A UUID has its length, so that nothing after it belongs to it.
    pub(super) fn takes(&self, byte: u8) -> bool {
        match self {
            Self::Int => byte.is_ascii_digit(),
            Self::Str => byte != b'/',
            Self::Slug => byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_',
            Self::Uuid | Self::Own(_) | Self::Unknown(_) => false,
            Self::Path => byte != b'\n',
            Self::Lookup => byte != b'/' && byte != b'.',
        }
    }

    /// The length of the longest beginning of a text that is of this kind.
    pub(super) fn longest(&self, text: &str) -> Option<usize> {
        if matches!(self, Self::Uuid) {
            return begins_with_uuid(text.as_bytes()).then_some(UUID_LENGTH);
        }
        let end = text.bytes().position(|byte| !self.takes(byte)).unwrap_or(text.len());
        (end > 0).then_some(end)
    }

    /// Whether a whole text is of this kind.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.longest(text) == Some(text.len())
    }

    /// For each position of a path, the last good end of a text of this kind that begins there.
    pub(super) fn ends(&self, path: &str, good: &[bool]) -> Vec<Option<usize>> {
        let bytes = path.as_bytes();
        let mut ends = vec![None; path.len() + 1];
        for position in (0..path.len()).rev() {
            ends[position] = if matches!(self, Self::Uuid) {
                let end = position + UUID_LENGTH;
                (begins_with_uuid(&bytes[position..]) && good[end]).then_some(end)
            } else if !self.takes(bytes[position]) {
                None
            } else {
                let next = position + 1;
                ends[next].or((good[next] && path.is_char_boundary(next)).then_some(next))
            };
        }
        ends
    }

    /// What the handler reads; none when Python's converter refuses it.
    pub(super) fn value(&self, text: &str) -> Option<String> {
        match self {
            Self::Own(own) => own.converter.to_python(text),
            Self::Int if text.len() > MOST_DIGITS => None,
            Self::Int => {
                let significant = text.trim_start_matches('0');
                Some(if significant.is_empty() { "0" } else { significant }.to_owned())
            }
            _ => Some(text.to_owned()),
        }
    }
}

fn begins_with_uuid(bytes: &[u8]) -> bool {
    bytes.get(..UUID_LENGTH).is_some_and(|bytes| {
        bytes.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(byte),
        })
    })
}
