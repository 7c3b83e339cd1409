//! A viewset names something as its serializer that is none

use belleville::prelude::*;

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    title: String,
    rank: i64,
    #[field(on_delete = Cascade)]
    owner: ForeignKey<User>,
}

struct NoteSerializer;

struct Notes;

impl ModelViewSet for Notes {
    type Model = Note;
    type Serializer = NoteSerializer;
    //~^ `NoteSerializer` is not a serializer
    //~^ add #[derive(ModelSerializer)]
}

fn main() {}
