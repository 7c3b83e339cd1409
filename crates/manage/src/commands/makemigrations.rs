//! `makemigrations`: writes what changed in the models as new migrations.

use belleville_auth::user;
use belleville_db::migrations::autodetector::{Answers, Autodetector, NewMigration, Questioner};
use belleville_db::migrations::writer::{Branch, Writer, branches, empty, merging};
use belleville_db::migrations::{AppConfig, Migrator};
use clap::Args;

use crate::console::{CommandError, Exit};
use crate::migration_files::MigrationFiles;
use crate::program::Program;
use crate::questions::{Terminal, confirm};

/// Writes new migrations for changes of the models.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The apps; all of the program where none is named.
    apps: Vec<String>,
    /// What the migrations are called after their number.
    #[arg(short, long)]
    name: Option<String>,
    /// Write a migration without operations, for a step of code or SQL.
    #[arg(long)]
    empty: bool,
    /// Write nothing, and end with status 1 where migrations are missing.
    #[arg(long)]
    check: bool,
    /// Show the migrations, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Bring branches of migrations together.
    #[arg(long)]
    merge: bool,
    /// Ask nothing, and guess nothing.
    #[arg(long, visible_alias = "no-input")]
    noinput: bool,
    /// What was renamed, without a question: `shop.Product=shop.Item`, `shop.Item.name=shop.Item.title`.
    #[arg(long, value_name = "BEFORE=AFTER")]
    rename: Vec<String>,
    /// Nothing else was renamed: what looks so is deleted, and the other is new.
    #[arg(long)]
    no_renames: bool,
}

pub(crate) fn run(program: &Program, arguments: &Arguments) -> Result<Exit, CommandError> {
    let apps = program.unmigrated_apps()?;
    let names: Vec<&str> = arguments.apps.iter().map(String::as_str).collect();
    refuse_unknown(&apps, &names)?;
    if let Some(name) = &arguments.name {
        refuse_name(name)?;
    }
    let writing = Writing { program, apps: &apps, arguments };
    let conflicts = Migrator::new(&apps).conflicts()?;
    let conflicts: Vec<_> =
        conflicts.into_iter().filter(|(app, _)| names.is_empty() || names.contains(app)).collect();
    if arguments.merge {
        return writing.merge(conflicts.into_iter().map(|(app, _)| app).collect());
    }
    if let Some((app, leaves)) = conflicts.into_iter().next() {
        return Err(CommandError::new(format!(
            "Conflicting migrations detected; multiple leaf nodes in the migration graph: ({} in {app}).\nTo fix them run the \
             command `makemigrations --merge`",
            leaves.join(", ")
        )));
    }
    if arguments.empty {
        if names.is_empty() {
            return Err(CommandError::new("You must supply at least one app label when using --empty."));
        }
        let made = names.iter().map(|app| empty(&apps, app, arguments.name.as_deref()));
        return writing.write(made.collect::<Result<_, _>>()?);
    }
    let detector = Autodetector::new(&apps, user::label())?;
    let made = detector.changes(&mut *writing.questioner()?, &names, arguments.name.as_deref());
    let made = made.map_err(|error| CommandError::new(error.to_string()))?;
    if made.is_empty() {
        println!("{}", nothing(&names));
        return Ok(Exit::Success);
    }
    let exit = writing.write(made)?;
    Ok(if arguments.check { Exit::Failure } else { exit })
}

fn nothing(apps: &[&str]) -> String {
    match apps {
        [] => "No changes detected".to_owned(),
        [app] => format!("No changes detected in app '{app}'"),
        apps => format!("No changes detected in apps '{}'", apps.join("', '")),
    }
}

pub(super) fn refuse_unknown(apps: &[AppConfig], names: &[&str]) -> Result<(), CommandError> {
    for name in names {
        match apps.iter().find(|app| app.label == *name) {
            None => return Err(CommandError::new(format!("No installed app with label '{name}'."))),
            Some(app) if app.managed_by_django => {
                return Err(CommandError::new(format!(
                    "the app '{name}' is managed by Django: run `manage.py makemigrations {name}`, or take `managed_by_django` \
                     away"
                )));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The name becomes a part of a module's.
pub(super) fn refuse_name(name: &str) -> Result<(), CommandError> {
    if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Ok(());
    }
    Err(CommandError::new("The migration name must be of letters without accents, digits and underscores."))
}

struct Writing<'a> {
    program: &'a Program,
    apps: &'a [AppConfig],
    arguments: &'a Arguments,
}

impl Writing<'_> {
    fn questioner(&self) -> Result<Box<dyn Questioner>, CommandError> {
        let Arguments { noinput, rename, no_renames, check, dry_run, .. } = self.arguments;
        if !noinput && rename.is_empty() && !no_renames {
            return Ok(Box::new(Terminal { dry_run: *check || *dry_run }));
        }
        let renamed = rename.iter().map(|text| match text.split_once('=') {
            Some((before, after)) => Ok((before.trim().to_owned(), after.trim().to_owned())),
            None => Err(CommandError::new(format!("--rename {text}: expected BEFORE=AFTER"))),
        });
        let renamed = renamed.collect::<Result<_, _>>()?;
        Ok(Box::new(Answers { renamed, nothing_else_is_renamed: *no_renames }))
    }

    fn write(&self, made: Vec<NewMigration>) -> Result<Exit, CommandError> {
        let mut files = Vec::new();
        for migration in &made {
            let app = self.apps.iter().find(|app| app.label == migration.app);
            let app = app.ok_or_else(|| {
                CommandError::new(format!("No installed app with label '{}'.", migration.app))
            })?;
            files.push(MigrationFiles::of(app, self.program.manifest_folder)?);
        }
        let mut before = "";
        for (migration, files) in made.iter().zip(&files) {
            if before != migration.app {
                println!("Migrations for '{}':", migration.app);
                before = &migration.app;
            }
            self.write_one(migration, files)?;
        }
        Ok(Exit::Success)
    }

    fn write_one(&self, migration: &NewMigration, files: &MigrationFiles) -> Result<(), CommandError> {
        let facade = files.facade();
        let writer = Writer { facade: &facade, user_model: user::label() };
        println!("  {}", files.path(&migration.name).display());
        for operation in &migration.operations {
            println!("    {} {}", operation.sign(), operation.describe());
        }
        if self.arguments.dry_run {
            println!("\n{}", writer.source(migration));
        }
        if self.arguments.dry_run || self.arguments.check {
            return Ok(());
        }
        if let Some(rest) = files.write(migration, &writer)?.by_hand {
            println!("    {rest}");
        }
        Ok(())
    }

    fn merge(&self, apps: Vec<&'static str>) -> Result<Exit, CommandError> {
        if apps.is_empty() {
            println!("No conflicts detected to merge.");
        }
        for app in apps {
            let branches = branches(self.apps, app)?;
            println!("Merging {app}");
            for Branch { name, operations } in &branches {
                println!("  Branch {name}");
                for operation in operations {
                    println!("    {} {}", operation.sign(), operation.describe());
                }
            }
            let question = "\nMerging will only work if the operations printed above do not conflict\nwith each other (working \
                            on different fields or models)\nShould these migration branches be merged? [y/N]";
            if self.arguments.noinput || confirm(question)? {
                self.write(vec![merging(app, &branches, self.arguments.name.as_deref())])?;
            }
        }
        Ok(Exit::Success)
    }
}
