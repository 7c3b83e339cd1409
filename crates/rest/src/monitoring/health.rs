//! Whether the program can answer: the database is there, and has the tables that the program needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use belleville_db::Database;
use belleville_db::functions::raw;
use belleville_http::json::JsonWriter;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::BoxFuture;
use crate::printable::Quoted;
use crate::request::Request;
use crate::response::Response;

/// Counts the migrations that are not applied to a database; what is wrong where it cannot say.
pub type Waiting = dyn Fn(Database) -> BoxFuture<'static, Result<usize, String>> + Send + Sync;

/// The health of a program. It is asked by load balancers and orchestrators.
pub struct Health {
    /// None for a program that does not know its migrations.
    waiting: Option<Arc<Waiting>>,
    /// Nothing waits any more; what is applied stays so.
    is_migrated: AtomicBool,
}

impl std::fmt::Debug for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Health").field("is_migrated", &self.is_migrated).finish_non_exhaustive()
    }
}

impl Health {
    /// The health of a program with these migrations.
    pub fn new(waiting: Option<Arc<Waiting>>) -> Self {
        Self { waiting, is_migrated: AtomicBool::new(false) }
    }

    /// 200 where all is well, and 503.
    pub(super) async fn answer(&self, request: &Request) -> Response {
        let (status, database, migrations) = match self.check(request.db()).await {
            Ok(0) => (200, "ok", "ok"),
            Ok(_) => (503, "ok", "waiting"),
            Err(error) => {
                tracing::warn!(reason = %Quoted(error), "the database does not answer");
                (503, "unavailable", "unknown")
            }
        };
        let body = JsonWriter::object_of(|object| {
            object.key("database").text(database);
            object.key("migrations").text(migrations);
        });
        let mut response = Response::empty(status);
        response.set_rendered(body);
        response.set_header(CONTENT_TYPE, "application/json");
        response.set_header(CACHE_CONTROL, "no-store");
        response
    }

    /// How many migrations wait.
    async fn check(&self, db: &Database) -> Result<usize, String> {
        let waiting = match &self.waiting {
            Some(waiting) if !self.is_migrated.load(Ordering::Relaxed) => waiting(db.clone()).await?,
            _ => {
                let asked = raw("SELECT CAST(1 AS bigint)").rows::<i64>(db).await;
                asked.map(|_| 0).map_err(|error| error.to_string())?
            }
        };
        self.is_migrated.store(waiting == 0, Ordering::Relaxed);
        Ok(waiting)
    }
}
