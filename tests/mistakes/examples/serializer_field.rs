//! A serializer names a field that the model does not have

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
#[serializer(model = Note, fields = [id, titel])]
//~^ no field `titel` on type `&Note`
//~^ title
struct NoteSerializer;

fn main() {}
