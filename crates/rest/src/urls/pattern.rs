//! Path patterns: text, and names in angle brackets with Django's converters. They match the same paths as Django's
//! regular expressions, in linear time.

use std::fmt;
use std::sync::Arc;

use super::converters::{self, Converter};
use crate::request::RouteMatch;
use crate::suggest::did_you_mean;

/// A pattern of paths.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// The prefixes of `include`, outermost first, and the route itself. As in Django each prefix takes what it can before
    /// the next stage is asked.
    stages: Vec<Stage>,
    /// What every path begins with that it matches: its text up to the first name.
    beginning: String,
    /// A format suffix (`.json`) follows, and perhaps a slash.
    pub(super) suffix: Option<Suffix>,
}

/// How a URL with a format suffix ends. Either takes paths with and without the slash.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Suffix {
    /// `.json`: a router's, which DRF writes as a regular expression.
    Router,
    /// `.json/`: that of a path, whose converter writes the slash.
    Path,
}

/// What has to follow a stage.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// The next stage.
    Stage,
    /// Nothing.
    Path,
    /// A format suffix.
    Suffix,
}

/// A path of one parameter.
pub(super) struct Around {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) converter: Converter,
}

/// The name of the format suffix among the parameters: DRF's `FORMAT_SUFFIX_KWARG`.
pub(super) const FORMAT: &str = "format";

#[derive(Clone, Debug, Default)]
struct Stage {
    parts: Vec<Part>,
    /// Where each name ends follows from the character after it, so that nothing has to be tried twice.
    is_plain: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Literal(String),
    Name { name: Arc<str>, converter: Converter },
}

impl Pattern {
    /// Django's `path()`: a name without a converter is a `str`. What is wrong with it is put to the mistakes.
    pub(super) fn path(route: &str, mistakes: &mut Vec<String>) -> Self {
        Self::parsed(route, Converter::Str, mistakes)
    }

    /// A router's pattern: a name without a converter stops at a dot, where a format suffix begins.
    pub(super) fn route(route: &str, mistakes: &mut Vec<String>) -> Self {
        Self::parsed(route, Converter::Lookup, mistakes)
    }

    fn parsed(route: &str, default: Converter, mistakes: &mut Vec<String>) -> Self {
        let (parts, wrong) = parse(route, default);
        mistakes.extend(wrong);
        Self::of(vec![Stage::new(parts)], None)
    }

    fn of(stages: Vec<Stage>, suffix: Option<Suffix>) -> Self {
        let literal = |part: &Part| match part {
            Part::Literal(literal) => Some(literal.clone()),
            Part::Name { .. } => None,
        };
        let beginning = stages.iter().flat_map(|stage| &stage.parts).map_while(literal).collect();
        Self { stages, beginning, suffix }
    }

    /// The same path with a format suffix in place of the last slash.
    pub(crate) fn with_suffix(&self, suffix: Suffix) -> Self {
        let mut stages = self.stages.clone();
        if let Some(parts) = stages.last_mut().map(|stage| &mut stage.parts)
            && let Some(Part::Literal(last)) = parts.last_mut()
            && last.ends_with('/')
        {
            last.pop();
            parts.retain(|part| !matches!(part, Part::Literal(literal) if literal.is_empty()));
        }
        Self::of(stages, Some(suffix))
    }

    pub(super) fn under(mut self, prefix: &Self) -> Self {
        let mut stages = prefix.stages.clone();
        stages.append(&mut self.stages);
        stages.retain(|stage| !stage.parts.is_empty());
        Self::of(stages, self.suffix)
    }

    /// A name that stands in it twice.
    pub(super) fn repeated_name(&self) -> Option<&str> {
        let mut seen: Vec<&str> = Vec::new();
        for part in self.parts() {
            if let Part::Name { name, .. } = part {
                if seen.contains(&&**name) {
                    return Some(name);
                }
                seen.push(name);
            }
        }
        None
    }

    /// Whether it has a parameter of this name.
    pub(super) fn has_name(&self, wanted: &str) -> bool {
        self.parts().any(|part| matches!(part, Part::Name { name, .. } if **name == *wanted))
    }

    /// The parts of all stages.
    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.stages.iter().flat_map(|stage| &stage.parts)
    }

    /// The path with these values of its names, a format suffix among them: nothing when it has other names, or when a
    /// value is none that its converter takes.
    pub(super) fn filled(&self, kwargs: &[(&str, String)]) -> Option<String> {
        let value = |name: &str| kwargs.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        let mut path = String::from("/");
        let mut names = 0;
        for part in self.parts() {
            match part {
                Part::Literal(literal) => path.push_str(literal),
                Part::Name { name, converter } => {
                    path.push_str(value(name).filter(|value| converter.fits(value))?);
                    names += 1;
                }
            }
        }
        if let Some(suffix) = self.suffix {
            suffix.push(value(FORMAT).filter(|format| is_format(format))?, &mut path);
            names += 1;
        }
        (names == kwargs.len()).then_some(path)
    }

    /// The path before and after the value of a name, and which values that takes: nothing when it has other names.
    /// A pattern with a format suffix is given the format.
    pub(super) fn around(&self, wanted: &str, format: Option<&str>) -> Option<Around> {
        let (mut before, mut after) = (String::from("/"), String::new());
        let mut found = None;
        for part in self.parts() {
            match part {
                Part::Literal(literal) if found.is_none() => before.push_str(literal),
                Part::Literal(literal) => after.push_str(literal),
                Part::Name { name, converter } if found.is_none() && **name == *wanted => {
                    found = Some(*converter)
                }
                Part::Name { .. } => return None,
            }
        }
        match (format, self.suffix) {
            (Some(format), Some(suffix)) if is_format(format) => suffix.push(format, &mut after),
            (None, None) => {}
            _ => return None,
        }
        Some(Around { before, after, converter: found? })
    }

    /// What paths it takes, whatever its names are called: two patterns that are equal here answer the same paths.
    pub(super) fn shape(&self) -> String {
        let mut shape = String::new();
        for part in self.parts() {
            match part {
                Part::Literal(literal) => shape.push_str(literal),
                Part::Name { converter, .. } => shape.push_str(&format!("<{converter:?}>")),
            }
        }
        if self.suffix.is_some() { shape + ".<format>" } else { shape }
    }

    pub(super) fn matches(&self, path: &str) -> Option<RouteMatch> {
        if !path.starts_with(&self.beginning) {
            return None;
        }
        let mut found = RouteMatch::default();
        let mut rest = path;
        let last = self.stages.len().saturating_sub(1);
        for (index, stage) in self.stages.iter().enumerate() {
            let end = match self.suffix {
                _ if index < last => End::Stage,
                None => End::Path,
                Some(_) => End::Suffix,
            };
            rest = stage.matches(rest, end, &mut found.kwargs)?;
        }
        if self.suffix.is_some() {
            found.format = Some(format_suffix(rest)?.to_owned());
        } else if !rest.is_empty() {
            return None;
        }
        Some(found)
    }
}

impl Suffix {
    fn push(self, format: &str, to: &mut String) {
        to.push('.');
        to.push_str(format);
        if matches!(self, Self::Path) {
            to.push('/');
        }
    }
}

type Kwargs = Vec<(Arc<str>, String)>;

impl Stage {
    fn new(parts: Vec<Part>) -> Self {
        let is_plain = parts.iter().enumerate().all(|(index, part)| match (part, parts.get(index + 1)) {
            (Part::Literal(_), _) | (Part::Name { .. }, None) => true,
            (Part::Name { converter, .. }, Some(Part::Literal(next))) => {
                !next.bytes().next().is_some_and(|byte| converter.takes(byte))
            }
            (Part::Name { .. }, Some(Part::Name { .. })) => false,
        });
        Self { parts, is_plain }
    }

    /// Matches the beginning of a path, or the whole of it; returns what comes after.
    fn matches<'a>(&self, path: &'a str, end: End, kwargs: &mut Kwargs) -> Option<&'a str> {
        let is_plain = self.is_plain && !(end == End::Suffix && self.may_take_a_suffix());
        let ends = if is_plain { Vec::new() } else { self.ends(path, end) };
        let mut position = 0;
        for (index, part) in self.parts.iter().enumerate() {
            let rest = &path[position..];
            match part {
                Part::Literal(literal) if rest.starts_with(literal.as_str()) => position += literal.len(),
                Part::Literal(_) => return None,
                Part::Name { name, converter } => {
                    let end = match ends.get(index) {
                        None => position + converter.longest(rest)?,
                        Some(ends) => (*ends.get(position)?)?,
                    };
                    kwargs.push((Arc::clone(name), converter.value(&path[position..end])?));
                    position = end;
                }
            }
        }
        Some(&path[position..])
    }

    /// Whether the last part would take the dot of a format suffix too.
    fn may_take_a_suffix(&self) -> bool {
        matches!(self.parts.last(), Some(Part::Name { converter, .. }) if converter.takes(b'.'))
    }

    /// For each part and each position: where the part ends when it begins there, as far to the right as the parts after
    /// it allow. Found from the right to the left, which takes one step a part and position; trying all ends would take
    /// steps without a bound.
    fn ends(&self, path: &str, end: End) -> Vec<Vec<Option<usize>>> {
        let mut all = vec![Vec::new(); self.parts.len()];
        let may_follow = |position: usize| match end {
            End::Stage => path.is_char_boundary(position),
            End::Path => position == path.len(),
            End::Suffix => path.get(position..).and_then(format_suffix).is_some(),
        };
        let mut good: Vec<bool> = (0..=path.len()).map(may_follow).collect();
        for (part, ends) in self.parts.iter().zip(&mut all).rev() {
            *ends = match part {
                Part::Literal(literal) => literal_ends(literal, path, &good),
                Part::Name { converter, .. } => converter.ends(path, &good),
            };
            good = ends.iter().map(Option::is_some).collect();
        }
        all
    }
}

fn literal_ends(literal: &str, path: &str, good: &[bool]) -> Vec<Option<usize>> {
    (0..=path.len())
        .map(|position| {
            let end = position + literal.len();
            let fits = path.as_bytes()[position..].starts_with(literal.as_bytes()) && good[end];
            fits.then_some(end)
        })
        .collect()
}

/// The parts of a route as it was written, and what is wrong with it.
fn parse(route: &str, default: Converter) -> (Vec<Part>, Vec<String>) {
    let mut mistakes = Vec::new();
    if let Some(without) = route.strip_prefix('/') {
        mistakes.push(format!(
            "the route `{route}` begins with a slash, which the path of a request has already lost (Django's urls.W002): \
             write `{without}`"
        ));
    }
    if route.starts_with('^') || route.ends_with('$') || route.contains("(?P<") {
        mistakes.push(format!(
            "the route `{route}` is written as a regular expression (Django's 2_0.W001): write names in angle brackets, \
             `articles/<int:pk>/`"
        ));
        return (Vec::new(), mistakes);
    }
    let mut parts = Vec::new();
    let mut rest = route;
    while let Some((literal, after)) = rest.split_once('<') {
        push_literal(&mut parts, literal);
        let Some((inside, after)) = after.split_once('>').filter(|(inside, _)| !inside.contains('<')) else {
            mistakes.push(unmatched(route, '<'));
            return (parts, mistakes);
        };
        match name(route, inside, default) {
            Ok(part) => parts.push(part),
            Err(mistake) => mistakes.push(mistake),
        }
        rest = after;
    }
    push_literal(&mut parts, rest);
    if parts.iter().any(|part| matches!(part, Part::Literal(literal) if literal.contains('>'))) {
        mistakes.push(unmatched(route, '>'));
    }
    (parts, mistakes)
}

fn unmatched(route: &str, bracket: char) -> String {
    format!(
        "the route `{route}` has an unmatched `{bracket}` (Django's urls.W010): a name stands between `<` and `>`, \
         `articles/<int:pk>/`"
    )
}

/// What stands between two brackets.
fn name(route: &str, inside: &str, default: Converter) -> Result<Part, String> {
    if inside.contains(char::is_whitespace) {
        return Err(format!(
            "the route `{route}` has white space in `<{inside}>`: write `<{}>`",
            inside.split_whitespace().collect::<String>()
        ));
    }
    let (converter, name) = match inside.split_once(':') {
        None => (default, inside),
        Some((converter, name)) => {
            let found = Converter::by_name(converter).ok_or_else(|| unknown_converter(route, converter))?;
            (found, name)
        }
    };
    let first_is_good = name.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_');
    if !first_is_good || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Err(format!(
            "the route `{route}` has the name `{name}`, which is no name: use letters, digits and `_`, and begin with a \
             letter, `<int:pk>`"
        ));
    }
    Ok(Part::Name { name: name.into(), converter })
}

fn unknown_converter(route: &str, converter: &str) -> String {
    format!(
        "the route `{route}` has the converter `{converter}`, which is unknown; known are {}{}",
        converters::NAMES.join(", "),
        did_you_mean(converter, converters::NAMES.iter().copied())
    )
}

/// `.json` or `.json/`.
fn format_suffix(rest: &str) -> Option<&str> {
    let format = rest.strip_prefix('.')?;
    let format = format.strip_suffix('/').unwrap_or(format);
    is_format(format).then_some(format)
}

fn is_format(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn push_literal(parts: &mut Vec<Part>, literal: &str) {
    if !literal.is_empty() {
        parts.push(Part::Literal(literal.to_owned()));
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("/")?;
        for part in self.parts() {
            match part {
                Part::Literal(literal) => f.write_str(literal)?,
                Part::Name { name, converter: Converter::Str | Converter::Lookup } => write!(f, "<{name}>")?,
                Part::Name { name, converter } => write!(f, "<{}:{name}>", converter.name())?,
            }
        }
        if self.suffix.is_some() { f.write_str(".<format>") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each name with its value; nothing when the path does not match.
    type Found = Option<&'static [(&'static str, &'static str)]>;

    /// What `_route_to_regex(route, True)` of Django 5.2 finds in a path (with `to_python`): each name with its value.
    const FOUND: &[(&str, &str, Found)] = &[
        ("a/<int:pk>/", "a/007/", Some(&[("pk", "7")])),
        ("a/<int:pk>/", "a/000/", Some(&[("pk", "0")])),
        ("a/<int:pk>/", "a/x/", None),
        ("a/<int:pk>/", "a/-1/", None),
        ("a/<int:pk>/", "a/\u{663}/", None),
        ("a/<pk>/", "a/b.c/", Some(&[("pk", "b.c")])),
        ("a/<pk>/", "a/\n/", Some(&[("pk", "\n")])),
        ("a/<str:pk>/", "a/b/c/", None),
        ("a/<slug:s>/", "a/b-c_1/", Some(&[("s", "b-c_1")])),
        ("a/<slug:s>/", "a/b.c/", None),
        ("a/<slug:s>/", "a/\u{e9}/", None),
        (
            "a/<uuid:u>/",
            "a/075194d3-6885-417e-a8a8-6c931e272f00/",
            Some(&[("u", "075194d3-6885-417e-a8a8-6c931e272f00")]),
        ),
        ("a/<uuid:u>/", "a/075194D3-6885-417e-a8a8-6c931e272f00/", None),
        ("a/<uuid:u>/", "a/075194d36885417ea8a86c931e272f00/", None),
        (
            "<uuid:u>0",
            "075194d3-6885-417e-a8a8-6c931e272f000",
            Some(&[("u", "075194d3-6885-417e-a8a8-6c931e272f00")]),
        ),
        ("a/<path:p>/end/", "a/b/c/end/", Some(&[("p", "b/c")])),
        ("a/<path:p>/end/", "a/end/end/", Some(&[("p", "end")])),
        ("a/<path:p>/end/", "a/b\nc/end/", None),
        ("<path:p>", "a/b/", Some(&[("p", "a/b/")])),
        ("<path:p>", "", None),
        ("<a>-<b>/", "x-y-z/", Some(&[("a", "x-y"), ("b", "z")])),
        ("<a><b>/", "xyz/", Some(&[("a", "xy"), ("b", "z")])),
        ("<a><b>/", "x\u{e9}/", Some(&[("a", "x"), ("b", "\u{e9}")])),
        ("<a><b>/", "x/", None),
        ("<int:a><b>/", "123/", Some(&[("a", "12"), ("b", "3")])),
        ("<int:a><slug:b>/", "12-/", Some(&[("a", "12"), ("b", "-")])),
        ("<a>x<b>", "xxxx", Some(&[("a", "xx"), ("b", "x")])),
        ("<a>.<b>", "a.b.c", Some(&[("a", "a.b"), ("b", "c")])),
    ];

    #[test]
    fn converters_take_what_djangos_take() {
        for (route, path, expected) in FOUND {
            let mut mistakes = Vec::new();
            let found = Pattern::path(route, &mut mistakes).matches(path);
            let found = found.as_ref().map(|found| -> Vec<(&str, &str)> {
                found.kwargs.iter().map(|(name, value)| (&**name, value.as_str())).collect()
            });
            assert_eq!(found.as_deref(), *expected, "{route} {path}");
            assert!(mistakes.is_empty());
        }
        // Python reads no more than 4,300 digits.
        let long = Pattern::path("<int:n>", &mut Vec::new());
        assert!(long.matches(&"9".repeat(4_300)).is_some());
        assert!(long.matches(&"9".repeat(4_301)).is_none());
    }

    #[test]
    fn a_prefix_takes_what_it_can_before_the_rest_is_asked() {
        let pattern = |prefix: &str, route: &str| {
            let (prefix, route) =
                (Pattern::path(prefix, &mut Vec::new()), Pattern::path(route, &mut Vec::new()));
            route.under(&prefix)
        };
        // As Django: `include` matches its prefix alone, and nothing leads back into it.
        assert!(pattern("<path:p>/", "end/").matches("a/end/").is_none());
        assert!(pattern("<int:p>", "1/").matches("21/").is_none());
        assert!(pattern("<int:p>/", "<int:q>/").matches("2/1/").is_some());
        assert_eq!(pattern("a/<int:p>/", "<slug:q>/").to_string(), "/a/<int:p>/<slug:q>/");
        assert_eq!(pattern("a/<p>/", "<p>/").repeated_name(), Some("p"));
    }

    #[test]
    fn a_route_of_many_names_takes_no_longer_than_the_path_is_long() {
        let pattern = Pattern::path("<a>-<b>-<c>-<d>-<e>/end", &mut Vec::new());
        assert!(pattern.matches(&"-".repeat(16_000)).is_none());
    }

    #[test]
    fn routers_patterns_stop_at_a_dot() {
        let route = |text: &str| Pattern::route(text, &mut Vec::new());
        let detail = route("projects/<pk>/");
        let api = Pattern::path("api/", &mut Vec::new());
        for (pattern, path, expected) in [
            (&detail, "projects/1/", Some((Some("1"), None))),
            (&detail, "projects/a b/", Some((Some("a b"), None))),
            (&detail, "projects/1", None),
            (&detail, "projects//", None),
            (&detail, "projects/1.5/", None),
            (&detail.with_suffix(Suffix::Router), "projects/1.json", Some((Some("1"), Some("json")))),
            (&detail.with_suffix(Suffix::Router), "projects/1.5/", Some((Some("1"), Some("5")))),
            (&detail.with_suffix(Suffix::Router), "projects/1.JSON", None),
            (&route("").under(&api).with_suffix(Suffix::Router), "api/.json", None),
            (&route("").with_suffix(Suffix::Router).under(&api), "api/.json", Some((None, Some("json")))),
        ] {
            let found = pattern.matches(path);
            let found = found.as_ref().map(|found| {
                (found.kwargs.first().map(|(_, value)| value.as_str()), found.format.as_deref())
            });
            assert_eq!(found, expected, "{pattern} {path}");
        }
    }

    /// What DRF 3.18's `format_suffix_patterns` finds in a path, and what Django's `reverse` makes of it.
    #[test]
    fn a_path_with_a_format_suffix_leaves_the_dot_to_it() {
        for (route, path, expected, reversed) in [
            ("a/<int:pk>/", "a/1.json", Some(("1", "json")), "/a/1.json/"),
            ("a/<int:pk>/", "a/1.json/", Some(("1", "json")), "/a/1.json/"),
            ("a/<int:pk>/", "a/1.json//", None, ""),
            ("a/<int:pk>/", "a/1", None, ""),
            ("a/<pk>/", "a/b.c.json", Some(("b.c", "json")), "/a/b.c.json/"),
            ("a/<pk>", "a/b.c/", Some(("b", "c")), "/a/b.c/"),
            ("a/<pk>/", "a/b.JSON", None, ""),
            ("a/<pk>/", "a/é.x", Some(("é", "x")), "/a/é.x/"),
            ("a/<path:pk>/", "a/b/c.d/e.html/", Some(("b/c.d/e", "html")), "/a/b/c.d/e.html/"),
            ("<pk>/page/", "x.y/page.html", Some(("x.y", "html")), "/x.y/page.html/"),
        ] {
            let pattern = Pattern::path(route, &mut Vec::new()).with_suffix(Suffix::Path);
            let found = pattern.matches(path);
            let found = found.as_ref().and_then(|found| {
                let value = found.kwargs.first().map(|(_, value)| value.as_str())?;
                Some((value, found.format.as_deref()?))
            });
            assert_eq!(found, expected, "{pattern} {path}");
            if let Some((value, format)) = found {
                let kwargs = [("pk", value.to_owned()), ("format", format.to_owned())];
                assert_eq!(pattern.filled(&kwargs).as_deref(), Some(reversed), "{pattern}");
            }
        }
    }

    #[test]
    fn mistakes_name_the_route_and_how_to_fix_it() {
        for (route, part) in [
            ("/a/", "the route `/a/` begins with a slash"),
            ("a/<itn:pk>/", "known are int, str, slug, uuid, path; did you mean `int`?"),
            ("a/<float:x>/", "`float`, which is unknown"),
            ("a/<pk/", "unmatched `<`"),
            ("a/<pk/<id>/", "unmatched `<`"),
            ("a/pk>/", "unmatched `>`"),
            ("a/<>/", "the name ``, which is no name"),
            ("a/<1st>/", "the name `1st`"),
            ("a/<int:>/", "the name ``"),
            ("a/<int: pk>/", "write `<int:pk>`"),
            ("^a/$", "is written as a regular expression"),
            ("a/(?P<pk>[0-9]+)/", "is written as a regular expression"),
        ] {
            let mut mistakes = Vec::new();
            Pattern::path(route, &mut mistakes);
            assert_eq!(mistakes.len(), 1, "{route}: {mistakes:?}");
            assert!(mistakes[0].contains(part), "{route}: {mistakes:?}");
        }
    }
}
