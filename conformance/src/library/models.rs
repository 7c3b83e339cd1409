//! A small library: every kind of column and relation that an API commonly exposes.

use std::fmt;

use belleville::db::{Choices, Date, Decimal, ManyToMany, Uuid};
use belleville::json;
use belleville::json::Json;
use belleville::prelude::*;

/// What a book is about.
#[derive(Clone, Debug, Model)]
#[model(app = "conformance", ordering = ["name"])]
pub(crate) struct Genre {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 50, unique)]
    pub(crate) name: String,
    #[field(kind = SlugField, unique)]
    pub(crate) slug: String,
}

impl fmt::Display for Genre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Who writes books.
#[derive(Clone, Debug, Model)]
#[model(app = "conformance", ordering = ["id"])]
pub(crate) struct Author {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(kind = EmailField, blank)]
    pub(crate) email: String,
    #[field(blank)]
    pub(crate) born: Option<Date>,
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// How far a book has come.
#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub(crate) enum Status {
    #[choice("draft", "Draft")]
    Draft,
    #[choice("published", "Published")]
    Published,
}

/// A book, which belongs to a user.
#[derive(Clone, Debug, Model)]
#[model(
    app = "conformance",
    ordering = ["id"],
    constraints = [unique(name = "one_title_per_author", fields = ["author", "title"])]
)]
pub(crate) struct Book {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "books", editable = false)]
    pub(crate) owner: ForeignKey<AuthUser>,
    #[field(max_length = 200, help_text = "As printed on the cover")]
    pub(crate) title: String,
    #[field(on_delete = Protect, related_name = "books")]
    pub(crate) author: ForeignKey<Author>,
    #[field(blank, related_name = "books")]
    pub(crate) genres: ManyToMany<Genre>,
    #[field(max_length = 10, default = Status::Draft)]
    pub(crate) status: Status,
    #[field(
        verbose_name = "ISBN",
        max_length = 13,
        unique,
        validators = [regex(r"^\d{13}$", "Enter 13 digits.")]
    )]
    pub(crate) isbn: String,
    #[field(max_digits = 7, decimal_places = 2)]
    pub(crate) price: Decimal,
    #[field(kind = PositiveIntegerField, blank)]
    pub(crate) pages: Option<i64>,
    #[field(blank, validators = [min_value(0), max_value(5)])]
    pub(crate) rating: Option<f64>,
    #[field(default = true)]
    pub(crate) available: bool,
    #[field(blank)]
    pub(crate) published_on: Option<Date>,
    #[field(default = json!({}), blank)]
    pub(crate) metadata: Json,
    #[field(default = Uuid::new_v4(), editable = false, unique)]
    pub(crate) uuid: Uuid,
    #[field(kind = URLField, blank)]
    pub(crate) homepage: String,
    #[field(auto_now_add)]
    pub(crate) created_at: DateTime,
    #[field(auto_now)]
    pub(crate) updated_at: DateTime,
}

/// How good a book is.
#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub(crate) enum Stars {
    #[choice(1, "*")]
    One,
    #[choice(2, "**")]
    Two,
    #[choice(3, "***")]
    Three,
    #[choice(4, "****")]
    Four,
    #[choice(5, "*****")]
    Five,
}

/// What a user says of a book.
#[derive(Clone, Debug, Model)]
#[model(app = "conformance", ordering = ["id"], unique_together = [["book", "reviewer"]])]
pub(crate) struct Review {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "reviews")]
    pub(crate) book: ForeignKey<Book>,
    #[field(on_delete = Cascade, related_name = "reviews")]
    pub(crate) reviewer: ForeignKey<AuthUser>,
    #[field(kind = SmallIntegerField)]
    pub(crate) stars: Stars,
    #[field(blank)]
    pub(crate) text: String,
    #[field(auto_now_add)]
    pub(crate) created_at: DateTime,
}
