//! Books, their authors and their genres.

use belleville::db::{Date, ManyToMany};
use belleville::prelude::*;

/// Who writes books.
#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["id"])]
pub(crate) struct Author {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
}

/// What a book is about.
#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["id"])]
pub(crate) struct Genre {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 50, unique, kind = SlugField)]
    pub(crate) slug: String,
}

/// A book of the library.
#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["id"])]
pub(crate) struct Book {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 200)]
    pub(crate) title: String,
    #[field(max_length = 13, unique)]
    pub(crate) isbn: String,
    #[field(default = 1, validators = [min_value(1)])]
    pub(crate) pages: i32,
    pub(crate) published: Date,
    #[field(on_delete = Cascade, related_name = "books")]
    pub(crate) author: ForeignKey<Author>,
    #[field(related_name = "books")]
    pub(crate) genres: ManyToMany<Genre>,
}
