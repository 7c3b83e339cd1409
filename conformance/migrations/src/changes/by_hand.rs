//! Migrations that are written by hand: steps of code and SQL, branches, and those that are squashed.

use belleville_db::Model as _;
use belleville_db::migrations::prelude::*;

changes! {
    "step_of_code" step_of_code {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] pub(crate) name: String, #[field(max_length = 20)] pub(crate) loud: String, } }
    }
    "step_of_sql" step_of_sql {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "branches" branches {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, one: Option<i32>, two: Option<i32>, } }
    }
    "squash_none" squash_none {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] title: String, one: Option<i64>, two: Option<i32>, } }
    }
    "squash_some" squash_some {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] title: String, one: Option<i64>, two: Option<i32>, } }
    }
    "squash_all" squash_all {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] title: String, one: Option<i64>, two: Option<i32>, } }
    }
    "faked" faked {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
    }
    "faked_initial" faked_initial {
        before {}
        after { struct Thing { #[field(max_length = 20)] name: String, } struct Other { pieces: i32, } }
    }
}

/// The apps whose migrations become one.
pub(crate) const SQUASHED: [&str; 3] = ["squash_none", "squash_some", "squash_all"];

pub(super) fn migrations(app: &str) -> Vec<Migration> {
    match app {
        "step_of_code" => vec![
            Migration::new("0002_loud")
                .add_field("Thing", char("loud", 20).null())
                .run_reversible(shout, whisper)
                .alter_field("Thing", char("loud", 20)),
        ],
        "step_of_sql" => vec![Migration::new("0002_more").run_sql_reversible(
            "INSERT INTO step_of_sql_thing (name) VALUES ('more')",
            "DELETE FROM step_of_sql_thing WHERE name = 'more'",
        )],
        "branches" => vec![
            Migration::new("0002_one")
                .depends_on("branches", "0001_initial")
                .add_field("Thing", integer("one").null()),
            Migration::new("0002_two")
                .depends_on("branches", "0001_initial")
                .add_field("Thing", integer("two").null()),
        ],
        "squash_none" | "squash_some" | "squash_all" => vec![
            Migration::new("0002_one").add_field("Thing", integer("one").null()),
            Migration::new("0003_title")
                .rename_field("Thing", "name", "title")
                .alter_field("Thing", big_integer("one").null()),
            Migration::new("0004_two").add_field("Thing", integer("two").null()),
        ],
        _ => Vec::new(),
    }
}

async fn shout(db: &Database) -> Result<()> {
    use step_of_code::after::Thing;
    Thing::objects().update(db, [Thing::LOUD.set(Thing::NAME.upper())]).await.map(drop)
}

async fn whisper(db: &Database) -> Result<()> {
    use step_of_code::after::Thing;
    Thing::objects().update(db, [Thing::NAME.set(Thing::LOUD.lower())]).await.map(drop)
}
