//! A stage of a pattern that is one regular expression: that of `re_path`, or of a path with a converter of one's own.

use std::sync::Arc;

use super::converters::Converter;
use super::normalize::{Piece, normalize};
use super::path_stage::{Kwargs, Part};
use super::pattern::{FORMAT, Suffix};
use crate::python::Regex;

/// How a format suffix ends, as DRF has it.
const SUFFIX: &str = r"\.(?P<format>[a-z0-9]+)/?";

/// A regular expression with what is known of its groups.
#[derive(Clone, Debug)]
pub(super) struct RegexStage {
    written: Written,
    /// Nothing follows the stage but what is in it.
    is_endpoint: bool,
    matcher: Regex,
    /// The paths that are written from it, without a format suffix.
    pub(super) forms: Vec<Vec<Part>>,
}

/// What a stage was made of.
#[derive(Clone, Debug)]
pub(super) enum Written {
    /// A regular expression, with the converters of some of its groups.
    Regex { text: String, converters: Vec<(Arc<str>, Converter)> },
    /// The parts of a path.
    Path(Vec<Part>),
}

impl RegexStage {
    /// Compiles a stage; the error says what is wrong with it.
    pub(super) fn new(written: Written, is_endpoint: bool) -> Result<Self, String> {
        Self::compiled(written, is_endpoint, None)
    }

    /// The same stage with a format suffix in place of the last slash.
    pub(super) fn with_suffix(&self) -> Result<Self, String> {
        let written = match &self.written {
            Written::Regex { text, converters } => {
                let text = text.trim_end_matches('$').trim_end_matches('/').to_owned();
                Written::Regex { text, converters: converters.clone() }
            }
            Written::Path(parts) => Written::Path(without_slash(parts.clone())),
        };
        Self::compiled(written, true, Some(SUFFIX))
    }

    fn compiled(written: Written, is_endpoint: bool, suffix: Option<&str>) -> Result<Self, String> {
        let source = written.source();
        // As Django: a whole path is matched where the expression ends with `$`, and the beginning of one where not.
        let (matcher, forms) = match &written {
            Written::Path(parts) => {
                let text = format!("^{source}{}", suffix.unwrap_or_default());
                let matcher = if is_endpoint { Regex::fullmatch(&text) } else { Regex::with_groups(&text) };
                (matcher, vec![parts.clone()])
            }
            Written::Regex { text, converters } => {
                let matcher = match (suffix, text.strip_suffix('$')) {
                    (Some(suffix), _) => Regex::fullmatch(&format!("{text}{suffix}")),
                    (None, Some(without)) if is_endpoint && !without.ends_with('\\') => {
                        Regex::fullmatch(without)
                    }
                    (None, Some(_)) if is_endpoint => Regex::fullmatch(text),
                    (None, _) => Regex::with_groups(text),
                };
                (matcher, forms(text, converters))
            }
        };
        let matcher = matcher.map_err(|error| error.to_string())?;
        if matcher.group_names().next().is_none() && matcher.has_unnamed_groups() {
            return Err("its groups have no names: write `(?P<year>[0-9]{4})`".to_owned());
        }
        Ok(Self { written, is_endpoint, matcher, forms })
    }

    /// The expression, without the `^` that it may begin with, and as a part of a longer one.
    pub(super) fn source(&self) -> String {
        match (&self.written, self.is_endpoint) {
            (Written::Path(_), true) => format!("{}\\Z", self.written.source()),
            _ => self.written.source(),
        }
    }

    /// The same with a format suffix.
    pub(super) fn source_with_suffix(&self, suffix: Suffix) -> String {
        format!("{}{}", self.written.source(), suffix_source(suffix))
    }

    /// Whether nothing follows it but what is in it.
    pub(super) fn is_endpoint(&self) -> bool {
        self.is_endpoint
    }

    /// Whether it was written as a regular expression, rather than as a path with a converter of one's own.
    pub(super) fn is_written_as_regex(&self) -> bool {
        matches!(self.written, Written::Regex { .. })
    }

    /// The names of its groups, without a format suffix.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.matcher.group_names().filter(|name| *name != FORMAT)
    }

    /// What is tried at the beginning of a path; what comes after the match.
    pub(super) fn matches<'a>(&self, path: &'a str, kwargs: &mut Kwargs) -> Option<&'a str> {
        let found = self.matcher.groups(path)?;
        for (name, text) in found.groups {
            let value = match self.written.converter(name) {
                Some(converter) => converter.value(text)?,
                None => text.to_owned(),
            };
            kwargs.push((name.into(), value));
        }
        path.get(found.end..)
    }

    /// What paths it takes, whatever its names are called.
    pub(super) fn shape(&self) -> String {
        let mut shape = String::new();
        let source = self.written.source();
        let mut rest = source.as_str();
        while let Some((before, after)) = rest.split_once("(?P<") {
            shape.push_str(before);
            shape.push('(');
            rest = after.split_once('>').map_or("", |(_, rest)| rest);
        }
        shape + rest
    }

    /// As it was written, without the signs of the beginning and the end.
    pub(super) fn shown(&self) -> String {
        match &self.written {
            Written::Regex { text, .. } => text.trim_start_matches('^').trim_end_matches('$').to_owned(),
            Written::Path(parts) => parts.iter().map(Part::to_string).collect(),
        }
    }
}

impl Written {
    fn source(&self) -> String {
        match self {
            Self::Regex { text, .. } => text.strip_prefix('^').unwrap_or(text).to_owned(),
            Self::Path(parts) => parts.iter().map(Part::source).collect(),
        }
    }

    fn converter(&self, wanted: &str) -> Option<&Converter> {
        match self {
            Self::Regex { converters, .. } => {
                converters.iter().find(|(name, _)| **name == *wanted).map(|(_, converter)| converter)
            }
            Self::Path(parts) => parts.iter().find_map(|part| match part {
                Part::Name { name, converter } if **name == *wanted => Some(converter),
                _ => None,
            }),
        }
    }
}

impl Part {
    /// The part as a regular expression of Python.
    pub(super) fn source(&self) -> String {
        match self {
            Self::Literal(text) => escaped(text),
            Self::Name { name, converter } => format!("(?P<{name}>{})", converter.regex()),
        }
    }
}

/// The source of a format suffix, up to the end of the path.
pub(super) fn suffix_source(suffix: Suffix) -> String {
    match suffix {
        Suffix::Router => format!("{SUFFIX}$"),
        Suffix::Path => format!("(?:{SUFFIX})\\Z"),
    }
}

/// The parts without the slash at their end.
pub(super) fn without_slash(mut parts: Vec<Part>) -> Vec<Part> {
    if let Some(Part::Literal(last)) = parts.last_mut()
        && last.ends_with('/')
    {
        last.pop();
        parts.retain(|part| !matches!(part, Part::Literal(literal) if literal.is_empty()));
    }
    parts
}

/// Python's `re.escape`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() && !letter.is_ascii_alphanumeric() {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

fn forms(text: &str, converters: &[(Arc<str>, Converter)]) -> Vec<Vec<Part>> {
    let part = |piece| match piece {
        Piece::Text(text) => Part::Literal(text),
        Piece::Name(name) => {
            let known = converters.iter().find(|(known, _)| *known == name);
            // A group without a converter takes what the whole expression takes.
            let converter = known.map_or(Converter::Str, |(_, converter)| converter.clone());
            Part::Name { name, converter }
        }
    };
    normalize(text).into_iter().map(|form| form.into_iter().map(part).collect()).collect()
}
