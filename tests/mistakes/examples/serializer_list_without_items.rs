//! A list does not say what its items are

use belleville::prelude::*;
use belleville::serializers::ListSerializer;

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    title: String,
}

#[derive(ListSerializer)]
#[serializer(max_length = 10)]
struct NoteListSerializer;
//~^ declare the items: struct BookListSerializer { child: BookSerializer }

fn main() {}
