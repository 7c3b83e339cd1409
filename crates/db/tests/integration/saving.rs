//! Rows that are written: defaults, keys, times and constraints.

use belleville_db::{DateTime, Error, ForeignKey, Model};

use crate::library::{Author, Badge, Book, Publisher, empty, filled};

fn long_ago() -> DateTime {
    belleville_db::parse_stored("2001-02-03 04:05:06.000007").unwrap()
}

#[tokio::test]
async fn create_fills_in_defaults() {
    let db = filled().await;
    let row = [Book::AUTHOR.set(3), Book::TITLE.set("New")];
    let book = Book::objects().create(&db, row).await.unwrap();
    assert_eq!(book.id, 6);
    assert_eq!((book.blurb.as_str(), book.pages, book.shelf, book.copies), ("", None, 7, 1));
    assert_eq!((book.floor, book.rating, book.available, book.editor.clone()), (0, None, true, None));
    assert!(long_ago() < book.created && book.created <= book.updated);
    assert_eq!(Book::objects().filter_pk(6).get(&db).await.unwrap(), book);
}

#[tokio::test]
async fn save_inserts_then_updates() {
    let db = empty().await;
    let mut publisher = Publisher { id: 0, name: "Ace".to_owned() };
    publisher.save(&db).await.unwrap();
    assert_eq!(publisher.id, 1);
    publisher.name = "Bay".to_owned();
    publisher.save(&db).await.unwrap();
    assert_eq!(Publisher::objects().all(&db).await.unwrap(), [publisher]);
    // A key that is not there is inserted as it is.
    let mut chosen = Publisher { id: 40, name: "Cap".to_owned() };
    chosen.save(&db).await.unwrap();
    assert_eq!((chosen.id, Publisher::objects().count(&db).await.unwrap()), (40, 2));
}

#[tokio::test]
async fn save_sets_the_times() {
    let db = filled().await;
    let mut book = Book::objects().filter_pk(1).get(&db).await.unwrap();
    book.created = long_ago();
    book.updated = long_ago();
    book.save(&db).await.unwrap();
    assert_eq!(book.created, long_ago(), "auto_now_add is set once");
    assert!(book.updated > long_ago(), "auto_now is set at each save");
    assert_eq!(Book::objects().filter_pk(1).get(&db).await.unwrap(), book);

    let mut badge = Badge { code: "A1".to_owned(), author: ForeignKey::new(1), made: long_ago() };
    badge.save(&db).await.unwrap();
    assert!(badge.made > long_ago(), "auto_now_add is set for a key that is not automatic too");
    badge.made = long_ago();
    badge.save(&db).await.unwrap();
    assert_eq!(badge.made, long_ago());
}

#[tokio::test]
async fn constraints_refuse_and_say_so() {
    let db = filled().await;
    let no_author = Book::objects().create(&db, [Book::TITLE.set("x")]).await;
    let twice = Book::objects().create(&db, [Book::AUTHOR.set(1), Book::TITLE.set("Alpha")]).await;
    let nobody = Book::objects().create(&db, [Book::AUTHOR.set(99), Book::TITLE.set("x")]).await;
    let taken = Publisher::objects().create(&db, [Publisher::NAME.set("Ace")]).await.map(|_| ());
    let moved = Book::objects().filter_pk(4).update(&db, [Book::TITLE.set("Alpha")]).await.map(|_| ());
    for (outcome, words) in [
        (no_author.map(|_| ()), "NOT NULL constraint failed: library_book.author_id"),
        (twice.map(|_| ()), "UNIQUE constraint failed: library_book.author_id, library_book.title"),
        (nobody.map(|_| ()), "FOREIGN KEY constraint failed"),
        (taken, "UNIQUE constraint failed: library_publisher.name"),
        (moved, "UNIQUE constraint failed: library_book.author_id, library_book.title"),
    ] {
        match outcome {
            Err(error @ Error::Integrity(_)) => assert_eq!(error.to_string(), words),
            other => panic!("{words}: {other:?}"),
        }
    }
    assert_eq!(Book::objects().count(&db).await.unwrap(), 5);
}

#[tokio::test]
async fn text_that_looks_like_sql_stays_text() {
    let db = empty().await;
    for text in ["'; DROP TABLE library_author; --", "?1 \"quoted\" \u{0} \u{1F3B8}", "%s {} $1"] {
        let author = Author::objects().create(&db, [Author::NAME.set(text)]).await.unwrap();
        let found = Author::objects().filter(Author::NAME.eq(text)).get(&db).await.unwrap();
        assert_eq!((found.id, found.name.as_str()), (author.id, text));
    }
}
