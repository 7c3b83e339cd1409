//! With a real server: `python3 conformance/harness/postgres.py -- cargo test -p belleville-db --lib postgres`.

use std::time::Duration;

use crate::query::statement::Statement;
use crate::{Database, Error, Registry, Result, Row, Value, ViolationKind};

/// The server's URL with options. Without a server the test is skipped.
fn url(options: &str) -> Option<String> {
    let url = std::env::var("BELLEVILLE_TEST_POSTGRES_URL").ok();
    if url.is_none() {
        eprintln!("skipped: BELLEVILLE_TEST_POSTGRES_URL is not set");
    }
    url.map(|url| format!("{url}{options}"))
}

fn open(options: &str) -> Option<Database> {
    url(options).map(|url| Database::open(&url, Registry::default()).expect("a good URL"))
}

fn statement(sql: &str, params: Vec<Value>) -> Statement {
    Statement::new(sql, params)
}

async fn first(db: &Database, sql: &str, params: Vec<Value>) -> Result<Value> {
    let mut found = Value::Null;
    db.select(&statement(sql, params), &mut |row: &dyn Row| {
        found = row.get(0)?.to_owned();
        Ok(())
    })
    .await?;
    Ok(found)
}

#[tokio::test]
async fn values_go_there_and_back() {
    for options in ["", "?prepared_statements=off", "?sslmode=require"] {
        let Some(db) = open(options) else { return };
        let json = crate::json::loads("{\"a\": [1, 2.5, null]}").expect("JSON");
        for (kind, value) in [
            ("bool", Value::Bool(true)),
            ("int2", Value::Int(-32_768)),
            ("int4", Value::Int(2_147_483_647)),
            ("int8", Value::Int(i64::MIN)),
            ("float8", Value::Float(-0.1)),
            ("text", Value::Text("a ? $1 \u{1F3B8}".to_owned())),
            ("inet", Value::Text("10.0.0.1/8".to_owned())),
            ("inet", Value::Text("2001:db8::1".to_owned())),
            ("numeric", Value::Decimal("-12345678901234567.8900".parse().expect("a number"))),
            ("numeric", Value::Decimal("0.00010".parse().expect("a number"))),
            (
                "timestamptz",
                Value::DateTime(crate::parse_stored("1999-12-31 23:59:59.000001").expect("a time")),
            ),
            ("timestamptz", Value::DateTime(crate::parse_stored("0001-01-01 00:00:00").expect("a time"))),
            (
                "timestamptz",
                Value::DateTime(crate::parse_stored("9999-12-31 23:59:59.999999").expect("a time")),
            ),
            ("date", Value::Date("9999-12-31".parse().expect("a date"))),
            ("date", Value::Date("1999-12-31".parse().expect("a date"))),
            ("time", Value::Time("23:59:59.999999".parse().expect("a time"))),
            ("interval", Value::Duration(crate::Duration::from_micros(-90_000_000_001))),
            ("uuid", Value::Uuid(crate::Uuid::from_u128(7))),
            ("bytea", Value::Bytes(vec![0, 255, b'\''])),
            ("int4", Value::Null),
        ] {
            let back = first(&db, &format!("SELECT $1::{kind}"), vec![value.clone()]).await;
            assert_eq!(back.expect(kind), value, "{kind} {options}");
        }
        let back = first(&db, "SELECT $1::jsonb", vec![Value::Json(json)]).await.expect("jsonb");
        assert_eq!(back, Value::Text("{\"a\": [1, 2.5, null]}".to_owned()));
        // A number that the column cannot hold is compared as one, as in a literal.
        for (sql, value) in [
            ("SELECT count(*) FROM (SELECT 1::int4 AS n) t WHERE n = $1", Value::Int(5_000_000_000)),
            (
                "SELECT count(*) FROM (SELECT 1::int4 AS n) t WHERE n = $1",
                Value::Decimal("1.5".parse().expect("1.5")),
            ),
        ] {
            assert_eq!(first(&db, sql, vec![value]).await.expect(sql), Value::Int(0));
        }
        let mismatch =
            first(&db, "SELECT 1::int4 = $1", vec![Value::Bool(true)]).await.expect_err("no operator");
        assert!(mismatch.to_string().contains("operator does not exist"), "{mismatch}");
    }
}

#[tokio::test]
async fn transactions_violations_and_the_pool() {
    let Some(db) = open("?pool_size=2&pool_timeout=100ms") else { return };
    db.batch("DROP TABLE IF EXISTS t; CREATE TABLE t (id int PRIMARY KEY, name text UNIQUE NOT NULL)")
        .await
        .expect("DDL");
    let insert = |id: i64, name: &str| {
        statement("INSERT INTO t VALUES ($1, $2)", vec![Value::Int(id), Value::Text(name.to_owned())])
    };
    let kept = db.atomic(async || {
        db.execute(&insert(1, "a")).await?;
        let refused = db.atomic(async || db.execute(&insert(1, "b")).await).await.expect_err("a key");
        let Error::Integrity(violation) = refused else { panic!("{refused}") };
        assert_eq!(violation.kind, ViolationKind::PrimaryKey);
        let refused = db.atomic(async || db.execute(&insert(2, "a")).await).await.expect_err("a name");
        let Error::Integrity(violation) = refused else { panic!("{refused}") };
        assert_eq!((violation.kind, violation.columns), (ViolationKind::Unique, vec!["name".to_owned()]));
        db.execute(&insert(2, "b")).await
    });
    assert_eq!(kept.await.expect("kept"), 1);
    // A refused statement whose error is swallowed keeps nothing, and says so.
    let swallowed = db.atomic(async || {
        db.execute(&insert(3, "c")).await?;
        let _ = db.execute(&insert(3, "c")).await;
        Ok::<_, Error>(())
    });
    assert!(swallowed.await.is_err());
    // A dropped future is undone, also in the middle of a statement.
    let dropped = db.atomic(async || {
        db.execute(&insert(4, "d")).await?;
        first(&db, "SELECT 1 FROM pg_sleep(60)", vec![]).await
    });
    assert!(tokio::time::timeout(Duration::from_millis(50), dropped).await.is_err());
    assert_eq!(first(&db, "SELECT count(*) FROM t", vec![]).await.expect("a count"), Value::Int(2));
    // Two transactions hold both connections.
    let full = db.atomic(async || {
        let other = db.clone();
        tokio::spawn(async move {
            other
                .atomic(async || {
                    let third = other.clone();
                    tokio::spawn(async move { first(&third, "SELECT 1", vec![]).await })
                        .await
                        .expect("a task")
                })
                .await
        })
        .await
        .expect("a task")
    });
    assert!(matches!(full.await, Err(Error::PoolTimeout)));
    // A table that changes after a statement was prepared.
    first(&db, "SELECT * FROM t", vec![]).await.expect("rows");
    let Some(other) = open("") else { return };
    other.batch("ALTER TABLE t ADD COLUMN more int").await.expect("DDL");
    first(&db, "SELECT * FROM t", vec![]).await.expect("prepared anew");
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let Some(good) = url("") else { return };
    let (server, _) = good.rsplit_once('/').expect("a name");
    let (_, address) = good.rsplit_once('@').expect("a host");
    for (url, words) in [
        (good.replace("p%3Aw%2F1@", "wrong@"), "refuses the password of the role `tester`"),
        (good.replace("p%3Aw%2F1@", "@"), "needs a password for the role `tester`"),
        (good.replace("tester:", "nobody:"), "refuses the password of the role `nobody`"),
        (format!("{server}/nowhere"), "there is no database `nowhere`"),
        ("postgres://tester:x@localhost:1/tester".to_owned(), "is the server running there"),
        (
            "postgres://tester:x@host.invalid/tester".to_owned(),
            "cannot connect to PostgreSQL at host.invalid:5432",
        ),
        (format!("postgres://{address}"), "needs a password"),
    ] {
        let db = Database::open(&url, Registry::default()).expect("a good URL");
        let error = db.check().await.expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("p:w/1") && !error.contains("wrong"), "{error}");
    }
    let Ok(authority) = std::env::var("BELLEVILLE_TEST_POSTGRES_CA") else { return };
    let verified =
        |options: String| Database::open(&format!("{good}?{options}"), Registry::default()).expect("a URL");
    verified(format!("sslmode=verify-full&sslrootcert={authority}&channel_binding=require"))
        .check()
        .await
        .expect("verified");
    assert!(verified("sslmode=verify-full".to_owned()).check().await.is_err(), "the system does not know it");
}

/// What the server says of the session that a URL makes.
async fn session(url: &str, sql: &str) -> Value {
    let db = Database::open(url, Registry::default()).unwrap_or_else(|error| panic!("{url}: {error}"));
    first(&db, sql, vec![]).await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[tokio::test]
async fn the_session_is_as_the_url_says() {
    let Some(good) = url("") else { return };
    for (option, sql, expected) in [
        ("pool_size=1", "SHOW TimeZone", "UTC"),
        ("pool_size=1", "SHOW application_name", "belleville"),
        ("application_name=the%20shop", "SHOW application_name", "the shop"),
        ("search_path=app,%20public", "SHOW search_path", "app, public"),
        ("statement_timeout=1500ms", "SHOW statement_timeout", "1500ms"),
        ("lock_timeout=7s", "SHOW lock_timeout", "7s"),
        ("idle_in_transaction_session_timeout=2min", "SHOW idle_in_transaction_session_timeout", "2min"),
        ("isolation_level=serializable", "SHOW transaction_isolation", "serializable"),
        ("options=-c%20work_mem=5MB", "SHOW work_mem", "5MB"),
        ("options=-c%20work_mem=5MB&lock_timeout=1s", "SHOW work_mem", "5MB"),
    ] {
        assert_eq!(session(&format!("{good}?{option}"), sql).await, text(expected), "{option}");
    }
}

#[tokio::test]
async fn the_address_may_stand_in_options() {
    let Some(good) = url("") else { return };
    let port = good.rsplit_once(':').and_then(|(_, rest)| rest.split_once('/')).expect("a port").0;
    let url = format!(
        "postgres://nobody:wrong@nowhere.invalid:1/nothing?host=localhost&port={port}&user=tester&password=p%3Aw%2F1&dbname=tester"
    );
    assert_eq!(session(&url, "SELECT current_database()::text").await, text("tester"));
    let Ok(socket) = std::env::var("BELLEVILLE_TEST_POSTGRES_SOCKET") else { return };
    let url = format!("postgres://tester@:{port}/tester?host={socket}");
    assert_eq!(session(&url, "SELECT inet_client_addr() IS NULL").await, Value::Bool(true), "a Unix socket");
}

#[tokio::test]
async fn tls_is_as_the_url_says() {
    let Some(good) = url("") else { return };
    let Ok(authority) = std::env::var("BELLEVILLE_TEST_POSTGRES_CA") else { return };
    let folder = authority.trim_end_matches("ca.pem");
    let encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    for (options, expected) in
        [("sslmode=disable", false), ("sslmode=prefer", true), ("sslmode=require", true)]
    {
        assert_eq!(
            session(&format!("{good}?{options}"), encrypted).await,
            Value::Bool(expected),
            "{options}"
        );
    }
    let certificate = "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let url = format!("{good}?sslmode=require&sslcert={folder}client.pem&sslkey={folder}client.key");
    assert_eq!(session(&url, certificate).await, text("/CN=client"));
    // The certificate is for `localhost`.
    let by_address = good.replace("localhost", "127.0.0.1");
    for (url, options, is_good) in [
        (&by_address, format!("sslmode=verify-ca&sslrootcert={authority}"), true),
        (&by_address, format!("sslmode=verify-full&sslrootcert={authority}"), false),
        (&good, format!("sslmode=verify-full&sslrootcert={authority}"), true),
        (&good, "sslmode=verify-ca".to_owned(), false),
        (&good, "sslmode=disable&channel_binding=require".to_owned(), false),
        (&good, "sslmode=require&channel_binding=require".to_owned(), true),
    ] {
        let db = Database::open(&format!("{url}?{options}"), Registry::default()).expect("a good URL");
        assert_eq!(db.check().await.is_ok(), is_good, "{options}");
    }
}

#[tokio::test]
async fn a_server_that_only_reads_is_asked_for() {
    let Some(good) = url("") else { return };
    for (wanted, is_good) in [("any", true), ("read-write", true), ("read-only", false)] {
        let url = format!("{good}?target_session_attrs={wanted}");
        let db = Database::open(&url, Registry::default()).expect("a good URL");
        assert_eq!(db.check().await.is_ok(), is_good, "{wanted}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let url = format!("postgres://user:secret@{address}/name?connect_timeout=1s");
    let error =
        Database::open(&url, Registry::default()).expect("a good URL").check().await.expect_err("silence");
    assert!(error.to_string().contains("did not answer within 1 s (connect_timeout)"), "{error}");
}

#[tokio::test]
async fn statements_are_prepared_unless_the_url_says_no() {
    let Some(good) = url("") else { return };
    let count = "SELECT count(*) FROM pg_prepared_statements";
    for (setting, expected) in [("on", 1), ("off", 0)] {
        let url = format!("{good}?prepared_statements={setting}");
        assert_eq!(session(&url, count).await, Value::Int(expected), "{setting}");
    }
}

#[tokio::test]
async fn there_are_as_many_connections_as_the_url_says() {
    let Some(db) = open("?pool_size=3&application_name=counted") else { return };
    let asked = (0..12).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            let sql =
                "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.05) WHERE application_name = 'counted'";
            first(&db, sql, vec![]).await.expect("a count")
        })
    });
    let asked: Vec<_> = asked.collect();
    let mut most = 0;
    for answer in asked {
        let Value::Int(count) = answer.await.expect("a task") else { panic!("no number") };
        most = most.max(count);
    }
    assert_eq!(most, 3);
}

/// One message of a server: its kind, its length and its content.
fn message(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 4).expect("a short message");
    [&[kind][..], &length.to_be_bytes(), content].concat()
}

/// Reads one message of a client, and returns its kind. The first one of a connection has none.
fn read_message(client: &mut std::net::TcpStream, has_kind: bool) -> std::io::Result<u8> {
    use std::io::Read as _;
    let mut kind = [0];
    if has_kind {
        client.read_exact(&mut kind)?;
    }
    let mut length = [0; 4];
    client.read_exact(&mut length)?;
    let mut content = vec![0; u32::from_be_bytes(length) as usize - 4];
    client.read_exact(&mut content)?;
    Ok(kind[0])
}

/// A server that answers nothing before it has got two queries, and then each with a number.
fn server_that_waits_for_two(mut client: std::net::TcpStream) -> std::io::Result<()> {
    use std::io::Write as _;
    // A client that waits for an answer first fails the test, and does not hold it up for good.
    client.set_read_timeout(Some(std::time::Duration::from_secs(30)))?;
    let ready = message(b'Z', b"I");
    read_message(&mut client, false)?;
    let version = message(b'S', b"server_version\x0016.0\0");
    client.write_all(&[message(b'R', &[0; 4]), version, ready.clone()].concat())?;
    assert_eq!(read_message(&mut client, true)?, b'Q', "the time zone");
    client.write_all(&[message(b'C', b"SET\0"), ready.clone()].concat())?;
    for _ in 0..2 {
        while read_message(&mut client, true)? != b'S' {}
    }
    let column = [&b"n\0"[..], &[0; 6], &20_i32.to_be_bytes(), &[0, 8, 255, 255, 255, 255, 0, 1]].concat();
    for number in [41_i64, 42] {
        let row = [&[0, 1, 0, 0, 0, 8][..], &number.to_be_bytes()].concat();
        client.write_all(
            &[
                message(b'1', b""),
                message(b'2', b""),
                message(b't', &[0, 0]),
                message(b'T', &[&[0, 1][..], &column].concat()),
                message(b'D', &row),
                message(b'C', b"SELECT 1\0"),
                ready.clone(),
            ]
            .concat(),
        )?;
    }
    Ok(())
}

#[tokio::test]
async fn independent_queries_are_sent_before_the_first_answer() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = std::thread::spawn(move || server_that_waits_for_two(listener.accept()?.0));
    let url = format!("postgres://user:secret@{address}/name?sslmode=disable&prepared_statements=off");
    let db = Database::open(&url, Registry::default()).expect("a good URL");
    let (one, two) = (statement("SELECT 41", vec![]), statement("SELECT 42", vec![]));
    let (mut first, mut second) = (Value::Null, Value::Null);
    let mut each_of_one = |row: &dyn Row| {
        first = row.get(0)?.to_owned();
        Ok(())
    };
    let mut each_of_two = |row: &dyn Row| {
        second = row.get(0)?.to_owned();
        Ok(())
    };
    db.select_all(&mut [(&one, &mut each_of_one), (&two, &mut each_of_two)]).await.expect("two answers");
    assert_eq!((first, second), (Value::Int(41), Value::Int(42)));
    server.join().expect("a server").expect("a connection");
}
