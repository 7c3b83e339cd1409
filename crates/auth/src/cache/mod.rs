//! A cache: Django's `django.core.cache`, as far as an API needs it. The setting `cache_url` says where it is: in the memory of
//! this process, in a table of the database, or in Redis (or Valkey).
//!
//! Keys and values are Django's: a key is `prefix:version:key`, and a value is pickled. So a Django project and this program
//! may share a table or a Redis. Values are what JSON can say; of what Python can write besides that, nothing is found.

mod database;
mod memory;
mod pickle;
#[cfg(feature = "redis")]
pub mod redis;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use database::create_table;
use pickle::Plain;

use crate::db::Database;
use crate::db::json::Json;

/// Why a cache could not answer.
#[derive(Debug)]
pub struct CacheError(String);

impl CacheError {
    #[cfg(feature = "redis")]
    fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for CacheError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the cache does not answer: {}", self.0)
    }
}

impl std::error::Error for CacheError {}

impl From<crate::db::Error> for CacheError {
    fn from(error: crate::db::Error) -> Self {
        Self(error.to_string())
    }
}

/// The crate's result with a cache.
pub type Result<T, E = CacheError> = std::result::Result<T, E>;

/// How large a cache may be, where it does not look after itself: Django's `MAX_ENTRIES` and `CULL_FREQUENCY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many entries there are at most.
    pub entries: usize,
    /// One in so many entries is removed when there are too many; all of them when it is 0.
    pub cull_frequency: usize,
    /// How many bytes a cache in memory has at most.
    pub bytes: usize,
}

/// What the settings say of a cache.
#[derive(Clone)]
pub struct CacheOptions {
    /// Where it is: `memory://`, `database://table`, `redis://host:port/0`.
    pub url: String,
    /// What all keys begin with: Django's `KEY_PREFIX`.
    pub key_prefix: String,
    /// The version of all keys: Django's `VERSION`.
    pub version: u32,
    /// How long entries last that say nothing of it; `None` for ever: Django's `TIMEOUT`.
    pub timeout: Option<Duration>,
    /// How large it may be.
    pub limits: Limits,
}

/// How long an entry lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timeout {
    /// As the setting `cache_timeout` says.
    #[default]
    Default,
    /// Until it is removed, or there is no room.
    Never,
    /// So long.
    After(Duration),
}

impl From<Duration> for Timeout {
    fn from(duration: Duration) -> Self {
        Self::After(duration)
    }
}

/// A handle on the cache, cheap to clone.
///
/// ```
/// use std::time::Duration;
///
/// use belleville_auth::cache::{Cache, Timeout};
/// use belleville_db::json::Json;
/// # async fn example() -> belleville_auth::cache::Result<()> {
/// let cache = Cache::in_memory();
/// cache.set("greeting", "hello", Duration::from_secs(60)).await?;
/// assert_eq!(cache.get("greeting").await?, Some(Json::from("hello")));
/// assert!(!cache.add("greeting", "good evening", Timeout::Default).await?);
/// cache.set("visits", 1, Timeout::Never).await?;
/// assert_eq!(cache.incr("visits", 2).await?, Some(3));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Clone)]
pub struct Cache {
    shared: Arc<Shared>,
    version: u32,
}

struct Shared {
    prefix: String,
    timeout: Option<Duration>,
    place: Place,
}

// What is in it may be secret.
impl fmt::Debug for CacheOptions {
    /// Without the URL, which may have a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheOptions").field("key_prefix", &self.key_prefix).finish_non_exhaustive()
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("version", &self.version).finish_non_exhaustive()
    }
}

/// Where a cache is.
enum Place {
    Memory(memory::Memory),
    Database(database::Table),
    #[cfg(feature = "redis")]
    Redis(redis::Redis),
}

/// What a `cache_url` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheUrl<'a> {
    /// `memory://`
    Memory,
    /// `database://table`
    Database(&'a str),
    /// `redis://` and `rediss://`
    Redis,
}

impl<'a> CacheUrl<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// When it is of another kind; the text says which there are.
    pub fn read(url: &'a str) -> Result<Self, String> {
        match url.split_once("://") {
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("database", table)) if !table.is_empty() => Ok(Self::Database(table)),
            Some(("redis" | "rediss" | "valkey" | "valkeys", server)) if !server.is_empty() => Ok(Self::Redis),
            _ => Err("should be memory://, database://TABLE, redis://HOST:PORT/0 or rediss://HOST:PORT/0 (with TLS)".to_owned()),
        }
    }
}

impl Cache {
    /// The cache that the settings describe. Redis is not asked yet.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn new(options: &CacheOptions, db: &Database) -> Result<Self, String> {
        let place = match CacheUrl::read(&options.url)? {
            CacheUrl::Memory => Place::Memory(memory::Memory::new(options.limits)),
            CacheUrl::Database(table) => {
                Place::Database(database::Table::new(db.clone(), table, options.limits))
            }
            #[cfg(feature = "redis")]
            CacheUrl::Redis => Place::Redis(redis::Redis::open(&options.url)?),
            #[cfg(not(feature = "redis"))]
            CacheUrl::Redis => {
                return Err(
                    "needs the feature `redis` of belleville: belleville = { features = [\"redis\"] }"
                        .to_owned(),
                );
            }
        };
        let shared = Shared { prefix: options.key_prefix.clone(), timeout: options.timeout, place };
        Ok(Self { shared: Arc::new(shared), version: options.version })
    }

    /// A small cache of its own in memory, for tests.
    #[must_use]
    pub fn in_memory() -> Self {
        let limits = Limits { entries: 300, cull_frequency: 3, bytes: 1 << 20 };
        let place = Place::Memory(memory::Memory::new(limits));
        let shared = Shared { prefix: String::new(), timeout: Some(Duration::from_secs(300)), place };
        Self { shared: Arc::new(shared), version: 1 }
    }

    /// The same cache with another version of all keys, so that none of its entries are seen.
    #[must_use]
    pub fn with_version(&self, version: u32) -> Self {
        Self { shared: Arc::clone(&self.shared), version }
    }

    /// Redis, where the cache is there.
    #[cfg(feature = "redis")]
    #[must_use]
    pub fn redis(&self) -> Option<&redis::Redis> {
        match &self.shared.place {
            Place::Redis(redis) => Some(redis),
            _ => None,
        }
    }

    /// The key as the cache has it: Django's `KEY_FUNCTION`.
    #[must_use]
    pub fn make_key(&self, key: &str) -> String {
        format!("{}:{}:{key}", self.shared.prefix, self.version)
    }

    /// The value of a key.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn get(&self, key: &str) -> Result<Option<Json>> {
        Ok(match self.read(key).await? {
            Some(Plain::Json(value)) => Some(value),
            Some(Plain::Bytes(_)) | None => None,
        })
    }

    /// The bytes of a key.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn get_bytes(&self, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(match self.read(key).await? {
            Some(Plain::Bytes(bytes)) => Some(bytes),
            Some(Plain::Json(_)) | None => None,
        })
    }

    /// The values of several keys: those that are there, in this order.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn get_many<'a>(&self, keys: &[&'a str]) -> Result<Vec<(&'a str, Json)>> {
        let mut found = Vec::new();
        for key in keys {
            if let Some(value) = self.get(key).await? {
                found.push((*key, value));
            }
        }
        Ok(found)
    }

    /// Whether there is a value of a key.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn has_key(&self, key: &str) -> Result<bool> {
        Ok(self.read(key).await?.is_some())
    }

    /// Sets a key.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn set(&self, key: &str, value: impl Into<Json>, timeout: impl Into<Timeout>) -> Result<()> {
        self.write(key, Plain::Json(value.into()), timeout.into()).await
    }

    /// Sets a key to bytes.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn set_bytes(&self, key: &str, value: Vec<u8>, timeout: impl Into<Timeout>) -> Result<()> {
        self.write(key, Plain::Bytes(value), timeout.into()).await
    }

    /// Sets a key, unless it is there. Whether it was set.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn add(&self, key: &str, value: impl Into<Json>, timeout: impl Into<Timeout>) -> Result<bool> {
        let (key, value, timeout) =
            (self.make_key(key), Plain::Json(value.into()), self.lasts(timeout.into()));
        match &self.shared.place {
            Place::Memory(memory) => Ok(memory.add(&key, pickle::dumps(&value), timeout, Instant::now())),
            Place::Database(table) => Ok(table.add(&key, &pickle::dumps(&value), timeout).await?),
            #[cfg(feature = "redis")]
            Place::Redis(redis) => redis.add(&key, &value, timeout).await,
        }
    }

    /// The value of a key; where it is not there, the one that `make` has, which is set. Django's `get_or_set`.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn get_or_set<V: Into<Json>>(
        &self,
        key: &str,
        make: impl AsyncFnOnce() -> V,
        timeout: impl Into<Timeout>,
    ) -> Result<Json> {
        if let Some(value) = self.get(key).await? {
            return Ok(value);
        }
        let made: Json = make().await.into();
        self.add(key, made.clone(), timeout).await?;
        // Somebody else may have been faster.
        Ok(self.get(key).await?.unwrap_or(made))
    }

    /// Gives a key a new time to last. Whether it is there.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn touch(&self, key: &str, timeout: impl Into<Timeout>) -> Result<bool> {
        let (key, timeout) = (self.make_key(key), self.lasts(timeout.into()));
        match &self.shared.place {
            Place::Memory(memory) => Ok(memory.touch(&key, timeout, Instant::now())),
            Place::Database(table) => Ok(table.touch(&key, timeout).await?),
            #[cfg(feature = "redis")]
            Place::Redis(redis) => redis.touch(&key, timeout).await,
        }
    }

    /// Removes a key. Whether it was there.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn delete(&self, key: &str) -> Result<bool> {
        let key = self.make_key(key);
        match &self.shared.place {
            Place::Memory(memory) => Ok(memory.delete(&key, Instant::now())),
            Place::Database(table) => Ok(table.delete(&key).await?),
            #[cfg(feature = "redis")]
            Place::Redis(redis) => redis.delete(&key).await,
        }
    }

    /// Adds to a whole number, and returns the sum; `None` where the key is not there or has another value. Of several at once,
    /// each counts.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn incr(&self, key: &str, delta: i64) -> Result<Option<i64>> {
        let key = self.make_key(key);
        match &self.shared.place {
            Place::Memory(memory) => Ok(memory.incr(&key, delta, Instant::now())),
            Place::Database(table) => Ok(table.incr(&key, delta).await?),
            #[cfg(feature = "redis")]
            Place::Redis(redis) => redis.incr(&key, delta).await,
        }
    }

    /// Removes everything, as Django does it: also what others have put there.
    ///
    /// # Errors
    /// When the cache does not answer.
    pub async fn clear(&self) -> Result<()> {
        match &self.shared.place {
            Place::Memory(memory) => memory.clear(),
            Place::Database(table) => table.clear().await?,
            #[cfg(feature = "redis")]
            Place::Redis(redis) => redis.clear().await?,
        }
        Ok(())
    }

    async fn read(&self, key: &str) -> Result<Option<Plain>> {
        let key = self.make_key(key);
        let pickled = match &self.shared.place {
            Place::Memory(memory) => memory.get(&key, Instant::now()),
            Place::Database(table) => table.get(&key).await?,
            #[cfg(feature = "redis")]
            Place::Redis(redis) => return redis.get(&key).await,
        };
        Ok(pickled.and_then(|pickled| pickle::loads(&pickled)))
    }

    async fn write(&self, key: &str, value: Plain, timeout: Timeout) -> Result<()> {
        let (key, timeout) = (self.make_key(key), self.lasts(timeout));
        match &self.shared.place {
            Place::Memory(memory) => memory.set(&key, pickle::dumps(&value), timeout, Instant::now()),
            Place::Database(table) => table.set(&key, &pickle::dumps(&value), timeout).await?,
            #[cfg(feature = "redis")]
            Place::Redis(redis) => redis.set(&key, &value, timeout).await?,
        }
        Ok(())
    }

    fn lasts(&self, timeout: Timeout) -> Option<Duration> {
        match timeout {
            Timeout::Default => self.shared.timeout,
            Timeout::Never => None,
            Timeout::After(duration) => Some(duration),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_the_url_is_not_shown() {
        let options = CacheOptions {
            url: "rediss://user:hunter2@cache:6379/0".to_owned(),
            key_prefix: "shop".to_owned(),
            version: 1,
            timeout: None,
            limits: Limits { entries: 300, cull_frequency: 3, bytes: 1 << 20 },
        };
        let shown = format!("{options:?}");
        assert!(shown.contains("shop") && !shown.contains("hunter2"), "{shown}");
    }
}
