//! `squashmigrations`: one migration instead of several.

use belleville_auth::user;
use belleville_db::migrations::writer::{Writer, squashed, to_squash};
use belleville_db::migrations::{Migrator, Operation};
use clap::Args;

use super::makemigrations::{refuse_name, refuse_unknown};
use crate::console::CommandError;
use crate::migration_files::MigrationFiles;
use crate::program::Program;
use crate::questions::confirm;

/// Writes one migration that does what several do.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The app.
    app: String,
    /// The last migration to squash; or the first one, where two are named.
    #[arg(value_name = "[FIRST] LAST", num_args = 1..=2, required = true)]
    names: Vec<String>,
    /// Keep all operations as they are.
    #[arg(long)]
    no_optimize: bool,
    /// Ask nothing.
    #[arg(long, visible_alias = "no-input")]
    noinput: bool,
    /// What the migration is called after its number.
    #[arg(long)]
    squashed_name: Option<String>,
}

pub(crate) fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let apps = program.unmigrated_apps()?;
    refuse_unknown(&apps, &[&arguments.app])?;
    if let Some(name) = &arguments.squashed_name {
        refuse_name(name)?;
    }
    let migrator = Migrator::new(&apps);
    let app = migrator.app(&arguments.app)?;
    let found: Vec<_> =
        arguments.names.iter().map(|name| migrator.find(&arguments.app, name)).collect::<Result<_, _>>()?;
    let (first, last) = match found.as_slice() {
        [first, last] => (Some(*first), *last),
        [last] => (None, *last),
        _ => return Err(CommandError::new("expected one migration or two")),
    };
    let names = to_squash(&apps, first, last)?;
    println!("Will squash the following migrations:");
    for name in &names {
        println!(" - {}", name.name);
    }
    if !arguments.noinput && !confirm("Do you wish to proceed? [y/N]")? {
        return Ok(());
    }
    let number = first.and_then(|first| first.name.split('_').next()).unwrap_or("0001");
    let name = match (&arguments.squashed_name, first) {
        (Some(name), _) => format!("{number}_{name}"),
        (None, Some(first)) => format!("{}_squashed_{}", first.name, last.name),
        (None, None) => format!("0001_squashed_{}", last.name),
    };
    let label = user::label();
    let (made, before) = squashed(&apps, &names, name, label, !arguments.no_optimize)?;
    let after = made.operations.len();
    match (arguments.no_optimize, before == after) {
        (true, _) => println!("(Skipping optimization.)"),
        (false, true) => println!("Optimizing...\n  No optimizations possible."),
        (false, false) => {
            println!("Optimizing...\n  Optimized from {before} operations to {after} operations.");
        }
    }
    let files = MigrationFiles::of(app, program.manifest_folder)?;
    let facade = files.facade();
    let written = files.write(&made, &Writer { facade: &facade, user_model: label })?;
    println!("Created new squashed migration {}", written.file.display());
    println!(
        "  You should commit this migration but leave the old ones in place;\n  the new migration will be used for new installs. \
         Once you are sure\n  all instances of the codebase have applied the migrations you squashed,\n  you can delete them."
    );
    if made.operations.iter().any(|operation| matches!(operation, Operation::Run { .. })) {
        println!(
            "Manual porting required\n  Your migrations run functions, which must be copied over by hand: the new file does not \
             compile before."
        );
    }
    if let Some(rest) = written.by_hand {
        println!("  {rest}");
    }
    Ok(())
}
