//! Patterns of paths: the prefixes of `include` and the route itself, each with names and converters, or as a regular expression.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::converters::{self, Converter, OwnConverter};
use super::path_stage::{End, Part, PathStage};
use super::regex_stage::{RegexStage, Written, suffix_source, without_slash};
use crate::python::Regex;
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
    /// It has no names and no regular expressions: nothing but a format suffix may follow its beginning.
    is_text: bool,
    /// A format suffix (`.json`) follows, and perhaps a slash.
    pub(super) suffix: Option<Suffix>,
    /// The formats that the suffix may name; any where there are none.
    formats: Arc<[String]>,
    /// Parameters that every path has, with their values.
    extra: Vec<(Arc<str>, String)>,
    /// What a path is checked by that is written from a pattern with regular expressions.
    whole: Option<Regex>,
    /// What is wrong with its regular expressions.
    wrong: Option<String>,
}

#[derive(Clone, Debug)]
enum Stage {
    Path { stage: PathStage, is_endpoint: bool },
    Regex(RegexStage),
}

/// How a URL with a format suffix ends. Either takes paths with and without the slash.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Suffix {
    /// `.json`: a router's, which DRF writes as a regular expression.
    Router,
    /// `.json/`: that of a path, whose converter writes the slash.
    Path,
}

/// A path of one parameter.
pub(super) struct Around {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) value: ValueOf,
}

/// Which values the parameter takes.
#[derive(Clone, Debug)]
pub(super) enum ValueOf {
    Converter(Converter),
    /// Those with which the whole path is one of the pattern.
    Whole {
        converter: Converter,
        before: String,
        after: String,
        whole: Regex,
    },
    /// The one that stands beside the path.
    Beside(String),
}

impl ValueOf {
    /// The value as the path has it; none where the path has no such value.
    pub(super) fn text<'a>(&self, value: &'a str) -> Option<Cow<'a, str>> {
        match self {
            Self::Converter(converter) => converter.fits(value).then_some(Cow::Borrowed(value)),
            Self::Whole { converter, before, after, whole } => {
                let text = converter.to_url(value)?;
                whole.search(&format!("{before}{text}{after}")).then_some(text)
            }
            Self::Beside(known) => (known == value).then_some(Cow::Borrowed("")),
        }
    }
}

/// Parameters with their values.
pub(super) type Values<'a> = [(Cow<'a, str>, String)];

/// The name of the format suffix among the parameters: DRF's `FORMAT_SUFFIX_KWARG`.
pub(super) const FORMAT: &str = "format";

impl Stage {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Path { stage, .. } if stage.parts.is_empty())
    }

    /// The pieces that it is certain to have, in order.
    fn parts(&self) -> &[Part] {
        match self {
            Self::Path { stage, .. } => &stage.parts,
            Self::Regex(_) => &[],
        }
    }

    fn names(&self) -> Vec<&str> {
        match self {
            Self::Path { stage, .. } => stage.parts.iter().filter_map(Part::name).collect(),
            Self::Regex(stage) => stage.names().collect(),
        }
    }

    /// The same with a converter of one's own where its name stands. As soon as all are known it is one regular expression.
    fn registered(&self, own: &OwnConverter, has_suffix: bool) -> Result<Self, String> {
        let Self::Path { stage, is_endpoint } = self else { return Ok(self.clone()) };
        let parts: Vec<Part> = stage.parts.iter().map(|part| part.registered(own)).collect();
        if !parts.iter().any(Part::is_own) || parts.iter().any(|part| part.unknown_converter().is_some()) {
            return Ok(Self::Path { stage: PathStage::new(parts), is_endpoint: *is_endpoint });
        }
        let regex = RegexStage::new(Written::Path(parts), *is_endpoint)?;
        Ok(Self::Regex(if has_suffix { regex.with_suffix()? } else { regex }))
    }

    /// The paths that are written from it.
    fn forms(&self) -> Cow<'_, [Vec<Part>]> {
        match self {
            Self::Path { stage, .. } => Cow::Owned(vec![stage.parts.clone()]),
            Self::Regex(stage) => Cow::Borrowed(&stage.forms),
        }
    }

    /// The stage as a regular expression of Python.
    fn source(&self, suffix: Option<Suffix>) -> String {
        match (self, suffix) {
            (Self::Path { stage, is_endpoint }, suffix) => {
                let source: String = stage.parts.iter().map(Part::source).collect();
                match suffix {
                    Some(suffix) => source + &suffix_source(suffix),
                    None if *is_endpoint => source + "\\Z",
                    None => source,
                }
            }
            (Self::Regex(stage), None) => stage.source(),
            (Self::Regex(stage), Some(suffix)) => stage.source_with_suffix(suffix),
        }
    }
}

impl Pattern {
    /// Django's `path()`: a name without a converter is a `str`. What is wrong with it is put to the mistakes.
    pub(super) fn path(route: &str, mistakes: &mut Vec<String>) -> Self {
        Self::parsed(route, Converter::Str, true, mistakes)
    }

    /// What `include` begins with.
    pub(super) fn prefix(route: &str, mistakes: &mut Vec<String>) -> Self {
        Self::parsed(route, Converter::Str, false, mistakes)
    }

    /// A router's pattern: a name without a converter stops at a dot, where a format suffix begins. With a group that has a name it is a
    /// regular expression, as all of DRF's are.
    pub(super) fn route(route: &str, mistakes: &mut Vec<String>) -> Self {
        if !route.contains(GROUP) {
            return Self::parsed(route, Converter::Lookup, true, mistakes);
        }
        let (text, converters) = as_regex(route, mistakes);
        Self::of_regex(route, Written::Regex { text: format!("^{text}$"), converters }, true, mistakes)
    }

    /// Django's `re_path()`.
    pub(super) fn re_path(regex: &str, is_endpoint: bool, mistakes: &mut Vec<String>) -> Self {
        if let Some(without) = regex.strip_prefix("^/") {
            mistakes.push(format!(
                "the route `{regex}` begins with a slash, which the path of a request has already lost (Django's urls.W002): \
                 write `^{without}`"
            ));
        }
        if !is_endpoint && regex.ends_with('$') {
            mistakes.push(format!(
                "the prefix `{regex}` ends with `$`, so that nothing can follow it (Django's urls.W001): leave that out"
            ));
        }
        let written = Written::Regex { text: regex.to_owned(), converters: Vec::new() };
        Self::of_regex(regex, written, is_endpoint, mistakes)
    }

    fn of_regex(route: &str, written: Written, is_endpoint: bool, mistakes: &mut Vec<String>) -> Self {
        match RegexStage::new(written, is_endpoint) {
            Ok(stage) => Self::of(vec![Stage::Regex(stage)], None),
            Err(reason) => {
                mistakes.push(format!("the route `{route}` does not work as a regular expression: {reason}"));
                Self::of(Vec::new(), None)
            }
        }
    }

    fn parsed(route: &str, default: Converter, is_endpoint: bool, mistakes: &mut Vec<String>) -> Self {
        let (parts, wrong) = parse(route, default);
        mistakes.extend(wrong);
        Self::of(vec![Stage::Path { stage: PathStage::new(parts), is_endpoint }], None)
    }

    fn of(stages: Vec<Stage>, suffix: Option<Suffix>) -> Self {
        let (mut beginning, mut is_text) = (String::new(), true);
        'stages: for stage in &stages {
            if matches!(stage, Stage::Regex(_)) {
                is_text = false;
                break;
            }
            for part in stage.parts() {
                let Part::Literal(literal) = part else {
                    is_text = false;
                    break 'stages;
                };
                beginning.push_str(literal);
            }
        }
        let (whole, wrong) = match Self::whole_of(&stages, suffix) {
            Ok(whole) => (whole, None),
            Err(reason) => (None, Some(reason)),
        };
        Self { stages, beginning, is_text, suffix, formats: Arc::default(), extra: Vec::new(), whole, wrong }
    }

    /// One regular expression of all stages, where one of them is one.
    fn whole_of(stages: &[Stage], suffix: Option<Suffix>) -> Result<Option<Regex>, String> {
        if !stages.iter().any(|stage| matches!(stage, Stage::Regex(_))) {
            return Ok(None);
        }
        let last = stages.len() - 1;
        let sources = stages.iter().enumerate();
        let source: String =
            sources.map(|(index, stage)| stage.source(suffix.filter(|_| index == last))).collect();
        Regex::new(&format!("^/{source}")).map(Some).map_err(|error| error.to_string())
    }

    /// The same with a suffix that names one of some formats.
    pub(super) fn with_formats(self, formats: &Arc<[String]>) -> Self {
        Self { formats: Arc::clone(formats), ..self }
    }

    fn takes_format(&self, format: &str) -> bool {
        is_format(format) && (self.formats.is_empty() || self.formats.iter().any(|known| known == format))
    }

    /// The same path with a format suffix in place of the last slash.
    pub(crate) fn with_suffix(&self, suffix: Suffix) -> Self {
        let mut stages = self.stages.clone();
        let mut wrong = None;
        match stages.last_mut() {
            Some(Stage::Path { stage, .. }) => {
                *stage = PathStage::new(without_slash(std::mem::take(&mut stage.parts)))
            }
            Some(Stage::Regex(stage)) => match stage.with_suffix() {
                Ok(suffixed) => *stage = suffixed,
                Err(reason) => wrong = Some(reason),
            },
            None => {}
        }
        // DRF writes that of a regular expression as a router's.
        let suffix = match stages.last() {
            Some(Stage::Regex(stage)) if stage.is_written_as_regex() => Suffix::Router,
            _ => suffix,
        };
        let pattern = Self::of(stages, Some(suffix));
        Self { wrong: pattern.wrong.clone().or(wrong), extra: self.extra.clone(), ..pattern }
    }

    pub(super) fn under(mut self, prefix: &Self) -> Self {
        let mut stages = prefix.stages.clone();
        stages.append(&mut self.stages);
        stages.retain(|stage| !stage.is_empty());
        let pattern = Self::of(stages, self.suffix);
        let wrong = self.wrong.or_else(|| prefix.wrong.clone()).or(pattern.wrong.clone());
        Self { wrong, formats: self.formats, extra: self.extra, ..pattern }
    }

    /// Gives every path parameters more, which stand for those of the same names in the path itself.
    pub(super) fn give(&mut self, kwargs: &[(&str, String)]) {
        let given = kwargs.iter().map(|(name, value)| (Arc::from(*name), value.clone()));
        self.extra.extend(given);
    }

    /// The same for an `include`: what a path has already stays.
    pub(super) fn give_included(&mut self, kwargs: &[(&str, String)]) {
        let missing = kwargs.iter().filter(|(name, _)| !self.gives(name));
        let missing: Vec<_> = missing.map(|(name, value)| (Arc::from(*name), value.clone())).collect();
        self.extra.splice(..0, missing);
    }

    /// Whether every path has a parameter of this name, in itself or beside it.
    pub(super) fn gives(&self, name: &str) -> bool {
        self.has_name(name) || self.extra.iter().any(|(known, _)| **known == *name)
    }

    /// Puts a converter of one's own where its name stands.
    pub(super) fn register(&mut self, own: &OwnConverter) {
        if !self.parts().any(|part| part.awaits(own)) {
            return;
        }
        let (suffix, mut wrong) = (self.suffix, self.wrong.take());
        let mut stages = std::mem::take(&mut self.stages);
        let last = stages.len().saturating_sub(1);
        for (index, stage) in stages.iter_mut().enumerate() {
            match stage.registered(own, suffix.is_some() && index == last) {
                Ok(registered) => *stage = registered,
                Err(reason) => {
                    wrong = Some(format!("the regular expression of the converter `{}`: {reason}", own.name));
                }
            }
        }
        let pattern = Self::of(stages, suffix);
        let (formats, extra) = (Arc::clone(&self.formats), std::mem::take(&mut self.extra));
        *self = Self { wrong: wrong.or(pattern.wrong.clone()), formats, extra, ..pattern };
    }

    /// What is wrong with it that was not known when it was written.
    pub(super) fn mistake(&self) -> Option<String> {
        if let Some(reason) = &self.wrong {
            return Some(format!("the route `{self}` does not work: {reason}"));
        }
        let name = self.parts().find_map(Part::unknown_converter)?;
        Some(unknown_converter(self.to_string().trim_start_matches('/'), name))
    }

    /// A name that stands in it twice.
    pub(super) fn repeated_name(&self) -> Option<&str> {
        let mut seen: Vec<&str> = Vec::new();
        for name in self.stages.iter().flat_map(Stage::names) {
            if seen.contains(&name) {
                return Some(name);
            }
            seen.push(name);
        }
        None
    }

    /// Whether it has a parameter of this name.
    pub(super) fn has_name(&self, wanted: &str) -> bool {
        self.stages.iter().flat_map(Stage::names).any(|name| name == wanted)
    }

    /// Whether it is one path.
    pub(super) fn is_plain(&self) -> bool {
        self.suffix.is_none()
            && self.whole.is_none()
            && self.wrong.is_none()
            && self.parts().all(|part| matches!(part, Part::Literal(_)))
    }

    /// The parts of all stages, where none is a regular expression.
    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.stages.iter().flat_map(Stage::parts)
    }

    /// The parts of each path that is written from it, where a stage is a regular expression.
    fn forms(&self) -> Vec<Vec<Part>> {
        self.stages.iter().fold(vec![Vec::new()], |before, stage| {
            let after = stage.forms();
            before
                .iter()
                .flat_map(|first| after.iter().map(|second| [&**first, &**second].concat()))
                .collect()
        })
    }

    /// The path with these values of its names, a format suffix among them: nothing when it has other names, or when a
    /// value is none that its converter takes.
    pub(super) fn filled(&self, kwargs: &Values<'_>) -> Option<String> {
        let kwargs = &*self.without_extra(kwargs)?;
        match &self.whole {
            Some(whole) => self.forms().iter().find_map(|form| self.form_filled(form, whole, kwargs)),
            None => self.parts_filled(kwargs),
        }
    }

    /// Values without those of the parameters beside the path; nothing when one of these is another than every path has.
    fn without_extra<'k, 'n>(&self, kwargs: &'k Values<'n>) -> Option<Cow<'k, Values<'n>>> {
        if self.extra.is_empty() {
            return Some(Cow::Borrowed(kwargs));
        }
        let beside: Vec<_> = self.extra.iter().filter(|(name, _)| !self.has_name(name)).collect();
        let is_same =
            |(name, value): &&(Arc<str>, String)| value_of(kwargs, name).is_none_or(|given| given == value);
        if !beside.iter().all(is_same) {
            return None;
        }
        let is_beside = |name: &str| beside.iter().any(|(known, _)| **known == *name);
        Some(Cow::Owned(kwargs.iter().filter(|(name, _)| !is_beside(name)).cloned().collect()))
    }

    fn parts_filled(&self, kwargs: &Values<'_>) -> Option<String> {
        let value = |name: &str| value_of(kwargs, name);
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
        names += self.push_suffix(kwargs, &mut path)?;
        (names == kwargs.len()).then_some(path)
    }

    fn form_filled(&self, form: &[Part], whole: &Regex, kwargs: &Values<'_>) -> Option<String> {
        let mut path = String::from("/");
        let mut names: Vec<&str> = Vec::new();
        for part in form {
            match part {
                Part::Literal(literal) => path.push_str(literal),
                Part::Name { name, converter } => {
                    path.push_str(&converter.to_url(value_of(kwargs, name)?)?);
                    if !names.contains(&&**name) {
                        names.push(name);
                    }
                }
            }
        }
        let names = names.len() + self.push_suffix(kwargs, &mut path)?;
        (names == kwargs.len() && whole.search(&path)).then_some(path)
    }

    /// Writes the format suffix, where there is one; how many parameters it is.
    fn push_suffix(&self, kwargs: &Values<'_>, to: &mut String) -> Option<usize> {
        let Some(suffix) = self.suffix else { return Some(0) };
        suffix.push(value_of(kwargs, FORMAT).filter(|format| self.takes_format(format))?, to);
        Some(1)
    }

    /// The path before and after the value of a name, and which values that takes: nothing when it has other names than that
    /// and those whose values are given, a format suffix among them.
    pub(super) fn around(&self, wanted: &str, given: &Values<'_>) -> Option<Around> {
        let beside = self.extra.iter().rev().find(|(name, _)| **name == *wanted && !self.has_name(wanted));
        if let Some((_, value)) = beside {
            let this = (Cow::Borrowed(wanted), value.clone());
            let before = self.filled(&given.iter().cloned().chain([this]).collect::<Vec<_>>())?;
            return Some(Around { before, after: String::new(), value: ValueOf::Beside(value.clone()) });
        }
        let given = &*self.without_extra(given)?;
        match &self.whole {
            Some(whole) => self.forms().iter().find_map(|form| {
                let around = self.form_around(form, wanted, given)?;
                let (before, after) = (around.before.clone(), around.after.clone());
                let ValueOf::Converter(converter) = around.value else { return None };
                let value = ValueOf::Whole { converter, before, after, whole: whole.clone() };
                Some(Around { value, ..around })
            }),
            None => self.form_around(&self.parts().cloned().collect::<Vec<_>>(), wanted, given),
        }
    }

    fn form_around(&self, form: &[Part], wanted: &str, given: &Values<'_>) -> Option<Around> {
        let (mut before, mut after) = (String::from("/"), String::new());
        let (mut found, mut names) = (None, 0);
        for part in form {
            let text = match part {
                Part::Literal(literal) => Cow::Borrowed(literal.as_str()),
                Part::Name { name, converter } if found.is_none() && **name == *wanted => {
                    found = Some(converter.clone());
                    continue;
                }
                Part::Name { name, converter } => {
                    names += 1;
                    let value = value_of(given, name)?;
                    if self.whole.is_none() && !converter.fits(value) {
                        return None;
                    }
                    converter.to_url(value)?
                }
            };
            if found.is_none() { before.push_str(&text) } else { after.push_str(&text) }
        }
        names += self.push_suffix(given, &mut after)?;
        if names != given.len() {
            return None;
        }
        Some(Around { before, after, value: ValueOf::Converter(found?) })
    }

    /// What paths it takes, whatever its names are called: two patterns that are equal here answer the same paths.
    pub(super) fn shape(&self) -> String {
        let mut shape = String::new();
        for stage in &self.stages {
            match stage {
                Stage::Regex(stage) => shape.push_str(&stage.shape()),
                Stage::Path { stage, .. } => {
                    for part in &stage.parts {
                        match part {
                            Part::Literal(literal) => shape.push_str(literal),
                            Part::Name { converter, .. } => shape.push_str(&format!("<{converter:?}>")),
                        }
                    }
                }
            }
        }
        if self.suffix.is_some() { shape + ".<format>" } else { shape }
    }

    /// The parameters of a path, in its order and then those beside it; nothing when it is none of the pattern.
    pub(super) fn matches(&self, path: &str) -> Option<RouteMatch> {
        let mut found = self.matches_path(path)?;
        for (name, value) in &self.extra {
            if **name == *FORMAT {
                found.format = Some(value.clone());
                continue;
            }
            match found.kwargs.iter_mut().find(|(known, _)| known == name) {
                Some((_, given)) => given.clone_from(value),
                None => found.kwargs.push((Arc::clone(name), value.clone())),
            }
        }
        Some(found)
    }

    fn matches_path(&self, path: &str) -> Option<RouteMatch> {
        let behind = path.strip_prefix(&*self.beginning)?;
        if self.is_text {
            return self.matches_behind_text(behind);
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
            rest = match stage {
                Stage::Path { stage, .. } => stage.matches(rest, end, &mut found.kwargs)?,
                Stage::Regex(stage) => stage.matches(rest, &mut found.kwargs)?,
            };
        }
        if self.suffix.is_some() {
            found.format =
                Some(self.format_of(rest, &mut found.kwargs).filter(|format| self.takes_format(format))?);
        } else if !rest.is_empty() && !self.ends_openly() {
            return None;
        }
        Some(found)
    }

    /// Whether what comes behind the text of a path is what may.
    fn matches_behind_text(&self, behind: &str) -> Option<RouteMatch> {
        match self.suffix {
            None => behind.is_empty().then(RouteMatch::default),
            Some(_) => {
                let format = format_suffix(behind).filter(|format| self.takes_format(format))?;
                Some(RouteMatch { format: Some(format.to_owned()), ..RouteMatch::default() })
            }
        }
    }

    /// The format suffix: what is left of the path, or a group of a regular expression, which leaves nothing.
    fn format_of(&self, rest: &str, kwargs: &mut Vec<(Arc<str>, String)>) -> Option<String> {
        match self.stages.last() {
            Some(Stage::Regex(_)) => {
                let position = kwargs.iter().position(|(name, _)| **name == *FORMAT)?;
                Some(kwargs.remove(position).1)
            }
            _ => format_suffix(rest).map(str::to_owned),
        }
    }

    /// Whether the route is a regular expression that says itself where a path ends.
    fn ends_openly(&self) -> bool {
        matches!(self.stages.last(), Some(Stage::Regex(stage)) if stage.is_endpoint())
    }
}

/// The value of a name.
fn value_of<'a>(kwargs: &'a Values<'_>, name: &str) -> Option<&'a String> {
    kwargs.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
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

/// What a group with a name begins with.
const GROUP: &str = "(?P<";

/// A router's route as a regular expression: its names in angle brackets become groups, with their converters.
fn as_regex(route: &str, mistakes: &mut Vec<String>) -> (String, Vec<(Arc<str>, Converter)>) {
    let (mut text, mut converters) = (String::new(), Vec::new());
    let mut rest = route;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let Some((inside, after)) = after.split_once('>') else {
            mistakes.push(unmatched(route, '<'));
            return (text, converters);
        };
        rest = after;
        if before.ends_with("(?P") {
            text.push_str(&format!("<{inside}>"));
            continue;
        }
        match name(route, inside, &Converter::Lookup) {
            Ok(part) => {
                text.push_str(&part.source());
                if let Part::Name { name, converter } = part {
                    if let Converter::Unknown(unknown) = &converter {
                        mistakes.push(unknown_converter(route, unknown));
                    }
                    converters.push((name, converter));
                }
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    text.push_str(rest);
    (text, converters)
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
             `articles/<int:pk>/`, or `re_path` in the place of `path`"
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
        match name(route, inside, &default) {
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
fn name(route: &str, inside: &str, default: &Converter) -> Result<Part, String> {
    if inside.contains(char::is_whitespace) {
        return Err(format!(
            "the route `{route}` has white space in `<{inside}>`: write `<{}>`",
            inside.split_whitespace().collect::<String>()
        ));
    }
    let (converter, name) = match inside.split_once(':') {
        None => (default.clone(), inside),
        Some((converter, name)) => {
            (Converter::by_name(converter).unwrap_or_else(|| Converter::Unknown(converter.into())), name)
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
    let meant = match did_you_mean(converter, converters::NAMES.iter().copied()) {
        none if none.is_empty() => "; `Urls::register_converter` names one of your own".to_owned(),
        some => some,
    };
    format!(
        "the route `{route}` has the converter `{converter}`, which is unknown; known are {}{meant}",
        converters::NAMES.join(", ")
    )
}

/// `.json` or `.json/`.
pub(super) fn format_suffix(rest: &str) -> Option<&str> {
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

impl Part {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::Name { name, .. } => Some(name),
        }
    }

    /// The name of a converter that nobody has registered.
    fn unknown_converter(&self) -> Option<&str> {
        match self {
            Self::Name { converter: Converter::Unknown(name), .. } => Some(name),
            _ => None,
        }
    }

    fn awaits(&self, own: &OwnConverter) -> bool {
        self.unknown_converter() == Some(&*own.name)
    }

    fn is_own(&self) -> bool {
        matches!(self, Self::Name { converter: Converter::Own(_), .. })
    }

    /// The same with this converter, where it awaits it.
    fn registered(&self, own: &OwnConverter) -> Self {
        match self {
            Self::Name { name, .. } if self.awaits(own) => {
                Self::Name { name: Arc::clone(name), converter: Converter::Own(own.clone()) }
            }
            _ => self.clone(),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(literal) => f.write_str(literal),
            Self::Name { name, converter: Converter::Str | Converter::Lookup } => write!(f, "<{name}>"),
            Self::Name { name, converter } => write!(f, "<{}:{name}>", converter.name()),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("/")?;
        for stage in &self.stages {
            match stage {
                Stage::Path { stage, .. } => stage.parts.iter().try_for_each(|part| write!(f, "{part}"))?,
                Stage::Regex(stage) => f.write_str(&stage.shown())?,
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
                let kwargs = [("pk".into(), value.to_owned()), ("format".into(), format.to_owned())];
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
            let pattern = Pattern::path(route, &mut mistakes);
            mistakes.extend(pattern.mistake());
            assert_eq!(mistakes.len(), 1, "{route}: {mistakes:?}");
            assert!(mistakes[0].contains(part), "{route}: {mistakes:?}");
        }
    }
}
