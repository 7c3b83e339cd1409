//! The settings of the cache: Django's `CACHES`.

use std::time::Duration;

use belleville_auth::cache::{Cache, CacheOptions, CacheUrl, Limits};
use belleville_db::Database;
use serde::Deserialize;

use crate::exceptions::Result;
use crate::request::HttpRequest;
use crate::settings::{Section, SettingsError, number_or_false};

/// The cache: where it is, its keys, and how large it may be.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CacheSettings {
    /// Where the cache is: `memory://` in each process, `database://TABLE` in a table that `createcachetable` makes, or
    /// `redis://HOST:PORT/0` in Redis or Valkey (`rediss://` with TLS). Throttles count in the same place, except that they
    /// count in each process where the cache is in a table.
    pub cache_url: String,
    /// What all keys begin with: Django's `KEY_PREFIX`.
    pub cache_key_prefix: String,
    /// The version of all keys: Django's `VERSION`.
    pub cache_version: u32,
    /// How many seconds entries last that say nothing of it; `false` for ever: Django's `TIMEOUT`.
    #[serde(deserialize_with = "number_or_false")]
    pub cache_timeout: Option<u64>,
    /// How many entries there are at most, in memory or in a table: Django's `MAX_ENTRIES`.
    pub cache_max_entries: usize,
    /// One in so many entries is removed when there are too many; all of them when it is 0: Django's `CULL_FREQUENCY`.
    pub cache_cull_frequency: usize,
    /// How many bytes a cache in memory has at most.
    pub cache_max_bytes: usize,
}

impl std::fmt::Debug for CacheSettings {
    /// Without the URL, which may have a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CacheSettings")
            .field("cache_key_prefix", &self.cache_key_prefix)
            .finish_non_exhaustive()
    }
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self {
            cache_url: "memory://".to_owned(),
            cache_key_prefix: String::new(),
            cache_version: 1,
            cache_timeout: Some(300),
            cache_max_entries: 300,
            cache_cull_frequency: 3,
            cache_max_bytes: 32 << 20,
        }
    }
}

impl Section for CacheSettings {
    fn check(&self) -> std::result::Result<(), SettingsError> {
        CacheUrl::read(&self.cache_url)
            .map(drop)
            .map_err(|error| SettingsError::new(format!("cache_url {error}")))?;
        if self.cache_max_entries == 0 {
            return Err(SettingsError::new("cache_max_entries is 0; a cache has at least one entry"));
        }
        Ok(())
    }
}

impl CacheSettings {
    /// The cache. Redis is not asked yet.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn cache(&self, db: &Database) -> std::result::Result<Cache, SettingsError> {
        let options = CacheOptions {
            url: self.cache_url.clone(),
            key_prefix: self.cache_key_prefix.clone(),
            version: self.cache_version,
            timeout: self.cache_timeout.map(Duration::from_secs),
            limits: Limits {
                entries: self.cache_max_entries,
                cull_frequency: self.cache_cull_frequency,
                bytes: self.cache_max_bytes,
            },
        };
        Cache::new(&options, db).map_err(|error| SettingsError::new(format!("cache_url {error}")))
    }

    /// Whether each process has its own.
    pub fn is_in_memory(&self) -> bool {
        matches!(CacheUrl::read(&self.cache_url), Ok(CacheUrl::Memory))
    }

    /// The table of a cache in the database.
    pub fn table(&self) -> Option<&str> {
        match CacheUrl::read(&self.cache_url) {
            Ok(CacheUrl::Database(table)) => Some(table),
            _ => None,
        }
    }
}

impl HttpRequest {
    /// The cache of the program.
    ///
    /// # Errors
    /// When the program has none.
    pub fn cache(&self) -> Result<&Cache> {
        self.services().require()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_the_url_is_not_shown() {
        let cache_url = "redis://:hunter2@cache:6379/0".to_owned();
        let shown = format!("{:?}", CacheSettings { cache_url, ..CacheSettings::default() });
        assert!(shown.starts_with("CacheSettings") && !shown.contains("hunter2"), "{shown}");
        // Nor by what is said of a URL that is none.
        for cache_url in ["redis:/:hunter2@cache", "http://:hunter2@cache/", "hunter2"] {
            let settings = CacheSettings { cache_url: cache_url.to_owned(), ..CacheSettings::default() };
            let told = settings.check().err().map(|error| error.to_string()).unwrap_or_default();
            assert!(told.contains("cache_url should be memory://") && !told.contains("hunter2"), "{told}");
        }
    }
}
