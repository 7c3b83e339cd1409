//! What goes with a row. Totals and counts are Django's.

use belleville_db::{Deleted, Error, ForeignKey, Model};

use crate::library::{Author, Award, Badge, Book, Publisher, Stamp, empty, filled};

fn counts(deleted: &Deleted) -> Vec<(&str, u64)> {
    let mut counts: Vec<_> = deleted.by_model.iter().map(|(model, rows)| (model.as_str(), *rows)).collect();
    counts.sort_unstable();
    counts
}

#[tokio::test]
async fn a_deletion_cascades_and_sets_null() {
    let db = filled().await;
    let author = Author::objects().filter_pk(3).get(&db).await.unwrap();
    let deleted = author.delete(&db).await.unwrap();
    assert_eq!(counts(&deleted), [("library.Author", 1), ("library.Book", 1)]);
    assert_eq!(deleted.total, 2);
    let books = Book::objects().values((Book::ID, Book::EDITOR)).all(&db).await.unwrap();
    let editor = |id| Some(ForeignKey::<Author>::new(id));
    assert_eq!(books, [(1, editor(2)), (2, None), (4, None), (5, editor(1))]);
}

#[tokio::test]
async fn a_cascade_goes_all_the_way_and_null_is_set_elsewhere() {
    let db = filled().await;
    let deleted = Author::objects().filter_pk(1).delete(&db).await.unwrap();
    assert_eq!(counts(&deleted), [("library.Author", 3), ("library.Book", 5)]);
    let db = filled().await;
    let deleted = Publisher::objects().filter_pk(1).delete(&db).await.unwrap();
    assert_eq!(counts(&deleted), [("library.Publisher", 1)]);
    let by_key = Author::objects().order_by([Author::ID.asc()]);
    let authors = by_key.values((Author::PUBLISHER,)).all(&db).await.unwrap();
    assert_eq!(authors, [(None,), (None,), (Some(ForeignKey::new(2)),)]);
}

#[tokio::test]
async fn a_protected_row_stops_the_whole_deletion() {
    let db = filled().await;
    Award::objects().create(&db, [Award::BOOK.set(3), Award::NAME.set("x")]).await.unwrap();
    let refused = Author::objects().filter_pk(1).delete(&db).await.unwrap_err();
    assert!(matches!(refused, Error::Protected { model: "Award", field: "book" }), "{refused}");
    assert_eq!(Author::objects().count(&db).await.unwrap(), 3);
    assert_eq!(Book::objects().count(&db).await.unwrap(), 5);
}

#[tokio::test]
async fn rings_end() {
    let db = filled().await;
    Author::objects().filter_pk(1).update(&db, [Author::MENTOR.set(2)]).await.unwrap();
    let deleted = Author::objects().filter_pk(2).delete(&db).await.unwrap();
    assert_eq!(counts(&deleted), [("library.Author", 3), ("library.Book", 5)]);
    assert_eq!(deleted.total, 8);
}

#[tokio::test]
async fn text_keys_cascade() {
    let db = filled().await;
    Badge::objects().create(&db, [Badge::CODE.set("A1"), Badge::AUTHOR.set(3)]).await.unwrap();
    Stamp::objects().create(&db, [Stamp::BADGE.set("A1".to_owned()), Stamp::LEGACY.set(1)]).await.unwrap();
    let deleted = Author::objects().filter_pk(3).delete(&db).await.unwrap();
    let expected = [("library.Author", 1), ("library.Badge", 1), ("library.Book", 1), ("library.Stamp", 1)];
    assert_eq!(counts(&deleted), expected);
}

#[tokio::test]
async fn thousands_of_rows_go_at_once() {
    let db = empty().await;
    let filled = db.atomic(async || {
        let mentor = Author::objects().create(&db, [Author::NAME.set("m")]).await?;
        for number in 0..2500i64 {
            let row = [Author::NAME.set(number.to_string()), Author::MENTOR.set(&mentor)];
            let author = Author::objects().create(&db, row).await?;
            let row = [Book::AUTHOR.set(&author), Book::EDITOR.set(&mentor), Book::TITLE.set("t")];
            Book::objects().create(&db, row).await?;
        }
        Ok::<_, Error>(mentor)
    });
    let mentor = filled.await.unwrap();
    let deleted = mentor.delete(&db).await.unwrap();
    assert_eq!(counts(&deleted), [("library.Author", 2501), ("library.Book", 2500)]);
    assert!(!Author::objects().exists(&db).await.unwrap());
}

#[tokio::test]
async fn a_query_deletes_only_its_rows() {
    let db = filled().await;
    let deleted = Book::objects().filter(Book::ID.is_in([2, 3])).delete(&db).await.unwrap();
    assert_eq!(deleted.total, 2);
    let left = Book::objects().values((Book::ID,)).all(&db).await.unwrap();
    assert_eq!(left, [(1,), (4,), (5,)]);
    let none = Book::objects().filter_pk(77).delete(&db).await.unwrap();
    assert_eq!(none, Deleted::default());
}
