//! Hooks that would not be called, and hooks that are missing.

extern crate belleville_db as belleville;

use belleville_db::{Database, Model, ModelHooks, Result};

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Uncalled {
    #[field(primary_key)]
    id: i64,
}

impl ModelHooks for Uncalled {
    async fn before_save(&mut self, _: &Database) -> Result<()> {
        Ok(())
    }
}

#[derive(Clone, Debug, Model)]
#[model(app = "notes", hooks)]
struct Missing {
    #[field(primary_key)]
    id: i64,
}

fn main() {}
