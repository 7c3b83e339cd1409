//! The charsets that a body may be in.

/// A charset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Latin1,
    Ascii,
}

impl Charset {
    /// A charset by name; as in Django, one that is not known is taken for UTF-8.
    pub(crate) fn named(name: Option<&str>) -> Self {
        let name = name.unwrap_or_default().to_ascii_lowercase().replace(['_', ' '], "-");
        match name.as_str() {
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "l1" | "latin" => {
                Self::Latin1
            }
            "ascii" | "us-ascii" | "646" => Self::Ascii,
            _ => Self::Utf8,
        }
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
        }
    }

    /// The text of some bytes, as Python's stream reader reads them: a character that is cut off at the end is left out.
    ///
    /// # Errors
    /// Python's words on the first byte that is no text.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<String, String> {
        match self {
            Self::Latin1 => Ok(self.decode_lossy(bytes)),
            Self::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
                None => Ok(self.decode_lossy(bytes)),
                Some(at) => Err(format!(
                    "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                    bytes[at]
                )),
            },
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(text.to_owned()),
                Err(error) => utf8_error(bytes, error),
            },
        }
    }
}

fn utf8_error(bytes: &[u8], error: std::str::Utf8Error) -> Result<String, String> {
    let start = error.valid_up_to();
    let Some(length) = error.error_len() else {
        return Ok(String::from_utf8_lossy(&bytes[..start]).into_owned());
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
