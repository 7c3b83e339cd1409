//! Media types and their parameters, as Django and DRF read them.

use super::charset::Charset;

/// A media type: `application/json; indent=4`.
#[derive(Clone, Debug, PartialEq)]
pub struct MediaType {
    /// In lower case, without parameters.
    full: String,
    /// Where its slash is, or its end.
    slash: usize,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Parses a header's value. This never fails; a text that is not a media type matches nothing.
    pub fn parse(text: &str) -> Self {
        if memchr::memchr2(b';', b'"', text.as_bytes()).is_none() {
            return Self::plain(text);
        }
        let mut parts = outside_quotes(text);
        let full = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let slash = full.find('/').unwrap_or(full.len());
        Self { full, slash, parameters: parts.filter_map(parameter).collect() }
    }

    fn plain(text: &str) -> Self {
        let full = text.trim().to_ascii_lowercase();
        let slash = full.find('/').unwrap_or(full.len());
        Self { full, slash, parameters: Vec::new() }
    }

    /// What stands before the slash.
    fn main(&self) -> &str {
        &self.full[..self.slash]
    }

    /// What stands after it.
    fn sub(&self) -> &str {
        self.full.get(self.slash + 1..).unwrap_or_default()
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether this media type, without its parameters, is another's text.
    pub fn is(&self, full: &str) -> bool {
        full.split_once('/') == Some((self.main(), self.sub()))
    }

    /// How specific it is: 0 for `*/*`, 1 for `text/*`, 2 for `text/html` and 3 with parameters other than `q`.
    pub fn precedence(&self) -> u8 {
        match (self.main(), self.sub()) {
            ("*", _) => 0,
            (_, "*") => 1,
            _ if self.parameters.iter().all(|(name, _)| name == "q") => 2,
            _ => 3,
        }
    }

    /// Whether this media type, of a renderer or parser, matches the wanted one.
    pub fn matches(&self, wanted: &Self) -> bool {
        let alike = |ours: &str, theirs: &str| ours == "*" || theirs == "*" || ours == theirs;
        let parameters = self.parameters.iter().filter(|(name, _)| name != "q");
        parameters.into_iter().all(|(name, value)| wanted.parameter(name) == Some(value))
            && alike(self.sub(), wanted.sub())
            && alike(self.main(), wanted.main())
    }

    /// Whether it matches `*/*`: none of its parameters has to be asked for.
    pub fn needs_no_parameter(&self) -> bool {
        self.parameters.iter().all(|(name, _)| name == "q")
    }

    /// Whether a media type without parameters, of a parser, matches this one.
    pub fn covers(&self, full: &str) -> bool {
        let alike = |ours: &str, theirs: &str| ours == "*" || ours == theirs;
        let (main, sub) = full.split_once('/').unwrap_or((full, ""));
        alike(self.main(), main) && alike(self.sub(), sub)
    }
}

fn parameter(part: &str) -> Option<(String, String)> {
    let (name, value) = part.split_once('=').unwrap_or((part, ""));
    let name = name.trim().to_ascii_lowercase();
    let value = unquoted(value.trim());
    match name.strip_suffix('*').filter(|name| !name.is_empty()) {
        Some(name) => Some((name.to_owned(), extended(&value).unwrap_or(value))),
        None => (!name.is_empty()).then_some((name, value)),
    }
}

/// RFC 2231: `utf-8'en'na%C3%AFve`.
fn extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_, quoted) = rest.split_once('\'')?;
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(quoted).collect();
    Some(Charset::named(Some(charset)).ok()?.decode_lossy(&bytes))
}

fn unquoted(value: &str) -> String {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\\", "\\").replace("\\\"", "\""),
        None => value.to_owned(),
    }
}

/// The parts between semicolons that stand outside of quotes.
pub fn outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' => return !quoted,
            _ => {}
        }
        false
    })
}
