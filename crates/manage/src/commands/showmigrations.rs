//! `showmigrations`: which migrations are there, and which of them are applied.

use belleville_db::migrations::{Applied, Status};
use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

/// Shows which migrations are there, and which of them are applied.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The apps; all where none is named.
    apps: Vec<String>,
    /// Show a list by app; `[X]` is applied. This is what is shown without an option.
    #[arg(short, long, conflicts_with = "plan")]
    list: bool,
    /// Show the order in which they are applied.
    #[arg(short, long)]
    plan: bool,
    /// With `2`, show also when each was applied, and in a plan what each depends on.
    #[arg(short, long, default_value_t = 1)]
    verbosity: u8,
}

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    for app in &arguments.apps {
        opened.migrator().app(app)?;
    }
    let wanted = |app: &str| arguments.apps.is_empty() || arguments.apps.iter().any(|named| named == app);
    if arguments.plan {
        let plan = opened.migrator().status_in_order(&opened.db).await?;
        // What a named app needs of others is a part of its plan.
        let mut needed: Vec<Status> = Vec::new();
        for status in plan.iter().rev() {
            let is_needed = needed.iter().any(|other| other.dependencies.contains(&status.name));
            if wanted(status.name.app) || is_needed {
                needed.push(status.clone());
            }
        }
        for status in needed.iter().rev() {
            println!("{}", in_plan(status, arguments.verbosity));
        }
        if needed.is_empty() {
            println!("(no migrations)");
        }
        return Ok(());
    }
    for app in opened.migrator().status(&opened.db).await?.iter().filter(|status| wanted(status.app)) {
        println!("{}{}", app.app, if app.managed_by_django { " (managed by Django)" } else { "" });
        for status in &app.migrations {
            println!("{}", in_list(status, arguments.verbosity));
        }
    }
    Ok(())
}

fn in_list(status: &Status, verbosity: u8) -> String {
    let mut title = status.name.name.to_owned();
    if status.replaces > 0 {
        title.push_str(&format!(" ({} squashed migrations)", status.replaces));
    }
    match status.applied {
        Applied::No => format!(" [ ] {title}"),
        Applied::Unrecorded => format!(" [-] {title} Run the command 'migrate' to finish recording."),
        Applied::At(at) if verbosity >= 2 => {
            let at = at.to_string();
            format!(" [X] {title} (applied at {})", at.get(..19).unwrap_or(&at).replace('T', " "))
        }
        Applied::At(_) => format!(" [X] {title}"),
    }
}

fn in_plan(status: &Status, verbosity: u8) -> String {
    let sign = if status.applied == Applied::No { "[ ]" } else { "[X]" };
    let dependencies: Vec<String> = status.dependencies.iter().map(ToString::to_string).collect();
    if verbosity >= 2 && !dependencies.is_empty() {
        format!("{sign}  {} ... ({})", status.name, dependencies.join(", "))
    } else {
        format!("{sign}  {}", status.name)
    }
}
