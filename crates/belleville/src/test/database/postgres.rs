//! A database on a server for each test: a copy of one that has the tables, which is made once for all processes of a build.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};

use belleville_manage::settings::Settings;

use super::keeper::Keeper;
use super::name::url_of;
use super::{Once, migrate, number_of};
use crate::App;

static KEEPERS: Once<Keeper> = Once::new();

/// The names of the templates of this process.
static TEMPLATES: Once<String> = Once::new();

/// A database of one test.
pub(in crate::test) struct OwnDatabase {
    keeper: Keeper,
    name: String,
    url: String,
}

impl OwnDatabase {
    pub(super) fn url(&self) -> String {
        self.url.clone()
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        self.keeper.drop_database(std::mem::take(&mut self.name));
    }
}

/// A new database with the tables of the program, on the server of a URL.
pub(super) async fn copy(app: &App, settings: &Settings, url: &str) -> Result<OwnDatabase, String> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let keeper = KEEPERS.of(url.to_owned());
    let keeper = keeper.get_or_try_init(|| Keeper::start(url)).await?.clone();
    let number = build_number(number_of(app, settings)?);
    let template = TEMPLATES.of(format!("{url} {number:x}"));
    let template =
        template.get_or_try_init(|| template_of(&keeper, app, settings, url, number)).await?.clone();
    let name = keeper.prefix.own(&keeper.owner, NUMBER.fetch_add(1, Ordering::Relaxed));
    let own = OwnDatabase { url: url_of(url, &name), name: name.clone(), keeper: keeper.clone() };
    keeper.ask(move |server| Box::pin(async move { server.create(&name, Some(&template)).await })).await?;
    Ok(own)
}

/// A number that changes with the program too: the code of a migration may have changed, of which its name says nothing.
fn build_number(number: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    number.hash(&mut hasher);
    if let Ok(program) = std::env::current_exe() {
        let metadata = std::fs::metadata(&program);
        metadata.and_then(|metadata| Ok((metadata.len(), metadata.modified()?))).ok().hash(&mut hasher);
        program.hash(&mut hasher);
    }
    hasher.finish()
}

/// The name of the template, which is made unless another process has done so.
async fn template_of(
    keeper: &Keeper,
    app: &App,
    settings: &Settings,
    url: &str,
    number: u64,
) -> Result<String, String> {
    let (name, key) = (keeper.prefix.template(number), format!("{number:016x}"));
    let (wanted, lock) = (name.clone(), key.clone());
    let is_there = keeper.ask(move |server| {
        Box::pin(async move {
            server.lock_template(&lock).await?;
            let is_there = server.has_template(&wanted).await?;
            if !is_there {
                // A process that was killed may have left a half of it.
                server.drop_database(&wanted).await?;
                server.create(&wanted, None).await?;
            }
            Ok(is_there)
        })
    });
    let outcome = match is_there.await {
        Ok(false) => migrate(app, settings, url_of(url, &name)).await,
        other => other.map(drop),
    };
    let (wanted, is_complete) = (name.clone(), outcome.is_ok());
    let shared = keeper.ask(move |server| {
        Box::pin(async move {
            if is_complete {
                server.finish_template(&wanted).await?;
            }
            server.share_template(&key).await
        })
    });
    outcome.and(shared.await).map(|()| name)
}
