//! `dumpdata`: writes rows as JSON, byte for byte as Django's command does.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use belleville_db::fixtures::{Dump, Excluded, Format, select};
use clap::Args;

use crate::console::CommandError;
use crate::program::{Opened, Program};

/// Writes the rows of models as JSON, for loaddata.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Only these apps and models; all of them when none is named.
    #[arg(value_name = "app_label[.ModelName]")]
    labels: Vec<String>,
    /// json, or jsonl for an object on each line.
    #[arg(long, default_value = "json")]
    format: String,
    /// How many spaces a level is indented by; without it everything is on one line.
    #[arg(long, value_name = "SPACES")]
    indent: Option<usize>,
    /// An app or a model that is left out; may be given several times.
    #[arg(short, long, value_name = "app_label[.ModelName]")]
    exclude: Vec<String>,
    /// Name other rows by their natural keys, where their models have some.
    #[arg(long)]
    natural_foreign: bool,
    /// Leave out the primary keys of rows with a natural key.
    #[arg(long)]
    natural_primary: bool,
    /// Only the rows of one model with these primary keys, separated by commas.
    #[arg(long, value_name = "KEYS")]
    pks: Option<String>,
    /// The file that is written instead of the standard output; only its owner can read a new one.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let dump = dump(&opened, arguments)?;
    opened.check_tables().await?;
    for meta in dump.left_out() {
        eprintln!("{} is a proxy model and won't be serialized.", meta.label());
    }
    let written = match &arguments.output {
        None => dump.write(&opened.db, &mut BufWriter::new(io::stdout()), &mut |_| {}).await,
        Some(path) => {
            let mut file = BufWriter::new(create(path)?);
            let mut bar = match io::stdout().is_terminal() {
                true => Some(ProgressBar::new(dump.count(&opened.db).await.map_err(failed)?)),
                false => None,
            };
            let mut progress = |objects| {
                if let Some(bar) = &mut bar {
                    bar.show(objects);
                }
            };
            dump.write(&opened.db, &mut file, &mut progress).await
        }
    };
    written.map(drop).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> CommandError {
    CommandError::new(format!("Unable to serialize database: {error}"))
}

fn dump(opened: &Opened<'_>, arguments: &Arguments) -> Result<Dump, CommandError> {
    let pks = arguments.pks.as_deref().unwrap_or_default();
    if !pks.is_empty() && !matches!(arguments.labels.as_slice(), [model] if model.contains('.')) {
        return Err(CommandError::new("You can only use --pks option with one model"));
    }
    let mut dump = Dump::new(select(&opened.apps, &arguments.labels)?);
    dump.excluded = Excluded::of(&opened.apps, &arguments.exclude)?;
    dump.format = format(&arguments.format)?;
    dump.indent = arguments.indent;
    (dump.natural_foreign, dump.natural_primary) = (arguments.natural_foreign, arguments.natural_primary);
    dump.keys = pks.split(',').map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()).collect();
    Ok(dump)
}

/// The format of a name.
pub(super) fn format(name: &str) -> Result<Format, CommandError> {
    let unknown =
        || CommandError::new(format!("Unknown serialization format: {name}; known are json and jsonl"));
    Format::named(name).ok_or_else(unknown)
}

/// Hashes of passwords and other secrets are among the rows: a new file is its owner's alone.
fn create(path: &Path) -> Result<std::fs::File, CommandError> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if ["gz", "bz2", "lzma", "xz", "zip"].contains(&extension) {
        let text = format!(
            "a dump is not compressed here: name a file without .{extension}, and compress it afterwards"
        );
        return Err(CommandError::new(text));
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path);
    file.map_err(|error| CommandError::new(format!("cannot write {}: {error}", path.display())))
}

/// Django's bar of dots: `[....   ]`.
struct ProgressBar {
    objects: u64,
    dots: u64,
}

impl ProgressBar {
    const WIDTH: u64 = 75;

    fn new(objects: u64) -> Self {
        Self { objects, dots: 0 }
    }

    fn show(&mut self, done: u64) {
        let dots = (done * 100 / self.objects.max(1)).min(100) * Self::WIDTH / 100;
        if dots <= self.dots {
            return;
        }
        self.dots = dots;
        let (dots, width) = (".".repeat(dots as usize), Self::WIDTH as usize);
        let end = if self.dots == Self::WIDTH { "\n" } else { "" };
        print!("\r[{dots:width$}]{end}");
        // A bar that cannot be shown is no reason to stop.
        let _ = io::stdout().flush();
    }
}
