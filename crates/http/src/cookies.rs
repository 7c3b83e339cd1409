//! Cookies as Django reads and writes them.

use std::borrow::Cow;

use belleville_db::DateTime;
use http::HeaderValue;

use crate::settings::SettingsError;

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

/// How one cookie is set: the part that is always the same is written at start.
#[derive(Debug)]
pub struct SetCookie {
    name: String,
    domain: String,
    http_only: &'static str,
    /// What comes behind the age.
    rest: String,
    deletion: HeaderValue,
}

/// What the settings say of a cookie.
#[derive(Debug)]
pub struct CookieSettings<'a> {
    /// `session_cookie` or `csrf_cookie`: the beginning of its settings' names.
    pub prefix: &'static str,
    /// The name.
    pub name: &'a str,
    /// The domain whose hosts share it.
    pub domain: Option<&'a str>,
    /// The path under which it is sent.
    pub path: &'a str,
    /// Over HTTPS only.
    pub secure: bool,
    /// Not for scripts.
    pub http_only: bool,
    /// Whether other sites' requests carry it.
    pub same_site: Option<&'a str>,
}

/// What Python's `http.cookies` keeps for attributes.
const RESERVED: &[&str] =
    &["expires", "path", "comment", "domain", "max-age", "secure", "httponly", "version", "samesite"];

impl CookieSettings<'_> {
    fn check(&self) -> Result<(), SettingsError> {
        let Self { prefix, name, domain, path, same_site, .. } = self;
        let wrong = |what: String| Err(SettingsError::new(format!("{prefix}_{what}")));
        if name.is_empty()
            || !name.bytes().all(is_name_byte)
            || RESERVED.contains(&name.to_ascii_lowercase().as_str())
        {
            return wrong(format!(
                "name is `{name}`, which no cookie can be called; use letters, digits and `-_`"
            ));
        }
        if let Some(domain) = domain.filter(|domain| !is_domain(domain)) {
            return wrong(format!(
                "domain is `{domain}`; it should be a domain such as `example.com`, or false for this host alone"
            ));
        }
        if !path.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b';') {
            return wrong(format!("path is `{path}`; it should be a path of URLs such as `/`"));
        }
        let known = ["lax", "strict", "none"];
        match same_site {
            Some(value) if !known.contains(&value.to_ascii_lowercase().as_str()) => wrong(format!(
                "samesite is `{value}`; it should be Lax, Strict or None, or false for no attribute"
            )),
            _ => Ok(()),
        }
    }
}

/// What Python takes in a cookie's name.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:".contains(&byte)
}

/// Python's word for no domain is no domain's name.
fn is_domain(text: &str) -> bool {
    !text.eq_ignore_ascii_case("none")
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
}

impl SetCookie {
    /// A cookie as the settings have it.
    ///
    /// # Errors
    /// When one of them cannot be written in a header.
    pub fn new(settings: &CookieSettings<'_>) -> Result<Self, SettingsError> {
        settings.check()?;
        let CookieSettings { prefix, name, domain, path, secure, http_only, same_site } = settings;
        let attribute = |key: &str, value: &str| match value {
            "" => String::new(),
            value => format!("; {key}={value}"),
        };
        let domain = attribute("Domain", domain.unwrap_or_default());
        let place = attribute("Path", path) + &attribute("SameSite", same_site.unwrap_or_default());
        // Browsers ignore the deletion of such a cookie unless it is secure.
        let needs_secure = name.starts_with("__Secure-")
            || name.starts_with("__Host-")
            || same_site.is_some_and(|value| value.eq_ignore_ascii_case("none"));
        let only_https = |secure| if secure { "; Secure" } else { "" };
        let deletion = format!(
            "{name}=\"\"{domain}; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0{place}{}",
            only_https(needs_secure)
        );
        let deletion = HeaderValue::try_from(deletion)
            .map_err(|_| SettingsError::new(format!("the settings {prefix}_* make no header")))?;
        Ok(Self {
            name: (*name).to_owned(),
            domain,
            http_only: if *http_only { "; HttpOnly" } else { "" },
            rest: place + only_https(*secure),
            deletion,
        })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The `Set-Cookie` header, attributes in Django's order. Without an age the browser forgets the cookie when it is
    /// closed.
    pub fn header(&self, value: &str, age: Option<i64>, now: DateTime) -> Option<HeaderValue> {
        let Self { name, domain, http_only, rest, .. } = self;
        let value = quoted(value);
        let text = match age {
            None => format!("{name}={value}{domain}{http_only}{rest}"),
            Some(age) => {
                let expires = http_date(after(now, age));
                format!("{name}={value}{domain}; expires={expires}{http_only}; Max-Age={age}{rest}")
            }
        };
        HeaderValue::try_from(text).ok()
    }

    /// The header that deletes the cookie.
    pub fn deletion(&self) -> HeaderValue {
        self.deletion.clone()
    }
}

/// This many seconds after a time, or the last time that exists.
fn after(moment: DateTime, seconds: i64) -> DateTime {
    let end = if seconds < 0 { DateTime::MIN } else { DateTime::MAX };
    moment.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(end)
}

/// A value as Python writes it: in quotes when it holds more than a name may.
fn quoted(value: &str) -> Cow<'_, str> {
    if !value.is_empty() && value.bytes().all(is_name_byte) {
        return Cow::Borrowed(value);
    }
    let mut text = String::from("\"");
    for c in value.chars() {
        match u8::try_from(c) {
            Ok(b'"' | b'\\') => text.extend(['\\', c]),
            Ok(byte) if !is_name_byte(byte) && !b" ()/<=>?@[]{}".contains(&byte) => {
                text.push_str(&format!("\\{byte:03o}"));
            }
            _ => text.push(c),
        }
    }
    text.push('"');
    Cow::Owned(text)
}

/// RFC 9110's date: `Thu, 01 Jan 1970 00:00:00 GMT`.
pub fn http_date(at: DateTime) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The moment of a date in one of HTTP's three forms, whatever day of the week it says: Django's `parse_http_date`.
pub fn parse_http_date(text: &str) -> Option<DateTime> {
    let parsed = |date: &str| DateTime::strptime("%d %b %Y %H:%M:%S GMT", date).ok();
    match text.split_once(", ") {
        Some((_, date)) if date.contains('-') => parsed(&of_rfc_850(date)?),
        Some((_, date)) => parsed(date),
        None => parsed(&of_asctime(text)?),
    }
}

/// `02 Jan 2025 03:04:05 GMT` of `02-Jan-25 03:04:05 GMT`. A year that would be more than fifty years ahead is of the century before.
fn of_rfc_850(date: &str) -> Option<String> {
    let (day, rest) = date.split_once('-')?;
    let (month, rest) = rest.split_once('-')?;
    let (year, time) = rest.split_once(' ').filter(|(year, _)| year.len() == 2)?;
    let (year, now): (i16, i16) = (year.parse().ok()?, belleville_db::now().year());
    let century = now - now % 100;
    let year = if year - now % 100 > 50 { year + century - 100 } else { year + century };
    Some(format!("{day} {month} {year} {time}"))
}

/// The same of `Thu Jan  2 03:04:05 2025`.
fn of_asctime(date: &str) -> Option<String> {
    let mut parts = date.split_ascii_whitespace().skip(1);
    let (month, day, time, year) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    (date.len() == 24).then(|| format!("{day:0>2} {month} {year} {time} GMT"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_as_python_quotes_them() {
        // Each row is what `http.cookies.SimpleCookie().value_encode(text)[1]` of Python 3.11 answers.
        for (text, expected) in [
            ("abc09", "abc09"),
            ("", "\"\""),
            ("odd/key+with=signs", "\"odd/key+with=signs\""),
            ("a b,c;d\"e\\f", r#""a b\054c\073d\"e\\f""#),
            ("é", r#""\351""#),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    #[test]
    fn dates_are_read_as_django_reads_them() {
        // Each row is what `django.utils.http.parse_http_date_safe` of Django 5.2 answers.
        let then = Some(DateTime::constant(2025, 1, 2, 3, 4, 5, 0));
        for (text, expected) in [
            ("Thu, 02 Jan 2025 03:04:05 GMT", then),
            ("Mon, 02 Jan 2025 03:04:05 GMT", then),
            ("Thursday, 02-Jan-25 03:04:05 GMT", then),
            ("Monday, 01-Jan-90 00:00:00 GMT", Some(DateTime::constant(1990, 1, 1, 0, 0, 0, 0))),
            ("Thu Jan  2 03:04:05 2025", then),
            ("Sun Nov 16 08:49:37 2025", Some(DateTime::constant(2025, 11, 16, 8, 49, 37, 0))),
            ("Thu Jan 2 03:04:05 2025", None),
            ("Thursday, 02-Jan-2025 03:04:05 GMT", None),
            ("Thu, 31 Feb 2025 03:04:05 GMT", None),
            ("Thu, 02 Jan 2025 03:04:05", None),
            ("2025-01-02T03:04:05Z", None),
            ("", None),
        ] {
            assert_eq!(parse_http_date(text), expected, "{text}");
        }
    }

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
