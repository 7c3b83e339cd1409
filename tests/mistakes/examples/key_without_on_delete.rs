//! A foreign key does not say what a deletion does

use belleville::prelude::*;

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    owner: ForeignKey<User>,
    //~^ say what deleting the other row does: #[field(on_delete = Cascade)] (or Protect, SetNull)
}

fn main() {}
