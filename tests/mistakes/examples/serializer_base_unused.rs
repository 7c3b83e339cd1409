//! A serializer takes no field of its base

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
#[serializer(model = Note, fields = [id, title])]
struct NoteSerializer {
    #[field(flatten)]
    titled: Titled,
    //~^ none of the fields of `titled` is one of `fields`: add `..titled`, or `titled.field` for one
}

fn main() {}
