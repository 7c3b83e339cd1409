//! Changes that need PostgreSQL.

use belleville_db::migrations::prelude::*;

changes! {
    "pg_array" pg_array {
        before { struct Thing { #[field(max_length = 20)] name: String, numbers: Option<Vec<i32>>, } }
        after { struct Thing {
            #[field(max_length = 20)] name: String,
            numbers: Option<Vec<i64>>,
            #[field(max_length = 9)] words: Option<Vec<String>>,
        } }
    }
    "pg_gin" pg_gin {
        before { struct Thing { words: Vec<String>, data: Json, } }
        after {
            #[model(indexes = [gin_index(name = "pg_gin_words", fields = ["words"]), gin_index(name = "pg_gin_data", fields = ["data"])])]
            struct Thing { words: Vec<String>, data: Json, }
        }
    }
    "pg_hstore" pg_hstore {
        before {}
        after { struct Thing { data: HStore, } }
    }
    "pg_concurrently" pg_concurrently {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
}

pub(super) fn migrations(app: &str) -> Vec<Migration> {
    match app {
        "pg_hstore" => vec![Migration::new("0001_hstore").create_extension("hstore")],
        "pg_concurrently" => vec![Migration::new("0002_index").atomic(false).run_sql_reversible(
            "CREATE INDEX CONCURRENTLY pg_concurrently_ix ON pg_concurrently_thing (name)",
            "DROP INDEX CONCURRENTLY pg_concurrently_ix",
        )],
        _ => Vec::new(),
    }
}
