//! Runs each query of the tables on a database that Django has filled, and prints one line of JSON for each: its name,
//! its result and the statements. `run.py` compares them with Django's.

// Derives write paths that begin with `::belleville::db`.
extern crate belleville_db as belleville;

mod aggregates;
mod chance;
mod fixtures;
mod functions;
mod generic;
mod inheritance;
mod lookups;
mod managers;
mod models;
mod names;
mod postgresql;
mod relations;
mod results;
mod rows;
mod samples;
mod table;
mod times;
mod values;
mod writes;

use std::convert::Infallible;
use std::error::Error;
use std::io::Write as _;

use belleville_db::json::{Dict, Json};
use belleville_db::{Database, Dialect, Model as _, Registry, TimeZone, capture_queries, schema};

use crate::models::Memo;

fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("usage: queries DATABASE_URL [values|dump|load]")?;
    let dialect = if url.starts_with("postgres") { Dialect::Postgres } else { Dialect::Sqlite };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match std::env::args().nth(2).as_deref() {
        Some("values") => {
            let db = Database::open(&url, models::registry(dialect))?;
            return Ok(runtime.block_on(samples::show_and_copy(&db, dialect))?);
        }
        Some(command @ ("dump" | "load")) => {
            let options = std::env::args().nth(3).unwrap_or_else(|| "{}".to_owned());
            return runtime.block_on(fixtures::run(&url, dialect, command, &options));
        }
        _ => {}
    }
    let mut table = table::Table::default();
    lookups::add(&mut table);
    relations::add(&mut table);
    aggregates::add(&mut table);
    functions::add(&mut table);
    times::add(&mut table, &models::registry(dialect));
    rows::add(&mut table);
    let registry = models::registry(dialect);
    names::add(&mut table, &registry);
    if let Ok(path) = std::env::var("CHANCE") {
        chance::add(&mut table, &registry, &std::fs::read_to_string(path)?);
    }
    managers::add_all(&mut table);
    writes::add(&mut table);
    generic::add(&mut table);
    inheritance::add(&mut table);
    if dialect == Dialect::Postgres {
        postgresql::add(&mut table);
    }
    runtime.block_on(run(&url, registry, table))
}

/// What a query gave, as the error that undoes its transaction.
struct Undone(belleville_db::Result<Json>, Vec<String>);

impl From<belleville_db::Error> for Undone {
    fn from(error: belleville_db::Error) -> Self {
        Self(Err(error), Vec::new())
    }
}

async fn run(url: &str, registry: Registry, table: table::Table) -> Result<(), Box<dyn Error>> {
    let time_zone = TimeZone::named(&std::env::var("TIME_ZONE").unwrap_or_else(|_| "UTC".to_owned()))?;
    let db = Database::open_in(url, registry, time_zone)?;
    for meta in db.registry().models() {
        let differences = schema::differences(&db, meta).await?;
        if let Some(difference) = differences.first() {
            return Err(difference.text.as_str().into());
        }
    }
    // The first deletion also asks the database which foreign keys it has.
    Memo::objects().filter_pk(0).delete(&db).await?;
    // Django has asked for its content types when it has made the rows.
    generic::ask_for_types(&db).await?;
    let mut out = std::io::stdout().lock();
    for (name, run) in table.0 {
        // Each in a transaction that is undone.
        let Err(Undone(outcome, statements)) = db
            .atomic(async || {
                let (outcome, statements) = capture_queries(run(&db)).await;
                Err::<Infallible, _>(Undone(outcome, statements))
            })
            .await;
        let mut line = Dict::new();
        line.insert("name", Json::from(name));
        line.insert("result", table::or_error(outcome));
        line.insert("statements", statements.into_iter().map(Json::from).collect::<Vec<_>>().into());
        writeln!(out, "{}", Json::Dict(line).dumps().map_err(|_| "not JSON")?)?;
    }
    Ok(())
}
