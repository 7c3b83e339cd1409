//! Writes the migrations as `makemigrations` does: a file for each app, with a module for each migration.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use belleville_db::migrations::autodetector::{Autodetector, NewDependency, NewMigration};
use belleville_db::migrations::writer::{Writer, branches, merging, squashed, to_squash};
use belleville_db::migrations::{AppConfig, Migration, MigrationName};

use crate::answers::Table;
use crate::changes::{self, SQUASHED};
use crate::stage::{BRANCHED, Stage, USER_MODEL, with_models, with_user_model};

const WRITER: Writer<'static> = Writer { facade: "belleville", user_model: USER_MODEL };

/// Writes all into a folder.
pub(crate) fn all(folder: &str) -> Result<(), Box<dyn Error>> {
    let folder = Path::new(folder);
    let mut history = History(Vec::new());
    history.make(Stage::Before)?;
    history.add_by_hand();
    let of_branches = branches(&history.apps(Stage::After, None), BRANCHED)?;
    history.push(merging(BRANCHED, &of_branches, None));
    history.make(Stage::After)?;
    for app in SQUASHED {
        history.squash(app)?;
    }
    let mut modules = String::new();
    let mut arms = String::new();
    for app in changes::all(None).into_iter().map(|change| change.app) {
        fs::write(folder.join(format!("{app}.rs")), history.source_of(app)?)?;
        writeln!(modules, "mod {app};")?;
        writeln!(arms, "{app:?} => {app}::all(),")?;
    }
    let list = format!(
        "//! The migrations, as `makemigrations` writes them. `run.py --write` writes all of them anew.\n\n{modules}\n\
         use belleville_db::migrations::Migration;\n\n/// Those of an app, with those that are written by hand.\n\
         pub(crate) fn of(app: &str) -> Vec<Migration> {{ match app {{ {arms} _ => Vec::new() }} }}\n"
    );
    fs::write(folder.join("mod.rs"), list)?;
    Ok(())
}

/// A migration of an app, with its source if it was not written by hand.
struct Made {
    app: String,
    migration: Migration,
    source: Option<String>,
}

/// What is written so far.
struct History(Vec<Made>);

impl History {
    fn apps(&self, stage: Stage, only: Option<&str>) -> Vec<AppConfig> {
        let changes = changes::all(None).into_iter();
        changes
            .filter(|change| only.is_none_or(|only| only == change.app))
            .map(|change| {
                let made = self.0.iter().filter(|made| made.app == change.app);
                with_models(change, stage).migrations(made.map(|made| made.migration.clone()))
            })
            .map(with_user_model)
            .collect()
    }

    fn make(&mut self, stage: Stage) -> Result<(), Box<dyn Error>> {
        let apps = self.apps(stage, None);
        let made = Autodetector::new(&apps, USER_MODEL)?.changes(&mut Table, &[], None)?;
        made.into_iter().for_each(|migration| self.push(migration));
        Ok(())
    }

    fn add_by_hand(&mut self) {
        for change in changes::all(None) {
            let by_hand = changes::by_hand(change.app).into_iter();
            let made = |migration| Made { app: change.app.to_owned(), migration, source: None };
            self.0.extend(by_hand.map(made));
        }
    }

    fn push(&mut self, new: NewMigration) {
        let source = Some(WRITER.source(&new));
        self.0.push(Made { app: new.app.clone(), migration: in_memory(new), source });
    }

    fn squash(&mut self, app: &'static str) -> Result<(), Box<dyn Error>> {
        let apps = self.apps(Stage::After, Some(app));
        let last = apps.first().and_then(|app| app.migrations.last()).ok_or("nothing to squash")?.name;
        let names = to_squash(&apps, None, MigrationName { app, name: last })?;
        let (new, _) = squashed(&apps, &names, format!("0001_squashed_{last}"), USER_MODEL, true)?;
        self.push(new);
        Ok(())
    }

    fn source_of(&self, app: &str) -> Result<String, std::fmt::Error> {
        let mut source = format!("//! `{app}`.\n\nuse belleville_db::migrations::Migration;\n");
        let made: Vec<&Made> = self.0.iter().filter(|made| made.app == app).collect();
        for (migration, text) in made.iter().filter_map(|made| Some((&made.migration, made.source.as_ref()?)))
        {
            write!(source, "\nmod m{} {{\n{text}}}\n", migration.name)?;
        }
        let listed = |made: &[&Made]| -> String {
            made.iter().map(|made| format!("m{}::migration(), ", made.migration.name)).collect()
        };
        let by_hand = |made: &&Made| made.source.is_none();
        let list = match made.iter().position(by_hand) {
            None => format!("vec![{}]", listed(&made)),
            Some(first) => {
                let last = made.iter().rposition(by_hand).unwrap_or(first);
                format!(
                    "[vec![{}], crate::changes::by_hand({app:?}), vec![{}]].concat()",
                    listed(&made[..first]),
                    listed(&made[last + 1..])
                )
            }
        };
        write!(source, "\npub(super) fn all() -> Vec<Migration> {{ {list} }}\n")?;
        Ok(source)
    }
}

/// The migration as its source makes it. The process ends soon: its texts need not be given back.
fn in_memory(new: NewMigration) -> Migration {
    let leaked = |text: String| -> &'static str { text.leak() };
    let mut migration = Migration { initial: new.initial, ..Migration::new(leaked(new.name)) };
    for dependency in new.dependencies {
        migration = match dependency {
            NewDependency::UserModel => migration.depends_on_user_model(),
            NewDependency::Migration(app, name) => migration.depends_on(leaked(app), leaked(name)),
        };
    }
    Migration { replaces: new.replaces, operations: new.operations, ..migration }
}
