//! Django's path converters: which characters a name in angle brackets takes.

/// Which texts a name takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Str | Self::Lookup => "str",
            Self::Slug => "slug",
            Self::Uuid => "uuid",
            Self::Path => "path",
        }
    }

    /// Whether a text of this kind may go on with a byte. A UUID has its length, so that nothing after it belongs to it.
    pub(super) fn takes(self, byte: u8) -> bool {
        match self {
            Self::Int => byte.is_ascii_digit(),
            Self::Str => byte != b'/',
            Self::Slug => byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_',
            Self::Uuid => false,
            Self::Path => byte != b'\n',
            Self::Lookup => byte != b'/' && byte != b'.',
        }
    }

    /// The length of the longest beginning of a text that is of this kind.
    pub(super) fn longest(self, text: &str) -> Option<usize> {
        if self == Self::Uuid {
            return begins_with_uuid(text.as_bytes()).then_some(UUID_LENGTH);
        }
        let end = text.bytes().position(|byte| !self.takes(byte)).unwrap_or(text.len());
        (end > 0).then_some(end)
    }

    /// Whether a whole text is of this kind.
    pub(super) fn fits(self, text: &str) -> bool {
        self.longest(text) == Some(text.len())
    }

    /// For each position of a path, the last good end of a text of this kind that begins there.
    pub(super) fn ends(self, path: &str, good: &[bool]) -> Vec<Option<usize>> {
        let bytes = path.as_bytes();
        let mut ends = vec![None; path.len() + 1];
        for position in (0..path.len()).rev() {
            ends[position] = if self == Self::Uuid {
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
    pub(super) fn value(self, text: &str) -> Option<String> {
        match self {
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
