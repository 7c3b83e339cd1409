//! What is shown and read of books and authors.

use belleville::prelude::*;
use belleville::serializers::{SerializerMethodField, SlugRelatedField, serializer_methods};

use crate::models::{Author, Book, Genre};

/// An author by name.
#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, name])]
pub(crate) struct NameSerializer;

/// A book with its author and its genres.
#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, isbn, pages, published, author, genres])]
pub(crate) struct BookSerializer {
    #[field(read_only)]
    author: NameSerializer,
    #[field(many, slug_field = "slug")]
    genres: SlugRelatedField<Genre>,
}

/// A book of an author.
#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, isbn, pages, published])]
pub(crate) struct WrittenSerializer;

/// An author with the books.
#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, name, books])]
pub(crate) struct AuthorSerializer {
    #[field(many, read_only)]
    books: WrittenSerializer,
}

/// A book in a line, made of the two values that it needs.
#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, line])]
pub(crate) struct LineSerializer {
    #[field(needs = [Book::TITLE, Book::PAGES])]
    line: SerializerMethodField,
}

#[serializer_methods]
impl LineSerializer {
    fn get_line(title: String, pages: i32) -> String {
        format!("{title} ({pages} pages)")
    }
}

/// The same, made of the whole book.
#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, line])]
pub(crate) struct WholeLineSerializer {
    line: SerializerMethodField,
}

#[serializer_methods]
impl WholeLineSerializer {
    fn get_line(book: &Book) -> String {
        format!("{} ({} pages)", book.title, book.pages)
    }
}

/// A new book, with the keys of its author and its genres.
#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, isbn, pages, published, author, genres])]
pub(crate) struct NewBookSerializer;

/// A book of many that are checked.
#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [title, isbn, pages, published, author])]
pub(crate) struct CheckedBookSerializer;
