// Every mistake of a derive is reported at once, each at its own token.
extern crate belleville_db as belleville;

use belleville_db::files::FieldFile;
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


#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct WithMessages {
    #[field(primary_key)]
    id: i64,
    #[field(error_messages = [["unique", "Taken."]])]
    plain: String,
    #[field(unique, max_length = 9, error_messages = [["blank", "Nothing."]])]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(
    app = "library",
    constraints = [
        unique(name = "a", fields = ["title"], expressions = [lower(title)]),
        unique(name = "b", expressions = [sqrt(pages)]),
        unique(name = "c", expressions = [lower(titel).desc()], deferrable = later),
        exclude(name = "d", expressions = [title]),
        exclude(name = "e"),
    ],
    indexes = [
        index(expressions = [lower(title)]),
        index(name = "f"),
        index(name = "g", expressions = [lower(title)], opclasses = ["text_ops"]),
        hash_index(name = "h", fields = ["title"], opclasses = ["text_ops", "text_ops"]),
    ],
)]
struct WithRules {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 9)]
    title: String,
    pages: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library", indexes = [gin_index(fields = ["title"], fillfactor = 70)])]
struct WithAnotherOption {
    #[field(primary_key)]
    id: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct WithFiles {
    #[field(primary_key)]
    id: i64,
    #[field(upload_to = "/covers/")]
    cover: FieldFile,
    #[field(kind = FileField, upload_to = "covers/")]
    name: String,
    #[field(upload_to = "covers/", max_length = 9)]
    title: String,
    #[field(kind = CharField)]
    other: FieldFile,
}

fn main() {}
