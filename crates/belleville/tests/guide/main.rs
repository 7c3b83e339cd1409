//! `docs/guide/models-and-queries.md` and `migrations.md`: every block of Rust in them is a piece of these tests, which run it on SQLite.
//! Those of `files.md`, `filters-and-pages.md`, `views.md` and `routers.md` are in `tests/http`: `files.rs`, `lists.rs` and `actions.rs`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should say where")]
#![expect(unreachable_pub, reason = "the page shows models as a program has them")]

mod generic;
mod hooks;
mod kinds;
mod library;
mod migrations;
mod page;
mod postgres;
mod queries;
mod relations;
mod serializers;
mod transactions;
mod users;
mod writing;
