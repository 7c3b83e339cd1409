//! The hashers and validators of passwords: Django's `PASSWORD_HASHERS` and `AUTH_PASSWORD_VALIDATORS`.

use std::fmt;

use belleville_auth::password_validation::{
    CommonPasswordValidator, MinimumLengthValidator, NumericPasswordValidator, PasswordValidator,
    UserAttributeSimilarityValidator,
};
use serde::Deserialize;

use belleville_auth::hashers::PasswordHashers;
use belleville_auth::hashing::{HashingLimits, HashingPool};
use belleville_http::settings::{Section, SettingsError};

/// Django's default list: the first makes new hashes, the others are still good and replaced at the next login.
const DEFAULT_HASHERS: [&str; 5] = [
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

/// How passwords are kept, and which are taken.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PasswordSettings {
    /// Rounds of PBKDF2 for new hashes. The Django project that shares the table should use the same number.
    pub pbkdf2_iterations: u32,
    /// The password hashing algorithms: the first makes new hashes; hashes of the others are valid and are replaced
    /// at the next login.
    pub password_hashers: Vec<String>,
    /// The validators of new passwords.
    pub auth_password_validators: Vec<Validator>,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self {
            pbkdf2_iterations: 1_000_000,
            password_hashers: DEFAULT_HASHERS.map(str::to_owned).to_vec(),
            auth_password_validators: default_validators(),
        }
    }
}

impl Section for PasswordSettings {
    fn check(&self) -> Result<(), SettingsError> {
        if self.pbkdf2_iterations == 0 {
            return Err(SettingsError::new("pbkdf2_iterations is 0; Django 5.2 uses 1000000"));
        }
        Ok(())
    }
}

impl PasswordSettings {
    /// The validators of new passwords.
    ///
    /// # Errors
    /// When a validator or one of its options is unknown.
    pub fn validators(&self) -> Result<PasswordValidators, SettingsError> {
        self.auth_password_validators.iter().map(Validator::build).collect()
    }

    /// The pool that hashes passwords as the settings say.
    ///
    /// # Errors
    /// When its threads cannot be started.
    pub fn hashing_pool(&self) -> Result<HashingPool, SettingsError> {
        let names = self.password_hashers.iter().map(String::as_str);
        let hashers = PasswordHashers::from_setting(names, self.pbkdf2_iterations)
            .map_err(|error| SettingsError::new(format!("password_hashers: {error}")))?;
        HashingPool::new(hashers, HashingLimits::default()).map_err(|error| {
            SettingsError::new(format!("cannot start the threads that hash passwords: {error}"))
        })
    }
}

/// The validators of new passwords, in order.
pub type PasswordValidators = Vec<Box<dyn PasswordValidator>>;

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

fn default_validators() -> Vec<Validator> {
    VALIDATORS.map(|name| Validator::Name(name.to_owned())).to_vec()
}

impl Validator {
    fn build(&self) -> Result<Box<dyn PasswordValidator>, SettingsError> {
        let (name, min_length, max_similarity) = match self {
            Self::Name(name) => (name, None, None),
            Self::Table(options) => (&options.name, options.min_length, options.max_similarity),
        };
        let short = name.strip_prefix("django.contrib.auth.password_validation.").unwrap_or(name);
        let without = |option: &str| {
            SettingsError::new(format!("auth_password_validators: `{short}` has no option `{option}`"))
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
            _ => Err(SettingsError::new(format!(
                "auth_password_validators has `{name}`, which is unknown; known are {}",
                VALIDATORS.join(", ")
            ))),
        }
    }
}
