//! The session's cookie: what Django's `SessionMiddleware` does with a response.

use belleville_auth::models::User;
use belleville_auth::sessions::codec::is_valid_session_key;
use belleville_auth::sessions::expiry::Lifetime;
use belleville_auth::sessions::store::Saved;
use belleville_auth::users;
use belleville_db::{Database, now};
use http::header::SET_COOKIE;

use crate::cookies::{CookieSettings, SetCookie};
use crate::events::{EventKind, Through};
use crate::exceptions::Result;
use crate::request::Request;
use crate::response::{Response, plain};
use crate::settings::{Cookies, SettingsError};

/// What the settings say of sessions.
pub(crate) struct SessionMiddleware {
    pub(crate) cookie: SetCookie,
    lifetime: Lifetime,
    save_every_request: bool,
}

impl SessionMiddleware {
    /// What the settings say.
    ///
    /// # Errors
    /// When there can be no such cookie.
    pub(crate) fn new(settings: &Cookies) -> std::result::Result<Self, SettingsError> {
        let cookie = SetCookie::new(&CookieSettings {
            prefix: "session_cookie",
            name: &settings.session_cookie_name,
            domain: settings.session_cookie_domain.as_deref(),
            path: &settings.session_cookie_path,
            secure: settings.session_cookie_secure,
            http_only: settings.session_cookie_httponly,
            same_site: settings.session_cookie_samesite.as_deref(),
        })?;
        let lifetime = Lifetime {
            seconds: settings.session_cookie_age,
            until_the_browser_closes: settings.session_expire_at_browser_close,
        };
        Ok(Self { cookie, lifetime, save_every_request: settings.session_save_every_request })
    }
}

/// Saves the session when it was changed, sets or deletes its cookie, and sets `Vary`.
pub(crate) async fn finish(request: &Request, mut response: Response) -> Result<Response> {
    let settings = &request.application().middleware.session;
    let cookie = request.cookie(settings.cookie.name());
    let (is_empty, is_modified) = match request.loaded_session() {
        Some(session) => {
            response.vary_on("Cookie");
            let session = session.lock().await;
            (session.is_empty(), session.is_modified())
        }
        // Nobody asked for it: a key too short to be one is taken away even so, any other counts as a session.
        None => (!cookie.as_deref().is_some_and(is_valid_session_key), false),
    };
    if is_empty {
        return Ok(if cookie.is_some() { deleted(settings, response) } else { response });
    }
    let is_failure = response.status.is_server_error();
    if is_failure || !(is_modified || settings.save_every_request) {
        return Ok(response);
    }
    save(settings, request, response).await
}

async fn save(settings: &SessionMiddleware, request: &Request, mut response: Response) -> Result<Response> {
    let application = request.application();
    let mut session = request.lock_session().await?;
    match session.save(&application.db, &application.codec, settings.lifetime).await? {
        Saved::Interrupted => Ok(plain::bad_request()),
        Saved::Kept { key, age } => {
            let cookie = settings.cookie.header(&key, age, now());
            response.headers.extend(cookie.map(|value| (SET_COOKIE, value)));
            response.vary_on("Cookie");
            request.set_hands_out_credential();
            Ok(response)
        }
    }
}

fn deleted(settings: &SessionMiddleware, mut response: Response) -> Response {
    response.headers.append(SET_COOKIE, settings.cookie.deletion());
    response.vary_on("Cookie");
    response
}

impl Request {
    /// Logs a user in: the session gets the user, a new key and a new CSRF secret, and `last_login` is set.
    /// [`Request::user`] is this user from now on.
    ///
    /// # Errors
    /// Any database error.
    pub async fn login(&self, user: &User) -> Result<()> {
        let application = self.application();
        self.lock_session().await?.login(&application.db, user, &application.keys).await?;
        self.rotate_csrf_token();
        users::update_last_login(&application.db, user).await?;
        self.set_user(Some(user.clone()));
        self.emit(EventKind::Login, Through::Session, user);
        Ok(())
    }

    /// Keeps the session of a user whose password was just changed, under a new key: Django's
    /// `update_session_auth_hash`.
    ///
    /// # Errors
    /// Any database error.
    pub async fn keep_session(&self, user: &User) -> Result<()> {
        self.lock_session().await?.update_auth_hash(user, &self.application().keys);
        Ok(())
    }

    /// Whether the user's password has not changed since the row was read. It is checked in the transaction that
    /// creates a token: a token that is requested with the old password, while the new one is set, must not stay
    /// valid. Always `true` when `revoke_tokens_on_password_change` is off.
    pub(crate) async fn is_password_current(&self, db: &Database, user: &User) -> Result<bool> {
        let matters = self.application().settings.revoke_tokens_on_password_change;
        Ok(!matters || users::has_password_of(db, user).await?)
    }

    /// Logs out: deletes the session and its row. The request has no user from now on.
    ///
    /// # Errors
    /// Any database error.
    pub async fn logout(&self) -> Result<()> {
        let application = self.application();
        let mut session = self.lock_session().await?;
        let user = session.user(&application.db, &application.keys).await?;
        session.flush(&application.db).await?;
        self.set_user(None);
        if let Some(user) = user {
            self.emit(EventKind::Logout, Through::Session, &user);
        }
        Ok(())
    }
}
