//! A text that is stored inside the value when it is short, as most keys and many values are. A separate allocation
//! for such a text takes four times the memory that it needs.

use std::fmt;
use std::ops::Deref;

/// How many bytes fit where a longer text has its address and its length.
const SHORT: usize = 22;

/// A text, used like a `&str`.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Place);

/// Where a text is depends on its length alone, and unused bytes are 0: equal texts are equal here.
#[derive(Clone, PartialEq, Eq)]
enum Place {
    Here { length: u8, bytes: [u8; SHORT] },
    Elsewhere(Box<str>),
}

impl Text {
    /// The text as UTF-8.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Place::Here { length, bytes } => &bytes[..usize::from(*length).min(SHORT)],
            Place::Elsewhere(text) => text.as_bytes(),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // The bytes were copied from a `str`.
            Place::Here { .. } => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Place::Elsewhere(text) => text,
        }
    }

    /// Makes an empty text another one, where it is.
    #[inline(always)]
    pub(super) fn set(&mut self, text: &str) {
        match &mut self.0 {
            Place::Here { length, bytes } if text.len() <= SHORT => {
                bytes[..text.len()].copy_from_slice(text.as_bytes());
                *length = text.len() as u8;
            }
            place => *place = Place::Elsewhere(text.into()),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(Place::Here { length: 0, bytes: [0; SHORT] })
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut new = Self::default();
        new.set(text);
        new
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        if text.len() <= SHORT { Self::from(text.as_str()) } else { Self(Place::Elsewhere(text.into())) }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length_are_what_they_were_made_of() {
        for length in 0..64 {
            let made_of = "é".repeat(length / 2) + &"x".repeat(length % 2);
            let text = Text::from(made_of.as_str());
            assert_eq!(text.as_str(), made_of);
            assert_eq!(text, *made_of);
            assert_eq!(text, Text::from(made_of.clone()));
            assert_ne!(text, Text::from(format!("{made_of}\0")));
        }
    }
}
