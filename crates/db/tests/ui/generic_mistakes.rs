// A generic foreign key names its two fields, and a generic relation a model that has one.
extern crate belleville_db as belleville;

use belleville_db::{Column, ContentTypes, ForeignKey, GenericForeignKey, GenericRelation, Model};

#[derive(Clone, Debug, Model)]
#[model(app = "contenttypes")]
struct ContentType {
    #[field(primary_key)]
    id: i32,
    #[field(max_length = 100)]
    app_label: String,
    #[field(max_length = 100)]
    model: String,
}

impl ContentTypes for ContentType {
    const APP_LABEL: Column<Self, String> = Self::APP_LABEL;
    const MODEL: Column<Self, String> = Self::MODEL;
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    content_type: ForeignKey<ContentType>,
    object_id: i64,
    #[field(generic(content_type, object_id))]
    about: GenericForeignKey,
    #[field(generic(content_type, object_id))]
    again: GenericForeignKey,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Wrong {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    content_type: ForeignKey<ContentType>,
    object_id: i64,
    about: GenericForeignKey,
    #[field(generic(object_id, content_type))]
    turned: GenericForeignKey,
    #[field(generic(content_type, object))]
    misspelt: GenericForeignKey,
    #[field(generic(content_type))]
    one: GenericForeignKey,
    #[field(unique, generic(content_type, object_id))]
    unique: GenericForeignKey,
    #[field(max_length = 9)]
    notes: GenericRelation<Note>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct OfNoType {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    content_type: ForeignKey<Book>,
    object_id: i64,
    #[field(generic(content_type, object_id))]
    about: GenericForeignKey,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Book {
    #[field(primary_key)]
    id: i64,
    which: GenericRelation<Note>,
    #[field(key = object_id)]
    misnamed: GenericRelation<Note>,
    #[field(key = about)]
    right: GenericRelation<Note>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Shelf {
    #[field(primary_key)]
    id: i64,
    books: GenericRelation<Book>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Parcel {
    #[field(primary_key)]
    key: belleville_db::Uuid,
    #[field(key = about)]
    notes: GenericRelation<Note>,
}

fn main() {}
