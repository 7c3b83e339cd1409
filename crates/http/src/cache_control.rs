//! What a response says of being cached: Django's `patch_cache_control` and the headers beside it.

use std::time::Duration;

use belleville_db::now;
use http::header::{CACHE_CONTROL, EXPIRES};
use jiff::SignedDuration;

use crate::headers::text;
use crate::response::{Response, http_date};

impl Response {
    /// Adds directives to `Cache-Control`: `"max-age=60, public"`. As in Django, of two ages the smaller one counts, `public` and
    /// `private` replace each other, and every other directive replaces itself.
    pub fn patch_cache_control(&mut self, directives: &str) {
        let said = text(self.headers(), &CACHE_CONTROL).map(|said| said.into_owned()).unwrap_or_default();
        let mut all: Vec<(String, Option<String>)> = parts(&said).collect();
        for (name, mut value) in parts(directives) {
            if name == "max-age" {
                value = smaller(age_of(&all), value);
            }
            let opposite = match name.as_str() {
                "public" => "private",
                "private" => "public",
                _ => "",
            };
            all.retain(|(known, _)| known != opposite);
            match all.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = value,
                None => all.push((name, value)),
            }
        }
        let written: Vec<String> = all
            .into_iter()
            .map(|(name, value)| match value {
                Some(value) => format!("{name}={value}"),
                None => name,
            })
            .collect();
        self.set_header(CACHE_CONTROL, &written.join(", "));
    }

    /// `Expires`, unless it is there, and `max-age`: Django's `patch_response_headers`.
    pub fn expires_after(&mut self, timeout: Duration) {
        if !self.headers().contains_key(EXPIRES) {
            let seconds = i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX);
            let at =
                now().checked_add(SignedDuration::from_secs(seconds)).unwrap_or(belleville_db::DateTime::MAX);
            self.set_header(EXPIRES, &http_date(at));
        }
        self.patch_cache_control(&format!("max-age={}", timeout.as_secs()));
    }

    /// Keeps the response out of all caches: Django's `never_cache`.
    pub fn never_cache(&mut self) {
        self.expires_after(Duration::ZERO);
        self.patch_cache_control("no-cache, no-store, must-revalidate, private");
    }

    /// Whether `Cache-Control` has a directive.
    pub fn has_cache_directive(&self, name: &str) -> bool {
        let said = text(self.headers(), &CACHE_CONTROL).unwrap_or_default();
        parts(&said).any(|(known, _)| known == name)
    }

    /// The seconds of `max-age`.
    pub fn max_age(&self) -> Option<u64> {
        let said = text(self.headers(), &CACHE_CONTROL)?;
        age_of(&parts(&said).collect::<Vec<_>>())
    }
}

/// The directives of a value, their names in lower case.
fn parts(said: &str) -> impl Iterator<Item = (String, Option<String>)> {
    said.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| match part.split_once('=') {
        Some((name, value)) => (name.to_ascii_lowercase(), Some(value.to_owned())),
        None => (part.to_ascii_lowercase(), None),
    })
}

fn age_of(directives: &[(String, Option<String>)]) -> Option<u64> {
    directives.iter().find(|(name, _)| name == "max-age")?.1.as_deref()?.parse().ok()
}

fn smaller(known: Option<u64>, new: Option<String>) -> Option<String> {
    let wanted: Option<u64> = new.as_deref().and_then(|new| new.parse().ok());
    match (known, wanted) {
        (Some(known), Some(wanted)) => Some(known.min(wanted).to_string()),
        _ => new,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_added_as_django_adds_them() {
        // Each row is what `patch_cache_control` of Django 5.2 makes of a header and further directives.
        for (said, added, expected) in [
            ("", "max-age=60", "max-age=60"),
            ("max-age=30", "max-age=60", "max-age=30"),
            ("max-age=90, public", "max-age=60", "max-age=60, public"),
            ("private", "public", "public"),
            ("PUBLIC, max-age=3", "private", "max-age=3, private"),
            ("no-cache", "no-store, must-revalidate", "no-cache, no-store, must-revalidate"),
            ("s-maxage=5", "s-maxage=7", "s-maxage=7"),
        ] {
            let mut response = Response::empty(200);
            response.set_header(CACHE_CONTROL, said);
            response.patch_cache_control(added);
            assert_eq!(
                text(response.headers(), &CACHE_CONTROL).as_deref(),
                Some(expected),
                "{said} + {added}"
            );
        }
        let mut response = Response::empty(200);
        response.never_cache();
        let said = text(response.headers(), &CACHE_CONTROL).map(|said| said.into_owned());
        assert_eq!(said.as_deref(), Some("max-age=0, no-cache, no-store, must-revalidate, private"));
    }
}
