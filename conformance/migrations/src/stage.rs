//! The apps with their models before or after the changes.

use std::error::Error;

use belleville_db::Dialect;
use belleville_db::migrations::{AppConfig, Migration, MigrationName};

use crate::{changes, written};

/// The label of the user model.
pub(crate) const USER_MODEL: &str = "people.Person";

/// The app whose branches are brought together.
pub(crate) const BRANCHED: &str = "branches";

const FIRST: MigrationName = MigrationName { app: "people", name: "0001_initial" };

/// Which models there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Those before the changes.
    Before,
    /// Those after them.
    After,
}

impl Stage {
    pub(crate) fn read() -> Result<Self, Box<dyn Error>> {
        match std::env::var("STAGE").as_deref() {
            Ok("before") => Ok(Self::Before),
            Ok("after") => Ok(Self::After),
            _ => Err("STAGE is `before` or `after`".into()),
        }
    }
}

pub(crate) fn dialect(url: &str) -> Dialect {
    if url.starts_with("postgres") { Dialect::Postgres } else { Dialect::Sqlite }
}

/// The apps.
pub(crate) struct Apps(pub(crate) Vec<AppConfig>);

impl Apps {
    /// With the migrations that are written and compiled. Before the changes these are the first one, where there are models,
    /// and those that are written by hand.
    pub(crate) fn new(stage: Stage, dialect: Dialect) -> Self {
        let of_app = |change: changes::Change| {
            let app = with_models(change, stage);
            let migrations = written::of(change.app);
            let is_listed = |migration: &Migration| stage == Stage::After || is_before(change, migration);
            app.migrations(migrations.into_iter().filter(is_listed))
        };
        Self(changes::all(Some(dialect)).into_iter().map(of_app).map(with_user_model).collect())
    }
}

/// Whether it is applied before the rows are inserted, or may be.
fn is_before(change: changes::Change, migration: &Migration) -> bool {
    let has_models = !with_models(change, Stage::Before).models.is_empty();
    let by_hand = || changes::by_hand(change.app).iter().any(|known| known.name == migration.name);
    // Before branches are brought together nothing can be applied.
    migration.name == "0001_initial" && has_models || change.app != BRANCHED && by_hand()
}

/// An app with its models.
pub(crate) fn with_models(change: changes::Change, stage: Stage) -> AppConfig {
    let add = if stage == Stage::Before { change.before } else { change.after };
    add(AppConfig::new(change.app))
}

pub(crate) fn with_user_model(app: AppConfig) -> AppConfig {
    app.with_user_model(USER_MODEL, Some(FIRST))
}
