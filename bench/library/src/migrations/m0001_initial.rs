//! Create model Author.
//! Create model Genre.
//! Create model Book.

use belleville::db::migrations::prelude::*;

/// `library.0001_initial`.
pub(super) fn migration() -> Migration {
    Migration::new("0001_initial")
        .create(model("Author", [id(), char("name", 100)]))
        .create(model("Genre", [id(), slug("slug", 50).unique()]))
        .create(
            model(
                "Book",
                [
                    id(),
                    char("title", 200),
                    char("isbn", 13).unique(),
                    integer("pages").default(1),
                    date("published"),
                    foreign_key("author", "library.Author"),
                ],
            )
            .many_to_many("genres", "library.Genre"),
        )
}
