//! Python's `%` on texts with names: `%(limit_value)s`, `%(show_value)d` and `%%`.

use crate::python::str_of_value;
use crate::{Value, ValueRef};

/// A part of a message.
enum Part<'a> {
    Text(&'a str),
    /// A name, and whether it is shown as a whole number.
    Name(&'a str, bool),
}

/// The parts of a message; an error is where a percent sign is neither doubled nor before a name.
fn parts(mut message: &str) -> impl Iterator<Item = Result<Part<'_>, &str>> {
    std::iter::from_fn(move || {
        if message.is_empty() {
            return None;
        }
        let Some(rest) = message.strip_prefix('%') else {
            let (text, rest) = message.split_at(message.find('%').unwrap_or(message.len()));
            message = rest;
            return Some(Ok(Part::Text(text)));
        };
        if let Some(rest) = rest.strip_prefix('%') {
            message = rest;
            return Some(Ok(Part::Text("%")));
        }
        let named = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        let conversion = named.and_then(|(name, rest)| Some((name, rest, rest.chars().next()?)));
        if let Some((name, after, conversion @ ('s' | 'd'))) = conversion {
            message = &after[1..];
            return Some(Ok(Part::Name(name, conversion == 'd')));
        }
        let wrong = message;
        message = rest;
        Some(Err(&wrong[..1]))
    })
}

/// A message with what its names stand for; `value` is the value that is refused.
pub(super) fn format(message: &str, params: &[(&'static str, Value)], value: ValueRef<'_>) -> String {
    let shown = |name: &str, is_whole| {
        let param = params.iter().find(|(known, _)| *known == name).map(|(_, param)| param.as_ref());
        match (param.or((name == "value").then_some(value)), is_whole) {
            (Some(ValueRef::Float(number)), true) => format!("{:.0}", number.trunc()),
            (Some(ValueRef::Decimal(number)), true) => number.with_scale(0).to_plain_string(),
            (Some(value), _) => str_of_value(value),
            // A program does not start with such a text.
            (None, _) => format!("%({name})s"),
        }
    };
    let parts = parts(message).map(|part| match part {
        Ok(Part::Text(text)) | Err(text) => text.to_owned(),
        Ok(Part::Name(name, is_whole)) => shown(name, is_whole),
    });
    parts.collect()
}

/// What is wrong with a message that may have these names.
pub(super) fn mistake(message: &str, names: &[&str]) -> Option<String> {
    parts(message).find_map(|part| match part {
        Ok(Part::Name(name, _)) if !names.contains(&name) => Some(if names.is_empty() {
            format!("its text has no `%({name})s`")
        } else {
            format!("its text has no `%({name})s`; it may have {}", names.join(", "))
        }),
        Ok(_) => None,
        Err(_) => Some("a percent sign in its text is written `%%`".to_owned()),
    })
}
