//! The API's views and URLs.

use std::sync::Arc;

use belleville::prelude::*;
use belleville::serializers::{Purpose, SerializerClass, context, input};

use crate::models::{Author, Book};
use crate::serializers::{AuthorSerializer, BookSerializer, CheckedBookSerializer, NewBookSerializer};

/// The books, each with its author and its genres.
struct BookViewSet;

impl ReadOnlyModelViewSet for BookViewSet {
    type Model = Book;
    type Serializer = BookSerializer;
}

/// The authors, each with the books.
struct AuthorViewSet;

impl ReadOnlyModelViewSet for AuthorViewSet {
    type Model = Author;
    type Serializer = AuthorSerializer;
}

/// New books.
struct NewBookViewSet;

impl ModelViewSet for NewBookViewSet {
    type Model = Book;
    type Serializer = NewBookSerializer;

    const ACTIONS: &'static [Action] = &[Action::Create];
}

/// Checks books without saving them, and says how many there are.
fn checked_books() -> View {
    let class = SerializerClass::of::<CheckedBookSerializer>();
    View::new("Checked Books").post(move |request: Request| {
        let class = Arc::clone(&class);
        async move {
            let data = request.data().await?;
            let books = class.validate_many(&input(&data), Purpose::create(), &context(&request)).await?;
            Response::data(200, &belleville::json!({ "valid": books.len() as i64 }))
        }
    })
}

/// `/books/`, `/authors/`, `/new-books/` and `/checked-books/`.
pub(crate) fn urls() -> Urls {
    let mut router = SimpleRouter::new();
    router.register("books", BookViewSet);
    router.register("authors", AuthorViewSet);
    router.register("new-books", NewBookViewSet).basename("new-book");
    Urls::new().include("", router.urls()).path("checked-books/", checked_books())
}
