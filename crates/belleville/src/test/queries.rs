//! How many statements a piece of a test runs.

use belleville_db::capture_queries;

/// Runs `body`, and ends the test unless it has run so many statements: Django's `assertNumQueries`. What begins and ends
/// transactions does not count. Of one request, [`TestResponse::assert_num_queries`](super::TestResponse::assert_num_queries) says it.
pub async fn assert_num_queries<T>(expected: usize, body: impl Future<Output = T>) -> T {
    let (value, statements) = capture_queries(body).await;
    check(&statements, expected, "");
    value
}

/// The message is Django's.
#[track_caller]
pub(super) fn check(statements: &[String], expected: usize, of: &str) {
    if statements.len() == expected {
        return;
    }
    let lines: Vec<String> =
        statements.iter().enumerate().map(|(number, sql)| format!("{}. {sql}", number + 1)).collect();
    panic!(
        "{of}{} queries executed, {expected} expected\nCaptured queries were:\n{}",
        statements.len(),
        lines.join("\n")
    );
}
