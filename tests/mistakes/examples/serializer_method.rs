//! A method of a serializer takes or returns something else than it is called with

use belleville::prelude::*;
use belleville::serializers::fields::ValidationError;
use belleville::serializers::{SerializerMethodField, serializer_methods};

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    title: String,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, title, shout])]
struct NoteSerializer {
    shout: SerializerMethodField,
    //~^ this is no method of a `SerializerMethodField`
    //~^ write `fn get_x(object: &Note) -> T` or `async fn get_x(object: &Note, context: &Context<'_>) -> Result<T>`
}

#[serializer_methods]
impl NoteSerializer {
    fn get_shout(user: &User) -> String {
        user.username.clone()
    }

    fn validate_id(_: i64) -> Result<i64, User> {
        //~^ the trait `From<User>` is not implemented for `
        Ok(1)
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, title])]
struct CheckedSerializer;

#[serializer_methods]
impl CheckedSerializer {
    fn validate_title(title: &str) {}
    //~^ write it as fn validate_title(title: &str, context: &Context<'_>) -> Result<()>

    fn validate(&self, data: &str) -> Result<(), ValidationError> {
        //~^ a serializer's methods take no `self`: there is no object of the serializer
        Ok(())
    }
}

fn main() {}
