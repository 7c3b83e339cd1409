//! Reads the tables of databases by the models that `inspectdb` wrote of them, and makes the same tables anew. ../inspectdb.py
//! writes `modules.rs`, which has the models of each database, and says what is done:
//!
//!     inspected check MODULE URL    one line of JSON for each model
//!     inspected make MODULE URL     the tables of the models in an empty database

mod modules;

use std::error::Error;
use std::pin::Pin;

use belleville::auth::user;
use belleville::db::migrations::state::{FieldState, ModelState};
use belleville::db::migrations::{AppConfig, Migration, Migrator};
use belleville::db::{Database, Model, ModelMeta, Registry, schema};
use belleville::json;
use belleville::json::Json;

type Outcome<T> = Result<T, Box<dyn Error>>;
type Future<'a> = Pin<Box<dyn std::future::Future<Output = belleville::db::Result<usize>> + 'a>>;

/// A model, without its type.
struct Inspected {
    meta: &'static ModelMeta,
    add: fn(AppConfig) -> AppConfig,
    visit: for<'a> fn(&'a Database) -> Future<'a>,
}

impl Inspected {
    /// A model whose rows are read and saved as they are.
    fn of<M: Model + Send + Sync + 'static>() -> Self {
        let visit: for<'a> fn(&'a Database) -> Future<'a> = |db| {
            Box::pin(async move {
                let rows = M::objects().all(db).await?;
                let count = rows.len();
                for mut row in rows {
                    row.save(db).await?;
                }
                Ok(count)
            })
        };
        Self { meta: M::META, add: |app| app.model::<M>(), visit }
    }

    /// A model whose rows are only read: of a view, or of a table with a key of several columns.
    fn read_only<M: Model + Send + Sync + 'static>() -> Self {
        Self { visit: |db| Box::pin(async move { Ok(M::objects().all(db).await?.len()) }), ..Self::of::<M>() }
    }
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, module, url] = arguments.as_slice() else {
        return Err("inspected check|make MODULE URL".into());
    };
    let models = modules::of(module).ok_or("there is no such module")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let db = Database::open(url, Registry::new(models.iter().map(|model| model.meta)))?;
    match what.as_str() {
        "check" => runtime.block_on(check(&db, &models)),
        _ => runtime.block_on(make(&db, &models)),
    }
}

async fn check(db: &Database, models: &[Inspected]) -> Outcome<()> {
    for model in models {
        let meta = model.meta;
        let mut differences = schema::differences(db, meta).await?;
        for many in meta.many {
            differences.extend(schema::differences(db, many.through()).await?);
        }
        let differences: Vec<Json> =
            differences.into_iter().map(|difference| difference.text.into()).collect();
        let rows = (model.visit)(db).await.map_err(|error| format!("{}: {error}", meta.label()))?;
        let fields: Vec<_> = meta.fields.iter().map(|field| {
            let to = field.relation.as_ref().map(|relation| (relation.to)().db_table);
            json!({
                "column": field.column, "kind": field.kind.to_string(), "null": field.null, "key": field.primary_key,
                "unique": field.unique, "to": to, "to_column": field.target().map(|field| field.column),
                "max_length": field.kind.max_length().map(i64::from),
            })
        }).collect();
        let many: Vec<Json> = meta.many.iter().map(|many| many.through().db_table.into()).collect();
        let line = json!({
            "table": meta.db_table, "rows": i64::try_from(rows)?, "differences": differences, "fields": fields, "many": many,
        });
        println!("{}", line.dumps().unwrap_or_default());
    }
    Ok(())
}

/// Makes the tables of the models, by a migration for each app.
async fn make(db: &Database, models: &[Inspected]) -> Outcome<()> {
    let mut apps: Vec<AppConfig> = Vec::new();
    for model in models {
        let label = model.meta.app_label;
        if apps.iter().all(|app| app.label != label) {
            let states: Vec<ModelState> = models
                .iter()
                .filter(|model| model.meta.app_label == label)
                .map(|model| ModelState::from_meta(model.meta))
                .collect();
            let app = models
                .iter()
                .filter(|model| model.meta.app_label == label)
                .fold(AppConfig::new(label), |app, model| (model.add)(app));
            apps.push(app.migration(created(label, states, models)));
        }
    }
    let apps = user::install(apps)?;
    Migrator::new(&apps).migrate(db, |_| {}).await?;
    Ok(())
}

/// Tables after those that they refer to. A circle is broken by a key that comes later.
fn created(app: &str, mut states: Vec<ModelState>, all: &[Inspected]) -> Migration {
    let mut migration =
        Migration::new("0001_initial").depends_on("auth", "0012_alter_user_first_name_max_length");
    for field in states.iter().flat_map(|state| &state.fields) {
        let Some((other, _)) = field.relation.as_ref().and_then(|relation| relation.to.split_once('.'))
        else {
            continue;
        };
        if let Some(model) = all.iter().find(|model| model.meta.app_label == other && other != app) {
            migration = migration.depends_on(model.meta.app_label, "0001_initial");
        }
    }
    let mut made: Vec<String> = Vec::new();
    let mut later: Vec<(String, FieldState)> = Vec::new();
    while !states.is_empty() {
        let waits = |made: &[String], state: &ModelState, to: &str| {
            to.split_once('.').is_some_and(|(target, name)| target == app && name != state.name)
                && !made.iter().any(|made| made == to)
        };
        let targets = |state: &ModelState| -> Vec<String> {
            let keys = state
                .fields
                .iter()
                .filter_map(|field| field.relation.as_ref())
                .map(|relation| relation.to.to_string());
            keys.chain(state.many.iter().map(|many| many.to.to_string())).collect()
        };
        let free = states.iter().position(|state| targets(state).iter().all(|to| !waits(&made, state, to)));
        let mut state = states.remove(free.unwrap_or_default());
        if free.is_none() {
            let (now, after): (Vec<FieldState>, Vec<FieldState>) =
                std::mem::take(&mut state.fields).into_iter().partition(|field| {
                    field
                        .relation
                        .as_ref()
                        .is_none_or(|relation| made.iter().any(|made| *made == relation.to))
                });
            state.fields = now;
            later.extend(after.into_iter().map(|field| (state.name.to_string(), field)));
        }
        made.push(format!("{app}.{}", state.name));
        migration = migration.create(state);
    }
    later.into_iter().fold(migration, |migration, (model, field)| migration.add_field(model, field))
}
