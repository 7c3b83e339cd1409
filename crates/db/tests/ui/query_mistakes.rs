// A wrong column, a wrong type and a setting that cannot be meant do not compile.
extern crate belleville_db as belleville;

use belleville_db::{ForeignKey, Model};

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
    #[field(on_delete = Cascade)]
    author: ForeignKey<Author>,
}

fn main() {
    let _wrong_type = Book::PAGES.eq("many");
    let _wrong_model = Book::objects().filter(Author::NAME.eq("Ann"));
    let _wrong_way = Book::AUTHOR.to(Book::PAGES);
    let _not_a_key = Book::PAGES.to(Author::NAME);
    let _not_its_own = Book::AUTHOR.to(Author::NAME).set("Ann");
    let _not_a_text = Book::PAGES.contains("1");
    let _not_a_field = Book::TITLE;
    let _filtered_too_late = Book::objects().slice(0..3).filter(Book::PAGES.eq(1));
}
