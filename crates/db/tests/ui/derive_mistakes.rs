// Every mistake of a derive is reported at once, each at its own token.
extern crate belleville_db as belleville;

use belleville_db::{ForeignKey, Model};

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Author {
    #[field(primary_key)]
    id: i64,
}

#[derive(Clone, Debug, Model)]
#[model(table = "appless")]
struct WithoutApp {
    #[field(primary_key)]
    id: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["-nmae"], natural_key = ["-name"], unique_together = [["id", "titel"]])]
struct WithoutSuchFields {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40, uniq)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct WithoutKey {
    #[field(on_delete = SetNull)]
    named: ForeignKey<Author>,
    owner: ForeignKey<Author>,
    #[field(auto_now, max_length = 3)]
    count: i64,
    strange: [u8; 4],
}

fn long(_: &str) -> Result<(), String> {
    Ok(())
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct WithMessages {
    #[field(primary_key, validators = [long])]
    id: i64,
    #[field(error_messages = [["unique", "Taken."]])]
    plain: String,
    #[field(unique, max_length = 9, error_messages = [["blank", "Nothing."]])]
    name: String,
}

fn main() {}
