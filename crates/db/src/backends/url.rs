//! The parts of a `DATABASE_URL`, and its options.

use std::borrow::Cow;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::database::OpenError;

pub(crate) const SQLITE_EXAMPLE: &str =
    "sqlite:///db.sqlite3 (relative), sqlite:////var/lib/app/db.sqlite3 (absolute)";
pub(crate) const POSTGRES_EXAMPLE: &str = "postgres://user:password@host:5432/name";

/// An option that a kind of URL may have: its name, and what is written after `=`, for messages.
pub(crate) type Known = (&'static str, &'static str);

/// The kind of the database.
pub(crate) fn scheme(url: &str) -> &str {
    url.split(':').next().unwrap_or_default()
}

/// Options with their values.
type Given = Vec<(String, String)>;

/// The URL without its options, and the options with their names in small letters.
pub(crate) fn options<'a>(url: &'a str, known: &[Known]) -> Result<(&'a str, Given), OpenError> {
    let Some((url, text)) = url.split_once('?') else { return Ok((url, Vec::new())) };
    let options = text.split('&').map(|option| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let name = name.to_ascii_lowercase();
        if value.is_empty() || !known.iter().any(|(known, _)| *known == name) {
            return Err(unknown(&name, known));
        }
        Ok((name, decoded(value)?.into_owned()))
    });
    Ok((url, options.collect::<Result<_, _>>()?))
}

/// Only the name is told: a value may be a password.
pub(crate) fn unknown(option: &str, known: &[Known]) -> OpenError {
    let known: Vec<String> = known.iter().map(|(name, value)| format!("{name}={value}")).collect();
    OpenError::new(format!("DATABASE_URL has the option `{option}`; known are {}", known.join(", ")))
}

/// An option whose value is not one of those that it may have.
pub(crate) fn bad_value(name: &str, known: &[Known]) -> OpenError {
    let expected =
        known.iter().find(|(known, _)| *known == name).map_or("something else", |(_, value)| value);
    OpenError::new(format!("DATABASE_URL should have {name}={expected}, and another value was found"))
}

/// A part of the URL with its `%2F` and the like read.
pub(crate) fn decoded(text: &str) -> Result<Cow<'_, str>, OpenError> {
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| OpenError::new("DATABASE_URL has a part that is not UTF-8 when its %XX are decoded"))
}

/// A length of time: `30s`, `500ms`, `2min`, or a number of the unit given.
pub(crate) fn duration(text: &str, unit: Duration) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u32 = text[..digits].parse().ok()?;
    let unit = match &text[digits..] {
        "" => unit,
        "ms" => Duration::from_millis(1),
        "s" => Duration::from_secs(1),
        "min" => Duration::from_secs(60),
        _ => return None,
    };
    unit.checked_mul(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        let second = Duration::from_secs(1);
        for (text, millis) in [
            ("0", Some(0)),
            ("3", Some(3000)),
            ("500ms", Some(500)),
            ("2s", Some(2000)),
            ("1min", Some(60_000)),
        ] {
            assert_eq!(duration(text, second).map(|found| found.as_millis()), millis, "{text}");
        }
        for text in ["", "s", "-1", "1.5", "1h", "99999999999", "1 s"] {
            assert_eq!(duration(text, second), None, "{text}");
        }
    }

    #[test]
    fn a_message_about_an_option_does_not_tell_its_value() {
        let known = [("sslmode", "disable|require")];
        let error =
            options("postgres://host/name?pasword=secret", &known).expect_err("a wrong name").to_string();
        assert_eq!(error, "DATABASE_URL has the option `pasword`; known are sslmode=disable|require");
    }
}
