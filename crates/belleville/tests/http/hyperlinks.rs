//! Hyperlinked serializers. The texts are those of DRF 3.18's `HyperlinkedRelatedField`.

use belleville::db::ManyToMany;
use belleville::db::migrations::state::ModelState;
use belleville::json;
use belleville::prelude::*;
use belleville::serializers::{
    HyperlinkedIdentityField, HyperlinkedModelSerializer, HyperlinkedRelatedField, PlainSerializer as _,
};
use belleville::test::TestClient;

#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["slug"])]
struct Genre {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 50, unique)]
    slug: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["id"])]
struct Book {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 50)]
    title: String,
    #[field(on_delete = Cascade, related_name = "books")]
    genre: Option<ForeignKey<Genre>>,
    #[field(related_name = "tagged", blank)]
    tags: ManyToMany<Genre>,
}

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = Genre, fields = [url, slug, books], extra_kwargs = [url(lookup_field = "slug")])]
struct GenreSerializer {
    #[field(many, read_only)]
    books: HyperlinkedRelatedField<Book>,
}

#[derive(HyperlinkedModelSerializer)]
#[serializer(
    model = Book,
    fields = [url, title, genre, tags, itself],
    extra_kwargs = [genre(lookup_field = "slug"), tags(lookup_field = "slug")]
)]
struct BookSerializer {
    #[field(view_name = "book-detail")]
    itself: HyperlinkedIdentityField,
}

struct Genres;

/// DRF's `ModelSerializer` has the URL too, where it is named.
#[derive(ModelSerializer)]
#[serializer(model = Genre, fields = [url, slug], extra_kwargs = [url(lookup_field = "slug")])]
struct PlainGenreSerializer;

async fn plain_genres(request: Request) -> Result<Response> {
    Response::of_rows::<PlainGenreSerializer>(Genre::objects(), &request).await
}

impl ModelViewSet for Genres {
    type Model = Genre;
    type Serializer = GenreSerializer;

    const LOOKUP: Lookup<Genre> = Lookup::field(Genre::SLUG);
}

struct Books;

impl ModelViewSet for Books {
    type Model = Book;
    type Serializer = BookSerializer;
}

async fn crime(request: Request) -> Result<Response> {
    let crime = Genre::objects().filter(Genre::SLUG.eq("crime")).get(request.db()).await?;
    Response::of_object::<GenreSerializer>(200, &crime, &request).await
}

async fn from_the_end(request: Request) -> Result<Response> {
    Response::of_rows::<GenreSerializer>(Genre::objects().order_by([Genre::SLUG.desc()]), &request).await
}

/// A relation of a serializer without a model.
#[derive(Serializer)]
struct Loan {
    #[field(HyperlinkedRelatedField)]
    book: ForeignKey<Book>,
    #[field(HyperlinkedRelatedField, lookup_field = "slug")]
    genres: Vec<ForeignKey<Genre>>,
}

async fn lend(request: &Request) -> Result<Response> {
    let loan: Loan = request.validated().await?;
    let book = Book::objects().filter_pk(*loan.book.pk()).get(request.db()).await?;
    let mut response = Response::of(201, &loan, request).await?;
    response.headers_mut().insert("title", book.title.parse().unwrap());
    Ok(response)
}

fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("genres", Genres);
    router.register("books", Books);
    let lend = View::new("Lend").serializer_class(Loan::class().clone()).post(lend);
    Urls::new()
        .path("crime/", View::new("Crime").get(crime))
        .path("from-the-end/", View::new("From The End").get(from_the_end))
        .path("lend/", lend)
        .path("plain-genres/", View::new("Plain Genres").get(plain_genres))
        .include("", router.urls())
}

fn library() -> AppConfig {
    let first =
        Migration::new("0001_initial").create(ModelState::of::<Genre>()).create(ModelState::of::<Book>());
    AppConfig::new("library").model::<Genre>().model::<Book>().migration(first)
}

async fn client() -> TestClient {
    let app = App::new("library", env!("CARGO_MANIFEST_DIR"), urls).app(library());
    let client = TestClient::new(&app).await;
    client.create_user("alice").await;
    let alice = client.login("alice").await;
    for slug in ["crime", "poetry"] {
        alice.post("/genres/", json!({"slug": slug})).await.assert_status(201);
    }
    alice
}

#[belleville::test]
async fn rows_are_named_by_their_urls() {
    let alice = client().await;
    let input = json!({
        "title": "A",
        "genre": "http://testserver/genres/crime/",
        "tags": ["/genres/poetry/", "https://elsewhere.example/genres/crime/"],
    });
    let made = alice.post("/books/", input).await;
    made.assert_status(201);
    let book = concat!(
        r#"{"url":"http://testserver/books/1/","title":"A","genre":"http://testserver/genres/crime/","#,
        r#""tags":["http://testserver/genres/crime/","http://testserver/genres/poetry/"],"#,
        r#""itself":"http://testserver/books/1/"}"#
    );
    assert_eq!(made.text(), book);
    assert_eq!(made.header("location"), Some("http://testserver/books/1/"));
    assert_eq!(alice.get("/books/").await.text(), format!("[{book}]"));
    assert_eq!(
        alice.get("/genres/crime/").await.text(),
        r#"{"url":"http://testserver/genres/crime/","slug":"crime","books":["http://testserver/books/1/"]}"#
    );
    // A format that was asked for stays.
    let with_format = alice.get("/genres/poetry.json").await;
    assert_eq!(
        with_format.text(),
        r#"{"url":"http://testserver/genres/poetry.json","slug":"poetry","books":[]}"#
    );
    alice.patch("/books/1/", json!({"genre": null, "tags": []})).await.assert_status(200);
    let empty = r#""genre":null,"tags":[],"#;
    assert!(alice.get("/books/1/").await.text().contains(empty));
}

#[belleville::test]
async fn what_names_no_row_is_told() {
    let alice = client().await;
    for (genre, expected) in [
        (json!("/nowhere/"), "Invalid hyperlink - No URL match."),
        (json!("/books/1/"), "Invalid hyperlink - Incorrect URL match."),
        (json!("/genres/none/"), "Invalid hyperlink - Object does not exist."),
        (json!(1), "Incorrect type. Expected URL string, received int."),
    ] {
        let answer = alice.post("/books/", json!({"title": "A", "genre": genre})).await;
        answer.assert_status(400);
        assert_eq!(answer.text(), format!(r#"{{"genre":["{expected}"]}}"#));
    }
    let answer = alice.post("/books/", json!({"title": "A", "tags": [null]})).await;
    assert_eq!(answer.text(), r#"{"tags":["Incorrect type. Expected URL string, received NoneType."]}"#);
}

#[belleville::test]
async fn views_answer_with_objects_and_rows() {
    let alice = client().await;
    let genre =
        |slug: &str| format!(r#"{{"url":"http://testserver/genres/{slug}/","slug":"{slug}","books":[]}}"#);
    assert_eq!(alice.get("/crime/").await.text(), genre("crime"));
    let all = format!("[{},{}]", genre("poetry"), genre("crime"));
    assert_eq!(alice.get("/from-the-end/").await.text(), all);
    assert_eq!(
        alice.get("/plain-genres/").await.text(),
        r#"[{"url":"http://testserver/genres/crime/","slug":"crime"},{"url":"http://testserver/genres/poetry/","slug":"poetry"}]"#
    );
}

#[belleville::test]
async fn a_serializer_without_a_model_reads_and_shows_urls() {
    let alice = client().await;
    alice.post("/books/", json!({"title": "A", "genre": null, "tags": []})).await.assert_status(201);
    let input =
        json!({"book": "/books/1/", "genres": ["/genres/poetry/", "http://testserver/genres/crime/"]});
    let lent = alice.post("/lend/", input).await;
    assert_eq!(
        lent.assert_status(201).text(),
        r#"{"book":"http://testserver/books/1/","genres":["http://testserver/genres/poetry/","http://testserver/genres/crime/"]}"#
    );
    assert_eq!(lent.header("title"), Some("A"));
    let refused = alice.post("/lend/", json!({"book": "/books/2/", "genres": ["/books/1/"]})).await;
    assert_eq!(
        refused.assert_status(400).text(),
        r#"{"book":["Invalid hyperlink - Object does not exist."],"genres":["Invalid hyperlink - Incorrect URL match."]}"#
    );
}
