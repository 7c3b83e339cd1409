//! Relations: what is read with the rows, and in how many statements.

use std::fmt;

use belleville_db::json::{Dict, parse};
use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration, Migrator};
use belleville_db::{Database, Error, ForeignKey, ManyToMany, Model, Registry, capture_queries};
use belleville_serializers::{
    Context, Input, ModelSerializer, NestedWrites, PrimaryKeyRelatedField, Purpose, Serializer,
    SerializerClass, SerializerMethodField, SlugRelatedField, StringRelatedField, ValidatedData,
    serializer_methods,
};

#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["name"])]
pub(crate) struct Genre {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 20)]
    pub(crate) name: String,
    #[field(max_length = 20, unique, kind = SlugField)]
    pub(crate) slug: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["id"])]
pub(crate) struct Author {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 20)]
    pub(crate) name: String,
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["id"])]
pub(crate) struct Book {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 20, unique)]
    pub(crate) title: String,
    #[field(on_delete = Cascade, related_name = "books")]
    pub(crate) author: ForeignKey<Author>,
    #[field(related_name = "books", blank)]
    pub(crate) genres: ManyToMany<Genre>,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, author, author_name, genres, genre_ids, shout, count])]
struct BookSerializer {
    author: StringRelatedField<Author>,
    #[field(source = "author.name", read_only)]
    author_name: belleville_serializers::fields::CharField,
    #[field(many, slug_field = "slug")]
    genres: SlugRelatedField<Genre>,
    #[field(many, read_only, source = "genres")]
    genre_ids: PrimaryKeyRelatedField<Genre>,
    shout: SerializerMethodField,
    count: SerializerMethodField,
}

#[serializer_methods]
impl BookSerializer {
    fn get_shout(book: &Book) -> String {
        book.title.to_uppercase()
    }

    async fn get_count(book: &Book, context: &Context<'_>) -> Result<u64, Error> {
        Book::GENRES.of(book).all().count(context.db()).await
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, genres])]
struct InnerSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [name, books, titles])]
struct AuthorSerializer {
    #[field(many, read_only)]
    books: InnerSerializer,
    #[field(many, read_only, slug_field = "title", source = "books")]
    titles: SlugRelatedField<Book>,
}

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, name, books])]
struct ChangedAuthorSerializer {
    #[field(many, read_only)]
    books: ChangedBookSerializer,
}

#[serializer_methods]
impl ChangedAuthorSerializer {
    async fn to_representation(author: &Author, mut data: Dict) -> Result<Dict, Error> {
        data.insert("initial", author.name[..1].into());
        Ok(data)
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [title, genres])]
struct ChangedBookSerializer;

#[serializer_methods]
impl ChangedBookSerializer {
    fn to_representation(book: &Book, data: Dict) -> Result<Dict, Error> {
        let mut changed = Dict::new();
        for (key, value) in data.iter().filter(|_| book.id != 3) {
            changed.insert(key.to_uppercase(), value.clone());
        }
        Ok(changed)
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = all, depth = 1)]
struct DeepSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, author, genres])]
struct PlainBookSerializer;

pub(crate) async fn filled() -> Database {
    let first = Migration::new("0001_initial")
        .create(ModelState::of::<Genre>())
        .create(ModelState::of::<Author>())
        .create(ModelState::of::<Book>());
    let apps =
        [AppConfig::new("library").model::<Genre>().model::<Author>().model::<Book>().migration(first)];
    let registry = Registry::new(apps.iter().flat_map(|app| app.models.iter().copied()));
    let db = Database::open("sqlite://:memory:", registry).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    let mut genres = Vec::new();
    for (name, slug) in [("Poems", "p"), ("Crime", "c")] {
        genres.push(
            Genre::objects().create(&db, [Genre::NAME.set(name), Genre::SLUG.set(slug)]).await.unwrap(),
        );
    }
    for name in ["Ann", "Bob", "Cyd"] {
        Author::objects().create(&db, [Author::NAME.set(name)]).await.unwrap();
    }
    for (title, author, of) in [("One", 1, &genres[..]), ("Two", 2, &genres[..1]), ("Three", 1, &[])] {
        let book =
            Book::objects().create(&db, [Book::TITLE.set(title), Book::AUTHOR.set(author)]).await.unwrap();
        Book::GENRES.of(&book).add(&db, of).await.unwrap();
    }
    db
}

async fn shown<S: ModelSerializer>(db: &Database) -> (String, usize) {
    let class = SerializerClass::of::<S>();
    let context = Context::new(db);
    let (bytes, queries) = capture_queries(class.represent_all(S::Model::objects().rows(), &context)).await;
    (String::from_utf8(bytes.unwrap()).unwrap(), queries.len())
}

#[tokio::test]
async fn relations_are_read_with_the_rows() {
    let db = filled().await;
    let (books, queries) = shown::<BookSerializer>(&db).await;
    assert_eq!(
        books,
        concat!(
            r#"[{"id":1,"title":"One","author":"Ann","author_name":"Ann","genres":["c","p"],"genre_ids":[2,1],"shout":"ONE","count":2},"#,
            r#"{"id":2,"title":"Two","author":"Bob","author_name":"Bob","genres":["p"],"genre_ids":[1],"shout":"TWO","count":1},"#,
            r#"{"id":3,"title":"Three","author":"Ann","author_name":"Ann","genres":[],"genre_ids":[],"shout":"THREE","count":0}]"#
        )
    );
    // The books with their authors, each of the relations to genres, and the three of the method.
    assert_eq!(queries, 3 + 3);
    let (authors, queries) = shown::<AuthorSerializer>(&db).await;
    assert_eq!(
        authors,
        concat!(
            r#"[{"name":"Ann","books":[{"id":1,"title":"One","genres":[2,1]},{"id":3,"title":"Three","genres":[]}],"titles":["One","Three"]},"#,
            r#"{"name":"Bob","books":[{"id":2,"title":"Two","genres":[1]}],"titles":["Two"]},"#,
            r#"{"name":"Cyd","books":[],"titles":[]}]"#
        )
    );
    assert_eq!(queries, 4);
    let (changed, queries) = shown::<ChangedAuthorSerializer>(&db).await;
    assert_eq!(
        changed,
        concat!(
            r#"[{"id":1,"name":"Ann","books":[{"TITLE":"One","GENRES":[2,1]},{}],"initial":"A"},"#,
            r#"{"id":2,"name":"Bob","books":[{"TITLE":"Two","GENRES":[1]}],"initial":"B"},"#,
            r#"{"id":3,"name":"Cyd","books":[],"initial":"C"}]"#
        )
    );
    assert_eq!(queries, 3);
    let (deep, queries) = shown::<DeepSerializer>(&db).await;
    assert!(
        deep.starts_with(
            r#"[{"id":1,"title":"One","author":{"id":1,"name":"Ann"},"genres":[{"id":2,"name":"Crime","slug":"c"},"#
        ),
        "{deep}"
    );
    assert_eq!(queries, 2);
}

#[tokio::test]
async fn rows_of_many_to_many_fields_are_set() {
    let db = filled().await;
    let class = SerializerClass::of::<PlainBookSerializer>();
    let context = Context::new(&db);
    let input = parse(r#"{"title": "Four", "author": 3, "genres": [1, 2]}"#).unwrap();
    let serializer = Serializer::<Book>::for_create(&class, &Input::Json(&input), &context).await.unwrap();
    let book = serializer.save(&db).await.unwrap();
    let shown = class.represent(&book, &context).await.unwrap();
    assert_eq!(String::from_utf8(shown).unwrap(), r#"{"id":4,"title":"Four","author":3,"genres":[2,1]}"#);

    for (input, expected) in [
        (
            r#"{"title": "One", "author": 9, "genres": [1, 9]}"#,
            r#"{"title":["book with this title already exists."],"author":["Invalid pk \"9\" - object does not exist."],"genres":["Invalid pk \"9\" - object does not exist."]}"#,
        ),
        // The first item that names no row is told of, whether the database or the field itself refuses it.
        (
            r#"{"title": "Six", "author": 1, "genres": [1, 9, "x"]}"#,
            r#"{"genres":["Invalid pk \"9\" - object does not exist."]}"#,
        ),
        (
            r#"{"title": "Six", "author": 1, "genres": [1, "x", 9]}"#,
            r#"{"genres":["Incorrect type. Expected pk value, received str."]}"#,
        ),
    ] {
        assert_eq!(saved::<PlainBookSerializer>(&db, None, input).await, expected, "{input}");
    }
}

#[tokio::test]
async fn a_list_of_inputs_takes_as_many_statements_as_one() {
    let db = filled().await;
    let class = SerializerClass::of::<PlainBookSerializer>();
    let context = Context::new(&db);
    for count in [2, 300] {
        let items: Vec<String> = (0..count)
            .map(|n| format!(r#"{{"title": "T{n}", "author": {}, "genres": [1, 2]}}"#, n % 3 + 1))
            .collect();
        let input = parse(&format!("[{}]", items.join(","))).unwrap();
        let input = Input::Json(&input);
        let (outcome, queries) =
            capture_queries(class.validate_many(&input, Purpose::create(), &context)).await;
        // One for the titles, and one for the few authors and genres that are named.
        assert_eq!((outcome.unwrap().len(), queries.len()), (count, 2));
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, genres])]
struct WrittenBookSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, name, books])]
struct WritingAuthorSerializer {
    #[field(many, writes = NestedWrites::Replace, required = false)]
    books: WrittenBookSerializer,
}

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, name, books])]
struct SavingAuthorSerializer {
    #[field(many, required = false)]
    books: WrittenBookSerializer,
}

#[serializer_methods]
impl SavingAuthorSerializer {
    async fn create(mut data: ValidatedData, context: &Context<'_>) -> Result<Author, Error> {
        let books = data.take_many("books");
        let author = Self::default_create(data, context).await?;
        for mut book in books {
            book.assign(Book::AUTHOR.set(&author))?;
            WrittenBookSerializer::default_create(book, context).await?;
        }
        Ok(author)
    }

    async fn update(author: Author, mut data: ValidatedData, context: &Context<'_>) -> Result<Author, Error> {
        data.take_many("books");
        Self::default_update(author, data, context).await
    }
}

#[tokio::test]
async fn methods_that_save_may_do_the_usual() {
    let db = filled().await;
    for (of, input, expected) in [
        (
            None,
            r#"{"name": "Dee", "books": [{"title": "A", "genres": [1]}, {"title": "B", "genres": []}]}"#,
            r#"{"id":4,"name":"Dee","books":[{"id":4,"title":"A","genres":[1]},{"id":5,"title":"B","genres":[]}]}"#,
        ),
        (None, r#"{"name": "Eve"}"#, r#"{"id":5,"name":"Eve","books":[]}"#),
        (
            Some(4),
            r#"{"name": "Fay", "books": [{"title": "C", "genres": []}]}"#,
            r#"{"id":4,"name":"Fay","books":[{"id":4,"title":"A","genres":[1]},{"id":5,"title":"B","genres":[]}]}"#,
        ),
    ] {
        assert_eq!(saved::<SavingAuthorSerializer>(&db, of, input).await, expected, "{input}");
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, name])]
struct NestedAuthorSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, author])]
struct WritingBookSerializer {
    #[field(writes = NestedWrites::Merge)]
    author: NestedAuthorSerializer,
}

/// Saves input for a new object, or for the one with this key, and gives what is shown of it, or what is wrong.
pub(crate) async fn saved<S: ModelSerializer>(
    db: &Database,
    of: Option<<S::Model as Model>::Pk>,
    input: &str,
) -> String {
    let class = SerializerClass::of::<S>();
    let context = Context::new(db);
    let json = parse(input).unwrap();
    let input = Input::Json(&json);
    let serializer = match of {
        None => Serializer::<S::Model>::for_create(&class, &input, &context).await,
        Some(pk) => {
            let object = S::Model::objects().filter_pk(pk).get(db).await.unwrap();
            Serializer::for_update(&class, &input, object, false, &context).await
        }
    };
    let saved = match serializer {
        Ok(serializer) => serializer.save(db).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(object) => String::from_utf8(class.represent(&object, &context).await.unwrap()).unwrap(),
        Err(Error::Invalid(detail)) => detail.to_string(),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn nested_rows_are_saved_by_declaration() {
    let db = filled().await;
    for (of, input, expected) in [
        (
            None,
            r#"{"name": "Dee", "books": [{"title": "A", "genres": [1]}, {"title": "B", "genres": []}]}"#,
            r#"{"id":4,"name":"Dee","books":[{"id":4,"title":"A","genres":[1]},{"id":5,"title":"B","genres":[]}]}"#,
        ),
        // One is changed (its own title is no clash), one is new, and the other one is deleted.
        (
            Some(4),
            r#"{"name": "Dee", "books": [{"title": "C", "genres": []}, {"id": 4, "title": "A", "genres": [2]}]}"#,
            r#"{"id":4,"name":"Dee","books":[{"id":4,"title":"A","genres":[2]},{"id":6,"title":"C","genres":[]}]}"#,
        ),
        // A row of somebody else, and nothing of the rest is saved.
        (
            Some(4),
            r#"{"name": "Eve", "books": [{"id": 4, "title": "Z", "genres": []}, {"id": 1, "title": "Y", "genres": []}]}"#,
            r#"{"books":{"1":{"id":["Invalid pk \"1\" - object does not exist."]}}}"#,
        ),
        (
            Some(4),
            r#"{"name": "Dee", "books": [{"id": 4, "title": "One", "genres": []}]}"#,
            r#"{"books":{"0":{"title":["book with this title already exists."]}}}"#,
        ),
        (
            Some(4),
            r#"{"name": "Dee"}"#,
            r#"{"id":4,"name":"Dee","books":[{"id":4,"title":"A","genres":[2]},{"id":6,"title":"C","genres":[]}]}"#,
        ),
    ] {
        assert_eq!(saved::<WritingAuthorSerializer>(&db, of, input).await, expected, "{input}");
    }
    for (of, input, expected) in [
        (
            None,
            r#"{"title": "N", "author": {"name": "New"}}"#,
            r#"{"id":7,"title":"N","author":{"id":5,"name":"New"}}"#,
        ),
        (
            Some(7),
            r#"{"title": "N", "author": {"name": "Old"}}"#,
            r#"{"id":7,"title":"N","author":{"id":5,"name":"Old"}}"#,
        ),
        (Some(7), r#"{"title": "N", "author": {}}"#, r#"{"author":{"name":["This field is required."]}}"#),
    ] {
        assert_eq!(saved::<WritingBookSerializer>(&db, of, input).await, expected, "{input}");
    }
}
