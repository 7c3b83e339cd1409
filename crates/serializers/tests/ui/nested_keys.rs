// A field that the nested serializer's model does not have.
extern crate belleville_serializers as belleville;

use belleville::db::{ForeignKey, Model};
use belleville::serializers::*;

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
    #[field(on_delete = Cascade, related_name = "books")]
    author: ForeignKey<Author>,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title])]
struct BookSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, books])]
struct AuthorSerializer {
    #[field(many, writes = NestedWrites::Replace, key = titel)]
    books: BookSerializer,
}

#[derive(ListSerializer)]
#[serializer(writes = NestedWrites::Replace, key = isbn)]
struct BookListSerializer {
    child: BookSerializer,
}

fn main() {}
