//! The API's views and URLs.

use std::sync::Arc;

use belleville::filters::{DjangoFilterBackend, FilterSet, OrderingFilter, SearchFilter};
use belleville::pagination::PageNumberPagination;
use belleville::prelude::*;
use belleville::serializers::{Purpose, SerializerClass, context, input};

use crate::models::{Author, Book};
use crate::serializers::{
    AuthorSerializer, BookSerializer, CheckedBookSerializer, LineSerializer, NewBookSerializer,
    WholeLineSerializer,
};

/// The books, each with its author and its genres.
struct BookViewSet;

impl ModelViewSet for BookViewSet {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Book;
    type Serializer = BookSerializer;
}

/// The same, batch by batch.
struct StreamedBookViewSet;

impl ModelViewSet for StreamedBookViewSet {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Book;
    type Serializer = BookSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.stream();
    }
}

/// The authors, each with the books.
struct AuthorViewSet;

impl ModelViewSet for AuthorViewSet {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Author;
    type Serializer = AuthorSerializer;
}

/// The books, each in a line.
struct LineViewSet;

impl ModelViewSet for LineViewSet {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Book;
    type Serializer = LineSerializer;
}

/// The same, made of objects.
struct WholeLineViewSet;

impl ModelViewSet for WholeLineViewSet {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Book;
    type Serializer = WholeLineSerializer;
}

/// The shelf of many books: filtered, searched, ordered, in pages.
struct ShelfViewSet;

impl ModelViewSet for ShelfViewSet {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Book;
    type Serializer = BookSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config
            .filter_backends((DjangoFilterBackend, SearchFilter, OrderingFilter))
            .filterset(FilterSet::new().lookups("pages", ["gte", "lte"]))
            .search_fields(["title", "author__name"])
            .ordering_fields(["title", "pages", "published"])
            .pagination_class(PageNumberPagination::new().page_size(20));
    }
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

/// `/books/`, `/streamed-books/`, `/authors/`, `/lines/`, `/whole-lines/`, `/shelf/`, `/new-books/` and `/checked-books/`.
pub(crate) fn urls() -> Urls {
    let mut router = SimpleRouter::new();
    router.register("books", BookViewSet);
    router.register("streamed-books", StreamedBookViewSet).basename("streamed-book");
    router.register("authors", AuthorViewSet);
    router.register("lines", LineViewSet).basename("line");
    router.register("whole-lines", WholeLineViewSet).basename("whole-line");
    router.register("shelf", ShelfViewSet).basename("shelf");
    router.register("new-books", NewBookViewSet).basename("new-book");
    Urls::new().include("", router.urls()).path("checked-books/", checked_books())
}
