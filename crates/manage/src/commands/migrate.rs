//! `migrate`: brings the tables up to date, or back.

use std::io::{self, Write};

use belleville_auth::user;
use belleville_db::migrations::autodetector::{Answers, Autodetector, DetectError};
use belleville_db::migrations::{Fake, Planned, Progress, Target};
use clap::Args;

use crate::console::{CommandError, Exit};
use crate::program::{Opened, Program};

/// Brings the database's tables up to date, or back to a migration.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The app; all apps where none is named.
    app: Option<String>,
    /// The migration up to which, or back to which; the beginning of its name is enough. `zero` undoes all of the app's.
    name: Option<String>,
    /// Show what would be done, and change nothing.
    #[arg(long)]
    plan: bool,
    /// Record the migrations as done, without running them.
    #[arg(long, conflicts_with = "fake_initial")]
    fake: bool,
    /// Record the first migrations of an app without running them, where its tables are there.
    #[arg(long)]
    fake_initial: bool,
    /// End with status 1 where there is something to do, and change nothing.
    #[arg(long)]
    check: bool,
    /// Take the app's migrations that are not there any more out of the database's list.
    #[arg(long, requires = "app")]
    prune: bool,
}

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<Exit, CommandError> {
    let opened = program.open()?;
    let migrator = opened.migrator();
    let target = target(&opened, arguments)?;
    if arguments.prune {
        return prune(&opened, arguments.app.as_deref().unwrap_or_default()).await;
    }
    let plan = migrator.plan_to(&opened.db, target).await?;
    if arguments.plan {
        println!("Planned operations:");
        if plan.is_empty() {
            println!("  No planned migration operations.");
        }
        plan.iter().for_each(show);
    }
    if arguments.plan || arguments.check {
        return Ok(if arguments.check && !plan.is_empty() { Exit::Failure } else { Exit::Success });
    }
    println!("Operations to perform:\n  {}", summary(&opened, target)?);
    println!("Running migrations:");
    let fake = match (arguments.fake, arguments.fake_initial) {
        (true, _) => Fake::All,
        (false, true) => Fake::Initial,
        (false, false) => Fake::Not,
    };
    let done = migrator.migrate_to(&opened.db, target, fake, tell).await;
    let done = done.inspect_err(|_| println!())?;
    if done == 0 {
        println!("  No migrations to apply.");
        tell_changes(&opened)?;
    }
    for line in migrator.out_of_step(&opened.db).await? {
        println!("  {line}");
    }
    opened.create_rows_of_migrations().await?;
    Ok(Exit::Success)
}

fn target(opened: &Opened<'_>, arguments: &Arguments) -> Result<Target, CommandError> {
    let Some(app) = &arguments.app else { return Ok(Target::All) };
    let label = opened.migrator().app(app)?.label;
    Ok(match arguments.name.as_deref() {
        None => Target::App(label),
        Some("zero") => Target::Zero(label),
        Some(name) => Target::Migration(opened.migrator().find(label, name)?),
    })
}

fn summary(opened: &Opened<'_>, target: Target) -> Result<String, CommandError> {
    Ok(match target {
        Target::All => {
            let ours =
                |app: &&str| !opened.apps.iter().any(|known| known.label == *app && known.managed_by_django);
            let leaves = opened.migrator().leaves()?;
            let mut apps: Vec<&str> = leaves.into_iter().map(|leaf| leaf.app).filter(ours).collect();
            apps.dedup();
            format!("Apply all migrations: {}", apps.join(", "))
        }
        Target::App(app) => format!("Apply all migrations: {app}"),
        Target::Zero(app) => format!("Unapply all migrations: {app}"),
        Target::Migration(name) => format!("Target specific migration: {}, from {}", name.name, name.app),
    })
}

fn show(planned: &Planned<'_>) {
    println!("{}", planned.name);
    for operation in planned.operations {
        match planned.backwards {
            false => println!("    {}", operation.describe()),
            true if operation.is_reversible() => println!("    Undo {}", operation.describe()),
            true => println!("    IRREVERSIBLE {}", operation.describe()),
        }
    }
}

/// Each migration is named when it begins, so that one that takes long is seen.
fn tell(progress: Progress) {
    match progress {
        Progress::Begins { name, backwards: false } => print!("  Applying {name}..."),
        Progress::Begins { name, backwards: true } => print!("  Unapplying {name}..."),
        Progress::Done { faked: true, .. } => println!(" FAKED"),
        Progress::Done { .. } => println!(" OK"),
    }
    // Whoever reads the output may be gone; the migrations go on.
    let _ = io::stdout().flush();
}

/// Says which apps have changes that no migration has yet.
fn tell_changes(opened: &Opened<'_>) -> Result<(), CommandError> {
    let detector = Autodetector::new(&opened.apps, user::label())?;
    let mut nobody = Answers { nothing_else_is_renamed: true, ..Answers::default() };
    let apps = match detector.changes(&mut nobody, &[], None) {
        Ok(made) => made.into_iter().map(|migration| migration.app).collect(),
        // A question would have been asked: there are changes.
        Err(DetectError::Refused(_)) => vec!["?".to_owned()],
        Err(error) => return Err(CommandError::new(error.to_string())),
    };
    if apps.is_empty() {
        return Ok(());
    }
    let mut named: Vec<String> =
        apps.into_iter().filter(|app| app != "?").map(|app| format!("'{app}'")).collect();
    named.dedup();
    let of = if named.is_empty() { String::new() } else { format!(" in app(s): {}", named.join(", ")) };
    println!(
        "  Your models{of} have changes that are not yet reflected in a migration, and so won't be applied.\n  Run the command \
         'makemigrations' to make new migrations, and then run 'migrate' again to apply them."
    );
    Ok(())
}

async fn prune(opened: &Opened<'_>, app: &str) -> Result<Exit, CommandError> {
    println!("Pruning migrations:");
    let pruned = opened.migrator().prune(&opened.db, app).await?;
    for name in &pruned {
        println!("  Pruning {app}.{name} OK");
    }
    if pruned.is_empty() {
        println!("  No migrations to prune.");
    }
    Ok(Exit::Success)
}
