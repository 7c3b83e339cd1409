//! A field has a type that no column has

use belleville::prelude::*;

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    colour: [u8; 3],
    //~^ a model's field is a bool, i16, i32, i64, u16, u32, f64, String, DateTime
}

fn main() {}
