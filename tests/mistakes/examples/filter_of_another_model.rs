//! A filter is about another model

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

fn main() {
    let _ = Note::objects().filter(User::USERNAME.eq("alice"));
    //~^ expected `Q<Note>`, found `Q<User>`
    let _ = Note::objects().filter(Note::RANK.to(User::USERNAME).eq("alice"));
    //~^ the method `to` exists for struct `Column<Note, i64>`, but its trait bounds were not satisfied
}
