//! An owner is named by a text

use belleville::prelude::*;

fn main() {
    let _ = IsOwner::by("author");
    //~^ `&str` does not say whom an object belongs to
    //~^ give the column of a foreign key to a user
}
