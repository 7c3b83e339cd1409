//! Lists of serializers: what is saved together, in how many statements, and where errors stand.

use std::sync::atomic::{AtomicU32, Ordering};

use belleville_db::functions::raw;
use belleville_db::json::{Json, parse};
use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration, Migrator};
use belleville_db::{Database, Detail, Error, ForeignKey, ManyToMany, Model, Registry, capture_queries};
use belleville_serializers::fields::ValidationError;
use belleville_serializers::{
    Context, Input, ListSerializer, ModelSerializer, NestedWrites, PrimaryKeyRelatedField, Purpose,
    Serializer, SerializerClass, SlugRelatedField, ValidatedData, ValidatedList, serializer_methods,
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
    #[field(on_delete = Cascade, related_name = "books", limit_choices_to = !Author::NAME.eq("Nobody"))]
    author: ForeignKey<Author>,
    #[field(blank, limit_choices_to = !Genre::NAME.starts_with("Secret"))]
    genres: ManyToMany<Genre>,
}

/// A note of an author, or of nobody.
#[derive(Clone, Debug, Model)]
#[model(app = "lists", ordering = ["id"])]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = SetNull, related_name = "notes")]
    author: Option<ForeignKey<Author>>,
}

/// Who is a friend of somebody has them as a friend.
#[derive(Clone, Debug, Model)]
#[model(app = "lists", ordering = ["id"])]
struct Member {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
    #[field(blank)]
    friends: ManyToMany<Member>,
    #[field(blank, through = Friendship, related_name = "+")]
    close: ManyToMany<Member>,
}

/// Friends of a sort, with a row of their own.
#[derive(Clone, Debug, Model)]
#[model(app = "lists", ordering = ["id"])]
struct Friendship {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade, related_name = "+")]
    one: ForeignKey<Member>,
    #[field(on_delete = Cascade, related_name = "+")]
    other: ForeignKey<Member>,
    #[field(max_length = 20, default = "new")]
    kind: String,
}

/// No two have the same code, which two rules say of some.
#[derive(Clone, Debug, Model)]
#[model(app = "lists", constraints = [unique(name = "one_high_code", fields = ["code"], condition = code > 10)])]
struct Tag {
    #[field(primary_key)]
    id: i64,
    #[field(unique)]
    code: i32,
}

#[derive(ModelSerializer)]
#[serializer(model = Tag, fields = [id, code])]
struct TagSerializer;

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
    fn validate(items: &mut [ValidatedData]) -> Result<(), ValidationError> {
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

/// The URL of an empty database: of SQLite, or of the server that is named.
async fn fresh_url() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("BELLEVILLE_TEST_POSTGRES_URL") else { return "sqlite://:memory:".into() };
    let schema = format!("lists_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let db = Database::open(&server, Registry::default()).unwrap();
    raw(format!("CREATE SCHEMA {schema}")).execute(&db).await.unwrap();
    format!("{server}?search_path={schema}")
}

async fn filled() -> Database {
    let first = Migration::new("0001_initial")
        .create(ModelState::of::<Genre>())
        .create(ModelState::of::<Author>())
        .create(ModelState::of::<Book>())
        .create(ModelState::of::<Note>())
        .create(ModelState::of::<Member>())
        .create(ModelState::of::<Friendship>())
        .create(ModelState::of::<Tag>());
    let app = AppConfig::new("lists").model::<Genre>().model::<Author>().model::<Book>().model::<Note>();
    let apps = [app.model::<Member>().model::<Friendship>().model::<Tag>().migration(first)];
    let registry = Registry::new(apps.iter().flat_map(|app| app.models.iter().copied()));
    let db = Database::open(&fresh_url().await, registry).unwrap();
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

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [isbn, author], querysets = [author = Author::objects()])]
struct FreeSerializer;

#[tokio::test]
async fn a_model_says_which_rows_its_relations_may_name() {
    let db = filled().await;
    Author::objects().create(&db, [Author::NAME.set("Nobody")]).await.unwrap();
    Genre::objects().create(&db, [Genre::NAME.set("Secrets")]).await.unwrap();
    let book = r#"[{"isbn": "x", "title": "x", "author": 2, "genres": [1, 3]}]"#;
    assert_eq!(
        refused(created::<MergedListSerializer>(&db, book).await),
        concat!(
            r#"{"0":{"author":["Invalid pk \"2\" - object does not exist."],"#,
            r#""genres":["Invalid pk \"3\" - object does not exist."]}}"#
        )
    );
    // A queryset of the serializer's own stands for it.
    let free = SerializerClass::of::<FreeSerializer>();
    let input = parse(r#"{"isbn": "x", "author": 2}"#).unwrap();
    let valid = free.validate(&Input::Json(&input), Purpose::create(), &Context::new(&db)).await;
    assert!(valid.is_ok());
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
async fn values_are_whole_once_the_database_was_asked_about_them() {
    let db = filled().await;
    Tag::objects().create(&db, [Tag::CODE.set(13)]).await.unwrap();
    let (class, context) = (SerializerClass::of::<TagSerializer>(), Context::new(&db));
    let checked = async |text| {
        let input = parse(text).unwrap();
        class.validate_many(&Input::Json(&input), Purpose::create(), &context).await
    };
    let items = checked(r#"[{"code": 1}, {"code": 11}, {"code": "12"}]"#).await.unwrap();
    let codes: Vec<_> = items.iter().map(|item| item.field(Tag::CODE)).collect();
    assert_eq!(codes, [Some(1), Some(11), Some(12)]);
    let taken =
        r#"{"1":{"code":["tag with this code already exists.","tag with this code already exists."]}}"#;
    assert_eq!(refused(checked(r#"[{"code": 1}, {"code": 13}, {"code": 14}]"#).await), taken);
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

#[derive(ModelSerializer)]
#[serializer(model = Member, fields = [id, name, friends])]
struct MemberSerializer;

#[derive(ListSerializer)]
#[serializer(writes = NestedWrites::Merge)]
struct MemberListSerializer {
    child: MemberSerializer,
}

#[derive(ModelSerializer)]
#[serializer(model = Genre, fields = [id, name, book_set])]
struct GenreSerializer {
    #[field(many)]
    book_set: PrimaryKeyRelatedField<Book>,
}

#[derive(ListSerializer)]
#[serializer(writes = NestedWrites::Merge)]
struct GenreListSerializer {
    child: GenreSerializer,
}

/// Saves a list of changes, and gives the number of statements.
async fn statements<L, M: Model>(db: &Database, input: &str) -> usize
where
    L: ListSerializer,
{
    let json = parse(input).unwrap();
    let (input, context) = (Input::Json(&json), Context::new(db));
    let list: ValidatedList<M> =
        ValidatedList::for_update(L::class(), &input, M::objects(), true, &context).await.unwrap();
    let (saved, queries) = capture_queries(list.save()).await;
    saved.unwrap();
    queries.len()
}

async fn friends(db: &Database) -> Vec<Vec<i64>> {
    let mut friends = Vec::new();
    for member in Member::objects().all(db).await.unwrap() {
        let rows = Member::FRIENDS.of(&member).all().order_by([Member::ID.asc()]).all(db).await.unwrap();
        friends.push(rows.iter().map(|row| row.id).collect());
    }
    friends
}

#[tokio::test]
async fn friends_of_many_take_as_many_statements_as_of_one() {
    let db = filled().await;
    for n in 1..=40 {
        Member::objects().create(&db, [Member::NAME.set(format!("m{n}"))]).await.unwrap();
    }
    // Each says in turn who its friends are: what a later one says counts.
    statements::<MemberListSerializer, Member>(&db, r#"[{"id": 1, "friends": [2]}]"#).await;
    statements::<MemberListSerializer, Member>(&db, r#"[{"id": 1, "friends": []}]"#).await;
    let three =
        r#"[{"id": 1, "friends": [2, 3]}, {"id": 2, "friends": [4, 2]}, {"id": 3, "friends": [1, 4]}]"#;
    let few = statements::<MemberListSerializer, Member>(&db, three).await;
    assert_eq!(friends(&db).await[..5], [vec![3], vec![2, 4], vec![1, 4], vec![2, 3], vec![]]);
    // The same as one after the other does.
    for (id, keys) in [(1, vec![2, 3]), (2, vec![4, 2]), (3, vec![1, 4])] {
        let member = Member::objects().filter_pk(id).get(&db).await.unwrap();
        let rows = Member::objects().filter(Member::ID.is_in(keys)).all(&db).await.unwrap();
        Member::FRIENDS.of(&member).set(&db, &rows).await.unwrap();
    }
    assert_eq!(friends(&db).await[..5], [vec![3], vec![2, 4], vec![1, 4], vec![2, 3], vec![]]);
    let all = |of: i64| {
        let one = |n: i64| format!(r#"{{"id": {n}, "friends": [{}]}}"#, (n + of) % 40 + 1);
        format!("[{}]", (1..=40).map(one).collect::<Vec<_>>().join(", "))
    };
    let many = statements::<MemberListSerializer, Member>(&db, &all(19)).await;
    assert_eq!(many, few);
    assert_eq!(friends(&db).await[0], [21]);
}

#[tokio::test]
async fn a_pair_of_friends_with_a_row_of_their_own_has_two() {
    let db = filled().await;
    for name in ["ann", "bob"] {
        Member::objects().create(&db, [Member::NAME.set(name)]).await.unwrap();
    }
    let members = Member::objects().all(&db).await.unwrap();
    Member::CLOSE.of(&members[0]).add(&db, [&members[1]]).await.unwrap();
    Member::CLOSE.of(&members[1]).add(&db, [&members[0]]).await.unwrap();
    let pairs = Friendship::objects().all(&db).await.unwrap();
    let pairs: Vec<_> = pairs.iter().map(|pair| (*pair.one.pk(), *pair.other.pk(), &*pair.kind)).collect();
    assert_eq!(pairs, [(1, 2, "new"), (2, 1, "new")]);
}

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, name, books, notes])]
struct WriterSerializer {
    #[field(many, required = false)]
    books: PrimaryKeyRelatedField<Book>,
    #[field(many, required = false)]
    notes: PrimaryKeyRelatedField<Note>,
}

#[derive(ListSerializer)]
#[serializer(writes = NestedWrites::Merge)]
struct WriterListSerializer {
    child: WriterSerializer,
}

/// Whose notes there are, by their keys.
async fn authors_of_notes(db: &Database) -> Vec<Option<i64>> {
    let notes = Note::objects().all(db).await.unwrap();
    notes.iter().map(|note| note.author.as_ref().map(|author| *author.pk())).collect()
}

#[tokio::test]
async fn rows_that_refer_to_many_take_as_many_statements_as_those_of_one() {
    let db = filled().await;
    created::<MergedListSerializer>(&db, &new_books(0, 30)).await.unwrap();
    for n in 2..=40 {
        Author::objects().create(&db, [Author::NAME.set(format!("a{n}"))]).await.unwrap();
    }
    for _ in 1..=80 {
        Note::objects().create(&db, []).await.unwrap();
    }
    // What a later one says of a row counts, and rows that nobody wants any more are nobody's.
    let two = r#"[{"id": 1, "notes": [1, 2, 3]}, {"id": 2, "notes": [3, 4], "books": [1, 2]}]"#;
    let few = statements::<WriterListSerializer, Author>(&db, two).await;
    assert_eq!(authors_of_notes(&db).await[..5], [Some(1), Some(1), Some(2), Some(2), None]);
    let changed = r#"[{"id": 1, "notes": [2, 4]}, {"id": 2, "notes": [5, 2]}]"#;
    statements::<WriterListSerializer, Author>(&db, changed).await;
    assert_eq!(authors_of_notes(&db).await[..5], [None, Some(2), None, Some(1), Some(2)]);
    let one =
        |n: i64| format!(r#"{{"id": {n}, "notes": [{}, {}], "books": [{}]}}"#, 2 * n - 1, 2 * n, n % 30 + 1);
    let all = format!("[{}]", (1..=40).map(one).collect::<Vec<_>>().join(", "));
    let many = statements::<WriterListSerializer, Author>(&db, &all).await;
    // One more than of two items: rows that are somebody else's so far.
    assert!(many <= few + 1, "{many} statements of many, {few} of two");
    let expected: Vec<Option<i64>> = (1..=40).flat_map(|author| [Some(author), Some(author)]).collect();
    assert_eq!(authors_of_notes(&db).await, expected);
    // The last of those that want it: 31 wants the second book, as 1 does.
    assert_eq!(*Book::objects().filter_pk(2).get(&db).await.unwrap().author.pk(), 31);
    // Nothing is written that is so already.
    let again = statements::<WriterListSerializer, Author>(&db, r#"[{"id": 1, "notes": [1, 2]}]"#).await;
    let other = statements::<WriterListSerializer, Author>(&db, r#"[{"id": 1, "notes": [1]}]"#).await;
    assert_eq!(again + 1, other);
}

#[tokio::test]
async fn the_other_side_of_many_takes_as_many_statements_as_of_one() {
    let db = filled().await;
    created::<MergedListSerializer>(&db, &new_books(0, 30)).await.unwrap();
    let few = statements::<GenreListSerializer, Genre>(&db, r#"[{"id": 1, "book_set": [1]}]"#).await;
    for n in 3..=40 {
        Genre::objects().create(&db, [Genre::NAME.set(format!("g{n}"))]).await.unwrap();
    }
    let one = |n: i64| format!(r#"{{"id": {n}, "book_set": [{}, {}]}}"#, n % 30 + 1, (n + 7) % 30 + 1);
    let all = format!("[{}]", (1..=40).map(one).collect::<Vec<_>>().join(", "));
    let many = statements::<GenreListSerializer, Genre>(&db, &all).await;
    // One more than of a single item, whose row is changed by itself.
    assert!(many <= few + 2, "{many} statements of many, {few} of one");
    let of_crime = Book::objects().filter(Book::GENRES.to(Genre::ID).eq(2));
    let books = of_crime.all(&db).await.unwrap();
    assert_eq!(books.iter().map(|book| book.id).collect::<Vec<_>>(), [3, 10]);
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [isbn, title])]
struct TitleSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, name, books])]
struct AuthorSerializer {
    #[field(many, required = false, writes = NestedWrites::Replace, key = isbn)]
    books: TitleSerializer,
}

#[derive(ModelSerializer)]
#[serializer(model = Genre, fields = [name])]
struct NamedGenreSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [isbn, title, author, genres])]
struct TaggedSerializer {
    #[field(many, required = false, writes = NestedWrites::Merge, key = name)]
    genres: NamedGenreSerializer,
}

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [name, books])]
struct KeyedAuthorSerializer {
    #[field(many, required = false, writes = NestedWrites::Merge)]
    books: KeyedTitleSerializer,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, isbn, title, genres])]
struct KeyedTitleSerializer {
    #[field(many, required = false, writes = NestedWrites::Replace, key = name)]
    genres: NamedGenreSerializer,
}

/// What is shown after a change, or what is wrong, with the number of statements of the validation.
async fn patched<S: ModelSerializer>(
    db: &Database,
    object: Option<S::Model>,
    partial: bool,
    input: &str,
) -> (String, usize) {
    let class = SerializerClass::of::<S>();
    let context = Context::new(db);
    let json = parse(input).unwrap();
    let input = Input::Json(&json);
    let validation = async {
        match object {
            Some(object) => {
                Serializer::<S::Model>::for_update(&class, &input, object, partial, &context).await
            }
            None => Serializer::for_create(&class, &input, &context).await,
        }
    };
    let (serializer, queries) = capture_queries(validation).await;
    let saved = match serializer {
        Ok(serializer) => serializer.save(db).await,
        Err(error) => Err(error),
    };
    let shown = match saved {
        Ok(object) => String::from_utf8(class.represent(&object, &context).await.unwrap()).unwrap(),
        Err(Error::Invalid(detail)) => detail.to_string(),
        Err(error) => panic!("{error}"),
    };
    (shown, queries.len())
}

#[tokio::test]
async fn nested_items_name_their_rows_by_a_key() {
    let db = filled().await;
    let ann = async || Author::objects().filter_pk(1).get(&db).await.unwrap();
    Author::objects().create(&db, [Author::NAME.set("Bob")]).await.unwrap();
    let other = [Book::ISBN.set("o"), Book::TITLE.set("other"), Book::AUTHOR.set(2)];
    Book::objects().create(&db, other).await.unwrap();
    for (partial, input, expected) in [
        // One is changed (its own isbn is no clash), one is new, and the others are deleted.
        (
            false,
            r#"{"name": "Ann", "books": [{"isbn": "b", "title": "second"}, {"isbn": "d", "title": "new"}]}"#,
            r#"{"id":1,"name":"Ann","books":[{"isbn":"b","title":"second"},{"isbn":"d","title":"new"}]}"#,
        ),
        // In a partial change an item may leave out what its row has, and a new one may not.
        (
            true,
            r#"{"books": [{"isbn": "d"}, {"isbn": "e"}, {"title": "no isbn"}]}"#,
            r#"{"books":{"1":{"title":["This field is required."]},"2":{"isbn":["This field is required."]}}}"#,
        ),
        (
            true,
            r#"{"books": [{"isbn": "d"}, {"isbn": "b", "title": "2"}]}"#,
            r#"{"id":1,"name":"Ann","books":[{"isbn":"b","title":"2"},{"isbn":"d","title":"new"}]}"#,
        ),
        (
            false,
            r#"{"name": "Ann", "books": [{"isbn": "b", "title": "1"}, {"isbn": "x", "title": ""}, {"isbn": "b", "title": "2"}]}"#,
            r#"{"books":{"1":{"title":["This field may not be blank."]},"2":{"isbn":["Another item has the same value."]}}}"#,
        ),
        // The row of somebody else is none of hers, and its isbn is taken.
        (
            true,
            r#"{"books": [{"isbn": "b"}, {"isbn": "o", "title": "mine"}]}"#,
            r#"{"books":{"1":{"isbn":["book with this isbn already exists."]}}}"#,
        ),
        (true, r#"{"books": []}"#, r#"{"id":1,"name":"Ann","books":[]}"#),
    ] {
        let (shown, _) = patched::<AuthorSerializer>(&db, Some(ann().await), partial, input).await;
        assert_eq!(shown, expected, "{input}");
    }
    assert_eq!(Book::objects().count(&db).await.unwrap(), 1);
    let new = r#"{"name": "Cid", "books": [{"isbn": "x", "title": "1"}, {"isbn": "y", "title": "2"}]}"#;
    assert_eq!(
        patched::<AuthorSerializer>(&db, None, false, new).await.0,
        r#"{"id":3,"name":"Cid","books":[{"isbn":"x","title":"1"},{"isbn":"y","title":"2"}]}"#
    );
}

#[tokio::test]
async fn a_key_is_looked_for_among_the_rows_of_the_object() {
    let db = filled().await;
    let book = async || Book::objects().filter_pk(1).get(&db).await.unwrap();
    let input = r#"{"genres": [{"name": "Poems"}, {"name": "War"}]}"#;
    let shown = patched::<TaggedSerializer>(&db, Some(book().await), true, input).await.0;
    // Neither is one of the book's: both are new.
    let expected = r#"{"isbn":"a","title":"a","author":1,"genres":[{"name":"Poems"},{"name":"War"}]}"#;
    assert_eq!((&*shown, Genre::objects().count(&db).await.unwrap()), (expected, 4));
    let shown = patched::<TaggedSerializer>(&db, Some(book().await), true, input).await.0;
    assert_eq!((&*shown, Genre::objects().count(&db).await.unwrap()), (expected, 4));
}

#[tokio::test]
async fn new_items_of_a_partial_change_are_new_however_deep_they_stand() {
    let db = filled().await;
    let ann = async || Author::objects().filter_pk(1).get(&db).await.unwrap();
    let genre = r#"{"books": [{"id": 1, "genres": [{"name": "War"}]}]}"#;
    let shown = patched::<KeyedAuthorSerializer>(&db, Some(ann().await), true, genre).await.0;
    assert!(shown.contains(r#"{"id":1,"isbn":"a","title":"a","genres":[{"name":"War"}]}"#), "{shown}");
    for (input, expected) in [
        (
            r#"{"books": [{"id": 1, "genres": [{"name": "War"}]}, {"isbn": "z", "genres": [{}]}]}"#,
            concat!(
                r#"{"books":{"1":{"title":["This field is required."],"#,
                r#""genres":{"0":{"name":["This field is required."]}}}}}"#
            ),
        ),
        (
            r#"{"books": [{"id": 2, "title": ""}, {"id": 7}, {"id": 2}]}"#,
            concat!(
                r#"{"books":{"0":{"title":["This field may not be blank."]},"#,
                r#""1":{"id":["Invalid pk \"7\" - object does not exist."]},"2":{"id":["Another item has the same value."]}}}"#
            ),
        ),
        // Of somebody who is new, no row can be named.
        (
            r#"{"books": [{"id": 2, "isbn": "c"}]}"#,
            r#"{"books":{"0":{"isbn":["book with this isbn already exists."]}}}"#,
        ),
    ] {
        assert_eq!(patched::<KeyedAuthorSerializer>(&db, Some(ann().await), true, input).await.0, expected);
    }
    let new =
        r#"{"name": "Cid", "books": [{"isbn": "x", "title": "1"}, {"id": 2, "isbn": "y", "title": "2"}]}"#;
    assert_eq!(
        patched::<KeyedAuthorSerializer>(&db, None, false, new).await.0,
        r#"{"books":{"1":{"id":["Invalid pk \"2\" - object does not exist."]}}}"#
    );
}

#[tokio::test]
async fn nested_items_are_looked_for_together() {
    let db = filled().await;
    created::<MergedListSerializer>(&db, &new_books(0, 60)).await.unwrap();
    let mut counts = Vec::new();
    for last in [2, 60] {
        let item = |n| format!(r#"{{"id": {}, "title": "t", "genres": [{{"name": "Poems"}}]}}"#, n + 4);
        let items = (0..last).map(item).collect::<Vec<_>>().join(", ");
        let ann = Author::objects().filter_pk(1).get(&db).await.unwrap();
        let input = format!(r#"{{"books": [{items}]}}"#);
        let (shown, queries) = patched::<KeyedAuthorSerializer>(&db, Some(ann), true, &input).await;
        assert!(shown.starts_with(r#"{"name":"Ann","books":["#), "{shown}");
        counts.push(queries);
    }
    // One for the books, and one for the genres of all of them.
    assert_eq!(counts, [2, 2]);
}

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [name, books])]
struct NeverSavedSerializer {
    #[field(many, key = isbn)]
    books: TitleSerializer,
}

#[test]
#[should_panic(
    expected = "NeverSavedSerializer.books: a `key` is for `many` rows that are saved with the object: add `many` and `writes`"
)]
fn a_key_is_for_rows_that_are_saved() {
    SerializerClass::of::<NeverSavedSerializer>();
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [title, author])]
struct UntoldSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [name, books])]
struct UnnamedSerializer {
    #[field(many, writes = NestedWrites::Merge, key = isbn)]
    books: UntoldSerializer,
}

#[test]
#[should_panic(expected = "UntoldSerializer takes no `isbn`, which is the key of the list")]
fn a_key_is_one_of_the_fields() {
    SerializerClass::of::<UnnamedSerializer>();
}

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [name, works])]
struct UnrelatedSerializer {
    #[field(many, write_only, writes = NestedWrites::Merge)]
    works: BookSerializer,
}

#[test]
#[should_panic(expected = "UnrelatedSerializer.works: lists.Author has no relation `works` to lists.Book")]
fn what_is_saved_with_an_object_is_related_to_it() {
    SerializerClass::of::<UnrelatedSerializer>();
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [isbn, author])]
struct SluggedSerializer {
    #[field(slug_field = "name")]
    author: SlugRelatedField<Author>,
}

#[derive(ListSerializer)]
#[serializer(writes = NestedWrites::Merge, key = author)]
struct SluggedListSerializer {
    child: SluggedSerializer,
}

#[test]
#[should_panic(
    expected = "SluggedListSerializer: `author` cannot be the key of the list, because input names it by something else"
)]
fn a_key_is_what_input_says() {
    SluggedListSerializer::class();
}

/// Every mixture of what may be right and wrong with a book, with numbers as they are or as texts.
fn mixed_books(quote: &str) -> Vec<String> {
    let isbns = [Some("\"new\""), Some("\"a\""), Some("\"\""), Some("\"far more than 20 characters\""), None];
    let titles = [Some("\" t \""), Some("null"), None];
    let authors = [Some("[1]"), Some("[999]"), None];
    let genres = [Some("[1, 2]"), Some("[1, 999, 2]"), Some("[999]"), Some("[]"), None];
    let numbers = |list: &str| {
        let quoted = list.trim_matches(['[', ']']).split(", ").filter(|number| !number.is_empty());
        quoted.map(|number| format!("{quote}{number}{quote}")).collect::<Vec<_>>().join(", ")
    };
    let mut books = Vec::new();
    for isbn in isbns {
        for title in titles {
            for author in authors {
                for genres in genres {
                    let isbn = isbn.map(|isbn| isbn.replace("new", &format!("n{}", books.len())));
                    let members = [
                        isbn.map(|isbn| format!("\"isbn\": {isbn}")),
                        title.map(|title| format!("\"title\": {title}")),
                        author.map(|author| format!("\"author\": {}", numbers(author))),
                        genres.map(|genres| format!("\"genres\": [{}]", numbers(genres))),
                    ];
                    let members: Vec<String> = members.into_iter().flatten().collect();
                    books.push(format!("{{{}}}", members.join(", ")));
                }
            }
        }
    }
    books
}

#[tokio::test]
async fn what_is_wrong_with_input_does_not_depend_on_how_it_is_read() {
    let db = filled().await;
    let (class, context) = (SerializerClass::of::<BookSerializer>(), Context::new(&db));
    for partial in [false, true] {
        let purpose = || Purpose::create().partial(partial);
        let mut told = Vec::new();
        // Numbers as texts take more than to be looked at: their books are read field by field.
        for quote in ["", "\""] {
            let books = mixed_books(quote);
            let json = parse(&format!("[{}]", books.join(", "))).unwrap();
            let (outcome, queries) =
                capture_queries(class.validate_many(&Input::Json(&json), purpose(), &context)).await;
            // Whether the ISBNs are taken; and whether there are these few authors and genres.
            assert_eq!(queries.len(), 2, "partial {partial}, quote {quote:?}");
            let Err(Error::Invalid(Detail::Dict(by_place))) = outcome else { panic!("not refused") };
            let mut by_place = by_place.into_iter().peekable();
            for (index, book) in books.iter().enumerate() {
                let json = parse(book).unwrap();
                let alone = class.validate(&Input::Json(&json), purpose(), &context).await;
                match by_place.next_if(|(place, _)| *place == index.to_string()) {
                    Some((_, detail)) => assert_eq!(refused(alone), detail.to_string(), "{book}"),
                    None => assert!(alone.is_ok(), "{book}: {alone:?}"),
                }
            }
            told.push(refused(class.validate_many(&Input::Json(&json), purpose(), &context).await));
        }
        assert_eq!(told[0], told[1]);
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Genre, fields = [name, label])]
struct LabelledSerializer {
    #[field(source = "name", required = false)]
    label: belleville_serializers::fields::CharField,
}

#[tokio::test]
async fn of_two_fields_for_one_value_the_last_one_sets_it() {
    let db = filled().await;
    let (class, context) = (SerializerClass::of::<LabelledSerializer>(), Context::new(&db));
    for (input, name) in [
        (r#"{"name": "a", "label": "b"}"#, "b"),
        (r#"{"label": "b", "name": "a"}"#, "b"),
        (r#"{"name": 1}"#, "1"),
    ] {
        let json = parse(input).unwrap();
        let data = class.validate(&Input::Json(&json), Purpose::create(), &context).await.unwrap();
        let values: Vec<_> =
            data.iter().map(|(name, value)| (name, value.read::<String, _>().unwrap())).collect();
        assert_eq!(values, [("name", name.to_owned())], "{input}");
    }
}
