//! A filter compares a column with a value of another type

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
    let _ = Note::objects().filter(Note::RANK.eq("many"));
    //~^ a column of type `i64` cannot be compared with or set to `&str`
    let _ = Note::objects().filter(Note::RANK.contains("1"));
    //~^ the method `contains` exists for struct `Column<Note, i64>`, but its trait bounds were not satisfied
}
