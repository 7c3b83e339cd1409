//! Reading rows.

use std::error::Error as _;

use belleville::db::functions::{count_all, outer, rank, raw, when, window};
use belleville::db::{Date, Decimal, LookupName, OrderName, Q, capture_queries};
use belleville::prelude::*;

use crate::library::{Author, Book, Genre, State, filled, titles};

#[belleville::test]
async fn filters() -> Result<()> {
    let db = &filled().await;
    let books = Book::objects().filter(Book::STATE.eq(State::Here)).all(db).await?;
    assert_eq!(titles(&books), ["Alpha", "Gamma"]);

    let cheap_here = Book::here().filter(Book::PRICE.lt(Decimal::from(15)));
    assert_eq!(titles(&cheap_here.all(db).await?), ["Alpha"]);

    let long = Book::PAGES.gte(200);
    let cheap = Book::PRICE.lt(Decimal::from(15));
    let books = Book::objects().filter(long | cheap).all(db).await?;
    assert_eq!(titles(&books), ["Alpha", "Beta"]);

    // A row whose pages are NULL stays: nobody knows that it has 100.
    let books = Book::objects().exclude(Book::PAGES.eq(100)).all(db).await?;
    assert_eq!(titles(&books), ["Beta", "Gamma", "Delta"]);

    // A column computed with, and compared with another one: Django's F(). Both sides have one type.
    let pages = Book::PAGES.cast::<i64>();
    let books = Book::objects().filter(pages.gt(Book::COPIES.cast::<i64>() * 30)).all(db).await?;
    assert_eq!(titles(&books), ["Alpha", "Beta", "Delta"]);
    Ok(())
}

#[belleville::test]
async fn lookups() -> Result<()> {
    let db = &filled().await;
    let conditions = [
        Book::TITLE.eq("Alpha"),
        Book::TITLE.ne("Alpha"),
        Book::TITLE.iexact("ALPHA"),
        Book::TITLE.icontains("lph"),
        Book::TITLE.starts_with("Al"),
        Book::TITLE.regex("^A.*a$"),
        Book::TITLE.length().gt(4),
        Book::PAGES.is_in([100, 250]),
        Book::PAGES.between(50, 150),
        Book::PAGES.is_null(true),
        Book::PUBLISHED.year().eq(2021),
        Book::AUTHOR.to(Author::NAME).eq("Ann"),
        Book::GENRES.to(Genre::NAME).eq("crime"),
        Book::GENRES.is_null(true),
    ];
    let mut counts = Vec::new();
    for condition in conditions {
        counts.push(Book::objects().filter(condition).count(db).await?);
    }
    assert_eq!(counts, [1, 3, 1, 1, 1, 1, 3, 2, 1, 1, 2, 2, 2, 2]);
    Ok(())
}

/// Conditions that come one after the other, as from a form.
fn wanted(words: &[&str]) -> Q<Book> {
    words.iter().fold(Q::all(), |found, word| found & Book::TITLE.icontains(*word))
}

#[belleville::test]
async fn conditions_in_a_loop() -> Result<()> {
    let db = &filled().await;
    assert_eq!(titles(&Book::objects().filter(wanted(&["a", "l"])).all(db).await?), ["Alpha", "Delta"]);
    assert_eq!(Book::objects().filter(wanted(&[])).count(db).await?, 4);
    Ok(())
}

#[belleville::test]
async fn orders_and_slices() -> Result<()> {
    let db = &filled().await;
    let books = Book::objects().order_by([Book::PAGES.desc().nulls_last(), Book::ID.asc()]);
    assert_eq!(titles(&books.all(db).await?), ["Beta", "Alpha", "Delta", "Gamma"]);

    let second_page = books.slice(2..4).all(db).await?;
    assert_eq!(titles(&second_page), ["Delta", "Gamma"]);

    let dearest = Book::objects().order_by([-Book::PRICE]).first(db).await?;
    assert_eq!(dearest.map(|book| book.title), Some("Delta".to_owned()));
    let newest = Book::objects().exclude(Book::PUBLISHED.is_null(true)).latest(db, Book::PUBLISHED).await?;
    assert_eq!(newest.title, "Gamma");
    Ok(())
}

#[belleville::test]
async fn one_row() -> Result<()> {
    let db = &filled().await;
    let alpha = Book::objects().filter(Book::TITLE.eq("Alpha")).get(db).await?;
    let again = Book::objects().filter_pk(alpha.id).get(db).await?;
    assert_eq!(again.title, "Alpha");

    let none = Book::objects().filter(Book::TITLE.eq("Omega")).get(db).await;
    assert!(matches!(none, Err(belleville::db::Error::DoesNotExist("Book"))));
    assert!(Book::objects().filter(Book::COPIES.gt(0)).exists(db).await?);
    assert_eq!(Book::objects().count(db).await?, 4);
    Ok(())
}

#[belleville::test]
async fn values() -> Result<()> {
    let db = &filled().await;
    let titles: Vec<String> = Book::objects().values(Book::TITLE).all(db).await?;
    assert_eq!(titles, ["Alpha", "Beta", "Gamma", "Delta"]);

    let rows: Vec<(String, Option<u32>, String)> =
        Book::objects().values((Book::TITLE, Book::PAGES, Book::AUTHOR.to(Author::NAME))).all(db).await?;
    assert_eq!(rows[2], ("Gamma".to_owned(), None, "Bob".to_owned()));

    let states = Book::objects().order_by([Book::STATE.asc()]).values(Book::STATE).distinct().all(db).await?;
    assert_eq!(states, [State::Gone, State::Here, State::Ordered]);
    Ok(())
}

#[belleville::test]
async fn annotations() -> Result<()> {
    let db = &filled().await;
    let with_counts: Vec<(Book, i64)> =
        Book::objects().order_by([Book::ID.asc()]).annotate(Book::GENRES.count()).all(db).await?;
    let counts: Vec<i64> = with_counts.iter().map(|(_, genres)| *genres).collect();
    assert_eq!(counts, [2, 1, 0, 0]);

    let worth = Book::COPIES.cast::<Decimal>() * Book::PRICE;
    let size =
        when::<_, String>(Book::PAGES.lt(50), "short").when(Book::PAGES.gte(200), "long").otherwise("medium");
    let rows = Book::objects().annotate((worth, Book::TITLE.upper(), size)).all(db).await?;
    let (book, (worth, title, size)) = &rows[0];
    assert_eq!((book.id, worth, title.as_str(), size.as_str()), (1, &Decimal::from(30), "ALPHA", "medium"));

    // A condition on what is counted: SQL's HAVING.
    let prolific = Author::objects().filter(Book::AUTHOR.reverse().count().gte(2)).all(db).await?;
    assert_eq!(prolific.len(), 2);
    Ok(())
}

#[belleville::test]
async fn aggregates() -> Result<()> {
    let db = &filled().await;
    let (books, copies, average, dearest) = Book::objects()
        .aggregate(db, (count_all(), Book::COPIES.sum(), Book::PAGES.avg(), Book::PRICE.max()))
        .await?;
    assert_eq!((books, copies, average, dearest), (4, Some(8), Some(130.0), Some(Decimal::from(40))));

    // Beside a function of many rows, the other columns make the groups.
    let by_author = Book::objects()
        .order_by([Book::AUTHOR.to(Author::NAME).asc()])
        .values((Book::AUTHOR.to(Author::NAME), count_all(), Book::COPIES.sum()))
        .all(db)
        .await?;
    assert_eq!(by_author, [("Ann".to_owned(), 2, Some(3)), ("Bob".to_owned(), 2, Some(5))]);

    let here = Book::ID.count().filter(Book::STATE.eq(State::Here));
    let busy = Book::objects()
        .order_by([Book::PUBLISHED.year().asc()])
        .values((Book::PUBLISHED.year(), here, Book::AUTHOR.count_distinct()))
        .filter(count_all().gt(1))
        .all(db)
        .await?;
    assert_eq!(busy, [(Some(2021), 1, 2)]);
    Ok(())
}

#[belleville::test]
async fn subqueries() -> Result<()> {
    let db = &filled().await;
    let dearest_title = Book::objects()
        .filter(Book::AUTHOR.eq(outer(Author::ID)))
        .order_by([-Book::PRICE])
        .values(Book::TITLE)
        .slice(0..1)
        .subquery();
    let authors = Author::objects().annotate(dearest_title).all(db).await?;
    let dearest: Vec<_> = authors.iter().map(|(_, title)| title.as_deref()).collect();
    assert_eq!(dearest, [Some("Beta"), Some("Delta")]);

    let has_ordered = Book::objects()
        .filter(Book::AUTHOR.eq(outer(Author::ID)) & Book::STATE.eq(State::Ordered))
        .is_found();
    let waiting = Author::objects().filter(has_ordered).values(Author::NAME).all(db).await?;
    assert_eq!(waiting, ["Bob"]);

    let old = Author::objects().filter(Author::BORN.lt(Date::constant(1960, 1, 1))).values(Author::ID);
    assert_eq!(titles(&Book::objects().filter(Book::AUTHOR.is_in(old)).all(db).await?), ["Alpha", "Beta"]);
    Ok(())
}

#[belleville::test]
async fn windows() -> Result<()> {
    let db = &filled().await;
    let by_price = window().partition_by(Book::AUTHOR).order_by([-Book::PRICE]);
    let running = Book::COPIES.sum().over(window().order_by([Book::ID.asc()]));
    let rows = Book::objects().values((Book::TITLE, rank(by_price), running)).all(db).await?;
    let rows: Vec<_> = rows.iter().map(|(title, rank, copies)| (title.as_str(), *rank, *copies)).collect();
    assert_eq!(
        rows,
        [("Alpha", 2, Some(3)), ("Beta", 1, Some(3)), ("Gamma", 2, Some(8)), ("Delta", 1, Some(8))]
    );
    Ok(())
}

#[belleville::test]
async fn combined_queries() -> Result<()> {
    let db = &filled().await;
    let gone = Book::objects().filter(Book::STATE.eq(State::Gone));
    let short = Book::objects().filter(Book::PAGES.lt(50));
    let books = gone.union(short).order_by([Book::TITLE.asc()]).all(db).await?;
    assert_eq!(titles(&books), ["Beta", "Delta"]);
    Ok(())
}

#[belleville::test]
async fn one_row_after_the_other() -> Result<()> {
    let db = &filled().await;
    let mut pages = 0;
    Book::objects()
        .for_each(db, |book| {
            pages += book.pages.unwrap_or(0);
            Ok(())
        })
        .await?;
    assert_eq!(pages, 390);

    let mut books = Book::objects().prefetch_related(Book::GENRES).iterator(db, 2000).await?;
    while let Some((mut book, genres)) = books.next().await? {
        book.pages = u32::try_from(genres.len()).ok();
        book.save(db).await?;
    }
    assert!(Book::objects().filter(Book::PAGES.gt(9)).all(db).await?.is_empty());
    Ok(())
}

#[belleville::test]
async fn by_name() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let db = &filled().await;
    let by_author = LookupName::parse(Book::META, db.registry(), "author__name__istartswith")?;
    let newest = OrderName::parse(Book::META, db.registry(), "-published")?;
    let books = Book::objects().filter(by_author.with_text("an")?).order_by(newest.order()?).all(db).await?;
    assert_eq!(titles(&books), ["Beta", "Alpha"]);

    let unknown = LookupName::parse(Book::META, db.registry(), "author__nam").unwrap_err();
    assert!(unknown.to_string().contains("did you mean `name`?"), "{unknown}");
    assert!(unknown.source().is_none());
    Ok(())
}

#[belleville::test]
async fn what_is_asked() -> Result<()> {
    let db = &filled().await;
    let (books, statements) = capture_queries(Book::objects().filter(Book::COPIES.gt(0)).all(db)).await;
    assert_eq!((books?.len(), statements.len()), (2, 1));
    assert!(!Book::objects().filter_pk(1).explain(db).await?.is_empty());
    Ok(())
}

#[belleville::test]
async fn sql_of_ones_own() -> Result<()> {
    let db = &filled().await;
    let pages: Vec<i64> =
        raw("SELECT SUM(pages) FROM library_book WHERE copies > %s").bind(0).rows(db).await?;
    assert_eq!(pages, [100]);
    let books: Vec<Book> =
        raw("SELECT * FROM library_book WHERE title = %s").bind("Beta").objects(db).await?;
    assert_eq!(titles(&books), ["Beta"]);
    Ok(())
}

/// What the table beside Django has and the other tests don't.
#[belleville::test]
async fn short_forms() -> Result<()> {
    let db = &filled().await;
    let books = Book::objects;
    assert_eq!(books().filter(Book::PAGES.eq(None)).count(db).await?, 1);
    assert_eq!(books().filter(Book::PAGES.gte(100) & Book::COPIES.lt(3)).count(db).await?, 1);
    assert_eq!(books().filter(!Book::PAGES.eq(100)).count(db).await?, 3);
    let row = (Book::PAGES.or(0), Book::COPIES.cast::<Decimal>(), Book::PRICE * Decimal::from(2));
    let last = books().values(row).last(db).await?;
    assert_eq!(last, Some((40, Decimal::from(0), Decimal::from(80))));
    let length = when::<_, String>(Book::PAGES.lt(50), "short").otherwise("long");
    assert_eq!(books().values(length).all(db).await?, ["long", "long", "long", "short"]);
    let by_state =
        books().values((Book::STATE, Book::ID.count())).order_by([Book::STATE.asc()]).all(db).await?;
    assert_eq!(by_state, [(State::Gone, 1), (State::Here, 2), (State::Ordered, 1)]);
    let here = Book::ID.count().filter(Book::STATE.eq(State::Here));
    assert_eq!(books().aggregate(db, (here, Book::PAGES.avg())).await?, (2, Some(130.0)));
    let by_ann = books().filter(Book::AUTHOR.to(Author::NAME).eq("Ann"));
    assert_eq!(titles(&by_ann.clone().intersection(Book::here()).all(db).await?), ["Alpha"]);
    assert_eq!(titles(&by_ann.difference(Book::here()).all(db).await?), ["Beta"]);
    let refused = books().order_by([Book::AUTHOR.asc()]).distinct_on(Book::AUTHOR).all(db).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("DISTINCT ON")));
    let early = books().filter(Book::PUBLISHED.is_null(false)).earliest(db, Book::PUBLISHED).await?;
    assert_eq!(early.title, "Alpha");
    Ok(())
}
