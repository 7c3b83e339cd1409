//! Which statements a piece of a program runs: Django's `CaptureQueriesContext`, for tests that count them.

use std::sync::{Arc, Mutex, PoisonError};

tokio::task_local! {
    static CAPTURED: Arc<Mutex<Vec<String>>>;
}

/// Runs `body` and returns the SQL of the statements that this task has run meanwhile, in their order. What begins and
/// ends transactions is not among them. Inside of another `capture_queries`, they are among those of both.
///
/// ```
/// # extern crate belleville_db as belleville;
/// # use belleville_db::{Database, Model, capture_queries};
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "projects")]
/// # struct Project { #[field(primary_key)] id: i64, #[field(max_length = 100)] name: String }
/// # async fn example(db: &Database) -> belleville_db::Result<()> {
/// let (projects, statements) = capture_queries(Project::objects().all(db)).await;
/// assert_eq!(statements.len(), 1);
/// # Ok(()) }
/// ```
pub async fn capture_queries<T>(body: impl Future<Output = T>) -> (T, Vec<String>) {
    let captured = Arc::default();
    let value = CAPTURED.scope(Arc::clone(&captured), body).await;
    let statements = std::mem::take(&mut *captured.lock().unwrap_or_else(PoisonError::into_inner));
    statements.iter().for_each(|sql| note(sql));
    (value, statements)
}

/// A statement is about to be run.
pub(crate) fn note(sql: &str) {
    let noted = |captured: &Arc<Mutex<Vec<String>>>| {
        captured.lock().unwrap_or_else(PoisonError::into_inner).push(sql.to_owned());
    };
    // Outside of `capture_queries` nobody asks.
    let _ = CAPTURED.try_with(noted);
}
