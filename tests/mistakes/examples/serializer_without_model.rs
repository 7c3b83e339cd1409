//! A serializer does not say its model

use belleville::prelude::*;

#[derive(ModelSerializer)]
#[serializer(fields = [id])]
struct NoteSerializer;
//~^ say which model: #[serializer(model = Project, ...)]

fn main() {}
