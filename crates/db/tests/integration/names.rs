//! Columns and lookups by their names, SQL of one's own, and the statements that are captured.

use belleville_db::functions::raw;
use belleville_db::json::Json;
use belleville_db::{
    Database, Dialect, Error, LookupName, Model, OrderName, Registry, Rows, Value, capture_queries,
};

use crate::library::{self, Author, Award, Book, Publisher, filled};

fn registry() -> Registry {
    library::registry(&[library::app()])
}

fn unknown(name: &str) -> String {
    LookupName::parse(Book::META, &registry(), name).unwrap_err().to_string()
}

#[test]
fn an_unknown_name_tells_what_there_is() {
    let text = unknown("athor__name");
    assert!(
        text.starts_with("`athor__name`: library.Book has no field `athor`; did you mean `author`?"),
        "{text}"
    );
    let text = unknown("author__nme__icontains");
    assert!(text.contains("library.Author has no field `nme`; did you mean `name`?"), "{text}");
    let text = unknown("title__icontain");
    assert!(text.contains("a CharField has no lookup `icontain`; did you mean `icontains`?"), "{text}");
    assert!(text.contains("It has exact, in, gt,"), "{text}");
    let text = unknown("author__contains");
    assert!(text.contains("library.Author has no field `contains`"), "{text}");
    let text = unknown("created__yeer__gt");
    assert!(text.contains("a DateTimeField has no lookup `yeer`; did you mean `year`?"), "{text}");
    for name in ["", "__", "title__", "__title", "title__exact__exact", "pages__year", "author__name__name"] {
        assert!(LookupName::parse(Book::META, &registry(), name).is_err(), "{name}");
    }
    let order = OrderName::parse(Book::META, &registry(), "-titel").unwrap_err().to_string();
    assert!(order.contains("has no field `titel`; did you mean `title`?"), "{order}");
    assert!(OrderName::parse(Book::META, &registry(), "--title").is_err());
}

#[test]
fn a_name_that_goes_too_far_is_no_panic() {
    let far = vec!["mentor"; 40].join("__");
    let text = LookupName::parse(Author::META, &registry(), &format!("{far}__name")).unwrap_err().to_string();
    assert!(text.contains("follows too many relations"), "{text}");
}

#[test]
fn a_wrong_value_tells_what_is_expected() {
    let value = |name: &str, value: &str| {
        let lookup = LookupName::parse(Book::META, &registry(), name).unwrap();
        lookup.with_text::<Book>(value).unwrap_err().to_string()
    };
    assert_eq!(value("pages", "many"), "expected a whole number of 64 bits");
    assert_eq!(value("pages__isnull", "perhaps"), "expected true or false");
    assert_eq!(value("rating__gt", "NaN"), "expected a number");
    assert_eq!(value("created", "yesterday"), "expected a datetime: 2026-12-31T23:59:59Z");
    assert_eq!(value("pages__range", "1"), "expected two values");
    assert_eq!(value("pages__in", "1,x"), "expected a whole number of 64 bits");
    let lookup = LookupName::parse(Book::META, &registry(), "pages__in").unwrap();
    assert_eq!(lookup.with::<Book>(&Json::from("1")).unwrap_err().to_string(), "expected a list");
    let of_another = lookup.with_text::<Author>("1").unwrap_err().to_string();
    assert_eq!(of_another, "a name of library.Book does not fit rows of library.Author");
}

#[tokio::test]
async fn rows_are_filtered_and_ordered_by_names() {
    let db = filled().await;
    let registry = registry();
    let by_author = LookupName::parse(Book::META, &registry, "author__name").unwrap();
    let order = OrderName::parse(Book::META, &registry, "-id").unwrap();
    let name = Author::objects().filter_pk(1).values(Author::NAME).get(&db).await.unwrap();
    let expected = Book::objects()
        .filter(Book::AUTHOR.to(Author::NAME).eq(name.as_str()))
        .order_by([-Book::ID])
        .values(Book::ID);
    let expected = expected.all(&db).await.unwrap();
    let rows: Rows = Book::objects().rows();
    let rows = rows.filter_text(&by_author, &name).unwrap().order_by([&order]).unwrap();
    assert_eq!(rows.count(&db).await.unwrap(), expected.len() as u64);
    let mut found = Vec::new();
    let mut each = |row: &dyn belleville_db::Row| {
        found.push(row.get(0)?.to_owned());
        Ok(())
    };
    rows.for_each(&db, &[0], &mut each).await.unwrap();
    assert_eq!(found, expected.into_iter().map(belleville_db::Value::Int).collect::<Vec<_>>());
    let sliced = Book::objects().slice(0..2).rows().filter_text(&by_author, "x");
    assert!(sliced.unwrap_err().to_string().contains("cannot filter a query once a slice has been taken"));
}

/// The keys of rows, in their order.
async fn keys(db: &Database, rows: &Rows) -> Vec<Value> {
    let mut found = Vec::new();
    let mut each = |row: &dyn belleville_db::Row| {
        found.push(row.get(0)?.to_owned());
        Ok(())
    };
    rows.for_each(db, &[0], &mut each).await.unwrap();
    found
}

#[tokio::test]
async fn a_counted_slice_has_the_rows_of_a_slice_and_their_number() {
    let db = filled().await;
    let registry = registry();
    let by_key = OrderName::parse(Book::META, &registry, "id").unwrap();
    for (name, text) in [
        ("title__icontains", "a"),
        ("title__icontains", "%"),
        ("title__icontains", "nowhere"),
        ("title__iregex", "^[ab]"),
        ("author__name__icontains", "n"),
        // A book has as many rows as awards.
        ("award__name__icontains", "e"),
        ("pages__gte", "0"),
    ] {
        let lookup = LookupName::parse(Book::META, &registry, name).unwrap();
        let found = Rows::all(Book::META).filter_text(&lookup, text).unwrap();
        for order in
            ["id", "shelf", "-shelf", "-pages", "rating", "author__name", "-editor__name", "award__id"]
        {
            let order = OrderName::parse(Book::META, &registry, order).unwrap();
            // Rows that are alike in the order come in any, so that the key is the last word.
            let rows = found.clone().order_by([&order, &by_key]).unwrap();
            for range in [0..1, 0..2, 1..3, 2..4, 0..100, 50..60] {
                let (count, page) = rows.counted_slice(&db, range.clone()).await.unwrap();
                assert_eq!(count, rows.count(&db).await.unwrap(), "{name} {text}");
                let expected = keys(&db, &rows.clone().slice(range.clone())).await;
                assert_eq!(keys(&db, &page).await, expected, "{name} {text} {order:?} {range:?}");
            }
        }
    }
}

#[tokio::test]
async fn searched_rows_are_walked_once_on_sqlite() {
    let db = filled().await;
    let lookup = LookupName::parse(Book::META, &registry(), "title__icontains").unwrap();
    let rows = Rows::all(Book::META).filter_text(&lookup, "a").unwrap();
    let (found, statements) = capture_queries(async {
        let (count, page) = rows.counted_slice(&db, 0..1).await.unwrap();
        (count, keys(&db, &page).await.len())
    })
    .await;
    assert_eq!(found, (3, 1));
    let walks = statements.iter().filter(|statement| statement.contains("LIKE")).count();
    assert_eq!(walks, if db.dialect() == Dialect::Sqlite { 1 } else { 2 }, "{statements:?}");
}

#[tokio::test]
async fn a_row_that_only_the_database_knows_of_refuses_by_its_tables_name() {
    let db = filled().await;
    raw("CREATE TABLE legacy_loan (id integer PRIMARY KEY, book_id bigint REFERENCES library_book (id))")
        .execute(&db)
        .await
        .unwrap();
    raw("INSERT INTO legacy_loan (id, book_id) VALUES (%s, %s)")
        .bind(1_i64)
        .bind(1_i64)
        .execute(&db)
        .await
        .unwrap();
    let books = Book::objects().count(&db).await.unwrap();
    let refused = Author::objects().filter_pk(1).delete(&db).await.unwrap_err();
    assert!(matches!(refused, Error::Protected { model: "legacy_loan", field: "book_id" }), "{refused}");
    assert!(refused.to_string().contains("legacy_loan"), "{refused}");
    assert_eq!(Book::objects().count(&db).await.unwrap(), books);
    raw("DELETE FROM legacy_loan").execute(&db).await.unwrap();
    assert!(Author::objects().filter_pk(1).delete(&db).await.unwrap().total > 1);
}

#[tokio::test]
async fn sql_of_ones_own_has_as_many_parameters_as_marks() {
    let db = filled().await;
    let titles = "SELECT title FROM library_book WHERE id = %s OR title LIKE '%%zzz'";
    let found: Vec<String> = raw(titles).bind(1_i64).rows(&db).await.unwrap();
    assert_eq!(found.len(), 1);
    for (sql, expected) in [
        (titles, "fewer parameters than %s"),
        ("SELECT 1 WHERE 1 = 100%", "a single % at its end"),
        ("SELECT '%d'", "a % that is neither %s nor %%"),
    ] {
        let error = raw(sql).rows::<i64>(&db).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let error = raw("SELECT 1").bind(1_i64).rows::<i64>(&db).await.unwrap_err().to_string();
    assert!(error.contains("more parameters than %s"), "{error}");
    // The columns are found by their names.
    let objects =
        raw("SELECT name, id FROM library_publisher ORDER BY id").objects::<Publisher>(&db).await.unwrap();
    assert_eq!(objects, Publisher::objects().order_by([Publisher::ID.asc()]).all(&db).await.unwrap());
}

#[tokio::test]
async fn statements_are_captured_for_one_task_and_while_it_runs() {
    let db = filled().await;
    let (_, none) = capture_queries(async {}).await;
    assert!(none.is_empty());
    let (counts, statements) = capture_queries(async {
        let nothing = Book::objects().filter(Book::ID.is_in(Vec::<i64>::new())).all(&db).await.unwrap();
        (nothing.len(), Award::objects().count(&db).await.unwrap())
    })
    .await;
    assert_eq!(counts, (0, 0));
    assert_eq!(statements, [r#"SELECT COUNT(*) FROM "library_award""#]);
}

#[tokio::test]
async fn latest_without_a_column_needs_get_latest_by() {
    let db = filled().await;
    let error = Book::objects().latest(&db, ()).await.unwrap_err().to_string();
    assert!(error.contains("library.Book has no get_latest_by"), "{error}");
}
