//! New files that only their owner can read: databases, keys, mail.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Creates a file that only its owner can read (mode 0600; on Windows, the permissions of the folder) and opens it
/// for writing.
///
/// # Errors
/// When the file cannot be made; [`io::ErrorKind::AlreadyExists`] when it exists; it is not changed then.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
