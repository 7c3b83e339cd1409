//! `createcachetable`: makes the table of a cache in the database, as Django's command of this name does.

use belleville_auth::cache::create_table;
use belleville_db::functions::raw;
use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

/// Makes the table of a cache in the database.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Names of tables; without one, the table that CACHE_URL names.
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
    /// Only show the SQL.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let mut tables: Vec<&str> = arguments.tables.iter().map(String::as_str).collect();
    if tables.is_empty() {
        tables.extend(opened.settings.cache.table());
    }
    if tables.is_empty() {
        println!("CACHE_URL names no table of the database; nothing is made.");
    }
    for table in tables {
        let statements = create_table(table, opened.db.dialect());
        if arguments.dry_run {
            statements.iter().for_each(|statement| println!("{statement}"));
        } else if exists(&opened.db, table).await {
            println!("Cache table '{table}' already exists.");
        } else {
            opened
                .db
                .atomic(async || {
                    for statement in &statements {
                        raw(statement.replace('%', "%%")).execute(&opened.db).await?;
                    }
                    Ok::<_, belleville_db::Error>(())
                })
                .await?;
        }
    }
    Ok(())
}

/// Whether rows of it can be asked for.
async fn exists(db: &belleville_db::Database, table: &str) -> bool {
    let name = table.replace('"', "\"\"").replace('%', "%%");
    let sql = format!("SELECT COUNT(*) FROM \"{name}\" WHERE cache_key = %s");
    raw(sql).bind("").rows::<i64>(db).await.is_ok()
}
