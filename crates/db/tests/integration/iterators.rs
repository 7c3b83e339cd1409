//! Rows that are read in batches.

use std::time::Duration;

use belleville_db::{Database, Error, Model, capture_queries};

use crate::library::{Author, Book, Place, Publisher, empty, filled, filled_at, migrated};
use crate::postgres::either;

async fn publish(db: &Database, count: i64) {
    for number in 1..=count {
        let name = format!("p{number:03}");
        Publisher::objects()
            .create(db, [Publisher::ID.set(number), Publisher::NAME.set(name)])
            .await
            .unwrap();
    }
}

async fn ids(db: &Database, size: usize) -> Vec<i64> {
    let mut found = Vec::new();
    let mut publishers =
        Publisher::objects().order_by([Publisher::ID.desc()]).iterator(db, size).await.unwrap();
    while let Some(publisher) = publishers.next().await.unwrap() {
        found.push(publisher.id);
    }
    assert!(publishers.next().await.unwrap().is_none());
    found
}

#[tokio::test]
async fn every_row_comes_once_in_its_order_whatever_the_size_of_batches() {
    let place = Place::new().await;
    let db = migrated(place.url()).await;
    assert!(ids(&db, 3).await.is_empty());
    publish(&db, 7).await;
    for size in [0, 1, 2, 3, 6, 7, 8, 100] {
        assert_eq!(ids(&db, size).await, [7, 6, 5, 4, 3, 2, 1], "{size}");
    }
    assert!(Publisher::objects().none().iterator(&db, 2).await.unwrap().next().await.unwrap().is_none());
    let names = Publisher::objects().filter(Publisher::ID.gt(4)).order_by([Publisher::ID.asc()]);
    let mut batches = names.values(Publisher::NAME).slice(0..3).iterator(&db, 2).await.unwrap();
    let first = batches.next_batch().await.unwrap().unwrap();
    let second = batches.next_batch().await.unwrap().unwrap();
    assert_eq!((first, second), (vec!["p005".to_owned(), "p006".to_owned()], vec!["p007".to_owned()]));
    assert!(batches.next_batch().await.unwrap().is_none());
}

#[tokio::test]
async fn values_of_every_kind_come_as_they_do_without_batches() {
    let place = Place::new().await;
    let db = filled_at(place.url()).await;
    let books = Book::objects().select_related(Book::AUTHOR).order_by([Book::ID.asc()]);
    let mut iterated = Vec::new();
    let mut iterator = books.iterator(&db, 2).await.unwrap();
    while let Some(batch) = iterator.next_batch().await.unwrap() {
        iterated.extend(batch);
    }
    assert_eq!(iterated, books.all(&db).await.unwrap());
    assert!(iterated[0].author.get().is_some());
    // On SQLite a text of more than a batch has room for.
    let long = "x".repeat(either(50, 3_000_000));
    Publisher::objects()
        .filter(Publisher::ID.eq(1))
        .update(&db, [Publisher::NAME.set(long.clone())])
        .await
        .unwrap();
    let mut iterator = Publisher::objects().order_by([Publisher::ID.asc()]).iterator(&db, 10).await.unwrap();
    assert_eq!(iterator.next().await.unwrap().unwrap().name, long);
    assert_eq!(iterator.next().await.unwrap().unwrap().name, "Bay");
}

#[tokio::test]
async fn what_belongs_to_the_rows_is_read_batch_by_batch() {
    let place = Place::new().await;
    let db = filled_at(place.url()).await;
    let authors = || Author::objects().order_by([Author::ID.asc()]).prefetch_related(Book::AUTHOR.reverse());
    let expected = authors().all(&db).await.unwrap();
    let (found, statements) = capture_queries(async {
        let mut found = Vec::new();
        let mut iterator = authors().iterator(&db, 2).await.unwrap();
        while let Some(author) = iterator.next().await.unwrap() {
            found.push(author);
        }
        found
    })
    .await;
    assert_eq!(found, expected);
    let of_books = statements.iter().filter(|sql| sql.contains("library_book")).count();
    assert_eq!(of_books, 2, "three authors in batches of two: {statements:#?}");
}

#[tokio::test]
async fn the_loop_may_write_and_the_query_sees_what_was_there_when_it_began() {
    let place = Place::new().await;
    let db = migrated(place.url()).await;
    publish(&db, 5).await;
    let mut publishers = Publisher::objects().order_by([Publisher::ID.asc()]).iterator(&db, 2).await.unwrap();
    let mut seen = Vec::new();
    while let Some(publisher) = publishers.next().await.unwrap() {
        seen.push(publisher.name);
        let new =
            [Publisher::ID.set(100 + publisher.id), Publisher::NAME.set(format!("new {}", publisher.id))];
        Publisher::objects().create(&db, new).await.unwrap();
        let next = Publisher::objects().filter(Publisher::ID.eq(publisher.id + 1));
        next.update(&db, [Publisher::NAME.set(format!("changed {}", publisher.id))]).await.unwrap();
    }
    assert_eq!(seen, ["p001", "p002", "p003", "p004", "p005"]);
    assert_eq!(Publisher::objects().count(&db).await.unwrap(), 10);
}

#[tokio::test]
async fn in_a_transaction_its_own_rows_are_found_and_other_statements_come_between() {
    let place = Place::new().await;
    let db = migrated(place.url()).await;
    let seen = db
        .atomic(async || {
            publish(&db, 5).await;
            let mut seen = Vec::new();
            let mut publishers =
                Publisher::objects().order_by([Publisher::ID.asc()]).iterator(&db, 2).await?;
            while let Some(publisher) = publishers.next().await? {
                seen.push(publisher.id);
                // A savepoint that is undone, with a cursor of its own.
                let undone = db.atomic(async || {
                    Publisher::objects().filter(Publisher::ID.eq(5)).delete(&db).await?;
                    assert_eq!(ids(&db, 2).await, [4, 3, 2, 1]);
                    Err::<(), _>(Error::Busy)
                });
                assert!(undone.await.is_err());
            }
            Ok::<_, Error>(seen)
        })
        .await
        .unwrap();
    assert_eq!(seen, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn in_memory_too() {
    let db = filled().await;
    let mut books = Book::objects().order_by([Book::ID.asc()]).iterator(&db, 2).await.unwrap();
    let mut seen = 0;
    while let Some(book) = books.next().await.unwrap() {
        Book::objects().filter(Book::ID.eq(book.id)).update(&db, [Book::PAGES.set(1)]).await.unwrap();
        seen += 1;
    }
    assert_eq!(seen, 5);
}

#[tokio::test]
async fn an_iterator_that_is_dropped_gives_its_connection_back() {
    let place = Place::new().await;
    let few = either(format!("{}&pool_size=2", place.url()), place.url().to_owned());
    let few = few.replace("&pool_size=8", "");
    let db = migrated(&few).await;
    publish(&db, 50).await;
    for _ in 0..100 {
        let mut publishers = Publisher::objects().iterator(&db, 3).await.unwrap();
        assert!(publishers.next().await.unwrap().is_some());
    }
    publish_one_more(&db).await;
}

async fn publish_one_more(db: &Database) {
    Publisher::objects().create(db, [Publisher::ID.set(1000), Publisher::NAME.set("more")]).await.unwrap();
}

#[tokio::test]
async fn iterators_leave_connections_to_others() {
    let place = Place::new().await;
    let db = migrated(place.url()).await;
    publish(&db, 50).await;
    // Of the eight connections of the pool, or of SQLite's readers.
    let most = either(4, 32);
    let mut open = Vec::new();
    for _ in 0..most {
        open.push(Publisher::objects().iterator(&db, 3).await.unwrap());
    }
    let publishers = Publisher::objects();
    let mut next = Box::pin(publishers.iterator(&db, 3));
    assert!(tokio::time::timeout(Duration::from_millis(200), &mut next).await.is_err());
    publish_one_more(&db).await;
    drop(open.pop());
    assert!(next.await.unwrap().next().await.unwrap().is_some());
}

#[tokio::test]
async fn a_query_that_fails_says_so_and_leaves_the_connection_usable() {
    let place = Place::new().await;
    let db = migrated(place.url()).await;
    publish(&db, 3).await;
    place.run("ALTER TABLE library_publisher RENAME TO elsewhere").await;
    let failed = match Publisher::objects().iterator(&db, 3).await {
        Ok(mut publishers) => publishers.next().await.map(drop),
        Err(error) => Err(error),
    };
    assert!(failed.unwrap_err().to_string().contains("library_publisher"));
    place.run("ALTER TABLE elsewhere RENAME TO library_publisher").await;
    assert_eq!(ids(&db, 2).await, [3, 2, 1]);
}

#[tokio::test]
async fn nothing_is_asked_twice_at_the_end() {
    let db = empty().await;
    publish(&db, 4).await;
    let ((), statements) = capture_queries(async {
        assert_eq!(ids(&db, 100).await.len(), 4);
    })
    .await;
    let selects = statements.iter().filter(|sql| sql.starts_with("SELECT")).count();
    assert_eq!(selects, 1, "{statements:?}");
}
