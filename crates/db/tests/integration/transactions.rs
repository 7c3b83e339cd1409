//! All or nothing, and who waits for whom.

use std::cell::Cell;
use std::future::{Future as _, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use belleville_db::{Begin, Conflicts, Database, Error, Isolation, Model, Registry};

use tokio::sync::oneshot;

use crate::library::{Author, Book, File, Place, Publisher, empty, filled_at, migrated, registry};

async fn publishers(db: &Database) -> u64 {
    Publisher::objects().count(db).await.unwrap()
}

async fn publish(db: &Database, name: &str) -> belleville_db::Result<Publisher> {
    Publisher::objects().create(db, [Publisher::NAME.set(name)]).await
}

#[tokio::test]
async fn an_error_undoes_and_an_end_keeps() {
    let db = empty().await;
    let failed = db.atomic(async || {
        publish(&db, "lost").await?;
        assert_eq!(publishers(&db).await, 1);
        Err::<(), _>(Error::Busy)
    });
    assert!(matches!(failed.await, Err(Error::Busy)));
    assert_eq!(publishers(&db).await, 0);
    let name = db.atomic(async || publish(&db, "kept").await.map(|kept| kept.name)).await.unwrap();
    assert_eq!((name.as_str(), publishers(&db).await), ("kept", 1));
}

#[tokio::test]
async fn a_panic_and_a_dropped_future_undo() {
    let place = Place::new().await;
    let db = migrated(place.url()).await;
    let panicking = tokio::spawn({
        let db = db.clone();
        async move {
            db.atomic(async || {
                publish(&db, "lost").await?;
                if publishers(&db).await == 1 {
                    panic!("in the middle");
                }
                Ok::<_, Error>(())
            })
            .await
        }
    });
    assert!(panicking.await.unwrap_err().is_panic());
    let forever = db.atomic(async || {
        publish(&db, "lost").await?;
        std::future::pending::<Result<(), Error>>().await
    });
    assert!(tokio::time::timeout(Duration::from_millis(20), forever).await.is_err());
    assert_eq!(publishers(&db).await, 0);
    publish(&db, "the next writer").await.unwrap();
}

#[tokio::test]
async fn savepoints_undo_only_their_own() {
    let db = empty().await;
    let outer = db.atomic(async || {
        publish(&db, "outer").await?;
        let undone = db.atomic(async || {
            publish(&db, "undone").await?;
            db.atomic(async || publish(&db, "undone with it").await).await?;
            Err::<(), _>(Error::Busy)
        });
        assert!(matches!(undone.await, Err(Error::Busy)));
        // A refused row does not end the transaction around it.
        let refused = db.atomic(async || publish(&db, "outer").await).await;
        assert!(refused.unwrap_err().is_integrity());
        // Neither does a future that nobody waits for any more.
        let dropped = db.atomic(async || {
            publish(&db, "dropped").await?;
            std::future::pending::<Result<(), Error>>().await
        });
        assert!(tokio::time::timeout(Duration::from_millis(5), dropped).await.is_err());
        db.clone().atomic(async || publish(&db, "inner").await).await.map(drop)
    });
    outer.await.unwrap();
    let names = Publisher::objects().values((Publisher::NAME,)).all(&db).await.unwrap();
    assert_eq!(names, [("outer".to_owned(),), ("inner".to_owned(),)]);
}

/// Two futures of one task: what one undoes is not what the other did.
#[tokio::test]
async fn futures_that_are_polled_side_by_side_do_not_mix_their_savepoints() {
    let db = empty().await;
    let side_by_side = db.atomic(async || {
        let undone = db.atomic(async || {
            publish(&db, "undone").await?;
            tokio::task::yield_now().await;
            Err::<(), _>(Error::Busy)
        });
        let kept = db.atomic(async || {
            publish(&db, "kept").await?;
            tokio::task::yield_now().await;
            Ok::<_, Error>(())
        });
        let plain = publish(&db, "plain");
        let (undone, kept, plain) = tokio::join!(undone, kept, plain);
        assert!(undone.is_err() && kept.is_ok() && plain.is_ok());
        Ok::<_, Error>(())
    });
    side_by_side.await.unwrap();
    let mut names = Publisher::objects().values((Publisher::NAME,)).all(&db).await.unwrap();
    names.sort();
    assert_eq!(names, [("kept".to_owned(),), ("plain".to_owned(),)]);
}

#[tokio::test]
async fn a_spawned_task_and_another_database_are_outside() {
    let place = Place::new().await;
    let (db, other) = (migrated(place.url()).await, empty().await);
    let failed = db.atomic(async || {
        publish(&db, "lost").await?;
        publish(&other, "kept").await?;
        let outside = db.clone();
        assert_eq!(tokio::spawn(async move { publishers(&outside).await }).await.unwrap(), 0);
        // One inside of the other: each has its own.
        other
            .atomic(async || {
                assert_eq!((publishers(&db).await, publishers(&other).await), (1, 1));
                publish(&db, "lost too").await?;
                publish(&other, "kept too").await
            })
            .await?;
        Err::<(), _>(Error::Busy)
    });
    assert!(failed.await.is_err());
    assert_eq!((publishers(&db).await, publishers(&other).await), (0, 2));
}

#[tokio::test]
async fn on_commit_is_called_after_the_outermost_commit_only() {
    let place = Place::new().await;
    for db in [migrated(place.url()).await, empty().await] {
        let (told, heard) = std::sync::mpsc::channel();
        let tell = |what: &'static str| {
            let (told, db) = (told.clone(), db.clone());
            move || told.send((what, format!("{db:?}").contains("false"))).unwrap()
        };
        db.on_commit(tell("at once"));
        assert_eq!(heard.try_recv(), Ok(("at once", true)));
        let outer = db.atomic(async || {
            db.on_commit(tell("outer"));
            db.atomic(async || {
                db.on_commit(tell("inner"));
                Ok::<_, Error>(())
            })
            .await?;
            let undone = db.atomic(async || {
                db.on_commit(tell("undone"));
                Err::<(), _>(Error::Busy)
            });
            assert!(undone.await.is_err());
            assert!(heard.try_recv().is_err());
            publish(&db, "kept").await.map(drop)
        });
        outer.await.unwrap();
        assert_eq!(heard.try_iter().collect::<Vec<_>>(), [("outer", true), ("inner", true)]);
        let failed = db.atomic(async || {
            db.on_commit(tell("never"));
            Err::<(), _>(Error::Busy)
        });
        assert!(failed.await.is_err());
        // A commit that fails keeps nothing.
        let orphan = db.atomic(async || {
            db.on_commit(tell("never"));
            Book::objects().create(&db, [Book::AUTHOR.set(99), Book::TITLE.set("orphan")]).await.map(drop)
        });
        assert!(orphan.await.unwrap_err().is_integrity());
        assert!(heard.try_recv().is_err());
    }
}

#[tokio::test]
async fn a_transaction_may_only_read() {
    let place = Place::new().await;
    let db = migrated(place.url()).await;
    let other = db.clone();
    let one_moment = Begin::new().isolation(Isolation::RepeatableRead).read_only();
    let read = db.atomic_with(one_moment, async || {
        assert_eq!(publishers(&db).await, 0);
        let other = other.clone();
        tokio::spawn(async move { publish(&other, "meanwhile").await }).await.unwrap()?;
        assert_eq!(publishers(&db).await, 0, "all queries see one moment");
        assert!(db.atomic(async || publish(&db, "refused").await).await.is_err());
        // Inside of it only a savepoint can begin.
        let isolated =
            db.atomic_with(Begin::new().isolation(Isolation::Serializable), async || Ok::<_, Error>(()));
        assert!(isolated.await.is_err());
        db.atomic_with(Begin::new().retries(2), async || Ok::<_, Error>(())).await
    });
    read.await.unwrap();
    assert_eq!(publishers(&db).await, 1);
    publish(&db, "later").await.unwrap();
    let memory = empty().await;
    let read = memory.atomic_with(Begin::new().read_only(), async || publish(&memory, "refused").await);
    assert!(read.await.is_err());
    publish(&memory, "later").await.unwrap();
}

#[tokio::test]
async fn a_deferred_violation_at_commit_leaves_nothing() {
    let (full, normal) = (File::new(), File::new());
    let normal = format!("{}?synchronous=normal", normal.url());
    let place = Place::new().await;
    for url in ["sqlite://:memory:", &full.url(), &normal, place.url()] {
        violate(&filled_at(url).await).await;
    }
}

async fn violate(db: &Database) {
    let orphan = || [Book::AUTHOR.set(99), Book::TITLE.set("orphan")];
    let refused = db.atomic(async || {
        publish(db, "lost").await?;
        Book::objects().create(db, orphan()).await
    });
    assert!(refused.await.unwrap_err().is_integrity());
    assert_eq!((publishers(db).await, Book::objects().count(db).await.unwrap()), (2, 5));
    // One by itself.
    assert!(Book::objects().create(db, orphan()).await.unwrap_err().is_integrity());
    assert_eq!(Book::objects().count(db).await.unwrap(), 5);
    // One that is mended before the end is none.
    let mended = db.atomic(async || {
        Book::objects().create(db, orphan()).await?;
        Author::objects().create(db, [Author::ID.set(99), Author::NAME.set("late")]).await
    });
    mended.await.unwrap();
    assert_eq!(Book::objects().count(db).await.unwrap(), 6);
}

/// A client that is gone leaves neither half a transaction nor a lock, and what was to follow the commit follows it.
#[tokio::test]
async fn a_commit_that_nobody_waits_for_ends_all_the_same() {
    let place = Place::new().await;
    let db = filled_at(place.url()).await;
    for (author, kept) in [(1, true), (99, false)] {
        let books = Book::objects().count(&db).await.unwrap();
        let (told, heard) = tokio::sync::oneshot::channel();
        let is_committing = Cell::new(false);
        let mut unwatched = Box::pin(db.atomic(async || {
            db.on_commit(move || told.send(()).unwrap());
            let row = [Book::AUTHOR.set(author), Book::TITLE.set("unwatched")];
            Book::objects().create(&db, row).await?;
            is_committing.set(true);
            Ok::<_, Error>(())
        }));
        poll_fn(|context| match unwatched.as_mut().poll(context) {
            Poll::Pending if !is_committing.get() => Poll::Pending,
            _ => Poll::Ready(()),
        })
        .await;
        drop(unwatched);
        assert_eq!(heard.await.is_ok(), kept);
        // The next writer comes after it.
        let next = db.atomic(async || {
            assert_eq!(Book::objects().count(&db).await?, books + u64::from(kept));
            Ok::<_, Error>(())
        });
        next.await.unwrap();
        assert_eq!(Book::objects().count(&db).await.unwrap(), books + u64::from(kept));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_do_not_wait_for_a_long_write() {
    let place = Place::new().await;
    let db = migrated(place.url()).await;
    publish(&db, "before").await.unwrap();
    let writing = db.atomic(async || {
        publish(&db, "meanwhile").await?;
        let begun = Instant::now();
        for _ in 0..20 {
            let reader = db.clone();
            let seen = tokio::spawn(async move { publishers(&reader).await }).await.unwrap();
            assert_eq!(seen, 1, "a reader sees what was committed before");
        }
        assert!(begun.elapsed() < Duration::from_secs(2));
        Ok::<_, Error>(())
    });
    writing.await.unwrap();
    assert_eq!(publishers(&db).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_all_succeed() {
    let place = Place::new().await;
    let db = migrated(place.url()).await;
    // A second handle is what another process has.
    let other = Database::open(place.url(), registry(&[crate::library::app()])).unwrap();
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            let db = if task % 2 == 0 { db.clone() } else { other.clone() };
            tokio::spawn(async move {
                publish(&db, &format!("plain {task}")).await?;
                db.atomic(async || {
                    publish(&db, &format!("first {task}")).await?;
                    tokio::task::yield_now().await;
                    publish(&db, &format!("second {task}")).await
                })
                .await
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
    let both = db.atomic(async || Ok::<_, Error>(publishers(&db).await)).await;
    assert_eq!(both.unwrap(), 2);
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
fn a_url_of_another_kind_is_refused_with_the_mend() {
    for (url, words) in [
        ("mysql://localhost/db", "a database of kind `mysql` is not supported"),
        ("sqlite://", "the database URL names no file"),
        ("sqlite:///no/such/folder/db.sqlite3", "cannot open the database"),
    ] {
        let error = Database::open(url, Registry::default()).unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
        assert!(error.contains("DATABASE_URL"), "{error}");
    }
}

/// Holds the write lock until what it returns is dropped.
async fn hold(db: &Database) -> oneshot::Sender<()> {
    let (let_go, gone) = oneshot::channel::<()>();
    let (holds, held) = oneshot::channel();
    let db = db.clone();
    tokio::spawn(async move {
        db.atomic(async || {
            holds.send(()).unwrap();
            let _ = gone.await;
            Ok::<_, Error>(())
        })
        .await
    });
    held.await.unwrap();
    let_go
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
            false => Some(hold(&db).await),
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

/// A list of thousands of rows leaves its thread's other tasks to another thread: they go on while it is read.
#[test]
fn a_long_list_does_not_hold_up_the_other_requests_of_its_thread() {
    // One worker: whoever shares the list's thread waits for it, or is taken over.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let place = Place::new().await;
        let db = migrated(place.url()).await;
        let rows = (0..6000).map(|number| Publisher { id: 0, name: number.to_string() });
        let mut rows: Vec<Publisher> = rows.collect();
        Publisher::objects().bulk_create(&db, &mut rows, Conflicts::fail()).await.unwrap();
        let answered = Arc::new(AtomicU32::new(0));
        let (counter, other) = (Arc::clone(&answered), db.clone());
        let requests = tokio::spawn(async move {
            loop {
                Publisher::objects().filter_pk(7).get(&other).await.unwrap();
                counter.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        });
        let list = tokio::spawn(async move {
            let (mut first, mut last, mut row) = (None, 0, 0);
            let each = |_| {
                last = answered.load(Ordering::Relaxed);
                row += 1;
                if *first.get_or_insert(last) == last && row > 3000 {
                    // Until somebody else was answered, each row takes as long as a wide one.
                    std::thread::sleep(Duration::from_millis(1));
                }
                Ok(())
            };
            Publisher::objects().for_each(&db, each).await.unwrap();
            last - first.unwrap_or_default()
        });
        assert!(list.await.unwrap() > 0, "nobody was answered while the list was read");
        requests.abort();
    });
}
