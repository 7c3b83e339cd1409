//! The file with a JWK set, read anew when it is old.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use belleville_auth::jwt::Tokens;

use crate::settings::SettingsError;

/// From when on a set is read anew, as PyJWT's client has it.
const LIFESPAN: Duration = Duration::from_secs(300);

#[derive(Debug)]
pub(super) struct JwkSetFile {
    path: PathBuf,
    read_at: Mutex<Instant>,
}

impl JwkSetFile {
    pub(super) fn open(url: &str) -> Result<Self, SettingsError> {
        match url.strip_prefix("file://") {
            Some(path) if !path.is_empty() => {
                Ok(Self { path: PathBuf::from(path), read_at: Mutex::new(Instant::now()) })
            }
            _ => Err(SettingsError(format!(
                "simple_jwt.jwk_url is `{url}`; only files are read: fetch the set into a file and write \
                 `file:///etc/keys.json`"
            ))),
        }
    }

    pub(super) fn read(&self) -> Result<String, SettingsError> {
        std::fs::read_to_string(&self.path).map_err(|error| {
            SettingsError(format!("simple_jwt.jwk_url: cannot read {}: {error}", self.path.display()))
        })
    }

    /// Takes over the file's keys when the known ones are old; a file that is no good leaves them as they are.
    pub(super) fn refresh(&self, tokens: &Tokens) {
        {
            let mut read_at = self.read_at.lock().unwrap_or_else(PoisonError::into_inner);
            if read_at.elapsed() < LIFESPAN {
                return;
            }
            *read_at = Instant::now();
        }
        let outcome = self
            .read()
            .map_err(|error| error.to_string())
            .and_then(|set| tokens.replace_jwk_set(&set).map_err(|error| error.to_string()));
        if let Err(error) = outcome {
            tracing::warn!(%error, "the JWK set cannot be read anew; the old keys stay");
        }
    }
}
