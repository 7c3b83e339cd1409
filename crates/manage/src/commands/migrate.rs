//! `migrate`: brings the tables up to date.

use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

/// Brings the database's tables up to date.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Show what would be applied, and change nothing.
    #[arg(long)]
    plan: bool,
}

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    if arguments.plan {
        println!("Planned operations:");
        let plan = opened.migrator().plan(&opened.db).await?;
        if plan.is_empty() {
            println!("  No planned migration operations.");
        }
        for migration in plan {
            println!("  {migration}");
        }
        return Ok(());
    }
    println!("Running migrations:");
    if opened.migrate().await? == 0 {
        println!("  No migrations to apply.");
    }
    Ok(())
}
