//! Transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use belleville::db::{Begin, Error, Isolation, Lock};
use belleville::prelude::{Result, *};

use crate::library::{Book, Genre, Shelf, filled};

/// Takes a copy of a book away, if there is one.
async fn take(db: &Database, title: &str) -> Result<bool> {
    db.atomic(async || {
        let mut book = Book::objects().filter(Book::TITLE.eq(title)).select_for_update().get(db).await?;
        if book.copies == 0 {
            return Ok(false);
        }
        book.copies -= 1;
        book.save(db).await?;
        Ok(true)
    })
    .await
}

#[belleville::test]
async fn all_or_nothing() -> Result<()> {
    let db = &filled().await;
    assert!(take(db, "Alpha").await?);
    assert!(!take(db, "Beta").await?);

    let outcome = db
        .atomic(async || {
            Genre::objects().create(db, [Genre::NAME.set("drama")]).await?;
            Genre::objects().create(db, [Genre::NAME.set("crime")]).await
        })
        .await;
    assert!(matches!(outcome, Err(Error::Integrity(_))));
    assert!(!Genre::objects().filter(Genre::NAME.eq("drama")).exists(db).await?);
    Ok(())
}

#[belleville::test]
async fn savepoints() -> Result<()> {
    let db = &filled().await;
    db.atomic(async || {
        Shelf::objects().create(db, [Shelf::NAME.set("A1")]).await?;
        let again = db.atomic(async || Shelf::objects().create(db, [Shelf::NAME.set("A1")]).await).await;
        // Only the inner one is undone, and the outer one goes on.
        assert!(again.is_err());
        Shelf::objects().create(db, [Shelf::NAME.set("A2")]).await
    })
    .await?;
    assert_eq!(Shelf::objects().count(db).await?, 2);
    Ok(())
}

#[belleville::test]
async fn on_commit() -> Result<()> {
    let db = &filled().await;
    let told = Arc::new(AtomicBool::new(false));
    db.atomic(async || {
        Shelf::objects().create(db, [Shelf::NAME.set("A1")]).await?;
        let tell = Arc::clone(&told);
        db.on_commit(move || tell.store(true, Ordering::Relaxed));
        assert!(!told.load(Ordering::Relaxed));
        Ok::<_, Error>(())
    })
    .await?;
    assert!(told.load(Ordering::Relaxed));
    Ok(())
}

#[belleville::test]
async fn isolation_and_retries() -> Result<()> {
    let db = &filled().await;
    let careful = Begin::new().isolation(Isolation::Serializable).retries(3);
    db.atomic_with(careful, async || Shelf::objects().create(db, [Shelf::NAME.set("A1")]).await).await?;

    let free = Shelf::objects().select_for_update_with(Lock::new().skip_locked()).first(db).await?;
    assert_eq!(free.map(|shelf| shelf.name), Some("A1".to_owned()));

    let (books, genres) = db
        .atomic_with(Begin::new().read_only(), async || {
            Ok::<_, Error>((Book::objects().count(db).await?, Genre::objects().count(db).await?))
        })
        .await?;
    assert_eq!((books, genres), (4, 2));
    Ok(())
}
