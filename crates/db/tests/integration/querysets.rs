//! Which rows, in which order. The expected keys are those that Django gave.

use belleville_db::{Database, Error, ForeignKey, Model, QuerySet, Registry, Row, Value, capture_queries};

use crate::library::{Author, Book, Publisher, empty, filled};
use crate::postgres::either;

fn books() -> QuerySet<Book> {
    Book::objects()
}

/// Conditions on columns of the model itself.
fn local_conditions() -> Vec<(&'static str, QuerySet<Book>, &'static [i64])> {
    let pages = Book::PAGES;
    let hundred = || Book::PAGES.eq(100);
    vec![
        ("pages = 100", books().filter(hundred()), &[1, 4]),
        ("pages is NULL", books().filter(pages.eq(None)), &[2]),
        ("exclude pages = 100", books().exclude(hundred()), &[2, 3, 5]),
        ("exclude pages is NULL", books().exclude(pages.eq(None)), &[1, 3, 4, 5]),
        ("exclude pages > 50", books().exclude(pages.gt(50)), &[2, 3]),
        ("exclude a & b", books().exclude(hundred() & Book::AVAILABLE.eq(true)), &[2, 3, 5]),
        ("exclude a | b", books().exclude(hundred() | Book::RATING.eq(0.0)), &[2, 5]),
        ("!!a", books().filter(!!hundred()), &[1, 4]),
        ("!(!a & b)", books().filter(!(!hundred() & Book::AVAILABLE.eq(true))), &[1, 4]),
        ("exclude !a", books().exclude(!hundred()), &[1, 4]),
        ("in nothing", books().filter(pages.is_in(Vec::<u32>::new())), &[]),
        ("exclude in nothing", books().exclude(pages.is_in(Vec::<u32>::new())), &[1, 2, 3, 4, 5]),
        ("in", books().filter(pages.is_in([0, 250])), &[3, 5]),
        ("in with NULL", books().filter(pages.is_in([Some(0), None])), &[3]),
        ("exclude in with NULL", books().exclude(pages.is_in([Some(0), None])), &[1, 2, 4, 5]),
        ("exclude in", books().exclude(pages.is_in([0, 250])), &[1, 2, 4]),
        ("<", books().filter(pages.lt(100)), &[3]),
        ("<=", books().filter(pages.lte(100)), &[1, 3, 4]),
        (">=", books().filter(pages.gte(100)), &[1, 4, 5]),
        ("contains %", books().filter(Book::TITLE.contains("%")), &[2]),
        ("contains _", books().filter(Book::TITLE.contains("_")), &[3]),
        ("contains \\", books().filter(Book::TITLE.contains("\\")), &[4]),
        ("contains '", books().filter(Book::TITLE.contains("'")), &[5]),
        ("starts with a", books().filter(Book::TITLE.starts_with("a")), either(&[], &[1])),
        ("contains A", books().filter(Book::TITLE.contains("A")), either(&[1], &[1, 2, 4])),
        ("primary key", books().filter_pk(4), &[4]),
    ]
}

/// Conditions and orders through foreign keys.
fn joined_conditions() -> Vec<(&'static str, QuerySet<Book>, &'static [i64])> {
    let author = Book::AUTHOR.to(Author::NAME);
    let editor = Book::EDITOR.to(Author::NAME);
    let email = Book::EDITOR.to(Author::EMAIL);
    let mentor = Book::EDITOR.to(Author::MENTOR).to(Author::NAME);
    let publisher = Book::AUTHOR.to(Author::PUBLISHER).to(Publisher::NAME);
    let bob_or_250 = || Book::EDITOR.to(Author::NAME).eq("bob") | Book::PAGES.eq(250);
    vec![
        ("author", books().filter(author.eq("Ann")), &[1, 4]),
        ("editor", books().filter(editor.eq("Ann")), &[5]),
        ("exclude editor", books().exclude(editor.eq("Ann")), &[1, 2, 3, 4]),
        ("exclude editor's email", books().exclude(email.eq("ann@x.org")), &[1, 2, 3, 4]),
        ("editor's name is NULL", books().filter(editor.is_null(true)), &[2, 4]),
        ("exclude editor's name is NULL", books().exclude(editor.is_null(true)), &[1, 3, 5]),
        ("editor's email is NULL", books().filter(email.is_null(true)), &[1, 2, 4]),
        ("editor's mentor", books().filter(mentor.eq("Ann")), &[1, 3]),
        ("exclude author's publisher", books().exclude(publisher.eq("Ace")), &[2, 3, 5]),
        (
            "exclude publisher contains",
            books().exclude(publisher.contains("a")),
            either(&[1, 2, 4, 5], &[2, 5]),
        ),
        ("or over a join", books().filter(bob_or_250()), &[1, 5]),
        ("exclude or over a join", books().exclude(bob_or_250()), &[2, 3, 4]),
        ("two joins of one table", books().filter(author.eq("Ann") & editor.eq("bob")), &[1]),
        ("by object", books().filter(Book::AUTHOR.eq(ForeignKey::new(2))), &[2, 5]),
        (
            "order by join",
            books().order_by([author.asc(), Book::PAGES.desc()]),
            either(&[1, 4, 3, 2, 5], &[1, 4, 3, 5, 2]),
        ),
        (
            "order by optional join",
            books().order_by([editor.asc()]),
            either(&[5, 3, 1, 2, 4], &[2, 4, 5, 3, 1]),
        ),
        (
            "NULL is least, on PostgreSQL greatest",
            books().order_by([Book::PAGES.asc()]),
            either(&[3, 1, 4, 5, 2], &[2, 3, 1, 4, 5]),
        ),
    ]
}

#[tokio::test]
async fn a_slice_is_some_of_the_rows() {
    let db = filled().await;
    for (what, query, expected) in [
        ("slice", books().slice(1..4), &[2, 3, 4][..]),
        ("slice of a slice", books().slice(1..4).slice(1..9), &[3, 4]),
        ("empty slice", books().slice(3..3), &[]),
        ("slice past the end", books().slice(4..90), &[5]),
        ("of other rows", books().exclude(Book::ID.eq(2)).slice(1..3), &[3, 4]),
        ("in another order", books().order_by([Book::ID.desc()]).slice(0..2), &[5, 4]),
    ] {
        let ids: Vec<i64> = query.all(&db).await.unwrap().iter().map(|book| book.id).collect();
        assert_eq!(ids, expected, "{what}");
        assert_eq!(query.count(&db).await.unwrap(), expected.len() as u64, "count of {what}");
        assert_eq!(query.exists(&db).await.unwrap(), !expected.is_empty(), "exists of {what}");
        let values = query.clone().values((Book::ID,)).all(&db).await.unwrap();
        assert_eq!(values, expected.iter().map(|id| (*id,)).collect::<Vec<_>>(), "values of {what}");
        let mut rows = Vec::new();
        let each = &mut |row: &dyn Row| {
            rows.push(row.get(0)?.to_owned());
            Ok(())
        };
        query.clone().rows().for_each(&db, &[Book::ID.field()], each).await.unwrap();
        assert_eq!(rows, expected.iter().map(|id| Value::Int(*id)).collect::<Vec<_>>(), "rows of {what}");
    }
    assert_eq!(books().slice(1..2).get(&db).await.unwrap().id, 2);
    assert!(matches!(books().slice(7..9).get(&db).await, Err(Error::DoesNotExist("Book"))));
    assert!(matches!(books().slice(0..3).get(&db).await, Err(Error::MultipleObjectsReturned("Book"))));
    let first = books().slice(0..1).select_related(Book::AUTHOR).get(&db).await.unwrap();
    assert_eq!(first.author.get().map(|author| author.id), Some(1));
}

#[tokio::test]
async fn conditions_and_orders_select_what_django_selects() {
    let db = filled().await;
    for (what, query, expected) in local_conditions().into_iter().chain(joined_conditions()) {
        let ids: Vec<i64> = query.all(&db).await.unwrap().iter().map(|book| book.id).collect();
        assert_eq!(ids, expected, "{what}");
        assert_eq!(query.count(&db).await.unwrap(), expected.len() as u64, "count of {what}");
        assert_eq!(query.exists(&db).await.unwrap(), !expected.is_empty(), "exists of {what}");
    }
}

#[tokio::test]
async fn a_model_has_a_default_order() {
    let db = filled().await;
    let names: Vec<String> = Author::objects().all(&db).await.unwrap().into_iter().map(|a| a.name).collect();
    assert_eq!(names, ["bob", "Cy_1", "Ann"]);
}

#[tokio::test]
async fn get_and_first_find_one_or_say_why_not() {
    let db = filled().await;
    let by_pages = |pages: u32| books().filter(Book::PAGES.eq(pages));
    assert_eq!(by_pages(250).get(&db).await.unwrap().id, 5);
    let missing = by_pages(1).get(&db).await.unwrap_err();
    assert!(matches!(missing, Error::DoesNotExist("Book")));
    assert_eq!(missing.to_string(), "Book matching query does not exist.");
    let several = by_pages(100).get(&db).await.unwrap_err();
    assert!(matches!(several, Error::MultipleObjectsReturned("Book")));

    assert_eq!(by_pages(100).first(&db).await.unwrap().map(|book| book.id), Some(1));
    assert_eq!(by_pages(1).first(&db).await.unwrap(), None);
    let unordered = Publisher::objects().order_by([]).first(&db).await.unwrap();
    assert_eq!(unordered.map(|publisher| publisher.id), Some(1));
    let last = books().order_by([Book::ID.desc()]).first(&db).await.unwrap();
    assert_eq!(last.map(|book| book.id), Some(5));
}

#[tokio::test]
async fn values_reads_columns_and_optional_joins() {
    let db = filled().await;
    let columns =
        (Book::ID, Book::EDITOR.to(Author::NAME), Book::AUTHOR.to(Author::PUBLISHER).to(Publisher::NAME));
    let rows = books().values(columns).all(&db).await.unwrap();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        rows,
        [
            (1, text("bob"), text("Ace")),
            (2, None, None),
            (3, text("Cy_1"), text("Bay")),
            (4, None, text("Ace")),
            (5, text("Ann"), None),
        ]
    );
}

#[tokio::test]
async fn select_related_loads_nested_and_optional_rows() {
    let db = filled().await;
    let query = books()
        .select_related(Book::AUTHOR.to(Author::PUBLISHER))
        .select_related(Book::EDITOR.to(Author::MENTOR));
    let loaded = query.all(&db).await.unwrap();
    assert_eq!(loaded.len(), 5);
    for book in &loaded {
        assert_eq!(book.author.get().map(|author| author.id), Some(*book.author.pk()));
        let editor = book.editor.as_ref().map(|editor| editor.get().expect("the editor is loaded"));
        assert_eq!(editor.map(|editor| editor.id), book.editor.as_ref().map(|key| *key.pk()));
    }
    let author = loaded[0].author.get().unwrap();
    assert_eq!(author.publisher.as_ref().unwrap().get().unwrap().name, "Ace");
    let editor = loaded[0].editor.as_ref().unwrap().get().unwrap();
    assert_eq!(editor.mentor.as_ref().unwrap().get().unwrap().name, "Ann");
    assert!(loaded[1].author.get().unwrap().publisher.is_none());
    assert!(loaded[4].editor.as_ref().unwrap().get().unwrap().mentor.is_none());
    let plain = books().first(&db).await.unwrap().unwrap();
    assert!(plain.author.get().is_none());
}

#[tokio::test]
async fn prefetch_related_gives_each_object_its_own() {
    let db = filled().await;
    let authors = Author::objects().order_by([Author::ID.asc()]);
    let found = authors.prefetch_related(Book::AUTHOR.reverse()).all(&db).await.unwrap();
    let found: Vec<(i64, Vec<i64>)> = found
        .into_iter()
        .map(|(author, books)| (author.id, books.into_iter().map(|book| book.id).collect()))
        .collect();
    assert_eq!(found, [(1, vec![1, 4]), (2, vec![2, 5]), (3, vec![3])]);
}

#[tokio::test]
async fn prefetch_related_knows_no_limit() {
    let db = empty().await;
    let filled = db.atomic(async || {
        for number in 0..2000i64 {
            let author = Author::objects().create(&db, [Author::NAME.set(format!("{number:04}"))]).await?;
            let book = [Book::AUTHOR.set(&author), Book::TITLE.set("only")];
            Book::objects().create(&db, book).await?;
        }
        Ok::<_, belleville_db::Error>(())
    });
    filled.await.unwrap();
    let found = Author::objects().prefetch_related(Book::AUTHOR.reverse()).all(&db).await.unwrap();
    assert_eq!(found.len(), 2000);
    assert!(found.iter().all(|(author, books)| books.len() == 1 && *books[0].author.pk() == author.id));
}

#[tokio::test]
async fn update_sets_the_rows_selected() {
    for (what, query, changed) in [
        ("local", books().filter(Book::PAGES.eq(100)), vec![1, 4]),
        ("through a join", books().filter(Book::AUTHOR.to(Author::NAME).eq("Ann")), vec![1, 4]),
        ("nothing", books().filter(Book::PAGES.eq(1)), vec![]),
    ] {
        let db = filled().await;
        let rows = query.update(&db, [Book::SHELF.set(9), Book::EDITOR.set(None)]).await.unwrap();
        assert_eq!(rows, changed.len() as u64, "{what}");
        let found =
            books().filter(Book::SHELF.eq(9)).values((Book::ID, Book::EDITOR)).all(&db).await.unwrap();
        assert_eq!(found, changed.into_iter().map(|id| (id, None)).collect::<Vec<_>>(), "{what}");
    }
}

#[tokio::test]
async fn a_page_is_some_of_the_rows_and_the_number_of_all() {
    let db = filled().await;
    let books = Book::objects().filter(Book::ID.gt(1));
    let page = async |range| {
        let (found, statements) = capture_queries(books.page(&db, range)).await;
        let (items, count) = found.unwrap();
        (items.iter().map(|book| book.id).collect::<Vec<_>>(), count, statements.len())
    };
    assert_eq!(page(0..3).await, (vec![2, 3, 4], 4, 2));
    assert_eq!(page(3..6).await, (vec![5], 4, 2));
    assert_eq!(page(6..9).await, (vec![], 4, 2));
    assert_eq!(page(2..2).await, (vec![], 4, 1));
    let inside = db.atomic(async || {
        Book::objects().filter(Book::ID.eq(5)).delete(&db).await?;
        books.page(&db, 0..2).await
    });
    let (items, count) = inside.await.unwrap();
    assert_eq!((items.len(), count), (2, 3));
    let nobody = Book::objects().filter(Book::ID.is_in(Vec::<i64>::new())).page(&db, 0..2).await.unwrap();
    assert_eq!((nobody.0.len(), nobody.1), (0, 0));
}

/// Ordered by its author's order, then by the mentor's name: Django's `Meta.ordering`.
#[derive(Clone, Debug, Model)]
#[model(app = "library", table = "library_book", ordering = ["-author", "author__mentor__name", "title"], get_latest_by = ["author__name"])]
struct OrderedBook {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    author: ForeignKey<Author>,
    #[field(max_length = 40)]
    title: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library", table = "library_book", ordering = ["author__nam"])]
struct MisorderedBook {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    author: ForeignKey<Author>,
}

#[tokio::test]
async fn an_order_goes_over_foreign_keys() {
    let db = filled().await;
    let (_, statements) = capture_queries(OrderedBook::objects().all(&db)).await;
    let sql = statements.last().cloned().unwrap_or_default();
    // Authors are ordered by their names in descending order, which a minus sign turns.
    let order = sql.split("ORDER BY").nth(1).unwrap_or_default();
    assert_eq!(
        order.trim(),
        "\"T2\".\"name\" ASC, \"T3\".\"name\" ASC, \"library_book\".\"title\" ASC",
        "{sql}"
    );
    let error = Database::open("sqlite://:memory:", Registry::new([MisorderedBook::META])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "library.MisorderedBook: its order names `nam`, which is no field of library.Author; did you mean `name`?"
    );
}
