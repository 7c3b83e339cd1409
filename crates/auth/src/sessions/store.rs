//! A request's session: loaded at first use, saved when it was changed, ended when the user's password changes.

use belleville_db::json::Json;
use belleville_db::{Database, Model, Result, now};

use super::codec::{
    AuthHashMatch, SessionData, is_valid_session_key, session_auth_hash, verify_session_auth_hash,
};
use super::engine::SessionEngine;
use super::expiry::Expiry;
use crate::csrf::CSRF_SESSION_KEY;
use crate::signing::SecretKeys;
use crate::user::{AuthUser, UserPk};
use crate::users::MODEL_BACKEND;

const USER_ID: &str = "_auth_user_id";
const BACKEND: &str = "_auth_user_backend";
const AUTH_HASH: &str = "_auth_user_hash";
const EXPIRY: &str = "_session_expiry";

/// One browser's session, kept where Django keeps it and in its format.
pub struct SessionStore {
    engine: SessionEngine,
    key: Option<String>,
    data: SessionData,
    modified: bool,
    /// An old key; its row is deleted when the session is saved.
    given_up: Option<String>,
    /// The row exists, so that saving must find it.
    stored: bool,
}

impl std::fmt::Debug for SessionStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionStore").field("modified", &self.modified).finish_non_exhaustive()
    }
}

/// The result of saving a session.
#[derive(Clone, PartialEq, Eq)]
pub enum Saved {
    /// The row is written: the cookie gets this key, for this many seconds.
    Kept {
        /// The session's key.
        key: String,
        /// Seconds until it expires; `None` until the browser is closed.
        age: Option<i64>,
    },
    /// The row was deleted by another request in the meantime.
    Interrupted,
}

// The key is a credential.
impl std::fmt::Debug for Saved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kept { age, .. } => f.debug_struct("Kept").field("age", age).finish_non_exhaustive(),
            Self::Interrupted => f.write_str("Interrupted"),
        }
    }
}

impl SessionStore {
    /// The session of a cookie, or a new one. An unknown, expired or too short key is a new session.
    ///
    /// # Errors
    /// Any database error, and whatever keeps a cache from answering.
    pub async fn load(db: &Database, engine: &SessionEngine, cookie: Option<&str>) -> Result<Self> {
        match cookie.filter(|key| is_valid_session_key(key)) {
            // Boxed, so that a request without a session does not take the memory of the query.
            Some(key) => Box::pin(Self::find(db, engine, key)).await,
            None => Ok(Self::empty(engine)),
        }
    }

    async fn find(db: &Database, engine: &SessionEngine, key: &str) -> Result<Self> {
        let empty = Self::empty(engine);
        Ok(match engine.find(db, key).await? {
            Some(data) => Self { key: Some(key.to_owned()), data, stored: true, ..empty },
            // As in Django, a cookie that is no session any more is one from now on.
            None if engine.is_in_the_cookie() => Self { key: Some(key.to_owned()), modified: true, ..empty },
            None => empty,
        })
    }

    /// A session without a key or content, which is kept nowhere.
    fn empty(engine: &SessionEngine) -> Self {
        Self {
            engine: engine.clone(),
            key: None,
            data: SessionData::new(),
            modified: false,
            given_up: None,
            stored: false,
        }
    }

    /// Whether it has neither a key nor content: its cookie is deleted then.
    pub fn is_empty(&self) -> bool {
        self.key.is_none() && self.data.is_empty()
    }

    /// Whether it was changed and has to be saved.
    pub fn is_modified(&self) -> bool {
        self.modified
    }

    /// The CSRF secret in the session, used under `CSRF_USE_SESSIONS`.
    pub fn csrf_secret(&self) -> Option<&str> {
        self.text(CSRF_SESSION_KEY)
    }

    /// Stores a CSRF secret in the session, unless it is there already.
    pub fn set_csrf_secret(&mut self, secret: &str) {
        if self.csrf_secret() != Some(secret) {
            self.data.insert(CSRF_SESSION_KEY, secret);
            self.modified = true;
        }
    }

    /// The user who is logged in. When the user's password has changed since the login, the session is flushed; when
    /// its hash was made with an older secret, it gets a new key and a new hash.
    ///
    /// # Errors
    /// Any database error.
    pub async fn user(&mut self, db: &Database, keys: &SecretKeys) -> Result<Option<AuthUser>> {
        let Some(id) = self.user_id() else { return Ok(None) };
        if self.text(BACKEND) != Some(MODEL_BACKEND) {
            return Ok(None);
        }
        // ModelBackend does not return an inactive user; the row stays.
        let user = AuthUser::objects().filter_pk(id).first(db).await?.filter(AuthUser::is_active);
        let Some(user) = user else { return Ok(None) };
        let hash = self.text(AUTH_HASH).unwrap_or_default();
        match verify_session_auth_hash(hash, user.password(), keys) {
            AuthHashMatch::Current => Ok(Some(user)),
            AuthHashMatch::Fallback => {
                self.cycle_key();
                self.data.insert(AUTH_HASH, session_auth_hash(user.password(), keys));
                Ok(Some(user))
            }
            AuthHashMatch::None => {
                self.flush(db).await?;
                Ok(None)
            }
        }
    }

    /// The id is text in what Django writes and was a number in older sessions.
    fn user_id(&self) -> Option<UserPk> {
        let id = self.data.get(USER_ID)?;
        match id {
            Json::Int(number) => UserPk::from_number(*number),
            Json::Str(text) => UserPk::parse(text.as_str()),
            _ => None,
        }
    }

    fn text(&self, key: &str) -> Option<&str> {
        match self.data.get(key)? {
            Json::Str(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// Logs a user in: the session gets a new key, so that a key that an attacker has set before is useless. The
    /// session of another user is emptied first.
    ///
    /// # Errors
    /// Any database error.
    pub async fn login(&mut self, db: &Database, user: &AuthUser, keys: &SecretKeys) -> Result<()> {
        if self.data.contains_key(USER_ID) {
            let hash = self.text(AUTH_HASH).unwrap_or_default();
            let same_user = self.user_id().as_ref() == Some(user.pk());
            let same_password =
                verify_session_auth_hash(hash, user.password(), keys) == AuthHashMatch::Current;
            if !(same_user && same_password) {
                self.flush(db).await?;
            }
        } else {
            self.cycle_key();
        }
        self.data.insert(USER_ID, user.pk().to_string());
        self.data.insert(BACKEND, MODEL_BACKEND);
        self.data.insert(AUTH_HASH, session_auth_hash(user.password(), keys));
        self.modified = true;
        Ok(())
    }

    /// Keeps the session after a change of the user's password, under a new key.
    pub fn update_auth_hash(&mut self, user: &AuthUser, keys: &SecretKeys) {
        self.cycle_key();
        self.data.insert(AUTH_HASH, session_auth_hash(user.password(), keys));
    }

    /// Empties the session and deletes its row: a logout.
    ///
    /// # Errors
    /// Any database error.
    pub async fn flush(&mut self, db: &Database) -> Result<()> {
        self.data.clear();
        self.modified = true;
        self.stored = false;
        match self.key.take() {
            Some(key) => self.engine.delete(db, &key).await,
            None => Ok(()),
        }
    }

    /// Moves the content to a new key.
    fn cycle_key(&mut self) {
        self.given_up = self.given_up.take().or(self.key.take());
        self.stored = false;
        self.modified = true;
    }

    /// Writes the session and deletes what its old key has; rows in one transaction.
    ///
    /// # Errors
    /// Any database error, and whatever keeps a cache from answering; nothing is written then.
    pub async fn save(&mut self, db: &Database) -> Result<Saved> {
        let Expiry { at, age } = Expiry::of(self.data.get(EXPIRY), self.engine.lifetime(), now());
        let known = self.key.as_deref().filter(|_| self.stored);
        let written = self.engine.write(db, known, self.given_up.as_deref(), &self.data, at).await?;
        let Some(key) = written else { return Ok(Saved::Interrupted) };
        self.given_up = None;
        self.key = Some(key.clone());
        self.stored = true;
        self.modified = false;
        Ok(Saved::Kept { key, age })
    }
}
