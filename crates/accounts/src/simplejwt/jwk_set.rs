//! The source of a JWK set: a file or, with the feature `jwk-url`, an address. It is read again when it is old, and
//! when a token names a key that it does not have.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use belleville_auth::jwt::Tokens;

use belleville_http::printable::Quoted;
use belleville_http::settings::SettingsError;

/// From when on a set is read anew, as PyJWT's client has it.
const LIFESPAN: Duration = Duration::from_secs(300);

/// How long a set is good for keys that it does not have, so that made-up ones do not make us ask all the time.
const COOLDOWN: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct JwkSet {
    place: Arc<Place>,
    read_at: Mutex<Instant>,
}

#[derive(Debug)]
enum Place {
    File(PathBuf),
    #[cfg(feature = "jwk-url")]
    Url(String),
}

impl JwkSet {
    pub(super) fn open(url: &str) -> Result<Self, SettingsError> {
        let place = match url.strip_prefix("file://") {
            Some(path) if !path.is_empty() => Place::File(PathBuf::from(path)),
            _ => Place::address(url)?,
        };
        Ok(Self { place: Arc::new(place), read_at: Mutex::new(Instant::now()) })
    }

    pub(super) fn read(&self) -> Result<String, SettingsError> {
        self.place.read()
    }

    /// Reads the keys again when they are old, or when the key that a token names is missing. When that fails, the
    /// old keys stay in use.
    pub(super) async fn refresh(&self, tokens: &Tokens, token: &[u8]) {
        let age = if tokens.knows_key_of(token) { LIFESPAN } else { COOLDOWN };
        {
            let mut read_at = self.read_at.lock().unwrap_or_else(PoisonError::into_inner);
            if read_at.elapsed() < age {
                return;
            }
            *read_at = Instant::now();
        }
        let place = Arc::clone(&self.place);
        let outcome = match tokio::task::spawn_blocking(move || place.read()).await {
            Ok(Ok(set)) => tokens.replace_jwk_set(&set).map_err(|error| error.to_string()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = outcome {
            tracing::warn!(error = %Quoted(error), "the JWK set cannot be read anew; the old keys stay");
        }
    }
}

impl Place {
    #[cfg(feature = "jwk-url")]
    fn address(url: &str) -> Result<Self, SettingsError> {
        if url.starts_with("https://") || url.starts_with("http://") {
            return Ok(Self::Url(url.to_owned()));
        }
        Err(SettingsError::new(format!(
            "simple_jwt.jwk_url is `{url}`; it should begin with https:// or file://"
        )))
    }

    #[cfg(not(feature = "jwk-url"))]
    fn address(url: &str) -> Result<Self, SettingsError> {
        Err(SettingsError::new(format!(
            "simple_jwt.jwk_url is `{url}`; to ask an address, build with the feature `jwk-url` of belleville, or fetch the \
             set into a file and write `file:///etc/keys.json`"
        )))
    }

    fn read(&self) -> Result<String, SettingsError> {
        match self {
            Self::File(path) => std::fs::read_to_string(path).map_err(|error| {
                SettingsError::new(format!("simple_jwt.jwk_url: cannot read {}: {error}", path.display()))
            }),
            #[cfg(feature = "jwk-url")]
            Self::Url(url) => fetched(url).map_err(|error| {
                SettingsError::new(format!("simple_jwt.jwk_url: cannot read {url}: {error}"))
            }),
        }
    }
}

/// The set at an address, without following redirects and no longer than a megabyte.
#[cfg(feature = "jwk-url")]
fn fetched(url: &str) -> Result<String, ureq::Error> {
    let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(5))).max_redirects(0);
    let agent = ureq::Agent::from(config.build());
    let mut response = agent.get(url).call()?;
    match response.status().as_u16() {
        200 => response.body_mut().with_config().limit(1 << 20).read_to_string(),
        status => Err(ureq::Error::StatusCode(status)),
    }
}
