//! A file for each test, and not memory, so that transactions and readers behave as they do on a server.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use belleville_manage::settings::Settings;

use super::{Once, migrate, number_of};
use crate::App;

const FILE: &str = "db.sqlite3";

/// The content of a migrated file.
type Content = Arc<[u8]>;

/// Those of this process. They are in memory, so that nothing is left of them.
static TEMPLATES: Once<Content> = Once::new();

/// A folder with a database in it.
pub(in crate::test) struct Folder(PathBuf);

impl Folder {
    fn new() -> std::io::Result<Self> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("belleville-test-{}-{number}", std::process::id()));
        // What an earlier process of the same number left there is no part of this test.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    fn file(&self) -> PathBuf {
        self.0.join(FILE)
    }

    /// Nobody needs what is in it after a loss of power, so that nothing waits for the disk.
    pub(super) fn url(&self) -> String {
        format!("sqlite:///{}?synchronous=normal", self.file().display())
    }

    /// The content of the file, which nobody has open.
    fn content(&self) -> std::io::Result<Content> {
        let log = self.0.join(format!("{FILE}-wal"));
        if fs::metadata(log).is_ok_and(|log| log.len() > 0) {
            return Err(Error::other("it is still in use"));
        }
        Ok(fs::read(self.file())?.into())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A new file with the tables of the program.
pub(super) async fn copy(app: &App, settings: &Settings) -> Result<Folder, String> {
    let template = TEMPLATES.of(format!("{:x}", number_of(app, settings)?));
    let template = template.get_or_try_init(|| make(app, settings)).await?;
    let folder = Folder::new().map_err(cannot_make)?;
    fs::write(folder.file(), template).map_err(cannot_make)?;
    Ok(folder)
}

async fn make(app: &App, settings: &Settings) -> Result<Content, String> {
    let folder = Folder::new().map_err(cannot_make)?;
    migrate(app, settings, folder.url()).await?;
    folder.content().map_err(cannot_make)
}

fn cannot_make(error: Error) -> String {
    let hint = match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::StorageFull => {
            "; set TMPDIR to a folder that has room for it"
        }
        _ => "",
    };
    let folder = std::env::temp_dir();
    format!("cannot make a file for the test's database in {}: {error}{hint}", folder.display())
}
