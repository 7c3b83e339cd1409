//! The session's cookie: what Django's `SessionMiddleware` does when a response leaves.

use belleville_auth::models::User;
use belleville_auth::sessions::store::Saved;
use belleville_auth::users;
use belleville_db::{Database, now};
use http::header::SET_COOKIE;

use crate::cookies::{self, Cookie};
use crate::events::{EventKind, Through};
use crate::exceptions::Result;
use crate::request::Request;
use crate::response::{Response, plain};

/// Django's name of the cookie.
pub(crate) const COOKIE_NAME: &str = "sessionid";

/// Saves the session when it was changed, sets or deletes its cookie, and says on what the response depends.
pub(crate) async fn finish(request: &Request, mut response: Response) -> Result<Response> {
    let cookie = request.cookie(COOKIE_NAME);
    let Some(session) = request.loaded_session() else {
        // A key too short to be one is taken away even when nobody asked for the session.
        let is_no_key =
            cookie.is_some_and(|key| !belleville_auth::sessions::codec::is_valid_session_key(&key));
        return Ok(if is_no_key { deleted(response) } else { response });
    };
    let mut session = session.lock().await;
    if session.is_empty() {
        if cookie.is_some() {
            return Ok(deleted(response));
        }
        response.vary_on("Cookie");
        return Ok(response);
    }
    response.vary_on("Cookie");
    if !session.is_modified() || response.status.as_u16() == 500 {
        return Ok(response);
    }
    let application = request.application();
    let settings = &application.settings;
    match session.save(&application.db, &application.codec, settings.session_cookie_age).await? {
        Saved::Interrupted => Ok(plain::bad_request()),
        Saved::Kept { key, age } => {
            let cookie = Cookie {
                name: COOKIE_NAME,
                value: &key,
                max_age: age,
                http_only: true,
                secure: settings.session_cookie_secure,
            };
            response.headers.extend(cookie.header(now()).map(|value| (SET_COOKIE, value)));
            request.set_hands_out_credential();
            Ok(response)
        }
    }
}

fn deleted(mut response: Response) -> Response {
    response.headers.extend(cookies::deletion(COOKIE_NAME).map(|value| (SET_COOKIE, value)));
    response.vary_on("Cookie");
    response
}

impl Request {
    /// Logs a user in: the session is theirs, under a new key and with a new CSRF secret, and `last_login` is now.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn login(&self, user: &User) -> Result<()> {
        let application = self.application();
        self.session().await?.login(&application.db, user, &application.keys).await?;
        self.rotate_csrf_token();
        users::update_last_login(&application.db, user).await?;
        self.emit(EventKind::Login, Through::Session, user);
        Ok(())
    }

    /// Keeps the session of a user whose password was just changed, under a new key: Django's
    /// `update_session_auth_hash`.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn keep_session(&self, user: &User) -> Result<()> {
        self.session().await?.update_auth_hash(user, &self.application().keys);
        Ok(())
    }

    /// Whether a user still has the password that they had when the row was read. It is asked in the transaction that makes
    /// a token: one that is asked for with the old password, while the new one is set, must not outlive it. Yes to
    /// everybody where `revoke_tokens_on_password_change` is off.
    pub(crate) async fn is_password_current(&self, db: &Database, user: &User) -> Result<bool> {
        let matters = self.application().settings.revoke_tokens_on_password_change;
        Ok(!matters || users::has_password_of(db, user).await?)
    }

    /// Logs out: the session and its row are gone.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn logout(&self) -> Result<()> {
        let application = self.application();
        let mut session = self.session().await?;
        let user = session.user(&application.db, &application.keys).await?;
        session.flush(&application.db).await?;
        if let Some(user) = user {
            self.emit(EventKind::Logout, Through::Session, &user);
        }
        Ok(())
    }
}
