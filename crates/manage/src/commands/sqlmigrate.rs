//! `sqlmigrate`: the SQL of a migration.

use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

/// Prints the SQL of a migration, for the database of the settings.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The app.
    app: String,
    /// The migration, or the beginning of its name.
    name: String,
    /// The SQL that undoes it.
    #[arg(long)]
    backwards: bool,
}

pub(crate) fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let name = opened.migrator().find(&arguments.app, &arguments.name)?;
    let lines = opened.migrator().sql_text(name, opened.db.dialect(), arguments.backwards)?;
    if lines.is_empty() {
        eprintln!("No operations found.");
    }
    for line in lines {
        println!("{line}");
    }
    Ok(())
}
