//! Text from clients in the log: a path, a name, a header, or an error that quotes one. Such text cannot begin a new
//! line, move a terminal's cursor, change the direction of writing or fill the disk, whichever subscriber writes the
//! log.

use std::fmt::{self, Display, Write};

/// How many characters of a text are shown, escapes counted as they are written.
const LONGEST: usize = 1000;

/// A text with characters that cannot be printed escaped as in Rust: `\n`, `\u{1b}`, `\u{202e}`. Only the beginning
/// of a long text is shown.
///
/// ```
/// # use belleville_http::printable::Printable;
/// assert_eq!(Printable("/a\n\u{1b}[2J\u{85}ä").to_string(), r"/a\n\u{1b}[2J\u{85}ä");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Printable<T>(pub T);

/// The same between quotes, so that spaces and `key=value` are visibly part of the text.
///
/// ```
/// # use belleville_http::printable::Quoted;
/// assert_eq!(Quoted(r#"eve" user_id=1"#).to_string(), r#""eve\" user_id=1""#);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Quoted<T>(pub T);

impl<T: Display> Display for Printable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, &self.0, false)
    }
}

impl<T: Display> Display for Quoted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        write_escaped(f, &self.0, true)?;
        f.write_char('"')
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, text: &dyn Display, quotes: bool) -> fmt::Result {
    let mut escaper = Escaper { out: f, quotes, left: LONGEST, is_cut: false };
    let written = write!(escaper, "{text}");
    if escaper.is_cut { f.write_str("...") } else { written }
}

/// Escapes what is written to it, and stops at the limit.
struct Escaper<'a, 'b> {
    out: &'a mut fmt::Formatter<'b>,
    quotes: bool,
    left: usize,
    is_cut: bool,
}

impl Escaper<'_, '_> {
    /// Whether a character is written as it is.
    fn is_plain(&self, byte: u8) -> bool {
        matches!(byte, b' '..=b'~') && byte != b'\\' && !(byte == b'"' && self.quotes)
    }
}

impl Write for Escaper<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() <= self.left && text.bytes().all(|byte| self.is_plain(byte)) {
            self.left -= text.len();
            return self.out.write_str(text);
        }
        text.chars().try_for_each(|c| self.write_char(c))
    }

    fn write_char(&mut self, c: char) -> fmt::Result {
        let is_plain = u8::try_from(c).is_ok_and(|byte| self.is_plain(byte));
        let length = if is_plain { 1 } else { c.escape_debug().len() };
        if length > self.left {
            self.is_cut = true;
            return Err(fmt::Error);
        }
        self.left -= length;
        if is_plain { self.out.write_char(c) } else { write!(self.out, "{}", c.escape_debug()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_print_is_escaped() {
        for (text, shown) in [
            ("", ""),
            ("/api/é/日本/😀?'\"", "/api/é/日本/😀?'\""),
            ("a\r\nINFO forged", r"a\r\nINFO forged"),
            ("\u{1b}[31m\u{7f}\0\t\u{8}", r"\u{1b}[31m\u{7f}\0\t\u{8}"),
            ("\u{9b}31m\u{85}", r"\u{9b}31m\u{85}"),
            ("\u{2028}\u{2029}\u{feff}", r"\u{2028}\u{2029}\u{feff}"),
            ("\u{202e}\u{2066}\u{200f}\u{61c}", r"\u{202e}\u{2066}\u{200f}\u{61c}"),
            ("\u{a0}\u{3000}\u{e0001}\u{fff9}", r"\u{a0}\u{3000}\u{e0001}\u{fff9}"),
            // A backslash is told from the escapes.
            (r"\n", r"\\n"),
        ] {
            assert_eq!(Printable(text).to_string(), shown);
            assert_eq!(Quoted(text).to_string(), format!("\"{}\"", shown.replace('"', "\\\"")));
        }
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(Printable("x".repeat(LONGEST)).to_string(), "x".repeat(LONGEST));
        assert_eq!(Printable("x".repeat(LONGEST + 1)).to_string(), "x".repeat(LONGEST) + "...");
        let shown = Quoted("\u{202e}".repeat(5000)).to_string();
        assert!(shown.len() <= LONGEST + 5 && shown.ends_with("}...\""), "{shown}");
    }
}
