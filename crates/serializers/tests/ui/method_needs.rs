// What is mistaken in the values that a method field needs.
extern crate belleville_serializers as belleville;

use belleville::db::{ForeignKey, Model};
use belleville::serializers::fields::*;
use belleville::serializers::*;

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Author {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Book {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    title: String,
    pages: i32,
    #[field(on_delete = Cascade, related_name = "books")]
    author: ForeignKey<Author>,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [short])]
struct NoSuchColumn {
    #[field(needs = [Book::SUBTITLE])]
    short: SerializerMethodField,
}

#[serializer_methods]
impl NoSuchColumn {
    fn get_short(title: String) -> String {
        title
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [short])]
struct ColumnOfAnotherModel {
    #[field(needs = [Author::NAME])]
    short: SerializerMethodField,
}

#[serializer_methods]
impl ColumnOfAnotherModel {
    fn get_short(name: String) -> String {
        name
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [short])]
struct OtherType {
    #[field(needs = [Book::TITLE, Book::PAGES])]
    short: SerializerMethodField,
}

#[serializer_methods]
impl OtherType {
    fn get_short(title: String, pages: String) -> String {
        title + &pages
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [short])]
struct TooFewParameters {
    #[field(needs = [Book::TITLE, Book::PAGES])]
    short: SerializerMethodField,
}

#[serializer_methods]
impl TooFewParameters {
    fn get_short(title: String) -> String {
        title
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [short])]
struct WholeObject {
    #[field(needs = [Book::TITLE])]
    short: SerializerMethodField,
}

#[serializer_methods]
impl WholeObject {
    fn get_short(book: &Book) -> String {
        book.title.clone()
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [short])]
struct Waits {
    #[field(needs = [Book::TITLE])]
    short: SerializerMethodField,
}

#[serializer_methods]
impl Waits {
    async fn get_short(title: String) -> String {
        title
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [short])]
struct NoList {
    #[field(needs = Book::TITLE)]
    short: SerializerMethodField,
}

#[serializer_methods]
impl NoList {
    fn get_short(title: String) -> String {
        title
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [short])]
struct NoMethod {
    #[field(needs = [Book::TITLE])]
    short: CharField,
}

fn main() {}
