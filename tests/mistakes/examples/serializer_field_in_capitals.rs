//! A serializer names a column instead of a field

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
#[serializer(model = Note, fields = [id, TITLE])]
//~^ no field `TITLE` on type `&Note`
//~^ title
struct NoteSerializer;

fn main() {}
