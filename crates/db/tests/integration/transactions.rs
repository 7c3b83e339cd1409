//! All or nothing, and who waits for whom.

use std::time::{Duration, Instant};

use belleville_db::{Database, Error, Model, Registry};

use crate::library::{Author, Book, File, Publisher, empty, filled_at, migrated, registry};

async fn publishers(db: &Database) -> u64 {
    Publisher::objects().count(db).await.unwrap()
}

async fn publish(db: &Database, name: &str) -> belleville_db::Result<Publisher> {
    Publisher::objects().create(db, [Publisher::NAME.set(name)]).await
}

#[tokio::test]
async fn dropped_means_undone_and_committed_means_kept() {
    let db = empty().await;
    {
        let transaction = db.atomic().await.unwrap();
        publish(&transaction, "lost").await.unwrap();
        assert_eq!(publishers(&transaction).await, 1);
    }
    assert_eq!(publishers(&db).await, 0);
    let transaction = db.atomic().await.unwrap();
    publish(&transaction, "kept").await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(publishers(&db).await, 1);
}

#[tokio::test]
async fn savepoints_undo_only_their_own() {
    let db = empty().await;
    let outer = db.atomic().await.unwrap();
    publish(&outer, "outer").await.unwrap();
    {
        let inner = outer.atomic().await.unwrap();
        publish(&inner, "undone").await.unwrap();
        let innermost = inner.atomic().await.unwrap();
        publish(&innermost, "undone with it").await.unwrap();
        innermost.commit().await.unwrap();
    }
    {
        // A refused row does not end the transaction around it.
        let inner = outer.atomic().await.unwrap();
        assert!(publish(&inner, "outer").await.unwrap_err().is_integrity());
    }
    let inner = outer.atomic().await.unwrap();
    publish(&inner, "inner").await.unwrap();
    inner.commit().await.unwrap();
    outer.commit().await.unwrap();
    let names = Publisher::objects().values((Publisher::NAME,)).all(&db).await.unwrap();
    assert_eq!(names, [("outer".to_owned(),), ("inner".to_owned(),)]);
}

#[tokio::test]
async fn a_deferred_violation_at_commit_leaves_nothing() {
    let (full, normal) = (File::new(), File::new());
    let normal = format!("{}?synchronous=normal", normal.url());
    for url in ["sqlite://:memory:", &full.url(), &normal] {
        violate(&filled_at(url).await).await;
    }
}

async fn violate(db: &Database) {
    let transaction = db.atomic().await.unwrap();
    publish(&transaction, "lost").await.unwrap();
    let row = [Book::AUTHOR.set(99), Book::TITLE.set("orphan")];
    Book::objects().create(&transaction, row).await.unwrap();
    assert!(transaction.commit().await.unwrap_err().is_integrity());
    assert_eq!((publishers(db).await, Book::objects().count(db).await.unwrap()), (2, 5));
    // One by itself.
    let row = [Book::AUTHOR.set(99), Book::TITLE.set("orphan")];
    assert!(Book::objects().create(db, row).await.unwrap_err().is_integrity());
    assert_eq!(Book::objects().count(db).await.unwrap(), 5);
    // One that is mended before the end is none.
    let transaction = db.atomic().await.unwrap();
    let row = [Book::AUTHOR.set(99), Book::TITLE.set("adopted")];
    Book::objects().create(&transaction, row).await.unwrap();
    let row = [Author::ID.set(99), Author::NAME.set("late")];
    Author::objects().create(&transaction, row).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(Book::objects().count(db).await.unwrap(), 6);
}

/// A client that is gone leaves neither half a transaction nor a lock.
#[tokio::test]
async fn a_commit_that_nobody_waits_for_ends_all_the_same() {
    let file = File::new();
    let db = filled_at(&file.url()).await;
    for (author, kept) in [(1, true), (99, false)] {
        let books = Book::objects().count(&db).await.unwrap();
        let transaction = db.atomic().await.unwrap();
        let row = [Book::AUTHOR.set(author), Book::TITLE.set("unwatched")];
        Book::objects().create(&transaction, row).await.unwrap();
        tokio::select! {
            biased;
            _ = transaction.commit() => {}
            () = std::future::ready(()) => {}
        }
        // The next writer comes after it.
        let next = db.atomic().await.unwrap();
        assert_eq!(Book::objects().count(&next).await.unwrap(), books + u64::from(kept));
        drop(next);
        assert_eq!(Book::objects().count(&db).await.unwrap(), books + u64::from(kept));
    }
}

#[tokio::test]
async fn a_handle_ends_with_its_transaction() {
    let db = empty().await;
    for commit in [true, false] {
        let transaction = db.atomic().await.unwrap();
        let stale = Database::clone(&transaction);
        if commit {
            transaction.commit().await.unwrap()
        } else {
            drop(transaction)
        }
        let refused = publish(&stale, "behind its back").await.unwrap_err();
        assert_eq!(refused.to_string(), "this handle's transaction is over");
        assert_eq!(publishers(&db).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_do_not_wait_for_a_long_write() {
    let file = File::new();
    let db = migrated(&file.url()).await;
    publish(&db, "before").await.unwrap();
    let transaction = db.atomic().await.unwrap();
    publish(&transaction, "meanwhile").await.unwrap();
    let begun = Instant::now();
    for _ in 0..20 {
        let reader = db.clone();
        let seen = tokio::spawn(async move { publishers(&reader).await }).await.unwrap();
        assert_eq!(seen, 1, "a reader sees what was committed before");
    }
    assert!(begun.elapsed() < Duration::from_secs(2));
    transaction.commit().await.unwrap();
    assert_eq!(publishers(&db).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_all_succeed() {
    let file = File::new();
    let db = migrated(&file.url()).await;
    // A second handle is what another process has.
    let other = Database::open(&file.url(), registry(&[crate::library::app()])).unwrap();
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            let db = if task % 2 == 0 { db.clone() } else { other.clone() };
            tokio::spawn(async move {
                publish(&db, &format!("plain {task}")).await?;
                let transaction = db.atomic().await?;
                publish(&transaction, &format!("first {task}")).await?;
                tokio::task::yield_now().await;
                publish(&transaction, &format!("second {task}")).await?;
                transaction.commit().await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(publishers(&db).await, 64 * 3);
}

#[tokio::test]
async fn waiting_for_another_program_holds_nobody_up() {
    let file = File::new();
    let db = migrated(&file.url()).await;
    let theirs = file.connect();
    theirs.execute_batch("BEGIN IMMEDIATE; INSERT INTO library_publisher (name) VALUES ('theirs')").unwrap();
    let plain = tokio::spawn({
        let db = db.clone();
        async move { publish(&db, "ours").await.map(|_| ()) }
    });
    // On one thread this goes on only if that write leaves it free.
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert_eq!(publishers(&db).await, 0);
    }
    assert!(!plain.is_finished());
    theirs.execute_batch("COMMIT").unwrap();
    plain.await.unwrap().unwrap();
    let transaction = db.atomic().await.unwrap();
    assert_eq!(publishers(&transaction).await, 2);
}

#[tokio::test]
async fn another_program_writes_and_is_seen() {
    let file = File::new();
    let db = migrated(&file.url()).await;
    assert_eq!(publishers(&db).await, 0);
    file.connect().execute("INSERT INTO library_publisher (name) VALUES ('theirs')", []).unwrap();
    assert_eq!(publishers(&db).await, 1);
}

#[test]
fn a_url_that_is_not_sqlite_is_refused_with_the_mend() {
    for (url, words) in [
        ("postgres://localhost/db", "a database of kind `postgres` is not supported"),
        ("sqlite://", "the database URL names no file"),
        ("sqlite:///no/such/folder/db.sqlite3", "cannot open the database"),
    ] {
        let error = Database::open(url, Registry::default()).unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
        assert!(error.contains("DATABASE_URL"), "{error}");
    }
}

/// Django's five seconds are those of each writer from the moment it asks, however many wait before it.
#[tokio::test(start_paused = true)]
async fn a_writer_in_our_own_queue_has_the_deadline_of_django() {
    let file = File::new();
    let db = migrated(&file.url()).await;
    let elsewhere = file.connect();
    for held_by_another_program in [true, false] {
        let ours = match held_by_another_program {
            true => {
                elsewhere.execute_batch("BEGIN IMMEDIATE").unwrap();
                None
            }
            false => Some(db.atomic().await.unwrap()),
        };
        let begun = tokio::time::Instant::now();
        let waiting: Vec<_> = (0..4)
            .map(|number| {
                let db = db.clone();
                tokio::spawn(async move { publish(&db, &format!("late {number}")).await })
            })
            .collect();
        for writer in waiting {
            assert!(matches!(writer.await.unwrap(), Err(Error::Busy)));
        }
        // The clock of this test is not the wall's: it moves on when everybody waits.
        let waited = begun.elapsed().as_millis();
        assert!((5000..5100).contains(&waited), "{waited} ms");
        drop(ours);
        if held_by_another_program {
            elsewhere.execute_batch("ROLLBACK").unwrap();
        }
        assert_eq!(publishers(&db).await, 0);
    }
    publish(&db, "in time").await.unwrap();
}
