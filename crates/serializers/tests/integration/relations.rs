//! Relations: of serializers without a model, back from the other side, and of rows that vanish.

use std::any::Any;
use std::sync::Arc;

use belleville_db::json::parse;
use belleville_db::{Database, Error, ForeignKey, Model, QuerySet, Result, Value, capture_queries};
use belleville_serializers::fields::{Declared, FieldOptions as _, ListField, UUIDField, UuidFormat};
use belleville_serializers::{
    Context, HyperlinkedRelatedField, Input, Methods, ModelSerializer, PlainSerializer as _,
    PrimaryKeyRelatedField, Purpose, RequestContext, ResolvedUrl, Serializer, SerializerClass,
    SlugRelatedField, StringRelatedField, UrlOf, ValidatedData,
};

use crate::library::{Author, Book, Genre, filled, saved};

#[derive(Debug, Serializer)]
struct Loan {
    book: ForeignKey<Book>,
    #[field(SlugRelatedField, slug_field = "slug", queryset = genres_with_a_p())]
    genre: Option<ForeignKey<Genre>>,
    #[field(SlugRelatedField, slug_field = "name", error_messages = [("does_not_exist", "Nobody is {value}.")])]
    authors: Vec<ForeignKey<Author>>,
    others: Vec<ForeignKey<Book>>,
    reader: Reader,
}

#[derive(Debug, Serializer)]
struct Reader {
    #[field(SlugRelatedField, slug_field = "author__name", allow_null)]
    reads: Option<ForeignKey<Book>>,
}

fn genres_with_a_p() -> QuerySet<Genre> {
    Genre::objects().filter(Genre::SLUG.starts_with("p"))
}

async fn validated(
    class: &SerializerClass,
    input: &str,
    context: &Context<'_>,
) -> Result<ValidatedData, String> {
    let json = parse(input).unwrap();
    class.validate(&Input::Json(&json), Purpose::create(), context).await.map_err(|error| match error {
        Error::Invalid(detail) => detail.to_string(),
        error => error.to_string(),
    })
}

/// The texts are those of DRF 3.18.
#[tokio::test]
async fn a_struct_has_keys_of_rows() {
    let db = filled().await;
    let context = Context::new(&db);
    let input = r#"{"book": "2", "genre": "p", "authors": ["Bob", "Ann", "Bob"], "others": [], "reader": {"reads": "Bob"}}"#;
    let data = validated(Loan::class(), input, &context).await.unwrap();
    let loan = Loan::from_data(&data).unwrap();
    assert_eq!((*loan.book.pk(), loan.genre.as_ref().map(|genre| *genre.pk())), (2, Some(1)));
    assert_eq!(loan.authors.iter().map(|author| *author.pk()).collect::<Vec<_>>(), [2, 1, 2]);
    assert_eq!(loan.reader.reads.as_ref().map(|book| *book.pk()), Some(2));
    let shown = Loan::class().represent_values(&loan.to_data(), &context).await.unwrap();
    assert_eq!(
        String::from_utf8(shown).unwrap(),
        r#"{"book":2,"genre":"p","authors":["Bob","Ann","Bob"],"others":[],"reader":{"reads":"Bob"}}"#
    );

    let input = r#"{"book": "x", "genre": "c", "authors": ["Ann", "Zoe", []], "others": [1, 99, "x"], "reader": {"reads": "Ann"}}"#;
    let refused = validated(Loan::class(), input, &context).await.unwrap_err();
    assert_eq!(
        refused,
        concat!(
            r#"{"book":["Incorrect type. Expected pk value, received str."],"genre":["Object with slug=c does not exist."],"#,
            r#""authors":["Nobody is Zoe."],"others":["Invalid pk \"99\" - object does not exist."],"#,
            // Ann has written two books.
            r#""reader":{"reads":["More than one object has author__name=Ann."]}}"#
        )
    );
    let refused = validated(Loan::class(), r#"{"book": null, "authors": 1, "reader": {}}"#, &context).await;
    assert_eq!(
        refused.unwrap_err(),
        concat!(
            r#"{"book":["This field may not be null."],"authors":["Expected a list of items but got type \"int\"."],"#,
            r#""others":["This field is required."]}"#
        )
    );
}

fn plain<const N: usize>(fields: [(&'static str, Declared); N]) -> Arc<SerializerClass> {
    SerializerClass::plain("Plain", fields, Methods::new())
}

#[derive(Clone)]
struct Site;

impl RequestContext for Site {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn shared(&self) -> Arc<dyn RequestContext> {
        Arc::new(self.clone())
    }

    fn user(&self) -> Result<Value> {
        Err(Error::refused("nobody is logged in"))
    }

    fn urls(&self, name: &str, _: &str, _: Option<&str>) -> Result<UrlOf> {
        let name = name.to_owned();
        Ok(Box::new(move |value| Some(format!("/{name}/{value}/"))))
    }

    fn resolve(&self, url: &str) -> Option<ResolvedUrl> {
        let (name, key) = url.trim_matches('/').split_once('/')?;
        let kwarg = if name == "genre-detail" { "slug" } else { "pk" };
        Some(ResolvedUrl { name: name.to_owned(), kwargs: vec![(kwarg.to_owned(), key.to_owned())] })
    }
}

#[tokio::test]
async fn relations_without_a_model_are_of_any_kind() {
    let db = filled().await;
    let context = Context::new(&db).with_request(&Site);
    let class = plain([
        ("author", HyperlinkedRelatedField::<Author>::new().into()),
        ("genres", HyperlinkedRelatedField::<Genre>::new().lookup_field("slug").many(true).into()),
        ("name", StringRelatedField::<Author>::new().source("author")),
        ("slugs", ListField::new().child(SlugRelatedField::<Genre>::new().slug_field("slug")).into()),
    ]);
    let input = r#"{"author": "/author-detail/3/", "genres": ["/genre-detail/c/", "/genre-detail/p/"], "slugs": ["p", "c"]}"#;
    let data = validated(&class, input, &context).await.unwrap();
    assert_eq!(data.get("author").unwrap().read::<i64, _>().unwrap(), 3);
    let shown = class.represent_values(&data, &context).await.unwrap();
    assert_eq!(
        String::from_utf8(shown).unwrap(),
        r#"{"author":"/author-detail/3/","genres":["/genre-detail/c/","/genre-detail/p/"],"name":"Cyd","slugs":["p","c"]}"#
    );
    let input = r#"{"author": "/author-detail/9/", "genres": [1], "slugs": ["p", "x", 1]}"#;
    assert_eq!(
        validated(&class, input, &context).await.unwrap_err(),
        concat!(
            r#"{"author":["Invalid hyperlink - Object does not exist."],"genres":["Incorrect type. Expected URL string, received int."],"#,
            r#""slugs":{"1":["Object with slug=x does not exist."],"2":["Object with slug=1 does not exist."]}}"#
        )
    );
}

/// One for each field, to read and to show.
#[tokio::test]
async fn statements_do_not_grow_with_the_values() {
    let db = filled().await;
    let context = Context::new(&db);
    let class = plain([
        ("book", PrimaryKeyRelatedField::<Book>::new().into()),
        ("genres", SlugRelatedField::<Genre>::new().slug_field("slug").many(true).into()),
        ("author", SlugRelatedField::<Book>::new().slug_field("author__name").source("book").read_only()),
        ("others", ListField::new().child(SlugRelatedField::<Genre>::new().slug_field("name")).into()),
    ]);
    for count in [2, 300] {
        let item =
            |n| format!(r#"{{"book": {}, "genres": ["p", "c"], "others": ["Poems", "Crime"]}}"#, n % 3 + 1);
        let json = parse(&format!("[{}]", (0..count).map(item).collect::<Vec<_>>().join(","))).unwrap();
        let input = Input::Json(&json);
        let (all, read) = capture_queries(class.validate_many(&input, Purpose::create(), &context)).await;
        let all = all.unwrap();
        let (shown, written) = capture_queries(class.represent_all_values(&all, &context)).await;
        let first = r#"[{"book":1,"genres":["p","c"],"author":"Ann","others":["Poems","Crime"]},{"book":2,"genres":["p","c"],"author":"Bob","#;
        assert!(String::from_utf8(shown.unwrap()).unwrap().starts_with(first));
        assert_eq!((all.len(), read.len(), written.len()), (count, 3, 3));
    }
}

#[test]
#[should_panic(
    expected = "Plain.genre: library.Genre has no field `slgu`, which slug_field names; did you mean `slug`?"
)]
fn a_field_that_a_slug_names_is_looked_for_at_the_start() {
    plain([("genre", SlugRelatedField::<Genre>::new().slug_field("slgu").into())]);
}

#[test]
#[should_panic(expected = "Plain.book: leave out `queryset` or `read_only`: nobody can set it")]
fn what_is_only_shown_has_no_queryset() {
    plain([("book", PrimaryKeyRelatedField::new().queryset(Book::objects()).read_only())]);
}

#[tokio::test]
async fn a_field_of_ones_own_reads_and_shows_the_keys() {
    let db = filled().await;
    let context = Context::new(&db);
    let field = PrimaryKeyRelatedField::<Book>::new().pk_field(UUIDField::new().format(UuidFormat::Hex));
    let class = plain([("book", field.into())]);
    // The key of a book is no UUID.
    let refused = validated(&class, r#"{"book": "00000000000000000000000000000001"}"#, &context).await;
    assert_eq!(refused.unwrap_err(), r#"{"book":["Incorrect type. Expected pk value, received str."]}"#);
    let refused = validated(&class, r#"{"book": "x"}"#, &context).await;
    assert_eq!(refused.unwrap_err(), r#"{"book":["Must be a valid UUID."]}"#);
}

#[derive(ModelSerializer)]
#[serializer(model = Genre, fields = [id, name, slug, books])]
struct GenreSerializer {
    #[field(many, slug_field = "title", required = false)]
    books: SlugRelatedField<Book>,
}

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, name, books])]
struct AuthorSerializer {
    #[field(many)]
    books: PrimaryKeyRelatedField<Book>,
}

/// As `set` of Django's managers does.
#[tokio::test]
async fn the_other_side_of_a_relation_is_saved() {
    let db = filled().await;
    for (of, input, expected) in [
        (
            None,
            r#"{"name": "New", "slug": "n", "books": ["Three", "One"]}"#,
            r#"{"id":3,"name":"New","slug":"n","books":["One","Three"]}"#,
        ),
        (
            Some(3),
            r#"{"name": "New", "slug": "n", "books": ["Two", "Three"]}"#,
            r#"{"id":3,"name":"New","slug":"n","books":["Two","Three"]}"#,
        ),
        (
            Some(3),
            r#"{"name": "N", "slug": "n"}"#,
            r#"{"id":3,"name":"N","slug":"n","books":["Two","Three"]}"#,
        ),
    ] {
        assert_eq!(saved::<GenreSerializer>(&db, of, input).await, expected, "{input}");
    }
    // A key that is never NULL: those that are left out stay with their author.
    for (of, input, expected) in [
        (None, r#"{"name": "Dee", "books": [1, 2]}"#, r#"{"id":4,"name":"Dee","books":[1,2]}"#),
        (Some(1), r#"{"name": "Ann", "books": [1]}"#, r#"{"id":1,"name":"Ann","books":[1,3]}"#),
        (Some(4), r#"{"name": "Dee", "books": []}"#, r#"{"id":4,"name":"Dee","books":[2]}"#),
    ] {
        assert_eq!(saved::<AuthorSerializer>(&db, of, input).await, expected, "{input}");
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [title, author, genres])]
struct NamedBookSerializer {
    #[field(slug_field = "name")]
    author: SlugRelatedField<Author>,
    #[field(many, slug_field = "slug", error_messages = [("does_not_exist", "No {value}.")])]
    genres: SlugRelatedField<Genre>,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [title, author, genres])]
struct LinkedBookSerializer {
    author: HyperlinkedRelatedField<Author>,
    #[field(many)]
    genres: PrimaryKeyRelatedField<Genre>,
}

/// Deletes rows after the input was found good, and gives what saving says of them.
async fn refused_at_saving<S: ModelSerializer<Model = Book>>(db: &Database, input: &str) -> String {
    let class = SerializerClass::of::<S>();
    let context = Context::new(db).with_request(&Site);
    let json = parse(input).unwrap();
    let serializer = Serializer::<Book>::for_create(&class, &Input::Json(&json), &context).await.unwrap();
    Genre::objects().filter(Genre::SLUG.eq("c")).delete(db).await.unwrap();
    Author::objects().filter(Author::NAME.eq("Cyd")).delete(db).await.unwrap();
    match serializer.save(db).await {
        Err(Error::Invalid(detail)) => detail.to_string(),
        outcome => panic!("{outcome:?}"),
    }
}

/// The refusals of a moment earlier.
#[tokio::test]
async fn rows_that_vanish_before_saving_are_refused_by_their_fields() {
    let input = r#"{"title": "New", "author": "Cyd", "genres": ["p"]}"#;
    let refused = refused_at_saving::<NamedBookSerializer>(&filled().await, input).await;
    assert_eq!(refused, r#"{"author":["Object with name=Cyd does not exist."]}"#);
    let input = r#"{"title": "New", "author": "Ann", "genres": ["p", "c"]}"#;
    let refused = refused_at_saving::<NamedBookSerializer>(&filled().await, input).await;
    assert_eq!(refused, r#"{"genres":["No c."]}"#);
    let input = r#"{"title": "New", "author": "/author-detail/3/", "genres": []}"#;
    let refused = refused_at_saving::<LinkedBookSerializer>(&filled().await, input).await;
    assert_eq!(refused, r#"{"author":["Invalid hyperlink - Object does not exist."]}"#);
    let input = r#"{"title": "New", "author": "/author-detail/1/", "genres": [1, 2]}"#;
    let refused = refused_at_saving::<LinkedBookSerializer>(&filled().await, input).await;
    assert_eq!(refused, r#"{"genres":["Invalid pk \"2\" - object does not exist."]}"#);
}
