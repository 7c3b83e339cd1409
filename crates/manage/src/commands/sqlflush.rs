//! `sqlflush`: shows what `flush` would run.

use belleville_db::schema;

use crate::console::CommandError;
use crate::program::Program;

pub(crate) async fn run(program: &Program) -> Result<(), CommandError> {
    let opened = program.open()?;
    let statements = schema::flush_statements(&opened.db).await?;
    if statements.is_empty() {
        eprintln!("No tables found.");
    } else {
        println!("BEGIN;\n{}\nCOMMIT;", statements.join("\n"));
    }
    Ok(())
}
