//! Serializers: what is shown of a model, and what is read from input.

use std::fmt;

use belleville::db::{self, Database, Date, Decimal, ForeignKey, Model, ValueRef, capture_queries};
use belleville::exceptions::{Error, Result};
use belleville::json;
use belleville::json::{Dict, Json, parse, write_str};
use belleville::prelude::{App, ModelViewSet, Request, Response, SimpleRouter, Urls, View};
use belleville::serializers::fields::{CharField, Field, ValidationError};
use belleville::serializers::{
    Context, Input, ListSerializer, ModelSerializer, NestedWrites, PlainSerializer as _, Purpose, Serializer,
    SerializerClass, SerializerFields, SerializerMethodField, SerializerResponse as _, SlugRelatedField,
    StringRelatedField, Validated, ValidatedData, ValidatedList, serializer_methods,
};
use belleville::test::TestClient;

use crate::library::{Author, Book, Genre, app, filled};
use crate::users::Account;

/// What a serializer shows of the first row of its model.
async fn shown<S: ModelSerializer>(db: &Database) -> Result<String> {
    let rows = S::Model::objects().rows().slice(0..1);
    let bytes = SerializerClass::of::<S>().represent_all(rows, &Context::new(db)).await?;
    Ok(String::from_utf8(bytes).unwrap())
}

/// How a new object is shown, or what is wrong with the input.
async fn created<S: ModelSerializer>(db: &Database, input: &str) -> Result<String> {
    let (class, context) = (SerializerClass::of::<S>(), Context::new(db));
    let json = parse(input).unwrap();
    let saved = match Serializer::<S::Model>::for_create(&class, &Input::Json(&json), &context).await {
        Ok(serializer) => serializer.save(db).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(object) => Ok(String::from_utf8(class.represent(&object, &context).await?).unwrap()),
        Err(Error::Api(refused)) => Ok(refused.detail().to_string()),
        Err(error) => Err(error),
    }
}

#[derive(ModelSerializer)]
#[serializer(
    model = Author,
    fields = [id, name, born],
    extra_kwargs = [name(min_length = 2, help_text = "As on the cover")]
)]
struct AuthorSerializer;

#[belleville::test]
async fn fields_follow_from_the_model() -> Result<()> {
    let db = &filled().await;
    assert_eq!(shown::<AuthorSerializer>(db).await?, r#"[{"id":1,"name":"Ann","born":"1950-03-01"}]"#);
    assert_eq!(
        created::<AuthorSerializer>(db, r#"{"name": "X", "born": "soon"}"#).await?,
        concat!(
            r#"{"name":["Ensure this field has at least 2 characters."],"#,
            r#""born":["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."]}"#
        )
    );
    Ok(())
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [title, author, born, genres, state_display, shout, is_long])]
struct BookSerializer {
    author: StringRelatedField<Author>,
    #[field(source = "author.born", read_only)]
    born: DateField,
    #[field(many, slug_field = "name")]
    genres: SlugRelatedField<Genre>,
    #[field(source = "get_state_display", read_only)]
    state_display: CharField,
    shout: SerializerMethodField,
    is_long: SerializerMethodField,
}

#[serializer_methods]
impl BookSerializer {
    fn get_shout(book: &Book) -> String {
        book.title.to_uppercase()
    }

    async fn get_is_long(book: &Book, context: &Context<'_>) -> Result<bool> {
        let longer = Book::objects().filter(Book::PAGES.gt(book.pages));
        Ok(longer.count(context.db()).await? < 2)
    }
}

use belleville::serializers::fields::DateField;

#[belleville::test]
async fn declared_fields_and_methods() -> Result<()> {
    let db = &filled().await;
    assert_eq!(
        shown::<BookSerializer>(db).await?,
        concat!(
            r#"[{"title":"Alpha","author":"Ann","born":"1950-03-01","genres":["crime","travel"],"#,
            r#""state_display":"On the shelf","shout":"ALPHA","is_long":true}]"#
        )
    );
    Ok(())
}

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [name, initial, works])]
struct CardSerializer {
    #[field(needs = [Author::NAME])]
    initial: SerializerMethodField,
    #[field(needs = [Author::BORN, Book::AUTHOR.reverse().count()])]
    works: SerializerMethodField,
}

#[serializer_methods]
impl CardSerializer {
    fn get_initial(name: String) -> String {
        name.chars().take(1).collect()
    }

    fn get_works(born: Option<Date>, books: i64) -> String {
        let born = born.map_or("?".to_owned(), |born| born.year().to_string());
        format!("{books} since {born}")
    }
}

#[belleville::test]
async fn a_method_takes_the_values_that_it_needs() -> Result<()> {
    let db = &filled().await;
    let shown = shown::<CardSerializer>(db).await?;
    assert_eq!(shown, r#"[{"name":"Ann","initial":"A","works":"2 since 1950"}]"#);
    let bob = Author::objects().filter(Author::NAME.eq("Bob")).get(db).await?;
    let class = SerializerClass::of::<CardSerializer>();
    let shown = class.represent(&bob, &Context::new(db)).await?;
    assert_eq!(String::from_utf8(shown).unwrap(), r#"{"name":"Bob","initial":"B","works":"2 since ?"}"#);
    Ok(())
}

/// What is needed of the row behind a foreign key, and of rows that refer to it, beside what the query groups or orders.
#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [title, author, counts])]
struct CountedSerializer {
    #[field(read_only)]
    author: CardSerializer,
    #[field(needs = [Book::PRICE, Book::GENRES.count(), Book::COPIES + 1, Book::TITLE.lower()])]
    counts: SerializerMethodField,
}

#[serializer_methods]
impl CountedSerializer {
    fn get_counts(price: Decimal, genres: i64, more: i32, title: String, _: &Context<'_>) -> Result<String> {
        Ok(format!("{price} {genres} {more} {title}"))
    }
}

/// The books of an author, in a query of their own.
#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [name, books])]
struct WritingsSerializer {
    #[field(many, read_only)]
    books: CountedSerializer,
}

#[belleville::test]
async fn what_methods_need_is_read_wherever_the_serializer_stands() -> Result<()> {
    let db = &filled().await;
    let class = SerializerClass::of::<WritingsSerializer>();
    let rows = Author::objects().filter(Author::NAME.eq("Ann")).rows();
    let (bytes, statements) = capture_queries(class.represent_all(rows, &Context::new(db))).await;
    let card = r#"{"name":"Ann","initial":"A","works":"2 since 1950"}"#;
    assert_eq!(
        String::from_utf8(bytes?).unwrap(),
        format!(
            "[{{\"name\":\"Ann\",\"books\":[{{\"title\":\"Alpha\",\"author\":{card},\"counts\":\"10.00 2 4 alpha\"}},\
             {{\"title\":\"Beta\",\"author\":{card},\"counts\":\"20.00 1 1 beta\"}}]}}]"
        )
    );
    assert_eq!(statements.len(), 2);
    Ok(())
}

#[derive(ModelSerializer)]
#[serializer(model = Genre, fields = [id, name, part_of])]
struct GenreSerializer;

#[serializer_methods]
impl GenreSerializer {
    /// Refuses a value; a method that takes a `String` and returns one may change it.
    fn validate_name(name: &str) -> Result<(), ValidationError> {
        if name.contains("spam") { Err("No spam, please.".into()) } else { Ok(()) }
    }

    /// Refuses the values together. What is said here is about no field.
    fn validate(data: &mut ValidatedData) -> Result<(), ValidationError> {
        match data.field(Genre::NAME) {
            Some(name) if name == "all" && data.field(Genre::PART_OF).flatten().is_some() => {
                Err("Nothing has all.".into())
            }
            _ => Ok(()),
        }
    }

    fn to_representation(genre: &Genre, mut data: Dict) -> Result<Dict, db::Error> {
        data.insert("is_part", genre.part_of.is_some().into());
        Ok(data)
    }
}

#[belleville::test]
async fn methods_check_and_change() -> Result<()> {
    let db = &filled().await;
    for (input, expected) in [
        (r#"{"name": "spam"}"#, r#"{"name":["No spam, please."]}"#),
        (r#"{"name": "crime"}"#, r#"{"name":["genre with this name already exists."]}"#),
        (r#"{"name": "all", "part_of": 1}"#, r#"{"non_field_errors":["Nothing has all."]}"#),
        (r#"{"name": "noir", "part_of": 1}"#, r#"{"id":3,"name":"noir","part_of":1,"is_part":true}"#),
    ] {
        assert_eq!(created::<GenreSerializer>(db, input).await?, expected, "{input}");
    }
    Ok(())
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [title, price])]
struct WrittenBookSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, name, books])]
struct WritingAuthorSerializer {
    #[field(many, required = false)]
    books: WrittenBookSerializer,
}

#[serializer_methods]
impl WritingAuthorSerializer {
    async fn create(mut data: ValidatedData, context: &Context<'_>) -> Result<Author> {
        let books = data.take_many("books");
        let written = context.db().atomic(async || {
            let author = Self::default_create(data, context).await?;
            for mut book in books {
                book.assign(Book::AUTHOR.set(&author))?;
                WrittenBookSerializer::default_create(book, context).await?;
            }
            Ok(author)
        });
        written.await
    }
}

#[belleville::test]
async fn a_serializer_saves_in_a_way_of_its_own() -> Result<()> {
    let db = &filled().await;
    assert_eq!(
        created::<WritingAuthorSerializer>(
            db,
            r#"{"name": "Dee", "books": [{"title": "One", "price": 1}, {"title": "Two", "price": "2.50"}]}"#
        )
        .await?,
        concat!(
            r#"{"id":3,"name":"Dee","books":[{"title":"One","price":"1.00"},"#,
            r#"{"title":"Two","price":"2.50"}]}"#
        )
    );
    Ok(())
}

#[derive(ModelSerializer)]
#[serializer(model = Genre, fields = [id, name])]
struct LoudSerializer;

#[serializer_methods]
impl LoudSerializer {
    /// The names of input may be in capitals.
    fn to_internal_value(data: Dict) -> Result<Dict, ValidationError> {
        let mut small = Dict::new();
        for (name, value) in data.iter() {
            small.insert(name.to_lowercase(), value.clone());
        }
        Ok(small)
    }
}

#[belleville::test]
async fn input_is_changed_before_it_is_read() -> Result<()> {
    let db = &filled().await;
    assert_eq!(created::<LoudSerializer>(db, r#"{"NAME": "noir"}"#).await?, r#"{"id":3,"name":"noir"}"#);
    Ok(())
}

/// What several serializers of books have.
#[derive(SerializerFields)]
#[serializer(model = Book)]
struct Titled {
    #[field(max_length = 30)]
    title: CharField,
    cover: SerializerMethodField,
}

#[serializer_methods]
impl Titled {
    fn get_cover(book: &Book) -> String {
        book.title.to_uppercase()
    }

    fn validate_title(title: &str) -> Result<(), ValidationError> {
        if title.ends_with('.') { Err("A title has no full stop.".into()) } else { Ok(()) }
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, ..titled, pages])]
struct ShelfSerializer {
    #[field(flatten)]
    titled: Titled,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [titled.title, author])]
struct BriefSerializer {
    #[field(flatten)]
    titled: Titled,
}

#[belleville::test]
async fn fields_of_a_base() -> Result<()> {
    let db = &filled().await;
    assert_eq!(
        shown::<ShelfSerializer>(db).await?,
        r#"[{"id":1,"title":"Alpha","cover":"ALPHA","pages":100}]"#
    );
    assert_eq!(shown::<BriefSerializer>(db).await?, r#"[{"title":"Alpha","author":1}]"#);
    assert_eq!(
        created::<BriefSerializer>(db, r#"{"title": "Beta.", "author": 1}"#).await?,
        r#"{"title":["A title has no full stop."]}"#
    );
    Ok(())
}

#[derive(ModelSerializer)]
#[serializer(model = Genre, fields = [id, name])]
struct PartSerializer;

/// All the genres there are.
#[derive(ListSerializer)]
#[serializer(writes = NestedWrites::Replace, key = name, max_length = 1000)]
struct GenreListSerializer {
    child: PartSerializer,
}

#[serializer_methods]
impl GenreListSerializer {
    fn validate(genres: &mut [ValidatedData]) -> Result<(), ValidationError> {
        if genres.len() == 1 { Err("One genre is no order.".into()) } else { Ok(()) }
    }
}

async fn put_genres(request: Request) -> Result<Response> {
    let list = request.validated_changes::<GenreListSerializer>(Genre::objects()).await?;
    let genres = list.save().await?;
    Response::of_list::<GenreListSerializer>(200, &genres, &request).await
}

/// What the handler does with a body.
async fn put(db: &Database, input: &str) -> Result<String> {
    let (json, context) = (parse(input).unwrap(), Context::new(db));
    let (list, input) = (GenreListSerializer::class(), Input::Json(&json));
    let saved = match ValidatedList::for_update(list, &input, Genre::objects(), false, &context).await {
        Ok(list) => list.save().await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(genres) => Ok(String::from_utf8(list.represent(&genres, &context).await?).unwrap()),
        Err(Error::Api(refused)) => Ok(refused.detail().to_string()),
        Err(error) => Err(error),
    }
}

#[belleville::test]
async fn a_list_is_saved_by_declaration() -> Result<()> {
    let db = &filled().await;
    let _ = View::new("Genres").put(put_genres);
    assert_eq!(
        put(db, r#"[{"name": "crime"}, {"name": "noir"}]"#).await?,
        r#"[{"id":1,"name":"crime"},{"id":3,"name":"noir"}]"#
    );
    assert_eq!(Genre::objects().count(db).await?, 2);
    assert_eq!(
        put(db, r#"[{"name": "crime"}, {"name": ""}, 5]"#).await?,
        concat!(
            r#"{"1":{"name":["This field may not be blank."]},"#,
            r#""2":{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]}}"#
        )
    );
    assert_eq!(put(db, r#"[{"name": "x"}]"#).await?, r#"{"non_field_errors":["One genre is no order."]}"#);
    Ok(())
}

#[derive(ModelSerializer)]
#[serializer(model = Genre, fields = [id, name, parts])]
struct WholeSerializer {
    #[field(many, required = false, writes = NestedWrites::Replace)]
    parts: PartSerializer,
}

#[belleville::test]
async fn nested_rows_are_saved_by_declaration() -> Result<()> {
    let db = &filled().await;
    assert_eq!(
        created::<WholeSerializer>(
            db,
            r#"{"name": "prose", "parts": [{"name": "novels"}, {"name": "tales"}]}"#
        )
        .await?,
        r#"{"id":3,"name":"prose","parts":[{"id":4,"name":"novels"},{"id":5,"name":"tales"}]}"#
    );
    assert_eq!(
        created::<WholeSerializer>(db, r#"{"name": "verse", "parts": [{"name": "odes"}, {"name": ""}]}"#)
            .await?,
        r#"{"parts":{"1":{"name":["This field may not be blank."]}}}"#
    );
    Ok(())
}

/// Somebody who wants to be a member.
#[derive(Serializer)]
struct Registration {
    #[field(max_length = 50)]
    name: String,
    #[field(EmailField)]
    email: Option<String>,
    #[field(ColorField, default = "#000000")]
    color: String,
    #[field(min_value = 18, error_messages = [("min_value", "Come back when you are {min_value}.")])]
    age: i64,
}

/// What somebody takes home.
#[derive(Serializer)]
struct Loan {
    book: ForeignKey<Book>,
    #[field(SlugRelatedField, slug_field = "name")]
    genres: Vec<ForeignKey<Genre>>,
}

#[belleville::test]
async fn a_struct_has_keys_of_rows() -> Result<()> {
    let db = &filled().await;
    let context = Context::new(db);
    let first = Genre::objects().first(db).await?.unwrap();
    let text = format!(r#"{{"book":1,"genres":["{}"]}}"#, first.name);
    let json = parse(&text).unwrap();
    let data = Loan::class().validate(&Input::Json(&json), Purpose::create(), &context).await?;
    let loan = Loan::from_data(&data)?;
    assert_eq!((*loan.book.pk(), *loan.genres[0].pk()), (1, first.id));
    let shown = Loan::class().represent_values(&loan.to_data(), &context).await?;
    assert_eq!(String::from_utf8(shown).unwrap(), text);
    Ok(())
}

/// A color as browsers write it: `#ff8800`.
#[derive(Debug, Default)]
struct ColorField;

impl Field for ColorField {
    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let Json::Str(text) = data else { return Err("A color is a text.".into()) };
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        match digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            true => Ok(Validated::from(text.to_lowercase())),
            false => Err("Write it as #ff8800.".into()),
        }
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> db::Result<()> {
        match value {
            ValueRef::Text(text) => write_str(out, text),
            _ => out.extend_from_slice(b"null"),
        }
        Ok(())
    }
}

use belleville::serializers::fields::EmailField;

async fn register(request: Request) -> Result<Response> {
    let registration: Registration = request.validated().await?;
    Response::of(201, &registration, &request).await
}

#[belleville::test]
async fn a_struct_is_read() -> Result<()> {
    let db = &filled().await;
    let context = Context::new(db);
    let class = Registration::class();
    let read = async |text: &str| {
        let json = parse(text).unwrap();
        class.validate(&Input::Json(&json), Purpose::create(), &context).await
    };
    let data = read(r##"{"name": " Cyd ", "age": "18", "color": "#FF8800"}"##).await?;
    let registration = Registration::from_data(&data)?;
    assert_eq!((&*registration.name, registration.age, &*registration.color), ("Cyd", 18, "#ff8800"));
    assert_eq!(registration.email, None);

    let Err(db::Error::Invalid(detail)) = read(r#"{"age": 3, "email": "x", "color": "red"}"#).await else {
        panic!("it was not refused")
    };
    assert_eq!(
        detail.to_string(),
        concat!(
            r#"{"name":["This field is required."],"email":["Enter a valid email address."],"#,
            r#""color":["Write it as #ff8800."],"age":["Come back when you are 18."]}"#
        )
    );
    Ok(())
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, author, price])]
struct ChosenBookSerializer;

#[serializer_methods]
impl ChosenBookSerializer {
    /// `?fields=title,price` shows these two alone.
    fn to_representation(_: &Book, mut data: Dict, context: &Context<'_>) -> Result<Dict> {
        if let Some(fields) = context.request::<Request>()?.query_params().get("fields") {
            data.retain(|name, _| fields.split(',').any(|field| field == name));
        }
        Ok(data)
    }
}

struct BookViewSet;

impl ModelViewSet for BookViewSet {
    type Model = Book;
    type Serializer = ChosenBookSerializer;
}

fn urls() -> Urls {
    let mut router = SimpleRouter::new();
    router.register("books", BookViewSet);
    Urls::new().include("", router.urls()).path("register/", View::new("Register").post(register))
}

async fn client() -> TestClient {
    let app = App::new("library", env!("CARGO_MANIFEST_DIR"), urls).user_model::<Account>().app(app());
    let client = TestClient::new(&app).await;
    client.create_user("ann@example.com").await;
    client.login("ann@example.com").await
}

#[belleville::test]
async fn a_request_chooses_fields() -> Result<()> {
    let client = client().await;
    let db = client.db();
    let author = Author::objects().create(db, [Author::NAME.set("Ann")]).await?;
    let book = [Book::TITLE.set("Alpha"), Book::AUTHOR.set(&author), Book::PRICE.set(Decimal::from(1))];
    Book::objects().create(db, book).await?;
    for (query, expected) in [
        ("", r#"{"id":1,"title":"Alpha","author":1,"price":"1.00"}"#),
        ("?fields=title,price", r#"{"title":"Alpha","price":"1.00"}"#),
        ("?fields=price,,nothing", r#"{"price":"1.00"}"#),
        ("?fields=", "{}"),
    ] {
        assert_eq!(client.get(&format!("/books/1/{query}")).await.text(), expected);
        assert_eq!(client.get(&format!("/books/{query}")).await.text(), format!("[{expected}]"));
    }
    Ok(())
}

#[belleville::test]
async fn a_field_of_ones_own_reads_and_shows() {
    let client = client().await;
    let good = client.post("/register/", json!({"name": "Cyd", "age": 18, "color": "#FF8800"})).await;
    good.assert_status(201);
    assert_eq!(good.text(), r##"{"name":"Cyd","email":null,"color":"#ff8800","age":18}"##);
    for (color, expected) in [
        (json!("red"), "Write it as #ff8800."),
        (json!(7), "A color is a text."),
        (json!(null), "This field may not be null."),
    ] {
        let bad = client.post("/register/", json!({"name": "Cyd", "age": 18, "color": color})).await;
        bad.assert_status(400);
        assert_eq!(bad.text(), format!(r#"{{"color":["{expected}"]}}"#));
    }
}
