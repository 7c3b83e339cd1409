//! `to_internal_value` asks the database

use belleville::json::Dict;
use belleville::prelude::*;
use belleville::serializers::serializer_methods;

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    title: String,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, title])]
struct NoteSerializer;

#[serializer_methods]
impl NoteSerializer {
    async fn to_internal_value(data: Dict) -> Result<Dict> {
        //~^ to_internal_value is not async: what asks the database belongs into `validate`
        Ok(data)
    }
}

fn main() {}
