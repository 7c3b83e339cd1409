//! Two options of a serializer cannot both be meant, or an option is said as in Python

use belleville::prelude::*;
use belleville::serializers::fields::CharField;

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    title: String,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = ["id", "title"])]
//~^ write the name without quotes: `id`
struct QuotedSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = "__all__")]
//~^ name the fields, `fields = [id, title]`, or say `fields = all`
struct AllSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id], exclude = [title])]
//~^ say `fields` or `exclude`, not both
struct BothSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, title])]
struct TitledSerializer {
    #[field(read_only, required)]
    //~^ say `read_only` or `required`, not both: input cannot be asked for a field that it does not set
    title: CharField,
}

fn main() {}
