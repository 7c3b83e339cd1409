//! `inspectdb`: models of tables that are there already.

use std::io::Write;
use std::path::Path;

use belleville_auth::models::{
    BlacklistedToken, ContentType, Group, KnoxToken, LogEntry, OutstandingToken, Permission, Session, Token,
    User,
};
use belleville_auth::user;
use belleville_db::schema::inspect::{self, Apps, KnownModel, TableKind, TableName};
use belleville_db::{Database, Model};
use clap::Args;

use crate::console::CommandError;
use crate::migration_files::formatted;
use crate::program::Program;

/// Writes models of the tables of the database.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Only these tables or views; without any, each that has no model in Belleville itself.
    tables: Vec<String>,
    /// The app of the models. It is made of the names of the tables when it is left out.
    #[arg(long, value_name = "LABEL")]
    app: Option<String>,
    /// Also write models of views.
    #[arg(long)]
    include_views: bool,
    /// Also write models of the parts of partitioned tables.
    #[arg(long)]
    include_partitions: bool,
}

/// Django's own table of the history, which no model has.
const HISTORY: &str = "django_migrations";

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let db = program.open()?.db;
    let known = known_models();
    let chosen = chosen(arguments, &known, inspect::tables(&db).await?)?;
    let mut tables = Vec::new();
    let mut unread = Vec::new();
    for name in chosen {
        match inspect::table(&db, &name).await {
            Ok(facts) => tables.push(facts),
            // The other tables can be read all the same.
            Err(error) => unread.push(format!("Unable to inspect table `{}`: {error}", name.name)),
        }
    }
    // A model that is asked for by its table is written, and what refers to it refers to what is written.
    let is_written = |known: &KnownModel| tables.iter().any(|table| table.name == known.meta.db_table);
    let known: Vec<KnownModel> = known.into_iter().filter(|known| !is_written(known)).collect();
    let written = inspect::write(&db, &tables, &known, &apps(program, arguments, &db).await?);
    let mut source = String::new();
    for line in &unread {
        source.push_str(&format!("// {}\n", line.replace('\n', " ")));
    }
    source.push_str(&written.source);
    std::io::stdout().write_all(formatted(&source, Path::new(".")).as_bytes())?;
    for line in unread.iter().chain(&written.left_out) {
        eprintln!("{line}");
    }
    Ok(())
}

/// The models that Belleville has of tables of Django and its packages.
fn known_models() -> Vec<KnownModel> {
    let known = |meta, path| KnownModel { meta, path };
    let all = [
        known(User::META, "belleville::auth::models::User"),
        known(Group::META, "belleville::auth::models::Group"),
        known(Permission::META, "belleville::auth::models::Permission"),
        known(ContentType::META, "belleville::auth::models::ContentType"),
        known(Session::META, "belleville::auth::models::Session"),
        known(LogEntry::META, "belleville::auth::models::LogEntry"),
        known(Token::META, "belleville::auth::models::Token"),
        known(KnoxToken::META, "belleville::auth::models::KnoxToken"),
        known(OutstandingToken::META, "belleville::auth::models::OutstandingToken"),
        known(BlacklistedToken::META, "belleville::auth::models::BlacklistedToken"),
    ];
    // Of a program with another user model, `auth_user` is a table like any other.
    let is_used = |known: &KnownModel| known.meta.db_table != User::META.db_table || is_user(known);
    all.into_iter().filter(is_used).collect()
}

fn is_user(known: &KnownModel) -> bool {
    user::meta().label() == known.meta.label()
}

/// The tables that are asked for.
fn chosen(
    arguments: &Arguments,
    known: &[KnownModel],
    all: Vec<TableName>,
) -> Result<Vec<TableName>, CommandError> {
    if arguments.tables.is_empty() {
        let is_known =
            |table: &TableName| known.iter().any(|known| known.tables().any(|name| name == table.name));
        let is_asked = |table: &TableName| match table.kind {
            TableKind::Table => table.name != HISTORY,
            TableKind::View => arguments.include_views,
            TableKind::Partition => arguments.include_partitions,
        };
        return Ok(all.into_iter().filter(|table| is_asked(table) && !is_known(table)).collect());
    }
    let named = |name: &String| {
        let found = all.iter().find(|table| table.name == *name).cloned();
        found.ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|table| table.name.as_str()).collect();
            CommandError::new(format!(
                "the database has no table or view `{name}`; it has {}",
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            ))
        })
    };
    let mut tables: Vec<TableName> = arguments.tables.iter().map(named).collect::<Result<_, _>>()?;
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    tables.dedup();
    Ok(tables)
}

async fn apps(program: &Program, arguments: &Arguments, db: &Database) -> Result<Apps, CommandError> {
    if let Some(app) = &arguments.app {
        let is_label = app.starts_with(|c: char| c.is_ascii_lowercase())
            && app.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !is_label {
            return Err(CommandError::new(format!(
                "`{app}` cannot be an app: a label is small letters, digits and `_`, such as `shop`"
            )));
        }
    }
    Ok(Apps {
        named: arguments.app.clone(),
        content_types: inspect::content_types(db).await?,
        otherwise: program.name.replace('-', "_"),
    })
}
