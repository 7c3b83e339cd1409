//! A request's session: loaded at first use, saved when it was changed, ended when the user's password changes.

use belleville_db::json::Json;
use belleville_db::{Database, DateTime, Error, Model, Prepared, Result, Value, now};

use super::codec::{
    AuthHashMatch, SessionCodec, SessionData, is_valid_session_key, new_session_key, session_auth_hash,
    verify_session_auth_hash,
};
use super::expiry::{Expiry, Lifetime};
use crate::csrf::CSRF_SESSION_KEY;
use crate::models::Session;
use crate::signing::SecretKeys;
use crate::user::{AuthUser, UserPk};
use crate::users::MODEL_BACKEND;

const USER_ID: &str = "_auth_user_id";
const BACKEND: &str = "_auth_user_backend";
const AUTH_HASH: &str = "_auth_user_hash";
const EXPIRY: &str = "_session_expiry";

/// One browser's session, in Django's table and format.
pub struct SessionStore {
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
    /// Any database error.
    pub async fn load(db: &Database, codec: &SessionCodec, cookie: Option<&str>) -> Result<Self> {
        match cookie.filter(|key| is_valid_session_key(key)) {
            // Boxed, so that a request without a session does not take the memory of the query.
            Some(key) => Box::pin(Self::find(db, codec, key)).await,
            None => Ok(Self::empty()),
        }
    }

    async fn find(db: &Database, codec: &SessionCodec, key: &str) -> Result<Self> {
        static FIND: Prepared<Session> = Prepared::new(|| {
            Session::objects().filter(Session::SESSION_KEY.eq("") & Session::EXPIRE_DATE.gt(now()))
        });
        let values = vec![Value::Text(key.to_owned()), Value::DateTime(now())];
        Ok(match FIND.first(db, values).await? {
            Some(row) => Self {
                key: Some(row.session_key),
                data: codec.decode(&row.session_data),
                modified: false,
                given_up: None,
                stored: true,
            },
            None => Self::empty(),
        })
    }

    /// A session without a key or content, which no row has.
    pub fn empty() -> Self {
        Self { key: None, data: SessionData::new(), modified: false, given_up: None, stored: false }
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
            Some(key) => delete(db, &key).await,
            None => Ok(()),
        }
    }

    /// Moves the content to a new key.
    fn cycle_key(&mut self) {
        self.given_up = self.given_up.take().or(self.key.take());
        self.stored = false;
        self.modified = true;
    }

    /// Writes the row and deletes the row of the old key, in one transaction.
    ///
    /// # Errors
    /// Any database error; nothing is written then.
    pub async fn save(&mut self, db: &Database, codec: &SessionCodec, lifetime: Lifetime) -> Result<Saved> {
        let Expiry { at: expire_date, age } = Expiry::of(self.data.get(EXPIRY), lifetime, now());
        let written = db.atomic(async || {
            let key = match self.key.clone().filter(|_| self.stored) {
                Some(key) => {
                    let row = [
                        Session::SESSION_DATA.set(self.encoded(codec)?),
                        Session::EXPIRE_DATE.set(expire_date),
                    ];
                    if Session::objects().filter_pk(key.clone()).update(db, row).await? == 0 {
                        return Ok(None);
                    }
                    key
                }
                None => self.insert(db, codec, expire_date).await?,
            };
            if let Some(old) = self.given_up.take() {
                delete(db, &old).await?;
            }
            Ok::<_, Error>(Some(key))
        });
        let Some(key) = written.await? else { return Ok(Saved::Interrupted) };
        self.key = Some(key.clone());
        self.stored = true;
        self.modified = false;
        Ok(Saved::Kept { key, age })
    }

    fn encoded(&self, codec: &SessionCodec) -> Result<String> {
        let what = "the session has a key with lone surrogates, which cannot be written";
        codec.encode(&self.data).map_err(|_| Error::Decode(what.to_owned()))
    }

    async fn insert(&self, db: &Database, codec: &SessionCodec, expire_date: DateTime) -> Result<String> {
        loop {
            let key = new_session_key();
            let row = [
                Session::SESSION_KEY.set(&key),
                Session::SESSION_DATA.set(self.encoded(codec)?),
                Session::EXPIRE_DATE.set(expire_date),
            ];
            match db.atomic(async || Session::objects().create(db, row).await).await {
                // The key is taken; the next one will not be.
                Err(error) if error.is_integrity() => {}
                outcome => return outcome.map(|_| key),
            }
        }
    }
}

async fn delete(db: &Database, key: &str) -> Result<()> {
    Session::objects().filter_pk(key.to_owned()).delete(db).await.map(drop)
}
