//! Saying the other name once, in the root of the crate, is enough for every derive.
extern crate api as belleville;

use api::prelude::*;

/// A note.
#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
pub struct Note {
    /// The primary key.
    #[field(primary_key)]
    pub id: i64,
    /// What it says.
    pub title: String,
}

/// What of a note is shown and taken.
#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, title])]
pub struct NoteSerializer;

#[api::test]
async fn derives_find_the_name() {
    let serializer = api::serializers::SerializerClass::of::<NoteSerializer>();
    assert_eq!((Note::META.db_table, serializer.fields().len()), ("notes_note", 2));
}
