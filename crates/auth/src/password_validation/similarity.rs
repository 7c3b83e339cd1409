//! Passwords that resemble the user's fields.

use std::collections::HashMap;
use std::fmt;

use super::{PasswordError, PasswordValidator, UserAttribute};

const DEFAULT_USER_ATTRIBUTES: [&str; 4] = ["username", "first_name", "last_name", "email"];
const DEFAULT_MAX_SIMILARITY: f64 = 0.7;
const LEAST_MAX_SIMILARITY: f64 = 0.1;

/// Refuses a password that resembles one of the user's fields, or a part of one: a word of a name, or the part before
/// or after the `@` of an e-mail address.
#[derive(Clone, Debug)]
pub struct UserAttributeSimilarityValidator {
    user_attributes: Vec<String>,
    max_similarity: f64,
}

impl UserAttributeSimilarityValidator {
    /// Compares passwords with `user_attributes`, in that order, and refuses those that are `max_similarity` or more
    /// alike; 1 means the same characters.
    ///
    /// # Errors
    /// When `max_similarity` is below 0.1, which would refuse almost every password.
    pub fn new(
        user_attributes: impl IntoIterator<Item = impl Into<String>>,
        max_similarity: f64,
    ) -> Result<Self, SimilarityTooLow> {
        // Written so that a NaN is refused too.
        if max_similarity >= LEAST_MAX_SIMILARITY {
            Ok(Self {
                user_attributes: user_attributes.into_iter().map(Into::into).collect(),
                max_similarity,
            })
        } else {
            Err(SimilarityTooLow)
        }
    }

    fn is_similar(&self, password: &str, value: &str) -> bool {
        !value.is_empty() && parts(&value.to_lowercase()).any(|part| self.is_similar_part(password, part))
    }

    fn is_similar_part(&self, password: &str, part: &str) -> bool {
        !exceeds_maximum_length_ratio(password, self.max_similarity, part)
            && quick_ratio(password, part) >= self.max_similarity
    }
}

impl Default for UserAttributeSimilarityValidator {
    fn default() -> Self {
        let user_attributes = DEFAULT_USER_ATTRIBUTES.map(str::to_owned).to_vec();
        Self { user_attributes, max_similarity: DEFAULT_MAX_SIMILARITY }
    }
}

impl PasswordValidator for UserAttributeSimilarityValidator {
    fn validate(&self, password: &str, user: &[UserAttribute<'_>]) -> Result<(), PasswordError> {
        let password = password.to_lowercase();
        let named = |name: &String| user.iter().find(|attribute| attribute.name == name);
        let mut watched = self.user_attributes.iter().filter_map(named);
        match watched.find(|attribute| self.is_similar(&password, attribute.value)) {
            Some(similar) => Err(PasswordError {
                code: "password_too_similar",
                message: format!("The password is too similar to the {}.", similar.verbose_name),
            }),
            None => Ok(()),
        }
    }

    fn help_text(&self) -> String {
        "Your password can’t be too similar to your other personal information.".to_owned()
    }
}

/// A `max_similarity` below 0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimilarityTooLow;

impl fmt::Display for SimilarityTooLow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("max_similarity must be at least 0.1")
    }
}

impl std::error::Error for SimilarityTooLow {}

/// The runs of letters, digits and underscores in `value`, and the whole. Python's `\w` leaves out combining marks,
/// which Rust counts as letters: names in scripts that use them are compared in larger parts here.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    // An empty part, before or after the rest, resembles an empty password only, which is for its length to fail.
    value.split(move |c| !is_word(c)).filter(|part| !part.is_empty()).chain([value])
}

/// A value so much shorter than the password cannot reach the similarity. Skipping it changes no outcome, but keeps an
/// enormous password from being counted once for each part.
fn exceeds_maximum_length_ratio(password: &str, max_similarity: f64, value: &str) -> bool {
    let (password_length, value_length) = (password.chars().count(), value.chars().count());
    let length_bound_similarity = max_similarity / 2.0 * password_length as f64;
    password_length >= 10 * value_length && (value_length as f64) < length_bound_similarity
}

/// The upper bound on similarity that Python's `difflib.SequenceMatcher.quick_ratio` gives: twice the characters that
/// both have, whatever their places, out of the characters of both.
fn quick_ratio(a: &str, b: &str) -> f64 {
    let mut available: HashMap<char, usize> = HashMap::new();
    for c in b.chars() {
        *available.entry(c).or_default() += 1;
    }
    let mut take = |c: char| match available.get_mut(&c) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    };
    let length = a.chars().count() + b.chars().count();
    let matches = a.chars().filter(|c| take(*c)).count();
    if length == 0 { 1.0 } else { 2.0 * matches as f64 / length as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_pythons() {
        let rows = [
            ("", "", 1.0),
            ("a", "", 0.0),
            ("abcd", "bcde", 0.75),
            ("aab", "abb", 2.0 / 3.0),
            ("a", "aaa", 0.5),
        ];
        for (a, b, ratio) in rows {
            assert_eq!(quick_ratio(a, b), ratio, "{a} {b}");
            assert_eq!(quick_ratio(b, a), ratio, "{b} {a}");
        }
    }

    #[test]
    fn a_similarity_that_nothing_passes_is_refused() {
        for (max_similarity, taken) in [(0.1, true), (1.0, true), (0.09, false), (f64::NAN, false)] {
            let validator = UserAttributeSimilarityValidator::new(["username"], max_similarity);
            assert_eq!(validator.is_ok(), taken, "{max_similarity}");
        }
    }
}
