//! Where sessions are kept: Django's `SESSION_ENGINE`.

use std::sync::Arc;
use std::time::Duration;

use belleville_db::{Database, DateTime, Error, Model, Prepared, Result, Value, now};

use super::codec::{SessionCodec, SessionData, new_session_key};
use super::expiry::Lifetime;
use crate::cache::{Cache, CacheError};
use crate::models::Session;
use crate::signing::{self, SecretKeys, TimestampSigner};

/// The salt of sessions that are cookies.
const COOKIE_SALT: &str = "django.contrib.sessions.backends.signed_cookies";
/// What keys in the cache begin with.
const IN_CACHE: &str = "django.contrib.sessions.cache";
const IN_CACHE_AND_DB: &str = "django.contrib.sessions.cached_db";

/// The names of the engines.
pub const NAMES: [&str; 4] = ["db", "cache", "cached_db", "signed_cookies"];

/// Where sessions are kept, cheap to clone.
#[derive(Clone, Debug)]
pub struct SessionEngine(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    codec: SessionCodec,
    lifetime: Lifetime,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Rows of `django_session`.
    Db,
    /// Entries of the cache, and nowhere else.
    Cache(Cache),
    /// Rows, and entries of the cache that are read instead of them.
    CachedDb(Cache),
    /// The cookie has the whole session, signed.
    SignedCookies(TimestampSigner),
}

impl SessionEngine {
    /// The engine with a name, short or Django's dotted one.
    ///
    /// # Errors
    /// When there is no such engine; the text lists them.
    pub fn new(name: &str, keys: &SecretKeys, lifetime: Lifetime, cache: &Cache) -> Result<Self, String> {
        let kind = match short(name) {
            "db" => Kind::Db,
            "cache" => Kind::Cache(cache.clone()),
            "cached_db" => Kind::CachedDb(cache.clone()),
            "signed_cookies" => Kind::SignedCookies(TimestampSigner::new(keys, COOKIE_SALT)),
            _ => return Err(unknown(name)),
        };
        Ok(Self(Arc::new(Shared { codec: SessionCodec::new(keys), lifetime, kind })))
    }

    /// How long its sessions last.
    #[must_use]
    pub fn lifetime(&self) -> Lifetime {
        self.0.lifetime
    }

    pub(super) fn is_in_the_cookie(&self) -> bool {
        matches!(self.0.kind, Kind::SignedCookies(_))
    }

    /// The content of a session that is there and not over.
    pub(super) async fn find(&self, db: &Database, key: &str) -> Result<Option<SessionData>> {
        match &self.0.kind {
            Kind::Db => Ok(self.row(db, key).await?.map(|(data, _)| data)),
            Kind::Cache(cache) => {
                let found = cache.get(&in_cache(key)).await.map_err(unavailable)?;
                Ok(found.as_ref().and_then(SessionData::of_json))
            }
            Kind::CachedDb(cache) => self.cached_row(db, cache, key).await,
            Kind::SignedCookies(signer) => {
                let age = Duration::from_secs(self.0.lifetime.seconds);
                Ok(signing::loads(signer, key, Some(age)).ok().as_ref().and_then(SessionData::of_json))
            }
        }
    }

    async fn row(&self, db: &Database, key: &str) -> Result<Option<(SessionData, DateTime)>> {
        static FIND: Prepared<Session> = Prepared::new(|| {
            Session::objects().filter(Session::SESSION_KEY.eq("") & Session::EXPIRE_DATE.gt(now()))
        });
        let row = FIND.first(db, vec![Value::Text(key.to_owned()), Value::DateTime(now())]).await?;
        Ok(row.map(|row| (self.0.codec.decode(&row.session_data), row.expire_date)))
    }

    /// A cache that does not answer is no reason to have no session: the row is there.
    async fn cached_row(&self, db: &Database, cache: &Cache, key: &str) -> Result<Option<SessionData>> {
        let cached = cache.get(&in_cache_and_db(key)).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a session is read from the database instead");
            None
        });
        if let Some(data) = cached.as_ref().and_then(SessionData::of_json) {
            return Ok(Some(data));
        }
        let Some((data, until)) = self.row(db, key).await? else { return Ok(None) };
        cache_row(cache, key, &data, until).await;
        Ok(Some(data))
    }

    /// Writes a session under its key, or under a new one, and deletes what the one that it had before has. The key; `None` when
    /// the session was deleted in the meantime.
    pub(super) async fn write(
        &self,
        db: &Database,
        known: Option<&str>,
        given_up: Option<&str>,
        data: &SessionData,
        until: DateTime,
    ) -> Result<Option<String>> {
        match &self.0.kind {
            Kind::Db => self.write_row(db, known, given_up, data, until).await,
            Kind::Cache(cache) => {
                let written = write_entry(cache, known, given_up, data, until).await;
                written.map_err(unavailable)
            }
            Kind::CachedDb(cache) => {
                let written = self.write_row(db, known, given_up, data, until).await?;
                if let Some(key) = &written {
                    cache_row(cache, key, data, until).await;
                }
                if let Some(old) = given_up {
                    cache.delete(&in_cache_and_db(old)).await.map_err(unavailable)?;
                }
                Ok(written)
            }
            Kind::SignedCookies(signer) => {
                let signed = signing::dumps(signer, &data.to_json(), true).map_err(|_| surrogates())?;
                Ok(Some(signed))
            }
        }
    }

    async fn write_row(
        &self,
        db: &Database,
        known: Option<&str>,
        given_up: Option<&str>,
        data: &SessionData,
        until: DateTime,
    ) -> Result<Option<String>> {
        let encoded = self.0.codec.encode(data).map_err(|_| surrogates())?;
        let written = db.atomic(async || {
            let key = match known {
                Some(key) => {
                    let row = [Session::SESSION_DATA.set(&encoded), Session::EXPIRE_DATE.set(until)];
                    if Session::objects().filter_pk(key.to_owned()).update(db, row).await? == 0 {
                        return Ok(None);
                    }
                    key.to_owned()
                }
                None => insert(db, &encoded, until).await?,
            };
            if let Some(old) = given_up {
                delete_row(db, old).await?;
            }
            Ok::<_, Error>(Some(key))
        });
        written.await
    }

    /// Deletes what a key has.
    pub(super) async fn delete(&self, db: &Database, key: &str) -> Result<()> {
        match &self.0.kind {
            Kind::Db => delete_row(db, key).await,
            Kind::Cache(cache) => cache.delete(&in_cache(key)).await.map(drop).map_err(unavailable),
            Kind::CachedDb(cache) => {
                delete_row(db, key).await?;
                cache.delete(&in_cache_and_db(key)).await.map(drop).map_err(unavailable)
            }
            // Whoever has kept the cookie has the session until it is over.
            Kind::SignedCookies(_) => Ok(()),
        }
    }
}

fn short(name: &str) -> &str {
    name.strip_prefix("django.contrib.sessions.backends.").unwrap_or(name)
}

/// Checks the name of an engine.
///
/// # Errors
/// When there is none with it; the text lists them.
pub fn check_name(name: &str) -> Result<(), String> {
    if NAMES.contains(&short(name)) { Ok(()) } else { Err(unknown(name)) }
}

fn unknown(name: &str) -> String {
    format!("`{name}` is no session engine; there are {}", NAMES.join(", "))
}

fn surrogates() -> Error {
    Error::Decode("the session has a key with lone surrogates, which cannot be written".to_owned())
}

/// Sessions that cannot be read now are there again when the cache is.
fn unavailable(error: CacheError) -> Error {
    Error::Unavailable(error.to_string())
}

fn in_cache(key: &str) -> String {
    format!("{IN_CACHE}{key}")
}

fn in_cache_and_db(key: &str) -> String {
    format!("{IN_CACHE_AND_DB}{key}")
}

/// How long a session still is.
fn left(until: DateTime) -> Duration {
    Duration::try_from(until.duration_since(now())).unwrap_or_default()
}

/// Without this the next request reads the row; but an old entry would be read instead of it.
async fn cache_row(cache: &Cache, key: &str, data: &SessionData, until: DateTime) {
    if let Err(error) = cache.set(&in_cache_and_db(key), data.to_json(), left(until)).await {
        tracing::error!(%error, "a session could not be cached");
    }
}

async fn write_entry(
    cache: &Cache,
    known: Option<&str>,
    given_up: Option<&str>,
    data: &SessionData,
    until: DateTime,
) -> Result<Option<String>, CacheError> {
    let (json, left) = (data.to_json(), left(until));
    let key = match known {
        Some(key) => {
            if !cache.has_key(&in_cache(key)).await? {
                return Ok(None);
            }
            cache.set(&in_cache(key), json, left).await?;
            key.to_owned()
        }
        None => loop {
            let key = new_session_key();
            // A key that is taken is somebody else's.
            if cache.add(&in_cache(&key), json.clone(), left).await? {
                break key;
            }
        },
    };
    if let Some(old) = given_up {
        cache.delete(&in_cache(old)).await?;
    }
    Ok(Some(key))
}

async fn insert(db: &Database, encoded: &str, until: DateTime) -> Result<String> {
    loop {
        let key = new_session_key();
        let row = [
            Session::SESSION_KEY.set(&key),
            Session::SESSION_DATA.set(encoded),
            Session::EXPIRE_DATE.set(until),
        ];
        match db.atomic(async || Session::objects().create(db, row).await).await {
            // The key is taken; the next one will not be.
            Err(error) if error.is_integrity() => {}
            outcome => return outcome.map(|_| key),
        }
    }
}

async fn delete_row(db: &Database, key: &str) -> Result<()> {
    Session::objects().filter_pk(key.to_owned()).delete(db).await.map(drop)
}
