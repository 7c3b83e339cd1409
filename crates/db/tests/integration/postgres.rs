//! The server on which the tests run when `BELLEVILLE_TEST_POSTGRES_URL` names one, instead of SQLite. Each test has a schema
//! of its own. `python3 conformance/harness/postgres.py -- cargo test -p belleville-db` starts one.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{Client, NoTls};

fn server() -> Option<String> {
    std::env::var("BELLEVILLE_TEST_POSTGRES_URL").ok()
}

/// What is so on PostgreSQL, or what is so on SQLite.
pub(crate) fn either<T>(postgres: T, sqlite: T) -> T {
    if server().is_some() { postgres } else { sqlite }
}

/// The URL of an empty schema.
pub(crate) async fn fresh_url() -> Option<String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = server()?;
    let schema = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    connect(&server).await.batch_execute(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    Some(format!("{server}?search_path={schema}&pool_size=8"))
}

/// A connection that knows nothing of this crate.
async fn connect(url: &str) -> Client {
    let (server, options) = url.split_once("?search_path=").unwrap_or((url, "public&"));
    let (client, connection) = tokio_postgres::connect(server, NoTls).await.unwrap();
    tokio::spawn(connection);
    let schema = options.split('&').next().unwrap();
    client.batch_execute(&format!("SET search_path = {schema}")).await.unwrap();
    client
}

/// Runs SQL as another program would.
pub(crate) async fn run(url: &str, sql: &str) {
    connect(url).await.batch_execute(sql).await.unwrap();
}

/// The texts that a query finds.
pub(crate) async fn texts(url: &str, sql: &str) -> Vec<String> {
    connect(url).await.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// The next rows get the keys after those that were given. On SQLite they do so by themselves.
pub(crate) async fn count_on_from_the_rows(url: &str, tables: &[&str]) {
    if !url.starts_with("postgres:") {
        return;
    }
    for table in tables {
        let table = format!("library_{table}");
        let sql = format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}");
        run(url, &sql).await;
    }
}
