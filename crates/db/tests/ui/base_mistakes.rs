// The fields of an abstract model are told where it is declared, and those of the model where it is.
extern crate belleville_db as belleville;

use belleville_db::files::FieldFile;
use belleville_db::{AbstractModel, DateTime, ManyToMany, Model};

#[derive(Clone, Debug, AbstractModel)]
struct Dated {
    #[field(auto_now_add)]
    created: DateTime,
}

#[derive(Clone, Debug, AbstractModel)]
struct Wrong {
    #[field(auto_now_add, max_length = 4)]
    created: i64,
    readers: ManyToMany<Note>,
    #[field(flatten)]
    dated: Dated,
    #[field(upload_to = path)]
    file: FieldFile,
}

#[derive(Clone, Debug)]
struct Plain {
    made: DateTime,
}

#[derive(Clone, Debug, Model)]
#[model(app = "notes", ordering = ["-created", "changed"])]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(flatten)]
    dated: Dated,
}

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Letter {
    #[field(primary_key)]
    id: i64,
    #[field(flatten)]
    plain: Plain,
}

fn main() {}
