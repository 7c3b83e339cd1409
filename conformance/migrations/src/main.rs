//! Writes and runs the migrations of many changes of models, each in an app of its own. `run.py` compares them with Django's.
//!
//! `STAGE` says which models the apps have, those before the changes or after them, and thereby which migrations: those of the
//! models before, or all. What is told is one object of JSON.

// Derives and migrations write paths that begin with `belleville::db`.
extern crate belleville_db as belleville;

mod answers;
mod changes;
mod stage;
mod told;
mod write;
#[expect(
    clippy::unwrap_used,
    reason = "a default that no literal has is written as text, which is known to be right"
)]
mod written;

use std::error::Error;

use belleville_db::json::Json;
use belleville_db::migrations::{Fake, MigrationError, Migrator, Progress, Target};
use belleville_db::{Database, Registry};

use crate::stage::{Apps, Stage, dialect};
use crate::told::{lines, object};

const USAGE: &str = "usage: STAGE=before|after DATABASE_URL=.. migrations write FOLDER | describe | check | \
                     sql FORWARDS|BACKWARDS | migrate|fake|fake-initial TARGET..., where a target is `all`, APP, APP.NAME or APP.zero";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [command, rest @ ..] = arguments.as_slice() else { return Err(USAGE.into()) };
    if command == "write" {
        return write::all(rest.first().ok_or(USAGE)?);
    }
    let url = std::env::var("DATABASE_URL").map_err(|_| USAGE)?;
    let apps = Apps::new(Stage::read()?, dialect(&url));
    let told = match command.as_str() {
        "describe" => told::described(&apps),
        "sql" => told::sql(&apps, dialect(&url), rest.first().is_some_and(|way| way == "BACKWARDS")),
        "check" => run(&url, &apps, async |db| told::waiting(&apps, db).await)?,
        "migrate" => run(&url, &apps, async |db| Ok(migrate(&apps, db, Fake::Not, rest).await))?,
        "fake" => run(&url, &apps, async |db| Ok(migrate(&apps, db, Fake::All, rest).await))?,
        "fake-initial" => run(&url, &apps, async |db| Ok(migrate(&apps, db, Fake::Initial, rest).await))?,
        _ => return Err(USAGE.into()),
    };
    println!("{}", told.dumps().map_err(|_| "not JSON")?);
    Ok(())
}

fn run(
    url: &str,
    apps: &Apps,
    body: impl AsyncFnOnce(&Database) -> Result<Json, Box<dyn Error>>,
) -> Result<Json, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let models = apps.0.iter().flat_map(|app| app.models.iter().copied());
    let db = Database::open(url, Registry::new(models))?;
    runtime.block_on(body(&db))
}

/// Migrates to each target; the errors, by target. One that fails does not keep the others from being tried.
async fn migrate(apps: &Apps, db: &Database, fake: Fake, targets: &[String]) -> Json {
    let migrator = Migrator::new(&apps.0);
    let mut told = Vec::new();
    for text in targets {
        let (app, name) = text.split_once('.').map_or((text.as_str(), None), |(app, name)| (app, Some(name)));
        let target = target(&migrator, app, name);
        let mut faked = Vec::new();
        let done = |step| {
            if let Progress::Done { name, faked: true } = step {
                faked.push(name.to_string());
            }
        };
        let outcome = match target {
            Ok(target) => migrator.migrate_to(db, target, fake, done).await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            told.push((text.clone(), Json::from(error.to_string())));
        } else if !faked.is_empty() {
            told.push((format!("faked by {text}"), lines(faked)));
        }
    }
    object(told)
}

fn target(migrator: &Migrator<'_>, app: &str, name: Option<&str>) -> Result<Target, MigrationError> {
    if app == "all" {
        return Ok(Target::All);
    }
    let label = migrator.app(app)?.label;
    Ok(match name {
        None => Target::App(label),
        Some("zero") => Target::Zero(label),
        Some(name) => Target::Migration(migrator.find(label, name)?),
    })
}
