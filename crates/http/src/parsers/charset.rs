//! The charsets of bodies.

use std::borrow::Cow;

use crate::exceptions::{Error, Result};

/// A charset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Latin1,
    Ascii,
    /// UTF-8, perhaps behind a byte order mark.
    Utf8Sig,
    /// Windows' latin-1, with letters where that has control characters.
    Cp1252,
    /// Two bytes a unit, the order said by a byte order mark.
    Utf16,
    /// Two bytes a unit, the lower first.
    Utf16Le,
    /// Two bytes a unit, the higher first.
    Utf16Be,
}

/// What stands at 0x80 to 0x9f of [`Charset::Cp1252`].
const CP1252: &[char; 32] = &[
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}',
    '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

/// Python's codecs that are not charsets, which DRF refuses.
const NOT_FOR_TEXT: &[&str] = &[
    "base64",
    "base-64",
    "base64-codec",
    "bz2",
    "bz2-codec",
    "hex",
    "hex-codec",
    "quopri",
    "quopri-codec",
    "quoted-printable",
    "uu",
    "uu-codec",
    "zip",
    "zlib",
    "zlib-codec",
    "rot13",
    "rot-13",
];

/// Python's `normalize_encoding`, with hyphens: whatever stands between letters and digits is one.
fn normalized(name: &str) -> String {
    let mut normalized = String::with_capacity(name.len());
    let mut is_apart = false;
    for c in name.chars() {
        if !c.is_alphanumeric() && c != '.' {
            is_apart = true;
            continue;
        }
        if std::mem::take(&mut is_apart) && !normalized.is_empty() {
            normalized.push('-');
        }
        if c.is_ascii() {
            normalized.push(c.to_ascii_lowercase());
        }
    }
    normalized
}

impl Charset {
    /// A charset by name. As in Django, an unknown name means UTF-8.
    ///
    /// # Errors
    /// 400 when the name is that of a codec for bytes, such as `bz2`.
    pub(crate) fn named(name: Option<&str>) -> Result<Self> {
        let given = name.unwrap_or_default();
        match normalized(given).as_str() {
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "l1" | "latin" => {
                Ok(Self::Latin1)
            }
            "ascii" | "us-ascii" | "646" => Ok(Self::Ascii),
            "utf-8-sig" | "utf8-sig" => Ok(Self::Utf8Sig),
            "cp1252" | "windows-1252" | "1252" => Ok(Self::Cp1252),
            "utf-16" | "utf16" | "u16" => Ok(Self::Utf16),
            "utf-16-le" | "utf-16le" => Ok(Self::Utf16Le),
            "utf-16-be" | "utf-16be" => Ok(Self::Utf16Be),
            codec if NOT_FOR_TEXT.contains(&codec) => {
                Err(Error::parse(format!("Unsupported charset \"{given}\" in request Content-Type header.")))
            }
            _ => Ok(Self::Utf8),
        }
    }

    /// Whether Python has a codec of this name. (Of those that decode nothing here, and are read as UTF-8, it is not told.)
    pub(crate) fn is_known(name: &str) -> bool {
        let is_utf_8 = ["utf-8", "utf8", "u8", "utf", "cp65001"];
        is_utf_8.contains(&normalized(name).as_str()) || !matches!(Self::named(Some(name)), Ok(Self::Utf8))
    }

    /// The text of some bytes, with U+FFFD for what is none.
    pub(crate) fn decode_lossy(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Self::Ascii => bytes
                .iter()
                .map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{fffd}' })
                .collect(),
            Self::Utf8Sig => Self::Utf8.decode_lossy(without_mark(bytes)),
            Self::Cp1252 => bytes.iter().map(|byte| cp1252(*byte)).collect(),
            Self::Utf16 | Self::Utf16Le | Self::Utf16Be => {
                let half = if bytes.len().is_multiple_of(2) { "" } else { "\u{fffd}" };
                String::from_utf16_lossy(&self.units(bytes)) + half
            }
        }
    }

    /// The text of some bytes that are nothing else, to the last one.
    fn decode_all(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Self::Utf16 | Self::Utf16Le | Self::Utf16Be if bytes.len().is_multiple_of(2) => {
                String::from_utf16(&self.units(bytes)).ok()
            }
            Self::Utf16 | Self::Utf16Le | Self::Utf16Be => None,
            _ => self.decode(bytes).ok().map(Cow::into_owned),
        }
    }

    /// The text of a form: latin-1, says Django, when it is not in its charset.
    pub(crate) fn decode_form(self, bytes: &[u8]) -> String {
        self.decode_all(bytes).unwrap_or_else(|| Self::Latin1.decode_lossy(bytes))
    }

    /// The text of some bytes, as Python's stream reader reads them: a character that is cut off at the end is left out.
    ///
    /// # Errors
    /// Python's words on the first byte that is no text.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, String> {
        match self {
            Self::Latin1 => Ok(self.decode_lossy(bytes).into()),
            Self::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
                None => Ok(self.decode_lossy(bytes).into()),
                Some(at) => Err(format!(
                    "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                    bytes[at]
                )),
            },
            Self::Utf8Sig => Self::Utf8.decode(without_mark(bytes)),
            Self::Cp1252 => match bytes.iter().position(|byte| cp1252(*byte) == '\u{fffd}') {
                None => Ok(self.decode_lossy(bytes).into()),
                Some(at) => Err(format!(
                    "'charmap' codec can't decode byte 0x{:02x} in position {at}: character maps to <undefined>",
                    bytes[at]
                )),
            },
            Self::Utf16 if !matches!(bytes, [0xfe, 0xff, ..] | [0xff, 0xfe, ..]) => {
                Err("UTF-16 stream does not start with BOM".to_owned())
            }
            Self::Utf16 | Self::Utf16Le | Self::Utf16Be => String::from_utf16(&self.units(bytes))
                .map(Cow::Owned)
                .map_err(|_| "'utf-16' codec can't decode the body: illegal encoding".to_owned()),
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(text.into()),
                Err(error) => utf8_error(bytes, error),
            },
        }
    }
}

impl Charset {
    fn units(self, bytes: &[u8]) -> Vec<u16> {
        let (bytes, higher_first) = match (self, bytes) {
            (Self::Utf16, [0xfe, 0xff, rest @ ..]) => (rest, true),
            (Self::Utf16, [0xff, 0xfe, rest @ ..]) => (rest, false),
            (Self::Utf16Be, rest) => (rest, true),
            (_, rest) => (rest, false),
        };
        let unit = if higher_first { u16::from_be_bytes } else { u16::from_le_bytes };
        bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect()
    }
}

/// The character of a byte; U+FFFD where there is none.
pub(super) fn cp1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => CP1252[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn utf8_error(bytes: &[u8], error: std::str::Utf8Error) -> Result<Cow<'_, str>, String> {
    let start = error.valid_up_to();
    let Some(length) = error.error_len() else {
        return Ok(String::from_utf8_lossy(&bytes[..start]));
    };
    let reason = match bytes[start] {
        0xc2..=0xf4 => "invalid continuation byte",
        _ => "invalid start byte",
    };
    let place = match length {
        1 => format!("byte 0x{:02x} in position {start}", bytes[start]),
        _ => format!("bytes in position {start}-{}", start + length - 1),
    };
    Err(format!("'utf-8' codec can't decode {place}: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_bytes_are_worded_as_python_words_them() {
        for (bytes, expected) in [
            (
                &b"{\"a\":\"\xff\"}"[..],
                "'utf-8' codec can't decode byte 0xff in position 6: invalid start byte",
            ),
            (b"\xe2\x82x", "'utf-8' codec can't decode bytes in position 0-1: invalid continuation byte"),
            (b"a\xc3x", "'utf-8' codec can't decode byte 0xc3 in position 1: invalid continuation byte"),
            (
                b"\xed\xa0\x80",
                "'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte",
            ),
            (b"\x80", "'utf-8' codec can't decode byte 0x80 in position 0: invalid start byte"),
        ] {
            assert_eq!(Charset::Utf8.decode(bytes).expect_err("bad bytes"), expected);
        }
        assert_eq!(Charset::Utf8.decode(b"{}\xe2\x82").as_deref(), Ok("{}"));
    }
}
