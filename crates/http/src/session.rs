//! Sessions and their cookie: what Django's `SessionMiddleware` does with a request and a response.

use std::sync::Arc;

use belleville_auth::cache::Cache;
use belleville_auth::sessions::codec::is_valid_session_key;
use belleville_auth::sessions::engine::{self, SessionEngine};
use belleville_auth::sessions::expiry::Lifetime;
use belleville_auth::sessions::store::{Saved, SessionStore};
use belleville_auth::signing::SecretKeys;
use belleville_db::now;
use http::header::{COOKIE, SET_COOKIE};
use serde::Deserialize;
use tokio::sync::{Mutex, MutexGuard};

use crate::cookies::{CookieSettings, SetCookie};
use crate::exceptions::Result;
use crate::request::HttpRequest;
use crate::response::{Response, plain};
use crate::settings::{Section, SettingsError, text_or_false};

/// Sessions and their cookie: Django's `SESSION_*`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SessionSettings {
    /// Where sessions are kept: `db`, `cache`, `cached_db` or `signed_cookies`, or Django's dotted name of one of these.
    pub session_engine: String,
    /// The name of the session cookie.
    pub session_cookie_name: String,
    /// How long a session lasts, in seconds.
    pub session_cookie_age: u64,
    /// The domain whose hosts share the session cookie; this host alone when there is none.
    #[serde(deserialize_with = "text_or_false")]
    pub session_cookie_domain: Option<String>,
    /// The path under which the session cookie is sent.
    pub session_cookie_path: String,
    /// Send the session cookie over HTTPS only.
    pub session_cookie_secure: bool,
    /// Keep the session cookie from scripts.
    pub session_cookie_httponly: bool,
    /// Whether other sites' requests carry the session cookie: `Lax`, `Strict` or `None`. No attribute when it is `false`.
    #[serde(deserialize_with = "text_or_false")]
    pub session_cookie_samesite: Option<String>,
    /// Let the browser forget a session when it is closed.
    pub session_expire_at_browser_close: bool,
    /// Save the session at every request, not only when it was changed, so that its time begins anew.
    pub session_save_every_request: bool,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            session_engine: "db".to_owned(),
            session_cookie_name: "sessionid".to_owned(),
            session_cookie_age: 1_209_600,
            session_cookie_domain: None,
            session_cookie_path: "/".to_owned(),
            session_cookie_secure: false,
            session_cookie_httponly: true,
            session_cookie_samesite: Some("Lax".to_owned()),
            session_expire_at_browser_close: false,
            session_save_every_request: false,
        }
    }
}

impl Section for SessionSettings {
    fn check(&self) -> std::result::Result<(), SettingsError> {
        if self.session_cookie_age == 0 {
            return Err(SettingsError::new("session_cookie_age is 0; give the seconds that a session lasts"));
        }
        engine::check_name(&self.session_engine)
            .map_err(|error| SettingsError::new(format!("session_engine: {error}")))?;
        set_cookie(self).map(drop)
    }
}

/// What the settings say of sessions, and where they are kept.
#[derive(Debug)]
pub struct SessionMiddleware {
    cookie: SetCookie,
    engine: SessionEngine,
    save_every_request: bool,
}

impl SessionMiddleware {
    /// What the settings say, with the cache of the program.
    ///
    /// # Errors
    /// When there can be no such cookie, or there is no such engine.
    pub fn new(
        settings: &SessionSettings,
        keys: &SecretKeys,
        cache: &Cache,
    ) -> std::result::Result<Self, SettingsError> {
        let cookie = set_cookie(settings)?;
        let lifetime = Lifetime {
            seconds: settings.session_cookie_age,
            until_the_browser_closes: settings.session_expire_at_browser_close,
        };
        let engine = SessionEngine::new(&settings.session_engine, keys, lifetime, cache)
            .map_err(|error| SettingsError::new(format!("session_engine: {error}")))?;
        Ok(Self { cookie, engine, save_every_request: settings.session_save_every_request })
    }

    /// Where sessions are kept.
    pub fn engine(&self) -> &SessionEngine {
        &self.engine
    }
}

fn set_cookie(settings: &SessionSettings) -> std::result::Result<SetCookie, SettingsError> {
    SetCookie::new(&CookieSettings {
        prefix: "session_cookie",
        name: &settings.session_cookie_name,
        domain: settings.session_cookie_domain.as_deref(),
        path: &settings.session_cookie_path,
        secure: settings.session_cookie_secure,
        http_only: settings.session_cookie_httponly,
        same_site: settings.session_cookie_samesite.as_deref(),
    })
}

/// Saves the session when it was changed, sets or deletes its cookie, and sets `Vary`.
///
/// # Errors
/// Any database error.
pub async fn finish(
    settings: &SessionMiddleware,
    request: &HttpRequest,
    response: &mut Response,
) -> Result<()> {
    let cookie = request.cookie(settings.cookie.name());
    let (is_empty, is_modified) = match request.loaded_session() {
        Some(session) => {
            response.vary_on("Cookie");
            let session = session.lock().await;
            (session.is_empty(), session.is_modified())
        }
        // It was not loaded: a key too short to be one is taken away even so, any other counts as a session.
        None => {
            if request.found().asked_for_session.get().is_some() {
                response.vary_on("Cookie");
            }
            (!cookie.as_deref().is_some_and(is_valid_session_key), false)
        }
    };
    if is_empty {
        if cookie.is_some() {
            delete(settings, response);
        }
        return Ok(());
    }
    let is_failure = response.status() >= 500;
    if is_failure || !(is_modified || settings.save_every_request) {
        return Ok(());
    }
    // Boxed, so that a request whose session stays as it is does not take the memory of the queries.
    Box::pin(save(settings, request, response)).await
}

async fn save(settings: &SessionMiddleware, request: &HttpRequest, response: &mut Response) -> Result<()> {
    let mut session = request.lock_session().await?;
    match session.save(request.db()).await? {
        Saved::Interrupted => *response = plain::bad_request(),
        Saved::Kept { key, age } => {
            let cookie = settings.cookie.header(&key, age, now());
            response.headers_mut().extend(cookie.map(|value| (SET_COOKIE, value)));
            response.vary_on("Cookie");
            request.set_hands_out_credential();
        }
    }
    Ok(())
}

fn delete(settings: &SessionMiddleware, response: &mut Response) {
    response.headers_mut().append(SET_COOKIE, settings.cookie.deletion());
    response.vary_on("Cookie");
}

impl HttpRequest {
    /// Reads or changes the session, which is loaded at the first call. The session is locked while `work` runs, so
    /// `work` cannot be async: it cannot log somebody in, which would wait for the same lock.
    ///
    /// # Errors
    /// Any database error.
    pub async fn session<T>(&self, work: impl FnOnce(&mut SessionStore) -> T + Send) -> Result<T> {
        Ok(work(&mut *self.lock_session().await?))
    }

    /// The session, locked. Code that has the lock must not take it again, nor call a function that does.
    ///
    /// # Errors
    /// Any database error.
    pub async fn lock_session(&self) -> Result<MutexGuard<'_, SessionStore>> {
        let session = match self.loaded_session() {
            Some(session) => session,
            // Boxed, so that a request whose session nobody asks for does not take the memory of its loading.
            None => Box::pin(self.load_session()).await?,
        };
        Ok(session.lock().await)
    }

    async fn load_session(&self) -> Result<&Mutex<SessionStore>> {
        let load = async || -> Result<_> {
            let settings = self.services().require::<Arc<SessionMiddleware>>()?;
            let cookie = self.cookie(settings.cookie.name());
            let session = SessionStore::load(self.db(), &settings.engine, cookie.as_deref()).await?;
            Ok(Box::new(Mutex::new(session)))
        };
        Ok(self.found().session.get_or_try_init(load).await?)
    }

    /// Whether there can be no session: the request has no cookie. It counts as asked for, as by
    /// [`HttpRequest::lock_session`].
    pub fn has_no_session(&self) -> bool {
        let has_none = !self.headers().contains_key(COOKIE) && self.loaded_session().is_none();
        if has_none {
            let _ = self.found().asked_for_session.set(());
        }
        has_none
    }

    /// Whether the session was asked for, so that the answer may depend on it.
    pub fn has_used_session(&self) -> bool {
        self.loaded_session().is_some() || self.found().asked_for_session.get().is_some()
    }

    /// The session, if it was loaded.
    fn loaded_session(&self) -> Option<&Mutex<SessionStore>> {
        self.found().session.get().map(|session| &**session)
    }
}
