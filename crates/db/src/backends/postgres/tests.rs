//! With a real server: `python3 conformance/harness/postgres.py -- cargo test -p belleville-db --lib postgres`.

use std::time::Duration;

use crate::query::statement::Statement;
use crate::{Database, Error, Registry, Result, Row, Value, ViolationKind};

/// The server's URL with options. Without a server the test is skipped, except in CI.
fn url(options: &str) -> Option<String> {
    match std::env::var("BELLEVILLE_TEST_POSTGRES_URL") {
        Ok(url) => Some(format!("{url}{options}")),
        Err(_) if std::env::var_os("CI").is_some() => panic!("BELLEVILLE_TEST_POSTGRES_URL is not set"),
        Err(_) => {
            eprintln!("skipped: BELLEVILLE_TEST_POSTGRES_URL is not set");
            None
        }
    }
}

fn open(options: &str) -> Option<Database> {
    url(options).map(|url| Database::open(&url, Registry::default()).expect("a good URL"))
}

fn statement(sql: &str, params: Vec<Value>) -> Statement {
    Statement { sql: sql.into(), params }
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
    for (from, to, words) in [
        ("p%3Aw%2F1@", "wrong@", "refuses the password of the role `tester`"),
        ("/tester", "/nowhere", "there is no database `nowhere`"),
        ("@localhost:", "@localhost:1", "cannot connect to PostgreSQL"),
    ] {
        let db = Database::open(&good.replacen(from, to, 1), Registry::default());
        let Ok(db) = db else { continue };
        let error = db.check().await.expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
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
