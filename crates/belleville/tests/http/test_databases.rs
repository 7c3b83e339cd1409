//! `belleville::test`: the database of a test, on SQLite and, where `BELLEVILLE_TEST_POSTGRES_URL` names a server, on PostgreSQL.

use belleville::db::functions::raw;
use belleville::db::migrations::state::{char, id, model};
use belleville::db::{Database, Dialect, Registry};
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::TestClient;

fn urls() -> Urls {
    Urls::new()
}

fn app(app: AppConfig) -> App {
    App::new("tested", env!("CARGO_MANIFEST_DIR"), urls).app(app)
}

/// An app with a table of this name.
fn with_table(name: &'static str) -> AppConfig {
    AppConfig::new("shelf")
        .migration(Migration::new("0001_initial").create(model(name, [id(), char("title", 9)])))
}

/// The settings of a program with a database on the server; none where there is no server.
fn on_postgres(name: &str) -> Option<Settings> {
    let url = std::env::var("BELLEVILLE_TEST_POSTGRES_URL").ok()?;
    let mut settings = Settings::default();
    settings.database_url = format!("{}/{name}", url.rsplit_once('/')?.0);
    Some(settings)
}

async fn tables(client: &TestClient) -> Vec<String> {
    let query = match client.db().dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'shelf%%' ORDER BY 1"
        }
        Dialect::Postgres => {
            "SELECT tablename::text FROM pg_tables WHERE tablename LIKE 'shelf%%' ORDER BY 1"
        }
    };
    raw(query).rows(client.db()).await.unwrap()
}

/// The databases of the server whose names begin so.
async fn databases(settings: &Settings, prefix: &str) -> Vec<String> {
    let server = settings.database_url.rsplit_once('/').unwrap().0;
    let db = Database::open(&format!("{server}/postgres"), Registry::new([])).unwrap();
    let query = raw("SELECT datname::text FROM pg_database WHERE starts_with(datname::text, %s) ORDER BY 1");
    query.bind(prefix).rows(&db).await.unwrap()
}

async fn has_tables_of_its_own(settings: Settings) {
    let clients = [
        TestClient::with_settings(&app(with_table("Book")), settings.clone()).await,
        TestClient::with_settings(&app(with_table("Author")), settings.clone()).await,
        TestClient::with_settings(&app(with_table("Book")), settings).await,
    ];
    for (client, table) in clients.iter().zip(["shelf_book", "shelf_author", "shelf_book"]) {
        assert_eq!(tables(client).await, [table]);
        assert_eq!(User::objects().count(client.db()).await.unwrap(), 0);
        client.create_user("alice").await;
    }
}

#[belleville::test]
async fn programs_with_other_migrations_have_other_tables() {
    has_tables_of_its_own(Settings::default()).await;
    if let Some(settings) = on_postgres("tables") {
        has_tables_of_its_own(settings).await;
    }
}

async fn row_of(text: &'static str, db: &Database) -> belleville::db::Result<()> {
    raw("INSERT INTO shelf_book (title) VALUES (%s)").bind(text).execute(db).await.map(drop)
}

/// Two programs that differ in the code of a migration alone.
async fn has_rows_of_its_own(settings: Settings) {
    let first = with_table("Book")
        .migration(Migration::new("0002_rows").run(async |db: &Database| row_of("first", db).await));
    let second = with_table("Book")
        .migration(Migration::new("0002_rows").run(async |db: &Database| row_of("second", db).await));
    for (shelf, title) in [(first, "first"), (second, "second")] {
        let client = TestClient::with_settings(&app(shelf), settings.clone()).await;
        let titles: Vec<String> = raw("SELECT title FROM shelf_book").rows(client.db()).await.unwrap();
        assert_eq!(titles, [title]);
    }
}

#[belleville::test]
async fn migrations_with_other_code_make_other_rows() {
    has_rows_of_its_own(Settings::default()).await;
    if let Some(settings) = on_postgres("rows") {
        has_rows_of_its_own(settings).await;
    }
}

#[belleville::test]
async fn the_database_of_a_test_goes_with_its_last_client() {
    let Some(settings) = on_postgres("gone") else { return };
    let client = TestClient::with_settings(&app(with_table("Book")), settings.clone()).await;
    assert_eq!(client.db().dialect(), Dialect::Postgres);
    let other = client.clone();
    client.create_user("alice").await;
    drop(client);
    assert_eq!(databases(&settings, "test_gone_p").await.len(), 1);
    other.login("alice").await.get("/").await.assert_status(404);
    drop(other);
    assert_eq!(databases(&settings, "test_gone_p").await, Vec::<String>::new());
    assert_eq!(databases(&settings, "test_gone_t").await.len(), 1);
    // The program's own database is not even made.
    assert_eq!(databases(&settings, "gone").await, Vec::<String>::new());
}

#[test]
fn the_database_of_a_test_that_fails_goes_too() {
    let Some(settings) = on_postgres("failed") else { return };
    let run = || {
        belleville::test::run(async {
            let client = TestClient::with_settings(&app(with_table("Book")), settings.clone()).await;
            client.get("/").await.assert_status(200);
        });
    };
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err());
    let left = belleville::test::run(databases(&settings, "test_failed_p"));
    assert_eq!(left, Vec::<String>::new());
}

#[belleville::test]
async fn tests_run_at_once() {
    let Some(settings) = on_postgres("together") else { return };
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let settings = settings.clone();
            std::thread::spawn(move || {
                belleville::test::run(async {
                    let client = TestClient::with_settings(&app(with_table("Book")), settings).await;
                    client.create_user("alice").await;
                    User::objects().count(client.db()).await.unwrap()
                })
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 1);
    }
    assert_eq!(databases(&settings, "test_together_t").await.len(), 1);
}

/// What a process leaves that is killed: databases of its own, and half a template.
#[belleville::test]
async fn what_a_killed_process_has_left_goes_at_the_next_run() {
    let Some(settings) = on_postgres("left") else { return };
    let server = settings.database_url.rsplit_once('/').unwrap().0;
    let db = Database::open(&format!("{server}/postgres"), Registry::new([])).unwrap();
    let left = ["test_left_p00000000_0", "test_left_p00000000_1", "test_left_t0000000000000000"];
    let kept = ["left", "test_left", "test_left_production"];
    for name in left.iter().chain(&kept) {
        raw(format!("CREATE DATABASE \"{name}\"")).execute(&db).await.unwrap();
    }
    let client = TestClient::with_settings(&app(with_table("Book")), settings.clone()).await;
    let found = databases(&settings, "").await;
    assert!(left.iter().all(|name| !found.contains(&(*name).to_owned())), "{found:?}");
    assert!(kept.iter().all(|name| found.contains(&(*name).to_owned())), "{found:?}");
    drop(client);
    for name in kept {
        raw(format!("DROP DATABASE \"{name}\"")).execute(&db).await.unwrap();
    }
}

#[test]
fn a_database_that_cannot_be_says_why() {
    let failure = |url: &str| {
        let mut settings = Settings::default();
        settings.database_url = url.to_owned();
        let run =
            || belleville::test::run(TestClient::with_settings(&app(with_table("Book")), settings.clone()));
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_err();
        *panic.downcast::<String>().unwrap()
    };
    if std::env::var("TEST_DATABASE_URL").is_ok() {
        return;
    }
    assert_eq!(
        failure("mysql://host/shop"),
        "there is no database for the test: TEST_DATABASE_URL should be like \
         postgres://user:password@host:5432/name, or sqlite"
    );
    let nobody = failure("postgres://nobody@127.0.0.1:1/shop");
    assert!(nobody.starts_with("there is no database for the test: "), "{nobody}");
    assert!(nobody.contains("127.0.0.1:1"), "{nobody}");
}

/// The variable is read where it is set: this test runs itself in another process.
#[test]
fn the_environment_says_where_the_databases_are() {
    const INSIDE: &str = "TEST_DATABASES_INSIDE";
    if std::env::var(INSIDE).is_ok() {
        let dialect = belleville::test::run(async {
            TestClient::with_settings(&app(with_table("Book")), Settings::default()).await.db().dialect()
        });
        println!("the dialect is {dialect:?}");
        return;
    }
    let inside = |url: &str| {
        let program = std::env::current_exe().unwrap();
        let name = "test_databases::the_environment_says_where_the_databases_are";
        let mut command = std::process::Command::new(program);
        command.args(["--exact", name, "--nocapture"]).env(INSIDE, "1").env("TEST_DATABASE_URL", url);
        String::from_utf8_lossy(&command.output().unwrap().stdout).into_owned()
    };
    let sqlite = inside("sqlite");
    assert!(sqlite.contains("the dialect is Sqlite"), "{sqlite}");
    if let Some(settings) = on_postgres("chosen") {
        let postgres = inside(&settings.database_url);
        assert!(postgres.contains("the dialect is Postgres"), "{postgres}");
        let left = belleville::test::run(databases(&settings, "test_chosen_p"));
        assert_eq!(left, Vec::<String>::new());
    }
}
