//! A database that is there for as long as its test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder with a database in it, which goes with the last client that uses it. A file, and not memory, so that transactions
/// and readers behave as they do on a server.
pub(super) struct TestDatabase(PathBuf);

impl TestDatabase {
    pub(super) fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("belleville-test-{}-{number}", std::process::id()));
        if let Err(error) = make(&folder) {
            panic!("cannot make a folder for the test's database: {}: {error}", folder.display());
        }
        Self(folder)
    }

    /// Nobody needs what is in it after a loss of power, so that nothing waits for the disk.
    pub(super) fn url(&self) -> String {
        format!("sqlite:///{}?synchronous=normal", self.0.join("db.sqlite3").display())
    }
}

/// What an earlier process of the same number left there is no part of this test.
fn make(folder: &Path) -> std::io::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
