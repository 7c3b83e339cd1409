//! Lists of serializers: what is saved together, in how many statements, and where errors stand.

use belleville_db::json::{Json, parse};
use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration, Migrator};
use belleville_db::{Database, Detail, Error, ForeignKey, ManyToMany, Model, Registry, capture_queries};
use belleville_serializers::fields::Invalid;
use belleville_serializers::{
    Context, Input, ListSerializer, ModelSerializer, NestedWrites, ValidatedData, ValidatedList,
    serializer_methods,
};

#[derive(Clone, Debug, Model)]
#[model(app = "lists", ordering = ["id"])]
struct Genre {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lists", ordering = ["id"])]
struct Author {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lists", ordering = ["id"])]
struct Book {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20, unique)]
    isbn: String,
    #[field(max_length = 20)]
    title: String,
    #[field(on_delete = Cascade, related_name = "books")]
    author: ForeignKey<Author>,
    #[field(blank)]
    genres: ManyToMany<Genre>,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, isbn, title, author, genres])]
struct BookSerializer;

#[derive(ListSerializer)]
#[serializer(writes = NestedWrites::Merge)]
struct MergedListSerializer {
    child: BookSerializer,
}

#[derive(ListSerializer)]
#[serializer(writes = NestedWrites::Replace, key = isbn, max_length = 1000, allow_empty = true)]
struct ReplacedListSerializer {
    child: BookSerializer,
}

/// Everything of its own.
#[derive(ListSerializer)]
#[serializer(allow_empty = false)]
struct OwnListSerializer {
    child: BookSerializer,
}

#[serializer_methods]
impl OwnListSerializer {
    fn validate(items: &mut [ValidatedData]) -> Result<(), Invalid> {
        if items.len() > 2 { Err("At most two.".into()) } else { Ok(()) }
    }

    async fn create(items: Vec<ValidatedData>, context: &Context<'_>) -> Result<Vec<Book>, Error> {
        let mut books = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let title = format!("{} of {}", index + 1, items.len());
            let set = [
                Book::ISBN.set(item.field(Book::ISBN).unwrap_or_default()),
                Book::TITLE.set(title),
                Book::AUTHOR.set(1),
            ];
            books.push(Book::objects().create(context.db(), set).await?);
        }
        Ok(books)
    }

    async fn update(
        books: Vec<Book>,
        items: Vec<ValidatedData>,
        context: &Context<'_>,
    ) -> Result<Vec<Book>, Error> {
        let title = format!("{} by {}", books.len(), items.len());
        Book::objects().update(context.db(), [Book::TITLE.set(title)]).await?;
        Book::objects().all(context.db()).await
    }

    fn to_representation(mut shown: Vec<Json>) -> Result<Vec<Json>, Error> {
        shown.reverse();
        shown.push("and no more".into());
        Ok(shown)
    }
}

async fn filled() -> Database {
    let first = Migration::new("0001_initial")
        .create(ModelState::of::<Genre>())
        .create(ModelState::of::<Author>())
        .create(ModelState::of::<Book>());
    let apps = [AppConfig::new("lists").model::<Genre>().model::<Author>().model::<Book>().migration(first)];
    let registry = Registry::new(apps.iter().flat_map(|app| app.models.iter().copied()));
    let db = Database::open("sqlite://:memory:", registry).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    for name in ["Poems", "Crime"] {
        Genre::objects().create(&db, [Genre::NAME.set(name)]).await.unwrap();
    }
    Author::objects().create(&db, [Author::NAME.set("Ann")]).await.unwrap();
    for isbn in ["a", "b", "c"] {
        let set = [Book::ISBN.set(isbn), Book::TITLE.set(isbn), Book::AUTHOR.set(1)];
        Book::objects().create(&db, set).await.unwrap();
    }
    db
}

async fn created<L>(db: &Database, input: &str) -> Result<Vec<Book>, Error>
where
    L: ListSerializer<Child = BookSerializer>,
{
    let json = parse(input).unwrap();
    let list: ValidatedList<Book> =
        ValidatedList::for_create(L::class(), &Input::Json(&json), &Context::new(db)).await?;
    list.save().await
}

async fn changed<L>(db: &Database, input: &str, partial: bool) -> Result<Vec<Book>, Error>
where
    L: ListSerializer<Child = BookSerializer>,
{
    let json = parse(input).unwrap();
    let (input, context) = (Input::Json(&json), Context::new(db));
    let list: ValidatedList<Book> =
        ValidatedList::for_update(L::class(), &input, Book::objects(), partial, &context).await?;
    list.save().await
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> String {
    match outcome {
        Err(Error::Invalid(detail)) => Detail::to_string(&detail),
        other => panic!("not refused: {other:?}"),
    }
}

/// `isbn: title genres` of each row.
async fn rows(db: &Database) -> Vec<String> {
    let mut rows = Vec::new();
    for book in Book::objects().all(db).await.unwrap() {
        let genres = Book::GENRES.of(&book).all().count(db).await.unwrap();
        rows.push(format!("{} {}: {} {genres}", book.id, book.isbn, book.title));
    }
    rows
}

fn new_books(from: usize, to: usize) -> String {
    let book = |n| format!(r#"{{"isbn": "n{n}", "title": "t{n}", "author": 1, "genres": [1, 2]}}"#);
    format!("[{}]", (from..to).map(book).collect::<Vec<_>>().join(", "))
}

#[tokio::test]
async fn new_rows_are_saved_together() {
    let db = filled().await;
    let (few, few_queries) = capture_queries(created::<MergedListSerializer>(&db, &new_books(0, 2))).await;
    let (many, many_queries) = capture_queries(created::<MergedListSerializer>(&db, &new_books(2, 52))).await;
    assert_eq!(few_queries.len(), many_queries.len(), "{many_queries:#?}");
    assert_eq!((few.unwrap().len(), many.unwrap().len()), (2, 50));
    let rows = rows(&db).await;
    assert_eq!((rows.len(), &*rows[3], &*rows[54]), (55, "4 n0: t0 2", "55 n51: t51 2"));
}

#[tokio::test]
async fn what_the_database_refuses_stands_at_its_place() {
    let db = filled().await;
    let twice = r#"[{"isbn": "x", "title": "1", "author": 1}, {"isbn": "y", "title": "2", "author": 1},
        {"isbn": "x", "title": "3", "author": 1}]"#;
    let error = refused(created::<MergedListSerializer>(&db, twice).await);
    assert_eq!(error, r#"{"2":{"isbn":["book with this isbn already exists."]}}"#);
    assert_eq!(rows(&db).await.len(), 3, "nothing was saved");
    let mixed = r#"[{"isbn": "a", "title": "1", "author": 1}, {"isbn": "z", "title": "2", "author": 7}, 5]"#;
    assert_eq!(
        refused(created::<MergedListSerializer>(&db, mixed).await),
        concat!(
            r#"{"0":{"isbn":["book with this isbn already exists."]},"1":{"author":["Invalid pk \"7\" - object does not exist."]},"#,
            r#""2":{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]}}"#
        )
    );
}

#[tokio::test]
async fn rows_are_changed_by_their_keys() {
    let db = filled().await;
    // The second keeps its own isbn, which is not another row's.
    let input = r#"[{"id": 3, "isbn": "c", "title": "third", "author": 1, "genres": [2]},
        {"isbn": "d", "title": "new", "author": 1}, {"id": 1, "isbn": "a2", "title": "first", "author": 1}]"#;
    let books = changed::<MergedListSerializer>(&db, input, false).await.unwrap();
    assert_eq!(books.iter().map(|book| book.id).collect::<Vec<_>>(), [3, 4, 1]);
    assert_eq!(rows(&db).await, ["1 a2: first 0", "2 b: b 0", "3 c: third 1", "4 d: new 0"]);
    let partial = r#"[{"id": 3, "title": "3"}, {"id": 2, "genres": [1, 2]}]"#;
    changed::<MergedListSerializer>(&db, partial, true).await.unwrap();
    assert_eq!(rows(&db).await, ["1 a2: first 0", "2 b: b 2", "3 c: 3 1", "4 d: new 0"]);
    for (input, expected) in [
        (r#"[{"id": 99, "title": "x"}]"#, r#"{"0":{"id":["Invalid pk \"99\" - object does not exist."]}}"#),
        (r#"[{"id": 1}, {"id": 1}]"#, r#"{"1":{"id":["Another item has the same value."]}}"#),
        (
            r#"[{"id": 1}, {"id": 2, "isbn": "c"}]"#,
            r#"{"1":{"isbn":["book with this isbn already exists."]}}"#,
        ),
        // A new row has everything.
        (
            r#"[{"id": 1}, {"isbn": "e"}]"#,
            r#"{"1":{"title":["This field is required."],"author":["This field is required."]}}"#,
        ),
        (r#"{"id": 1}"#, r#"{"non_field_errors":["Expected a list of items but got type \"dict\"."]}"#),
    ] {
        assert_eq!(refused(changed::<MergedListSerializer>(&db, input, true).await), expected, "{input}");
    }
    assert_eq!(rows(&db).await.len(), 4);
}

#[tokio::test]
async fn rows_that_a_list_leaves_out_are_deleted() {
    let db = filled().await;
    let input =
        r#"[{"isbn": "c", "title": "third", "author": 1}, {"isbn": "d", "title": "new", "author": 1}]"#;
    changed::<ReplacedListSerializer>(&db, input, false).await.unwrap();
    assert_eq!(rows(&db).await, ["3 c: third 0", "4 d: new 0"]);
    changed::<ReplacedListSerializer>(&db, "[]", false).await.unwrap();
    assert_eq!(rows(&db).await.len(), 0);
}

#[tokio::test]
async fn statements_do_not_grow_with_the_rows_that_are_changed() {
    let mut counts = Vec::new();
    for last in [3, 40] {
        let db = filled().await;
        created::<MergedListSerializer>(&db, &new_books(0, 50)).await.unwrap();
        let book =
            |n| format!(r#"{{"isbn": "n{n}", "title": "changed", "author": 1, "genres": [{}]}}"#, n % 2 + 1);
        let input = format!("[{}]", (0..last).map(book).collect::<Vec<_>>().join(", "));
        let (saved, queries) = capture_queries(changed::<ReplacedListSerializer>(&db, &input, false)).await;
        assert_eq!(saved.unwrap().len(), last);
        counts.push(queries.len());
    }
    assert_eq!(counts[0], counts[1]);
}

#[tokio::test]
async fn a_list_has_methods_of_its_own() {
    let db = filled().await;
    let context = Context::new(&db);
    let three = new_books(0, 3);
    assert_eq!(
        refused(created::<OwnListSerializer>(&db, &three).await),
        r#"{"non_field_errors":["At most two."]}"#
    );
    assert_eq!(
        refused(created::<OwnListSerializer>(&db, "[]").await),
        r#"{"non_field_errors":["This list may not be empty."]}"#
    );
    let books = created::<OwnListSerializer>(&db, &new_books(0, 2)).await.unwrap();
    let (shown, queries) = capture_queries(OwnListSerializer::class().represent(&books, &context)).await;
    assert_eq!(
        String::from_utf8(shown.unwrap()).unwrap(),
        concat!(
            r#"[{"id":5,"isbn":"n1","title":"2 of 2","author":1,"genres":[]},"#,
            r#"{"id":4,"isbn":"n0","title":"1 of 2","author":1,"genres":[]},"and no more"]"#
        )
    );
    assert_eq!(queries.len(), 1, "{queries:?}");
    let books = changed::<OwnListSerializer>(&db, &new_books(7, 8), false).await.unwrap();
    assert_eq!((books.len(), &*books[0].title), (5, "5 by 1"));
}

#[tokio::test]
async fn a_field_of_every_item_can_be_set() {
    let db = filled().await;
    Author::objects().create(&db, [Author::NAME.set("Bob")]).await.unwrap();
    let json = parse(&new_books(0, 3)).unwrap();
    let class = MergedListSerializer::class();
    let list: ValidatedList<Book> =
        ValidatedList::for_create(class, &Input::Json(&json), &Context::new(&db)).await.unwrap();
    let books = list.with(Book::AUTHOR.set(2)).save().await.unwrap();
    assert!(books.iter().all(|book| *book.author.pk() == 2));
}
