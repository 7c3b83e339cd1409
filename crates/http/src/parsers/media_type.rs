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
        Self { full, slash, parameters: parameters(parts) }
    }

    fn plain(text: &str) -> Self {
        let full = text.trim().to_ascii_lowercase();
        let slash = full.find('/').unwrap_or(full.len());
        Self { full, slash, parameters: Vec::new() }
    }

    /// The media type without its parameters, in lower case.
    pub fn full(&self) -> &str {
        &self.full
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
}

/// The parameters in the order in which Python's `email` finds them: those of RFC 2231 come after the others.
fn parameters<'a>(parts: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let mut plain = Vec::new();
    let mut sections: Vec<(String, Vec<Section>)> = Vec::new();
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (name.trim().to_ascii_lowercase(), unquoted(value.trim()));
        match Section::read(&name, value) {
            Ok((name, section)) => match sections.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => known.push(section),
                None => sections.push((name.to_owned(), vec![section])),
            },
            Err(value) if !name.is_empty() => plain.push((name, value)),
            Err(_) => {}
        }
    }
    plain.extend(sections.into_iter().map(|(name, sections)| (name, joined(sections))));
    plain
}

/// A part of the value of a parameter: `filename*0*=utf-8''na%C3%AFve`, or the whole of it: `filename*=utf-8''na%C3%AFve`.
struct Section {
    number: Option<u32>,
    value: String,
    is_encoded: bool,
}

impl Section {
    /// The name of the parameter, and the section; the value as it is where the name has no star.
    fn read(name: &str, value: String) -> Result<(&str, Self), String> {
        let is_word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
        let is_encoded = name.ends_with('*');
        let section = name.split_once('*').filter(|(name, _)| is_word(name)).and_then(|(name, number)| {
            match number.strip_suffix('*').unwrap_or(number) {
                "" if number.is_empty() => Some((name, None)),
                digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                    digits.parse().ok().map(|number| (name, Some(number)))
                }
                _ => None,
            }
        });
        match section {
            Some((name, number)) => Ok((name, Self { number, value, is_encoded })),
            None => Err(value),
        }
    }
}

/// The value of which these are the parts. One without a number is the first one where there is no other.
fn joined(mut sections: Vec<Section>) -> String {
    if sections.iter().any(|section| section.number == Some(0)) {
        sections.retain(|section| section.number.is_some());
    }
    sections.sort_by_key(|section| section.number.unwrap_or(0));
    if !sections.iter().any(|section| section.is_encoded) {
        return sections.into_iter().map(|section| section.value).collect();
    }
    let mut bytes = Vec::new();
    for Section { value, is_encoded, .. } in sections {
        match is_encoded {
            true => bytes.extend(percent_encoding::percent_decode_str(&value)),
            false => bytes.extend(value.chars().map(|c| u8::try_from(c).unwrap_or(b'?'))),
        }
    }
    let mut parts = bytes.splitn(3, |byte| *byte == b'\'');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(charset), Some(_), Some(text)) => {
            let charset = String::from_utf8_lossy(charset);
            let charset = if charset.is_empty() { "latin-1" } else { charset.as_ref() };
            Charset::named(Some(charset)).unwrap_or(Charset::Utf8).decode_lossy(text)
        }
        // Without a charset they are bytes of ASCII.
        _ => Charset::Ascii.decode_lossy(&bytes),
    }
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

#[cfg(test)]
mod tests {
    use super::MediaType;

    #[test]
    fn parameters_are_read_as_django_reads_them() {
        // What `parse_header_parameters` of Django 5.2 answers for `filename`.
        for (header, expected) in [
            ("attachment; filename=a.txt", Some("a.txt")),
            ("a; filename*=utf-8''na%C3%AFve.txt; filename=b", Some("naïve.txt")),
            ("a; filename=x; filename=y", Some("y")),
            ("a; filename*0=a; filename*1=b.txt", Some("ab.txt")),
            ("a; filename*1*=%C3%A9; filename*0*=utf-8''x", Some("xé")),
            ("a; filename*0*=utf-8''a%20; filename*1=b%20c", Some("a b%20c")),
            ("a; filename*2=a; filename=b", Some("a")),
            ("a; filename*=a.txt", Some("a.txt")),
            ("a; filename*=''a%E9.txt", Some("aé.txt")),
            ("a; filename*='x'y", Some("y")),
            ("a; filename*=utf-8'a.txt", Some("utf-8'a.txt")),
            ("a; filename*=latin-1'en'%E9.txt", Some("é.txt")),
            ("a; filename*=utf-8''%ff%fe", Some("\u{fffd}\u{fffd}")),
            ("a; filename=\"a;b\\\"c.txt\"", Some("a;b\"c.txt")),
            ("a; filename = \" a \" ", Some(" a ")),
            ("a; FILENAME=A.TXT", Some("A.TXT")),
            ("a; filename", Some("")),
            ("filename=a.txt", None),
        ] {
            assert_eq!(MediaType::parse(header).parameter("filename"), expected, "{header}");
        }
    }
}
