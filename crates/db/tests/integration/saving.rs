//! Rows that are written: defaults, keys, times and constraints.

use belleville_db::migrations::{AppConfig, Migration, state::ModelState};
use belleville_db::{
    Choices, Conflicts, Date, DateTime, Error, FieldKind, ForeignKey, Model, Time, Violation, ViolationKind,
    now,
};

use crate::library::{Author, Badge, Book, Publisher, empty, filled, migrated_apps};
use crate::postgres::either;

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

#[derive(Clone, Debug, Model)]
#[model(app = "ledger")]
struct Entry {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 9)]
    text: String,
}

#[tokio::test]
async fn a_key_is_that_of_the_row_and_not_of_what_a_trigger_inserts() {
    let trigger = "CREATE TRIGGER more AFTER INSERT ON ledger_entry WHEN NEW.text = 'one' BEGIN \
                   INSERT INTO ledger_entry (id, text) VALUES (70, 'more'); END";
    let migration = Migration::new("0001_initial").create(ModelState::of::<Entry>());
    // PostgreSQL's triggers are written in another way.
    let migration = either(migration.clone(), migration.run_sql(trigger));
    let db = migrated_apps([AppConfig::new("ledger").model::<Entry>().migration(migration)]).await;
    let one = Entry::objects().create(&db, [Entry::TEXT.set("one")]).await.unwrap();
    let mut last = Entry { id: 0, text: "last".to_owned() };
    last.save(&db).await.unwrap();
    assert_eq!((one.id, last.id), either((1, 2), (1, 71)));
    assert_eq!(Entry::objects().filter_pk(last.id).get(&db).await.unwrap().text, "last");
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

/// The table of books, of which another program knows less.
#[derive(Clone, Debug, Model)]
#[model(app = "library", table = "library_book")]
struct LooseBook {
    #[field(primary_key)]
    id: i64,
    pages: Option<i64>,
}

#[tokio::test]
async fn constraints_refuse_and_say_so() {
    let db = filled().await;
    let no_author = Book::objects().create(&db, [Book::TITLE.set("x")]).await;
    let twice = Book::objects().create(&db, [Book::AUTHOR.set(1), Book::TITLE.set("Alpha")]).await;
    let nobody = Book::objects().create(&db, [Book::AUTHOR.set(99), Book::TITLE.set("x")]).await;
    let taken = Publisher::objects().create(&db, [Publisher::NAME.set("Ace")]).await.map(|_| ());
    let moved = Book::objects().filter_pk(4).update(&db, [Book::TITLE.set("Alpha")]).await.map(|_| ());
    let too_few = LooseBook::objects().filter_pk(1).update(&db, [LooseBook::PAGES.set(-1)]).await;
    let same_key = Publisher::objects().create(&db, [Publisher::ID.set(1), Publisher::NAME.set("New")]).await;
    let unique = |name: &str| either(format!(" (constraint {name})"), String::new());
    let pair = unique("library_book_author_id_title_e8635dfc_uniq");
    let orphan = either(
        ": library_book.author_id (constraint library_book_author_id_d9a3b67e_fk_library_author_id)",
        " (table library_book)",
    );
    let check = either("library_book_pages_check", "pages");
    for (outcome, words) in [
        (no_author.map(|_| ()), "NOT NULL constraint failed: library_book.author_id".to_owned()),
        (
            twice.map(|_| ()),
            format!("UNIQUE constraint failed: library_book.author_id, library_book.title{pair}"),
        ),
        (nobody.map(|_| ()), format!("FOREIGN KEY constraint failed{orphan}")),
        (too_few.map(|_| ()), format!("CHECK constraint failed: {check} (table library_book)")),
        (
            same_key.map(|_| ()),
            format!("UNIQUE constraint failed: library_publisher.id{}", unique("library_publisher_pkey")),
        ),
        (
            taken,
            format!(
                "UNIQUE constraint failed: library_publisher.name{}",
                unique("library_publisher_name_key")
            ),
        ),
        (moved, format!("UNIQUE constraint failed: library_book.author_id, library_book.title{pair}")),
    ] {
        match outcome {
            Err(error @ Error::Integrity(_)) => assert_eq!(error.to_string(), words),
            other => panic!("{words}: {other:?}"),
        }
    }
    assert_eq!(Book::objects().count(&db).await.unwrap(), 5);
}

#[tokio::test]
async fn a_violation_says_what_it_knows() {
    let db = filled().await;
    let known = |outcome: Result<(), Error>| match outcome {
        Err(Error::Integrity(Violation { kind, table, columns, constraint, .. })) => {
            (kind, table, columns.join(", "), constraint)
        }
        other => panic!("{other:?}"),
    };
    let some = |text: &str| Some(text.to_owned());
    let only_postgres = |text: &str| either(some(text), None);
    let twice = Book::objects().create(&db, [Book::AUTHOR.set(1), Book::TITLE.set("Alpha")]).await;
    assert_eq!(
        known(twice.map(|_| ())),
        (
            ViolationKind::Unique,
            some("library_book"),
            "author_id, title".to_owned(),
            only_postgres("library_book_author_id_title_e8635dfc_uniq")
        )
    );
    let same_key = Publisher::objects().create(&db, [Publisher::ID.set(1), Publisher::NAME.set("New")]).await;
    assert_eq!(
        known(same_key.map(|_| ())),
        (
            ViolationKind::PrimaryKey,
            some("library_publisher"),
            "id".to_owned(),
            only_postgres("library_publisher_pkey")
        )
    );
    let no_author = Book::objects().create(&db, [Book::TITLE.set("x")]).await;
    assert_eq!(
        known(no_author.map(|_| ())),
        (ViolationKind::NotNull, some("library_book"), "author_id".to_owned(), None)
    );
    let too_few = LooseBook::objects().filter_pk(1).update(&db, [LooseBook::PAGES.set(-1)]).await;
    assert_eq!(
        known(too_few.map(|_| ())),
        (
            ViolationKind::Check,
            some("library_book"),
            String::new(),
            some(either("library_book_pages_check", "pages"))
        )
    );
    // A foreign key is checked when the transaction is committed. SQLite only says that one failed.
    let orphan = db.atomic(async || {
        Book::objects().create(&db, [Book::AUTHOR.set(99), Book::TITLE.set("x")]).await.unwrap();
        Ok(())
    });
    let expected = either(
        (some("library_book"), "author_id", some("library_book_author_id_d9a3b67e_fk_library_author_id")),
        (None, "", None),
    );
    let (table, column, constraint) = expected;
    assert_eq!(known(orphan.await), (ViolationKind::ForeignKey, table, column.to_owned(), constraint));
}

#[tokio::test]
async fn text_that_looks_like_sql_stays_text() {
    let db = empty().await;
    for text in ["'; DROP TABLE library_author; --", "?1 $2 \"quoted\" \u{1F3B8}", "%s {} $1", "E'\\x'"] {
        let author = Author::objects().create(&db, [Author::NAME.set(text)]).await.unwrap();
        let found = Author::objects().filter(Author::NAME.eq(text)).get(&db).await.unwrap();
        assert_eq!((found.id, found.name.as_str()), (author.id, text));
    }
}

#[tokio::test]
async fn a_null_character_is_kept_by_sqlite_and_refused_by_postgresql() {
    let db = empty().await;
    let kept = Author::objects().create(&db, [Author::NAME.set("a\u{0}b")]).await;
    let found = Author::objects().filter(Author::NAME.eq("a\u{0}b")).count(&db).await;
    match either(true, false) {
        true => {
            assert!(matches!(kept, Err(Error::NullCharacter)), "{kept:?}");
            assert!(matches!(found, Err(Error::NullCharacter)), "{found:?}");
        }
        false => assert_eq!((kept.unwrap().name.as_str(), found.unwrap()), ("a\u{0}b", 1)),
    }
}

#[tokio::test]
async fn a_pattern_that_is_no_regular_expression_is_an_error_of_its_own() {
    let db = empty().await;
    Author::objects().create(&db, [Author::NAME.set("Ann")]).await.unwrap();
    for pattern in ["[", "(", "*", "a)"] {
        let found = Author::objects().filter(Author::NAME.regex(pattern)).count(&db).await;
        assert!(matches!(found, Err(Error::InvalidRegex)), "{pattern}: {found:?}");
        let found = Author::objects().filter(Author::NAME.iregex(pattern)).count(&db).await;
        assert!(matches!(found, Err(Error::InvalidRegex)), "{pattern}: {found:?}");
    }
}

#[tokio::test]
async fn saving_keeps_the_related_rows_that_are_still_the_same() {
    let db = filled().await;
    let query = Book::objects().filter_pk(1).select_related(Book::AUTHOR.to(Author::PUBLISHER));
    let mut book = query.select_related(Book::EDITOR).get(&db).await.unwrap();
    book.title = "Another".to_owned();
    book.save(&db).await.unwrap();
    let author = book.author.get().expect("the author is still loaded");
    assert_eq!(author.publisher.as_ref().unwrap().get().unwrap().name, "Ace");
    assert_eq!(book.editor.as_ref().unwrap().get().unwrap().name, "bob");
    // Another key refers to another row, which nobody has loaded.
    book.author = ForeignKey::new(3);
    book.editor = None;
    book.save(&db).await.unwrap();
    assert_eq!((*book.author.pk(), book.author.get().map(|author| author.id)), (3, None));
    assert_eq!(book.editor, None);
    // A new row keeps what it was made with.
    let loaded = Book::objects().filter_pk(2).select_related(Book::AUTHOR).get(&db).await.unwrap();
    let mut new = Book { id: 0, title: "New".to_owned(), ..loaded };
    new.save(&db).await.unwrap();
    assert_eq!((new.id, new.author.get().map(|author| author.id)), (6, Some(2)));
}

/// The times of every kind that saving sets.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "times")]
struct Visit {
    #[field(primary_key)]
    id: i64,
    #[field(auto_now_add)]
    day: Date,
    #[field(auto_now_add)]
    hour: Time,
    #[field(auto_now)]
    last_day: Date,
    #[field(auto_now)]
    last_hour: Option<Time>,
    #[field(default = Mood::Good)]
    mood: Mood,
}

#[derive(Clone, Copy, Debug, PartialEq, Choices)]
enum Mood {
    #[choice("gut🙂")]
    Good,
    #[choice("übel")]
    Bad,
}

#[tokio::test]
async fn dates_and_times_are_set_as_datetimes_are() {
    let app = AppConfig::new("times")
        .model::<Visit>()
        .migration(Migration::new("0001_initial").create(ModelState::of::<Visit>()));
    let db = migrated_apps([app]).await;
    let before = now();
    let created = Visit::objects().create(&db, []).await.unwrap();
    let after = now();
    for (day, hour) in [(created.day, created.hour), (created.last_day, created.last_hour.unwrap())] {
        let at = day.to_datetime(hour);
        // The date and the time are asked for one after the other, maybe at midnight.
        assert!(before <= at && at <= after || before.date() != after.date(), "{before} {at} {after}");
    }
    assert_eq!(Visit::objects().get(&db).await.unwrap(), created);
    let (day, hour) = (long_ago().date(), long_ago().time());
    let mut visit = Visit { day, hour, last_day: day, last_hour: None, ..created };
    visit.save(&db).await.unwrap();
    assert_eq!((visit.day, visit.hour), (day, hour), "auto_now_add is set once");
    assert!(visit.last_day >= before.date() && visit.last_hour.is_some(), "auto_now is set at each save");
    assert_eq!(Visit::objects().get(&db).await.unwrap(), visit);
    let mut more = [Visit { id: 0, last_day: day, ..visit }];
    Visit::objects().bulk_create(&db, &mut more, Conflicts::fail()).await.unwrap();
    let found = Visit::objects().filter_pk(more[0].id).get(&db).await.unwrap();
    assert!(found.day >= before.date() && found.last_day >= before.date());
}

#[test]
fn a_column_of_choices_is_as_long_as_the_longest_in_characters() {
    // Django says varchar(4) of these texts.
    assert_eq!(Visit::META.field("mood").unwrap().kind, FieldKind::CharField { max_length: Some(4) });
}
