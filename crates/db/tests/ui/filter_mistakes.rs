// Conditions of another model, of another type, or on what is no column of that kind do not compile.
extern crate belleville_db as belleville;

use belleville_db::{Date, DateTime, ForeignKey, Model, Related};

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
    pages: i32,
    published: Date,
    created: DateTime,
    #[field(on_delete = Cascade)]
    author: ForeignKey<Author>,
}

const BOOKS: Related<Author, Book> = Book::AUTHOR.reverse();

fn main() {
    let _wrong_model = Book::objects().exclude(Author::NAME.eq("Ann"));
    let _two_models = Book::PAGES.eq(1) & Author::NAME.eq("Ann");
    let _wrong_type = Book::PUBLISHED.gt(2024);
    let _wrong_type_in_a_list = Book::PAGES.is_in(["1", "2"]);
    let _wrong_column = Book::PAGES.lt(Book::CREATED);
    let _not_a_date = Book::PAGES.year();
    let _wrong_way = BOOKS.to(Author::NAME);
    let _wrong_key = Book::AUTHOR.eq("Ann");
    let _wrong_query = Book::AUTHOR.is_in(Author::objects().values(Author::NAME));
    let _not_a_document = Book::PAGES.key("a");
}
