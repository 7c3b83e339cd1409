//! An owner is a column that refers to no user

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
    let _ = IsOwner::by(Note::TITLE);
    //~^ `Column<Note, String>` does not say whom an object belongs to
    //~^ give the column of a foreign key to a user
}
