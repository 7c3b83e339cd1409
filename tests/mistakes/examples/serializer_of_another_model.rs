//! A viewset's serializer is of another model

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
#[serializer(model = User, fields = [id, username])]
struct UserSerializer;

struct Notes;

impl ModelViewSet for Notes {
    type Model = Note;
    type Serializer = UserSerializer;
    //~^ type mismatch resolving `<UserSerializer as ModelSerializer>::Model == Note`
}

fn main() {}
