//! An option of a serializer's field is misspelt, has another type, or belongs to another kind of field

use belleville::prelude::*;
use belleville::serializers::SerializerMethodField;
use belleville::serializers::fields::CharField;

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    title: String,
    #[field(on_delete = Cascade)]
    owner: ForeignKey<User>,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, first, second, third, fourth, shout])]
struct NoteSerializer {
    #[field(max_lenght = 3)]
    //~^ no method named `max_lenght`
    //~^ max_length
    first: CharField,
    #[field(max_length = "3")]
    //~^ expected `u64`, found `&str`
    second: CharField,
    #[field(many)]
    //~^ no method named `many`
    third: CharField,
    fourth: u8,
    //~^ `u8` is no field of a serializer
    //~^ give a kind of field (`CharField`), a relation (`SlugRelatedField<Genre>`) or another serializer
    shout: SerializerMethodField,
    //~^ no function or associated item named `get_shout`
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [title], extra_kwargs = [title(min_lenght = 2)])]
//~^ no method named `min_lenght`
//~^ min_length
struct ShortSerializer;

fn main() {}
