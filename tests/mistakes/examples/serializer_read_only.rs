//! A field is read-only that is not shown

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

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, title], read_only_fields = [ownr])]
//~^ `ownr` is not one of `fields`
struct NoteSerializer;

fn main() {}
