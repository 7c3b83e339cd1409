//! Dumps and loads all models, as `conformance/fixtures.py` asks for it: by options in JSON.

use std::error::Error;

use belleville_db::fixtures::{Dump, Excluded, Fixture, Format, Load, select};
use belleville_db::json::{Json, loads};
use belleville_db::migrations::AppConfig;
use belleville_db::{Database, Dialect, Registry};

use crate::models::*;
use crate::samples::{PostgresSample, Sample};

/// The apps in Django's order, with the models that the database has tables for.
fn apps(dialect: Dialect) -> Vec<AppConfig> {
    macro_rules! app {
        ($label:literal $($name:ident)*) => { AppConfig::new($label)$(.model::<$name>())* };
    }
    let mut shop = app!("shop" Publisher Author Profile Tag Book Tagging Review Customer Purchase Line Warehouse Shelf Box
        Sensor Guard Memo Club Person Region Branch Label Sticker Remark Album Song Ticket Visit Place Restaurant Cafe Bar
        Visitor Menu Sample Edition PostgresSample);
    shop.models.retain(|meta| meta.fields.iter().all(|field| field.kind.is_in(dialect)));
    vec![app!("contenttypes" ContentType), shop]
}

pub(crate) async fn run(
    url: &str,
    dialect: Dialect,
    command: &str,
    options: &str,
) -> Result<(), std::boxed::Box<dyn Error>> {
    let apps = apps(dialect);
    let db = Database::open(url, Registry::new(apps.iter().flat_map(|app| app.models.iter().copied())))?;
    let options = loads(options)?;
    let is_on = |name| options.get(name) == Some(&Json::Bool(true));
    let excluded = Excluded::of(&apps, &texts(&options, "exclude"))?;
    if command == "load" {
        for file in texts(&options, "files") {
            let text = std::fs::read(&file)?;
            let format = if file.ends_with(".jsonl") { Format::JsonLines } else { Format::Json };
            let load = Load { ignore_nonexistent: is_on("ignore"), excluded: excluded.clone() };
            let loaded = load.run(&db, &[Fixture { name: &file, text: &text, format }]).await;
            if let Err(error) = loaded {
                eprintln!("{error}");
                std::process::exit(1);
            }
        }
        return Ok(());
    }
    let mut dump = Dump::new(select(&apps, &texts(&options, "labels"))?);
    dump.excluded = excluded;
    dump.keys = texts(&options, "keys");
    (dump.natural_foreign, dump.natural_primary) = (is_on("natural_foreign"), is_on("natural_primary"));
    if let Some(Json::Int(spaces)) = options.get("indent") {
        dump.indent = Some(usize::try_from(*spaces)?);
    }
    if is_on("lines") {
        dump.format = Format::JsonLines;
    }
    dump.write(&db, &mut std::io::stdout(), &mut |_| {}).await?;
    Ok(())
}

fn texts(options: &Json, name: &str) -> Vec<String> {
    match options.get(name) {
        Some(Json::List(items)) => items.iter().map(belleville_db::python::str_of).collect(),
        _ => Vec::new(),
    }
}
