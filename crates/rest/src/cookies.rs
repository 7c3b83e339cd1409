//! Cookies as Django reads and writes them.

use std::fmt::Write;

use belleville_db::DateTime;
use http::HeaderValue;

/// The last value of a cookie in a `Cookie` header, as Django's `parse_cookie` finds it.
pub(crate) fn find(header: &str, name: &str) -> Option<String> {
    header
        .split(';')
        .rev()
        .map(|pair| match pair.split_once('=') {
            Some((key, value)) => (key.trim(), value.trim()),
            // A value without a name belongs to the cookie of no name.
            None => ("", pair.trim()),
        })
        .find(|(key, _)| *key == name)
        .map(|(_, value)| unquoted(value))
}

/// A quoted value loses its quotes and its backslashes.
fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        let octal: String = rest.clone().take(3).collect();
        match u8::from_str_radix(&octal, 8) {
            Ok(byte) if octal.len() == 3 => {
                text.push(char::from(byte));
                rest.nth(2);
            }
            _ => text.extend(rest.next()),
        }
    }
    text
}

/// A cookie to be set.
pub(crate) struct Cookie<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    /// Seconds.
    pub(crate) max_age: u64,
    pub(crate) http_only: bool,
    pub(crate) secure: bool,
}

impl Cookie<'_> {
    /// The `Set-Cookie` header, attributes in Django's order.
    pub(crate) fn header(&self, now: DateTime) -> Option<HeaderValue> {
        let age = i64::try_from(self.max_age).unwrap_or(i64::MAX);
        let expires = now.checked_add(jiff::SignedDuration::from_secs(age)).unwrap_or(DateTime::MAX);
        let mut text = format!("{}={}; expires={}", self.name, self.value, http_date(expires));
        if self.http_only {
            text.push_str("; HttpOnly");
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "; Max-Age={}; Path=/; SameSite=Lax", self.max_age);
        if self.secure {
            text.push_str("; Secure");
        }
        HeaderValue::from_str(&text).ok()
    }
}

/// The header that takes a cookie away.
pub(crate) fn deletion(name: &str) -> Option<HeaderValue> {
    let text = format!("{name}=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax");
    HeaderValue::from_str(&text).ok()
}

/// RFC 9110's date: `Thu, 01 Jan 1970 00:00:00 GMT`.
pub fn http_date(at: DateTime) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_as_django_finds_them() {
        for (header, expected) in [
            ("a=1", Some("1")),
            ("b=2; a=1", Some("1")),
            ("a=1; a=2", Some("2")),
            (" a = 1 ;b", Some("1")),
            ("a=\"x y\"", Some("x y")),
            ("a=\"x\\054y\\\"\"", Some("x,y\"")),
            ("aa=1", None),
            ("a", None),
            ("a=b=c", Some("b=c")),
            ("", None),
        ] {
            assert_eq!(find(header, "a").as_deref(), expected, "{header}");
        }
    }
}
