// What is annotated, ordered by, selected or set belongs to the model and is of the column's type.
extern crate belleville_db as belleville;

use belleville_db::functions::{row_number, when, window};
use belleville_db::{ForeignKey, Model, Related};

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
    rating: Option<f64>,
    #[field(on_delete = Cascade)]
    author: ForeignKey<Author>,
}

const BOOKS: Related<Author, Book> = Book::AUTHOR.reverse();

fn main() {
    let _annotated_of_another_model = Book::objects().annotate(BOOKS.count());
    let _selected_of_another_model = Book::objects().values((Book::ID, Author::NAME));
    let _ordered_by_another_model = Book::objects().order_by([-Author::NAME]);
    let _window_of_another_model =
        Book::objects().annotate(row_number(window().order_by([Author::NAME.asc()])));
    let _sum_of_texts = Book::TITLE.sum();
    let _two_types = when::<Book, i32>(Book::PAGES.gt(1), 1).otherwise("none");
    let _text_and_number = Book::PAGES + "1";
    let _set_to_another_type = Book::PAGES.set("many");
    let _set_to_null = Book::PAGES.set(None);
    let _set_over_a_relation = Book::AUTHOR.to(Author::NAME).set("Ann");
    let _coalesce_to_another_type = Book::RATING.or("none");
    let _joined_to_no_key = Book::objects().select_related(Book::TITLE);
    let _prefetched_from_another_model = Book::objects().prefetch_related(BOOKS);
    let _union_of_two_models = Book::objects().union(Author::objects());
}

async fn assignments(db: &belleville_db::Database) {
    let _another_model = Book::objects().update(db, [Author::NAME.set("Ann")]).await;
    let _another_field = Book::objects().bulk_update(db, &[], [Author::NAME.into()]).await;
}
