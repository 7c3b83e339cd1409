//! The folder of an app's migrations: a file for each, `m0001_initial.rs`, and `mod.rs`, which lists them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use belleville_db::migrations::AppConfig;
use belleville_db::migrations::autodetector::NewMigration;
use belleville_db::migrations::writer::Writer;

use crate::console::CommandError;

/// What a new list begins with.
const LIST: &str = "//! The migrations, from the oldest to the newest. `makemigrations` adds to the list.

use {facade}::db::migrations::Migration;

/// All of them.
pub fn all() -> Vec<Migration> {
    vec![]
}
";

/// The folder of an app's migrations.
pub(crate) struct MigrationFiles {
    folder: PathBuf,
    list: PathBuf,
}

/// What was written.
pub(crate) struct Written {
    /// The new file.
    pub(crate) file: PathBuf,
    /// What there is left to do by hand.
    pub(crate) by_hand: Option<String>,
}

impl MigrationFiles {
    /// The folder `migrations` beside the source file that makes the app's `AppConfig`, or the one in which that file is.
    pub(crate) fn of(app: &AppConfig, manifest_folder: &str) -> Result<Self, CommandError> {
        let source = find_source(app.source, Path::new(manifest_folder)).ok_or_else(|| {
            CommandError::new(format!(
                "the app '{}' is made in {}, which is not among the sources of this program: its migrations are those of its own \
                 package",
                app.label, app.source
            ))
        })?;
        let beside = source.parent().unwrap_or(Path::new("."));
        let stem = source.file_stem().unwrap_or_default().to_string_lossy();
        let folder = if beside.file_name().is_some_and(|name| name == "migrations") {
            beside.to_owned()
        } else if ["mod", "lib", "main", "migrations"].contains(&&*stem) {
            beside.join("migrations")
        } else {
            beside.join(&*stem).join("migrations")
        };
        // `migrations.rs` beside the folder is its list, as Rust has it.
        let flat = folder.with_extension("rs");
        let list = if flat.is_file() { flat } else { folder.join("mod.rs") };
        Ok(Self { folder, list })
    }

    /// The file of a migration.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{}.rs", module(name)))
    }

    /// Writes a migration and adds it to the list. Nothing that is there is written over.
    pub(crate) fn write(
        &self,
        migration: &NewMigration,
        writer: &Writer<'_>,
    ) -> Result<Written, CommandError> {
        let file = self.path(&migration.name);
        if file.exists() {
            return Err(CommandError::new(format!(
                "{} is there already, and the app's list does not have it: add `{}::migration()` to {}, or delete the file",
                file.display(),
                module(&migration.name),
                self.list.display()
            )));
        }
        fs::create_dir_all(&self.folder).map_err(|error| cannot("make the folder", &self.folder, &error))?;
        let source = formatted(&writer.source(migration), &self.folder);
        fs::write(&file, source).map_err(|error| cannot("write", &file, &error))?;
        let by_hand = self.add_to_list(&migration.name, writer.facade)?;
        Ok(Written { file, by_hand })
    }

    fn add_to_list(&self, name: &str, facade: &str) -> Result<Option<String>, CommandError> {
        let module = module(name);
        let is_new = !self.list.exists();
        let text = if is_new {
            LIST.replace("{facade}", facade)
        } else {
            fs::read_to_string(&self.list).map_err(|error| cannot("read", &self.list, &error))?
        };
        let list = self.list.display();
        let Some(text) = with_module(&text, &module) else {
            return Ok(Some(format!(
                "add it to {list} by hand: `mod {module};` and `.migration({module}::migration())`"
            )));
        };
        fs::write(&self.list, formatted(&text, &self.folder))
            .map_err(|error| cannot("write", &self.list, &error))?;
        Ok(is_new.then(|| {
            "the list is new: add `mod migrations;` beside the app, and `.migrations(migrations::all())` to its `AppConfig`"
                .to_owned()
        }))
    }

    /// The name under which the files that are there import Belleville.
    pub(crate) fn facade(&self) -> String {
        const USUAL: &str = "belleville";
        let Ok(text) = fs::read_to_string(&self.list) else { return USUAL.to_owned() };
        let found = text.lines().find_map(|line| {
            let (facade, _) = line.trim().strip_prefix("use ")?.split_once("::db::migrations")?;
            Some(facade.to_owned())
        });
        found.unwrap_or_else(|| USUAL.to_owned())
    }
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::new(format!("cannot {what} {}: {error}", path.display()))
}

/// The module of a migration: names begin with a digit, which a module's may not.
fn module(name: &str) -> String {
    format!("m{name}")
}

/// The source file, which the compiler names from the folder of the workspace.
fn find_source(source: &str, manifest_folder: &Path) -> Option<PathBuf> {
    let inside = manifest_folder.ancestors().map(|folder| folder.join(source)).find(|path| path.is_file())?;
    let workspace = manifest_folder.ancestors().filter(|folder| folder.join("Cargo.toml").is_file()).last();
    let inside = inside.canonicalize().ok()?;
    let workspace = workspace.unwrap_or(manifest_folder).canonicalize().ok()?;
    if !inside.starts_with(&workspace) {
        return None;
    }
    // From where the command runs, which is what people read.
    let here = std::env::current_dir().ok()?.canonicalize().ok()?;
    Some(inside.strip_prefix(&here).map(Path::to_owned).unwrap_or(inside))
}

/// The list with one more module: its `mod` line after the others, and its call at the end of the first `vec![..]` behind
/// `fn all`. `None` where the text has another form.
fn with_module(text: &str, module: &str) -> Option<String> {
    let start = text.find("fn all")?;
    let open = start + text[start..].find("vec![")? + "vec![".len();
    let close = open + closing(&text[open..])?;
    let items = text[open..close].trim_end();
    let comma = if items.trim().is_empty() || items.ends_with(',') { "" } else { "," };
    let listed = format!("{items}{comma}\n        {module}::migration(),\n    ");
    let listed = format!("{}{listed}{}", &text[..open], &text[close..]);
    let is_module = |line: &str| line.starts_with("mod m") || line.starts_with("pub mod m");
    let mut lines: Vec<String> = listed.lines().map(str::to_owned).collect();
    let line = format!("mod {module};");
    match lines.iter().rposition(|line| is_module(line)) {
        Some(last) => lines.insert(last + 1, line),
        None => {
            let docs = lines.iter().take_while(|line| line.starts_with("//!")).count();
            lines.splice(docs..docs, [String::new(), line]);
        }
    }
    Some(lines.join("\n") + "\n")
}

/// Where the bracket that is open closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' if depth == 0 => return Some(at),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The text as rustfmt lays it out, with the program's own settings; as it is where rustfmt is not installed.
pub(crate) fn formatted(text: &str, folder: &Path) -> String {
    let run = || {
        let mut rustfmt = Command::new("rustfmt")
            .args(["--edition", "2024", "--emit", "stdout", "--quiet"])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        rustfmt.stdin.take()?.write_all(text.as_bytes()).ok()?;
        let output = rustfmt.wait_with_output().ok()?;
        let formatted = String::from_utf8(output.stdout).ok()?;
        (output.status.success() && !formatted.is_empty()).then_some(formatted)
    };
    run().unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_added_to_a_list_of_any_layout() {
        let end = "mod m0001_initial;\nmod m0002_x;\n";
        for list in [
            "vec![m0001_initial::migration()]",
            "vec![m0001_initial::migration(),]",
            "vec![\n        m0001_initial::migration(),\n    ]",
        ] {
            let text = format!(
                "//! Mine.\n\nmod m0001_initial;\n\npub fn all() -> Vec<Migration> {{\n    {list}\n}}\n"
            );
            let added = with_module(&text, "m0002_x").expect("a list");
            assert!(added.contains(end), "{added}");
            let calls = "m0001_initial::migration(),\n        m0002_x::migration(),\n    ]\n}";
            assert!(added.contains(calls), "{added}");
        }
        let first = with_module(&LIST.replace("{facade}", "belleville"), "m0001_initial").expect("a list");
        assert!(
            first.contains("newest. `makemigrations` adds to the list.\n\nmod m0001_initial;\n"),
            "{first}"
        );
        assert!(first.contains("vec![\n        m0001_initial::migration(),\n    ]"), "{first}");
        assert_eq!(with_module("pub fn app() {}\n", "m0001_initial"), None);
    }
}
