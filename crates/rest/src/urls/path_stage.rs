//! A stage of a pattern that is text and names with Django's converters. It matches the same paths as Django's regular expression, in
//! linear time.

use std::sync::Arc;

use super::converters::Converter;
use super::pattern::format_suffix;

/// The parameters of a path, in its order.
pub(super) type Kwargs = Vec<(Arc<str>, String)>;

/// A piece of a stage.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Literal(String),
    Name { name: Arc<str>, converter: Converter },
}

/// What has to follow a stage.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum End {
    /// The next stage.
    Stage,
    /// Nothing.
    Path,
    /// A format suffix.
    Suffix,
}

#[derive(Clone, Debug, Default)]
pub(super) struct PathStage {
    pub(super) parts: Vec<Part>,
    /// Where each name ends follows from the character after it, so that nothing has to be tried twice.
    is_plain: bool,
}

impl PathStage {
    pub(super) fn new(parts: Vec<Part>) -> Self {
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
    pub(super) fn matches<'a>(&self, path: &'a str, end: End, kwargs: &mut Kwargs) -> Option<&'a str> {
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
