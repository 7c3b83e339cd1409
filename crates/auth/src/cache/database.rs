//! A cache in a table of the database: Django's `DatabaseCache`, in the table that its command `createcachetable` makes, with
//! its values. Django and this program may use one table.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;

use super::Limits;
use super::pickle::{self, Plain};
use crate::db::functions::raw;
use crate::db::json::Json;
use crate::db::{Database, DateTime, Dialect, Raw, Result, now};

/// How often the number of entries is asked for: at one in so many writes.
const BETWEEN_CULLS: usize = 16;

pub(super) struct Table {
    db: Database,
    /// The name in quotes.
    name: String,
    limits: Limits,
    writes: AtomicUsize,
}

impl Table {
    pub(super) fn new(db: Database, name: &str, limits: Limits) -> Self {
        Self { db, name: in_sql(name), limits, writes: AtomicUsize::new(0) }
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let name = &self.name;
        let found: Vec<String> =
            raw(format!("SELECT value FROM {name} WHERE cache_key = %s AND expires >= %s"))
                .bind(key)
                .bind(now())
                .rows(&self.db)
                .await?;
        // Anything else is no value of a cache.
        Ok(found.first().and_then(|value| STANDARD.decode(value.replace('\n', "")).ok()))
    }

    pub(super) async fn set(&self, key: &str, value: &[u8], timeout: Option<Duration>) -> Result<()> {
        self.cull().await?;
        self.write(key, value, timeout, "").await.map(drop)
    }

    pub(super) async fn add(&self, key: &str, value: &[u8], timeout: Option<Duration>) -> Result<bool> {
        self.cull().await?;
        let only_over = format!(" WHERE {}.expires < %s", self.name);
        self.write(key, value, timeout, &only_over).await
    }

    async fn write(&self, key: &str, value: &[u8], timeout: Option<Duration>, only: &str) -> Result<bool> {
        let sql = format!(
            "INSERT INTO {} (cache_key, value, expires) VALUES (%s, %s, %s) ON CONFLICT (cache_key) DO UPDATE SET value = \
             excluded.value, expires = excluded.expires{only}",
            self.name
        );
        let written = raw(sql).bind(key).bind(STANDARD.encode(value)).bind(until(timeout));
        let written = if only.is_empty() { written } else { written.bind(now()) };
        Ok(written.execute(&self.db).await? > 0)
    }

    pub(super) async fn touch(&self, key: &str, timeout: Option<Duration>) -> Result<bool> {
        let sql = format!("UPDATE {} SET expires = %s WHERE cache_key = %s AND expires >= %s", self.name);
        Ok(raw(sql).bind(until(timeout)).bind(key).bind(now()).execute(&self.db).await? > 0)
    }

    pub(super) async fn delete(&self, key: &str) -> Result<bool> {
        let sql = format!("DELETE FROM {} WHERE cache_key = %s", self.name);
        Ok(raw(sql).bind(key).execute(&self.db).await? > 0)
    }

    /// Adds to a whole number: again, when somebody else has changed it in the meantime.
    pub(super) async fn incr(&self, key: &str, delta: i64) -> Result<Option<i64>> {
        loop {
            let Some(before) = self.get(key).await? else { return Ok(None) };
            let Some(Plain::Json(Json::Int(number))) = pickle::loads(&before) else { return Ok(None) };
            let Some(number) = number.checked_add(delta) else { return Ok(None) };
            let value = pickle::dumps(&Plain::Json(Json::Int(number)));
            let sql = format!("UPDATE {} SET value = %s WHERE cache_key = %s AND value = %s", self.name);
            let changed = raw(sql).bind(STANDARD.encode(value)).bind(key).bind(STANDARD.encode(before));
            if changed.execute(&self.db).await? > 0 {
                return Ok(Some(number));
            }
        }
    }

    pub(super) async fn clear(&self) -> Result<()> {
        raw(format!("DELETE FROM {}", self.name)).execute(&self.db).await.map(drop)
    }

    /// Makes room, when there are too many entries: first what is over goes, then the first ones by their keys, as in Django.
    async fn cull(&self) -> Result<()> {
        if !self.writes.fetch_add(1, Ordering::Relaxed).is_multiple_of(BETWEEN_CULLS) {
            return Ok(());
        }
        let name = &self.name;
        let count = raw(format!("SELECT COUNT(*) FROM {name}"));
        if self.count(&count).await? <= self.limits.entries {
            return Ok(());
        }
        raw(format!("DELETE FROM {name} WHERE expires < %s")).bind(now()).execute(&self.db).await?;
        let left = self.count(&count).await?;
        if left <= self.limits.entries {
            return Ok(());
        }
        let Some(surplus) = left.checked_div(self.limits.cull_frequency) else { return self.clear().await };
        let last = raw(format!("SELECT cache_key FROM {name} ORDER BY cache_key LIMIT 1 OFFSET {surplus}"));
        let last: Vec<String> = last.rows(&self.db).await?;
        if let Some(last) = last.first() {
            let sql = format!("DELETE FROM {name} WHERE cache_key < %s");
            raw(sql).bind(last.as_str()).execute(&self.db).await?;
        }
        Ok(())
    }

    async fn count(&self, count: &Raw) -> Result<usize> {
        let counted: Vec<i64> = count.rows(&self.db).await?;
        Ok(counted.first().map_or(0, |count| usize::try_from(*count).unwrap_or(0)))
    }
}

/// A name in SQL. It stands in texts where a percent sign would be the beginning of a parameter.
fn in_sql(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\"").replace('%', "%%"))
}

/// When an entry is over: in whole seconds, as Django has it. What never is is over at the end of time.
fn until(timeout: Option<Duration>) -> DateTime {
    let last = jiff::civil::date(9999, 12, 31).at(23, 59, 59, 0);
    let seconds = timeout.map(|timeout| i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX));
    let until = seconds.and_then(|seconds| now().checked_add(SignedDuration::from_secs(seconds)).ok());
    until.and_then(|until| until.with().subsec_nanosecond(0).build().ok()).unwrap_or(last)
}

/// The statements that make a table for a cache, as Django's `createcachetable` has them.
#[must_use]
pub fn create_table(name: &str, dialect: Dialect) -> [String; 2] {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let moment = match dialect {
        Dialect::Sqlite => "datetime",
        Dialect::Postgres => "timestamp with time zone",
    };
    let (table, index) = (quoted(name), quoted(&format!("{name}_expires")));
    [
        format!(
            "CREATE TABLE {table} (\n    \"cache_key\" varchar(255) NOT NULL PRIMARY KEY,\n    \"value\" text NOT NULL,\n    \
             \"expires\" {moment} NOT NULL\n);"
        ),
        format!("CREATE INDEX {index} ON {table} (\"expires\");"),
    ]
}
