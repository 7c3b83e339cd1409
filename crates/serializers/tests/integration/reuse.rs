//! Fields and methods that several serializers have.

use belleville_db::json::parse;
use belleville_db::{Database, Model, Registry};
use belleville_serializers::fields::{CharField, IntegerField, ValidationError};
use belleville_serializers::{
    Context, Input, ModelSerializer, PlainSerializer, Purpose, Serializer, SerializerClass, SerializerFields,
    SerializerMethodField, serializer_methods,
};

#[derive(Clone, Debug, Model)]
#[model(app = "reuse")]
struct Book {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    title: String,
    pages: i64,
}

#[derive(SerializerFields)]
#[serializer(model = Book)]
struct Counted {
    #[field(min_value = 1)]
    pages: IntegerField,
    shout: SerializerMethodField,
    #[field(source = "title", read_only)]
    name: CharField,
}

#[serializer_methods]
impl Counted {
    fn get_shout(book: &Book) -> String {
        book.title.to_uppercase()
    }

    fn validate_pages(pages: &i64) -> Result<(), ValidationError> {
        if *pages == 13 { Err("Not thirteen.".into()) } else { Ok(()) }
    }

    fn validate_title(title: &str) -> Result<(), ValidationError> {
        if title == "base" { Err("No, says the base.".into()) } else { Ok(()) }
    }
}

#[derive(SerializerFields)]
struct Deeper {
    #[field(flatten, exclude = [name])]
    counted: Counted,
    #[field(source = "title", read_only)]
    label: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, ..counted, title])]
struct WholeSerializer {
    #[field(flatten)]
    counted: Counted,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [title, counted.pages])]
struct PartSerializer {
    #[field(flatten)]
    counted: Counted,
}

#[serializer_methods]
impl PartSerializer {
    fn validate_title(title: &str) -> Result<(), ValidationError> {
        if title == "own" { Err("No, say I.".into()) } else { Ok(()) }
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [..counted, title, pages])]
struct OwnSerializer {
    #[field(flatten, exclude = [shout, pages])]
    counted: Counted,
    #[field(min_value = 5)]
    pages: IntegerField,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = all)]
struct AllSerializer {
    #[field(flatten)]
    deeper: Deeper,
}

fn names<S: ModelSerializer>() -> Vec<&'static str> {
    SerializerClass::of::<S>().fields().iter().map(|field| field.bound.name).collect()
}

#[test]
fn fields_of_a_base_stand_where_they_are_named() {
    assert_eq!(names::<WholeSerializer>(), ["id", "pages", "shout", "name", "title"]);
    assert_eq!(names::<PartSerializer>(), ["title", "pages"]);
    assert_eq!(names::<OwnSerializer>(), ["name", "title", "pages"]);
    assert_eq!(names::<AllSerializer>(), ["id", "pages", "shout", "label", "title"]);
}

async fn errors<S: ModelSerializer<Model = Book>>(input: &str) -> String {
    let db = Database::open("sqlite://:memory:", Registry::default()).unwrap();
    let json = parse(input).unwrap();
    let class = SerializerClass::of::<S>();
    let outcome = class.validate(&Input::Json(&json), Purpose::create(), &Context::new(&db)).await;
    outcome.map_or_else(|error| format!("{error:?}"), |data| format!("{data:?}"))
}

#[tokio::test]
async fn methods_and_options_of_a_base_come_with_it() {
    for (found, expected) in [
        (
            errors::<WholeSerializer>(r#"{"title": "base", "pages": 0}"#).await,
            &["says the base", "greater than or equal to 1"][..],
        ),
        (errors::<PartSerializer>(r#"{"title": "own", "pages": 13}"#).await, &["say I", "thirteen"]),
        (errors::<PartSerializer>(r#"{"title": "base", "pages": 2}"#).await, &["title", "pages"]),
        (errors::<OwnSerializer>(r#"{"title": "base", "pages": 3}"#).await, &["says the base", "equal to 5"]),
    ] {
        for text in expected {
            assert!(found.contains(text), "{text}: {found}");
        }
    }
    let own = errors::<PartSerializer>(r#"{"title": "base", "pages": 2}"#).await;
    assert!(!own.contains("base"), "{own}");
}

#[derive(Debug, PartialEq, Serializer)]
struct Contact {
    name: String,
    email: Option<String>,
}

#[serializer_methods]
impl Contact {
    fn validate_name(name: &str) -> Result<(), ValidationError> {
        if name == "nobody" { Err("Who?".into()) } else { Ok(()) }
    }
}

#[derive(Debug, PartialEq, Serializer)]
struct Order {
    #[field(flatten)]
    contact: Contact,
    number: i64,
}

#[tokio::test]
async fn a_struct_of_values_has_those_of_another() {
    let db = Database::open("sqlite://:memory:", Registry::default()).unwrap();
    let context = Context::new(&db);
    let json = parse(r#"{"name": "Ann", "number": 3}"#).unwrap();
    let data = Order::class().validate(&Input::Json(&json), Purpose::create(), &context).await.unwrap();
    let order = Order::from_data(&data).unwrap();
    assert_eq!(order, Order { contact: Contact { name: "Ann".to_owned(), email: None }, number: 3 });
    let shown = Order::class().represent_values(&order.to_data(), &context).await.unwrap();
    assert_eq!(String::from_utf8(shown).unwrap(), r#"{"name":"Ann","email":null,"number":3}"#);
    let json = parse(r#"{"name": "nobody", "number": 3}"#).unwrap();
    let error = Order::class().validate(&Input::Json(&json), Purpose::create(), &context).await.unwrap_err();
    assert!(format!("{error:?}").contains("Who?"), "{error:?}");
}
