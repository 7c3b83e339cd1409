//! A serializer leaves out a field that its base does not have

use belleville::prelude::*;
use belleville::serializers::SerializerFields;
use belleville::serializers::fields::CharField;

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    title: String,
}

#[derive(SerializerFields)]
struct Titled {
    title: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, ..titled])]
struct NoteSerializer {
    #[field(flatten, exclude = [titel])]
    //~^ no field `titel` on type `Titled`
    titled: Titled,
}

fn main() {}
