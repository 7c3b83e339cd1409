//! A cache in Redis or Valkey: Django's `RedisCache`, with its values.
//!
//! There is one connection, on which many questions are under way at once. When it breaks, the next question opens another.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{Client, Cmd, FromRedisValue, cmd};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::pickle::{self, Plain};
use super::{CacheError, Result};
use crate::db::json::Json;

/// How long an answer, or a connection, is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long after a failure no other connection is tried.
const PAUSE: Duration = Duration::from_millis(200);

/// Work that Redis does at once, without anything in between.
pub struct Script(redis::Script);

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Script").field(&self.0.get_hash()).finish()
    }
}

impl Script {
    /// A script in Lua.
    #[must_use]
    pub fn new(lua: &str) -> Self {
        Self(redis::Script::new(lua))
    }
}

/// The one connection, and when none could be opened.
#[derive(Default)]
struct Connection {
    open: Option<MultiplexedConnection>,
    failed: Option<Instant>,
}

/// A handle on Redis, cheap to clone.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    connection: Arc<Mutex<Connection>>,
    incr: Arc<Script>,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address may have a password.
        f.debug_struct("Redis").finish_non_exhaustive()
    }
}

/// Adds to a number, if it is there.
const INCR: &str = "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('INCRBY', KEYS[1], ARGV[1]) end return false";

/// What is asked of Redis.
enum Question<'a> {
    Command(&'a Cmd),
    Script(&'a Script, &'a str, &'a [i64]),
}

impl Redis {
    pub(super) fn open(url: &str) -> Result<Self, String> {
        let url = url.replacen("valkey", "redis", usize::from(url.starts_with("valkey")));
        let client = Client::open(url).map_err(|error| format!("cannot be used: {error}"))?;
        Ok(Self { client, connection: Arc::default(), incr: Arc::new(Script::new(INCR)) })
    }

    /// Runs a script about one key, with the numbers that it is given, and returns its numbers.
    ///
    /// # Errors
    /// When Redis does not answer in a second, or the script fails.
    pub async fn script(&self, script: &Script, key: &str, arguments: &[i64]) -> Result<Vec<i64>> {
        self.ask(Question::Script(script, key, arguments)).await
    }

    async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        self.ask(Question::Command(command)).await
    }

    /// Asks once more where the connection was broken: the server may have been started anew since.
    async fn ask<T: FromRedisValue>(&self, question: Question<'_>) -> Result<T> {
        match self.ask_once(&question).await {
            Err(Failure::Connection(_)) => self.ask_once(&question).await,
            outcome => outcome,
        }
        .map_err(|failure| match failure {
            Failure::Connection(reason) | Failure::Answer(reason) => CacheError::new(reason),
        })
    }

    async fn ask_once<T: FromRedisValue>(&self, question: &Question<'_>) -> std::result::Result<T, Failure> {
        let mut connection = self.connected().await?;
        let asked = async {
            match question {
                Question::Command(command) => command.query_async(&mut connection).await,
                Question::Script(script, key, arguments) => {
                    let mut call = script.0.key(*key);
                    for argument in *arguments {
                        call.arg(*argument);
                    }
                    call.invoke_async(&mut connection).await
                }
            }
        };
        match timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) if error.is_io_error() || error.is_connection_dropped() => {
                self.connection.lock().await.open = None;
                Err(Failure::Connection(error.to_string()))
            }
            Ok(Err(error)) => Err(Failure::Answer(error.to_string())),
            Err(_) => {
                self.connection.lock().await.open = None;
                Err(Failure::Answer("no answer in a second".to_owned()))
            }
        }
    }

    async fn connected(&self) -> std::result::Result<MultiplexedConnection, Failure> {
        let mut connection = self.connection.lock().await;
        if let Some(open) = &connection.open {
            return Ok(open.clone());
        }
        // Of many requests that wait for a connection, one tries; while there is none, nobody waits for long.
        if connection.failed.is_some_and(|failed| failed.elapsed() < PAUSE) {
            return Err(Failure::Answer("there was no connection a moment ago".to_owned()));
        }
        let opened = timeout(PATIENCE, self.client.get_multiplexed_async_connection()).await;
        let reason = match opened {
            Ok(Ok(opened)) => {
                *connection = Connection { open: Some(opened.clone()), failed: None };
                return Ok(opened);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no connection in a second".to_owned(),
        };
        connection.failed = Some(Instant::now());
        Err(Failure::Answer(reason))
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Plain>> {
        let value: Option<Vec<u8>> = self.run(cmd("GET").arg(key)).await?;
        Ok(value.and_then(|value| loads(&value)))
    }

    pub(super) async fn set(&self, key: &str, value: &Plain, timeout: Option<Duration>) -> Result<()> {
        match expiring(cmd("SET").arg(key).arg(dumps(value)), timeout) {
            Some(set) => self.run(set).await,
            None => self.run(cmd("DEL").arg(key)).await,
        }
    }

    pub(super) async fn add(&self, key: &str, value: &Plain, timeout: Option<Duration>) -> Result<bool> {
        match expiring(cmd("SET").arg(key).arg(dumps(value)).arg("NX"), timeout) {
            Some(set) => Ok(self.run::<Option<String>>(set).await?.is_some()),
            None => Ok(!self.run::<bool>(cmd("EXISTS").arg(key)).await?),
        }
    }

    pub(super) async fn touch(&self, key: &str, timeout: Option<Duration>) -> Result<bool> {
        match timeout {
            None => {
                let persisted = self.run::<bool>(cmd("PERSIST").arg(key)).await?;
                Ok(persisted || self.run(cmd("EXISTS").arg(key)).await?)
            }
            Some(timeout) => self.run(cmd("PEXPIRE").arg(key).arg(millis(timeout))).await,
        }
    }

    pub(super) async fn delete(&self, key: &str) -> Result<bool> {
        self.run(cmd("DEL").arg(key)).await
    }

    pub(super) async fn incr(&self, key: &str, delta: i64) -> Result<Option<i64>> {
        match self.ask(Question::Script(&self.incr, key, &[delta])).await {
            Ok(number) => Ok(number),
            // The value is no number; what else is wrong, this says, too.
            Err(error) => match self.get(key).await? {
                Some(Plain::Json(Json::Int(_))) => Err(error),
                _ => Ok(None),
            },
        }
    }

    pub(super) async fn clear(&self) -> Result<()> {
        self.run(&cmd("FLUSHDB")).await
    }
}

enum Failure {
    /// The connection is broken.
    Connection(String),
    Answer(String),
}

/// A command with a time to last; `None` where the time is over at once, which Redis does not take.
fn expiring(command: &mut Cmd, timeout: Option<Duration>) -> Option<&mut Cmd> {
    match timeout.map(millis) {
        None => Some(command),
        Some(0) => None,
        Some(millis) => Some(command.arg("PX").arg(millis)),
    }
}

fn millis(duration: Duration) -> u64 {
    // Redis takes no larger one.
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).min(1 << 52)
}

/// Whole numbers are not pickled, so that Redis can add to them.
fn dumps(value: &Plain) -> Vec<u8> {
    match value {
        Plain::Json(Json::Int(number)) => number.to_string().into_bytes(),
        value => pickle::dumps(value),
    }
}

fn loads(value: &[u8]) -> Option<Plain> {
    let number = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
    number.map(|number| Plain::Json(Json::Int(number))).or_else(|| pickle::loads(value))
}
