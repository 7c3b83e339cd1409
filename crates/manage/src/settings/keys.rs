//! Checks of weak keys: Django's check W009, and the shortest key for the HMAC of JSON Web Tokens.

use belleville_http::settings::SettingsError;

use super::Settings;

/// Django's least length of a key, and the least number of different characters in it.
const KEY_LENGTH: usize = 50;
const KEY_VARIETY: usize = 5;

/// The beginning of the keys that `django-admin startproject` makes.
const INSECURE_PREFIX: &str = "django-insecure-";

/// The HMAC algorithms of tokens and how many bytes their keys have at least (RFC 7518, section 3.2).
const HMAC_BYTES: [(&str, usize); 3] = [("HS256", 32), ("HS384", 48), ("HS512", 64)];

/// What no key of any of them may be shorter than: who has one token can try all the shorter ones that people think of.
const LEAST_HMAC_BYTES: usize = HMAC_BYTES[0].1;

impl Settings {
    /// What is weak about the keys: sentences for the administrator, without any part of a key.
    pub fn weak_keys(&self) -> Vec<String> {
        let secret_key = weakness(&self.secret_key)
            .map(|weakness| format!("SECRET_KEY {weakness}; who guesses it can log in as anybody."));
        let jwt = &self.simple_jwt;
        let is_short = (1..LEAST_HMAC_BYTES).contains(&jwt.signing_key.len());
        let signing_key = (self.hmac_bytes().is_some() && is_short).then(|| {
            format!(
                "SIMPLE_JWT__SIGNING_KEY is shorter than {LEAST_HMAC_BYTES} bytes; who guesses it makes tokens for anybody."
            )
        });
        secret_key.into_iter().chain(signing_key).collect()
    }

    /// What the standard of JSON Web Tokens also requires of the key: to be as long as the hash.
    pub fn short_hmac_key(&self) -> Option<String> {
        let (name, key) = match self.simple_jwt.signing_key.as_str() {
            "" => ("SECRET_KEY, which signs JSON Web Tokens too,", &self.secret_key),
            _ => ("SIMPLE_JWT__SIGNING_KEY", &self.simple_jwt.signing_key),
        };
        let bytes = self.hmac_bytes().filter(|bytes| (LEAST_HMAC_BYTES..*bytes).contains(&key.len()))?;
        let algorithm = &self.simple_jwt.algorithm;
        Some(format!("{name} is shorter than {bytes} bytes, which RFC 7518 wants for {algorithm}."))
    }

    /// Refuses weak keys outside of development, unless `allow_weak_secret_key` says that they are known.
    ///
    /// # Errors
    /// The text names the key, says what is weak and how to fix it.
    pub fn refuse_weak_keys(&self) -> Result<(), SettingsError> {
        // No key at all has an error of its own.
        if self.debug || self.allow_weak_secret_key || self.secret_key.is_empty() {
            return Ok(());
        }
        match self.weak_keys().first() {
            None => Ok(()),
            Some(weakness) => Err(SettingsError::new(format!(
                "{weakness} Make a new key, for example by `openssl rand -base64 48`. If a Django project needs the one \
                 that it has for now, say so: ALLOW_WEAK_SECRET_KEY=1"
            ))),
        }
    }

    fn hmac_bytes(&self) -> Option<usize> {
        let of_algorithm = |(name, _): &&(&str, usize)| *name == self.simple_jwt.algorithm;
        HMAC_BYTES.iter().find(of_algorithm).map(|(_, bytes)| *bytes)
    }
}

/// Why Django's W009 warns of a key.
fn weakness(key: &str) -> Option<&'static str> {
    let variety = key.chars().collect::<std::collections::HashSet<_>>().len();
    if key.starts_with(INSECURE_PREFIX) {
        Some("begins with `django-insecure-`, as the keys do that Django makes for development")
    } else if key.chars().count() < KEY_LENGTH {
        Some("is shorter than 50 characters")
    } else if variety < KEY_VARIETY {
        Some("has fewer than 5 different characters")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_keys_are_djangos() {
        // Each row is what `_check_secret_key` of Django 5.2 says.
        for (key, is_weak) in [
            (String::new(), true),
            ("abcde".repeat(10), false),
            ("abcde".repeat(9) + "abcd", true),
            ("abcd".repeat(20), true),
            // Characters are counted, not bytes.
            ("äöüßé".repeat(9), true),
            ("äöüßé".repeat(10), false),
            ("django-insecure-".to_owned() + &"abcde".repeat(10), true),
            ("Django-insecure-".to_owned() + &"abcde".repeat(10), false),
        ] {
            assert_eq!(weakness(&key).is_some(), is_weak, "{key}");
        }
    }
}
