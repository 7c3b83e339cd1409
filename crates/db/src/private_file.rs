//! New files that only their owner reads: databases, keys, mail.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a file that nobody but its owner can read (0600; on Windows, as its folder says) and opens it to be written.
///
/// # Errors
/// When the file cannot be made; [`io::ErrorKind::AlreadyExists`] when it is there, and then it stays as it is.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
