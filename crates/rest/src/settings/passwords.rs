//! The hashers and validators of passwords: Django's `PASSWORD_HASHERS` and `AUTH_PASSWORD_VALIDATORS`.

use std::fmt;

use belleville_auth::password_validation::{
    CommonPasswordValidator, MinimumLengthValidator, NumericPasswordValidator, PasswordValidator,
    UserAttributeSimilarityValidator,
};
use serde::Deserialize;

use super::SettingsError;

/// Django's default list: the first makes new hashes, the others are still good and replaced at the next login.
pub(super) const DEFAULT_HASHERS: [&str; 5] = [
    "PBKDF2PasswordHasher",
    "PBKDF2SHA1PasswordHasher",
    "Argon2PasswordHasher",
    "BCryptSHA256PasswordHasher",
    "ScryptPasswordHasher",
];

/// The four that `django-admin startproject` writes down.
const VALIDATORS: [&str; 4] = [
    "UserAttributeSimilarityValidator",
    "MinimumLengthValidator",
    "CommonPasswordValidator",
    "NumericPasswordValidator",
];

/// A validator: its name, short or Django's dotted one, or a table of the name and its options.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Validator {
    /// With Django's options.
    Name(String),
    /// With custom options.
    Table(ValidatorOptions),
}

/// The options of a validator.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidatorOptions {
    /// The validator.
    name: String,
    /// The least length, for `MinimumLengthValidator`.
    min_length: Option<usize>,
    /// From which similarity on a password is refused, for `UserAttributeSimilarityValidator`: 0.1 to 1.
    max_similarity: Option<f64>,
}

impl fmt::Display for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name(name) => name,
            Self::Table(options) => &options.name,
        })
    }
}

pub(super) fn default_validators() -> Vec<Validator> {
    VALIDATORS.map(|name| Validator::Name(name.to_owned())).to_vec()
}

impl Validator {
    pub(super) fn build(&self) -> Result<Box<dyn PasswordValidator>, SettingsError> {
        let (name, min_length, max_similarity) = match self {
            Self::Name(name) => (name, None, None),
            Self::Table(options) => (&options.name, options.min_length, options.max_similarity),
        };
        let short = name.strip_prefix("django.contrib.auth.password_validation.").unwrap_or(name);
        let without = |option: &str| {
            SettingsError(format!("auth_password_validators: `{short}` has no option `{option}`"))
        };
        match (short, min_length, max_similarity) {
            ("MinimumLengthValidator", _, Some(_)) => Err(without("max_similarity")),
            ("MinimumLengthValidator", min_length, None) => {
                Ok(Box::new(min_length.map_or_else(MinimumLengthValidator::default, |min_length| {
                    MinimumLengthValidator { min_length }
                })))
            }
            (_, Some(_), _) => Err(without("min_length")),
            ("UserAttributeSimilarityValidator", None, Some(max)) => {
                let attributes = ["username", "first_name", "last_name", "email"];
                let validator = UserAttributeSimilarityValidator::new(attributes, max);
                Ok(Box::new(validator.map_err(|_| {
                    SettingsError::new("auth_password_validators: max_similarity should be 0.1 or more")
                })?))
            }
            ("UserAttributeSimilarityValidator", None, None) => {
                Ok(Box::new(UserAttributeSimilarityValidator::default()))
            }
            (_, None, Some(_)) => Err(without("max_similarity")),
            ("CommonPasswordValidator", None, None) => Ok(Box::new(CommonPasswordValidator::default())),
            ("NumericPasswordValidator", None, None) => Ok(Box::new(NumericPasswordValidator)),
            _ => Err(SettingsError(format!(
                "auth_password_validators has `{name}`, which is unknown; known are {}",
                VALIDATORS.join(", ")
            ))),
        }
    }
}
