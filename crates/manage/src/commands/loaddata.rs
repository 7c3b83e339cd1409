//! `loaddata`: loads rows from JSON, as `dumpdata` and Django's command write it.

use std::io::Read;
use std::path::{Path, PathBuf};

use belleville_db::fixtures::{Excluded, Fixture, Format, Load};
use clap::Args;

use super::dumpdata;
use crate::console::CommandError;
use crate::program::Program;

/// Loads rows from files, all of them or none.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Files, with or without .json or .jsonl: as they are named, else in the folder `fixtures`. A minus sign is the standard
    /// input.
    #[arg(value_name = "fixture")]
    fixtures: Vec<String>,
    /// Only look in the folder `fixtures/APP`.
    #[arg(long, value_name = "APP")]
    app: Option<String>,
    /// Pass over models and fields that do not exist.
    #[arg(short, long)]
    ignorenonexistent: bool,
    /// An app or a model whose rows are not saved; may be given several times.
    #[arg(short, long, value_name = "app_label[.ModelName]")]
    exclude: Vec<String>,
    /// The format of the standard input: json or jsonl.
    #[arg(long)]
    format: Option<String>,
}

/// A fixture that was read.
struct File {
    name: String,
    text: Vec<u8>,
    format: Format,
}

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    if arguments.fixtures.is_empty() {
        return Err(CommandError::new(
            "No database fixture specified. Please provide the path of at least one fixture in the command line.",
        ));
    }
    let opened = program.open()?;
    let excluded = Excluded::of(&opened.apps, &arguments.exclude)?;
    let files = arguments.fixtures.iter().map(|name| read(name, arguments));
    let files = files.collect::<Result<Vec<File>, _>>()?;
    opened.check_tables().await?;
    let load = Load { ignore_nonexistent: arguments.ignorenonexistent, excluded };
    let fixtures =
        files.iter().map(|file| Fixture { name: &file.name, text: &file.text, format: file.format });
    let loaded = load.run(&opened.db, &fixtures.collect::<Vec<_>>()).await?;
    let of = if loaded.saved == loaded.read { String::new() } else { format!(" (of {})", loaded.read) };
    println!("Installed {} object(s){of} from {} fixture(s)", loaded.saved, files.len());
    Ok(())
}

fn read(name: &str, arguments: &Arguments) -> Result<File, CommandError> {
    let mut text = Vec::new();
    if name == "-" {
        let missing = || CommandError::new("--format must be specified when reading from stdin.");
        let format = dumpdata::format(arguments.format.as_deref().ok_or_else(missing)?)?;
        std::io::stdin().lock().read_to_end(&mut text)?;
        return Ok(File { name: name.to_owned(), text, format });
    }
    let (path, format) = find(name, arguments.app.as_deref())?;
    let name = path.display().to_string();
    let text =
        std::fs::read(&path).map_err(|error| CommandError::new(format!("cannot read {name}: {error}")))?;
    Ok(File { name, text, format })
}

/// The file of a name, and its format.
fn find(name: &str, app: Option<&str>) -> Result<(PathBuf, Format), CommandError> {
    let own = Path::new("fixtures");
    let folders = match app {
        Some(app) => vec![own.join(app)],
        None => vec![PathBuf::new(), own.to_owned()],
    };
    for folder in &folders {
        let mut found = candidates(&folder.join(name));
        match (found.pop(), found.is_empty()) {
            (Some(file), true) => return Ok(file),
            (Some(_), false) => {
                let folder = folder.display();
                return Err(CommandError::new(format!(
                    "Multiple fixtures named '{name}' in '{folder}'. Aborting."
                )));
            }
            (None, _) => {}
        }
    }
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    match extension {
        Some(unknown) if Format::named(unknown).is_none() => Err(CommandError::new(format!(
            "Problem installing fixture '{name}': {unknown} is not a known serialization format; known are json and jsonl"
        ))),
        _ => {
            let looked = folders.iter().map(|folder| match folder.as_os_str().is_empty() {
                true => "the current folder".to_owned(),
                false => format!("`{}`", folder.display()),
            });
            let looked = looked.collect::<Vec<_>>().join(" and in ");
            Err(CommandError::new(format!("No fixture named '{name}' found. It was looked for in {looked}.")))
        }
    }
}

/// The files that a path may mean: itself, or with one of the endings.
fn candidates(path: &Path) -> Vec<(PathBuf, Format)> {
    let ending = path.extension().and_then(|extension| extension.to_str()).and_then(Format::named);
    let files = match ending {
        Some(format) => vec![(path.to_owned(), format)],
        None => ["json", "jsonl"]
            .into_iter()
            .filter_map(|ending| {
                let mut name = path.as_os_str().to_owned();
                name.push(format!(".{ending}"));
                Some((PathBuf::from(name), Format::named(ending)?))
            })
            .collect(),
    };
    files.into_iter().filter(|(file, _)| file.is_file()).collect()
}
