// The fields of a record are columns of its model, and have their types.
extern crate belleville_db as belleville;

use belleville_db::{ForeignKey, Model, QuerySet, Record};

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Author {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 50)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Book {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 50)]
    title: String,
    pages: Option<u32>,
    #[field(on_delete = Cascade)]
    author: ForeignKey<Author>,
}

#[derive(Clone, Debug, Record)]
#[record(model = Book)]
struct Wrong {
    titel: String,
    pages: u32,
    #[record(from = Book::AUTHOR.to(Author::NAME))]
    author: i64,
    #[record(form = Author::NAME)]
    name: String,
    #[record(from = Author::NAME)]
    other: String,
}

#[derive(Clone, Debug, Record)]
#[record(model = Book)]
struct Typed {
    titel: String,
    pages: u32,
    #[record(from = Book::AUTHOR.to(Author::NAME))]
    author: i64,
    #[record(from = Author::NAME)]
    other: String,
}

#[derive(Clone, Debug, Record)]
struct OfNoModel {
    id: i64,
}

#[derive(Clone, Debug, Record)]
#[record(model = Book)]
struct Tuple(i64);

#[derive(Clone, Debug, Record)]
#[record(model = Author)]
struct Name {
    name: String,
}

fn mistakes(books: QuerySet<Book>) {
    let _ = books.clone().only::<Name>();
    let _ = books.only::<Author>();
}

fn main() {}
