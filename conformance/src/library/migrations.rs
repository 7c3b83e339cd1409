//! The tables of the library, as Django's `conformance.0001_initial` makes them.

use belleville::db::migrations::prelude::*;

pub(super) fn initial() -> Migration {
    let book = model(
        "Book",
        [
            id(),
            char("title", 200),
            char("status", 10).default_text("draft"),
            char("isbn", 13).unique(),
            decimal("price", 7, 2),
            positive_integer("pages").null(),
            float("rating").null(),
            boolean("available").default(true),
            date("published_on").null(),
            json("metadata"),
            uuid("uuid").unique(),
            url("homepage", 200),
            date_time("created_at"),
            date_time("updated_at"),
            foreign_key("author", "conformance.Author"),
            foreign_key("owner", AUTH_USER_MODEL),
        ],
    );
    let review = model(
        "Review",
        [
            id(),
            small_integer("stars"),
            text("text"),
            date_time("created_at"),
            foreign_key("book", "conformance.Book"),
            foreign_key("reviewer", AUTH_USER_MODEL),
        ],
    );
    Migration::new("0001_initial")
        .depends_on_user_model()
        .create(model("Author", [id(), char("name", 100), email("email", 254), date("born").null()]))
        .create(model("Genre", [id(), char("name", 50).unique(), slug("slug", 50).unique().without_index()]))
        .create(book.many_to_many("genres", "conformance.Genre"))
        .create(review)
        .add_constraint("Book", unique("one_title_per_author", ["author", "title"]))
        .alter_unique_together("Review", [["book", "reviewer"]])
}
