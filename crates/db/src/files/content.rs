//! The content of a file: bytes in memory, or a temporary file.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::names;
use crate::{Error, Result, Uuid};

/// The content of a file, in memory or in a temporary file. A clone shares it.
///
/// ```
/// # extern crate belleville_db as belleville;
/// use belleville::db::files::FileContent;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> belleville::db::Result<()> {
/// let content = FileContent::from("milk, bread");
/// assert_eq!(content.size(), 11);
/// assert_eq!(content.read().await?, "milk, bread");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FileContent(Kept);

#[derive(Clone, Debug)]
pub(super) enum Kept {
    InMemory(Bytes),
    Temporary(Arc<TemporaryFile>),
}

impl PartialEq for Kept {
    /// Temporary files are not read for it: each is equal to itself.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::InMemory(one), Self::InMemory(other)) => one == other,
            (Self::Temporary(one), Self::Temporary(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl FileContent {
    pub(super) fn kept(&self) -> &Kept {
        &self.0
    }

    /// The length in bytes.
    pub fn size(&self) -> usize {
        match &self.0 {
            Kept::InMemory(bytes) => bytes.len(),
            Kept::Temporary(file) => file.size,
        }
    }

    /// Where it is on the disk, if it is a temporary file. That is removed with the last clone of this content.
    pub fn temporary_file_path(&self) -> Option<&Path> {
        match &self.0 {
            Kept::InMemory(_) => None,
            Kept::Temporary(file) => Some(&file.path),
        }
    }

    /// The bytes. A temporary file is read into memory, by a thread that may wait for a disk.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read.
    pub async fn read(&self) -> Result<Bytes> {
        if let Kept::InMemory(bytes) = &self.0 {
            return Ok(bytes.clone());
        }
        let content = self.clone();
        let read = tokio::task::spawn_blocking(move || content.blocking_read()).await;
        read.unwrap_or_else(|error| Err(Error::File(io::Error::other(error))))
    }

    /// The bytes, for code that cannot await, such as a validator. A temporary file is read by this thread.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read.
    pub fn blocking_read(&self) -> Result<Bytes> {
        match &self.0 {
            Kept::InMemory(bytes) => Ok(bytes.clone()),
            Kept::Temporary(file) => fs::read(&file.path).map(Bytes::from).map_err(Error::File),
        }
    }
}

/// Nothing.
impl Default for FileContent {
    fn default() -> Self {
        Bytes::new().into()
    }
}

impl From<Bytes> for FileContent {
    fn from(bytes: Bytes) -> Self {
        Self(Kept::InMemory(bytes))
    }
}

macro_rules! from_what_bytes_are_made_of {
    ($($source:ty),*) => {
        $(impl From<$source> for FileContent {
            fn from(source: $source) -> Self {
                Bytes::from(source).into()
            }
        })*
    };
}

from_what_bytes_are_made_of! { &'static str, &'static [u8], String, Vec<u8> }

/// A content that arrives piece by piece.
#[derive(Debug)]
pub struct FileWriter(Writing);

#[derive(Debug)]
enum Writing {
    InMemory(Vec<Bytes>),
    Temporary(File, TemporaryFile),
}

impl FileWriter {
    /// It stays in memory.
    pub fn in_memory() -> Self {
        Self(Writing::InMemory(Vec::new()))
    }

    /// It goes to a temporary file, which nobody but the user of the process can read: in a folder, or in that of the system for
    /// such files. The file ends as that of this name does.
    ///
    /// # Errors
    /// [`Error::File`] when there can be no such file.
    pub fn temporary(folder: Option<&Path>, name: &str) -> Result<Self> {
        let (file, temporary) = TemporaryFile::create(folder, name).map_err(Error::File)?;
        Ok(Self(Writing::Temporary(file, temporary)))
    }

    /// Adds a piece.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be written.
    pub fn write(&mut self, piece: Bytes) -> Result<()> {
        match &mut self.0 {
            Writing::InMemory(pieces) => pieces.push(piece),
            Writing::Temporary(file, temporary) => {
                file.write_all(&piece).map_err(Error::File)?;
                temporary.size += piece.len();
            }
        }
        Ok(())
    }

    /// The whole.
    pub fn finish(self) -> FileContent {
        match self.0 {
            Writing::InMemory(mut pieces) if pieces.len() == 1 => pieces.remove(0).into(),
            Writing::InMemory(pieces) => pieces.concat().into(),
            Writing::Temporary(_, temporary) => FileContent(Kept::Temporary(Arc::new(temporary))),
        }
    }
}

/// A file in a folder of its own, which only the user of the process can read. Both are removed when this is dropped.
#[derive(Debug)]
pub(super) struct TemporaryFile {
    folder: PathBuf,
    path: PathBuf,
    size: usize,
}

impl TemporaryFile {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn create(folder: Option<&Path>, name: &str) -> io::Result<(File, Self)> {
        let folder = folder.map_or_else(std::env::temp_dir, Path::to_owned);
        let folder = folder.join(format!("belleville-{}", Uuid::new_v4().simple()));
        new_folder().create(&folder)?;
        let temporary = Self { path: folder.join(file_name(name)), folder, size: 0 };
        Ok((new_file().open(&temporary.path)?, temporary))
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // Nobody can be told: at worst a file is left in a folder for such files.
        let _ = fs::remove_file(&self.path);
        let _ = fs::remove_dir(&self.folder);
    }
}

/// The name of a temporary file, with the extension of the upload's where that is a plain one: some programs go by it.
fn file_name(name: &str) -> String {
    let extension = names::extension(name);
    let is_plain =
        (1..=10).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_plain { format!("upload.{extension}") } else { "upload".to_owned() }
}

fn new_folder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has permissions"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn new_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_file_is_private_and_goes_with_its_content() {
        let mut writer = FileWriter::temporary(None, "notes.TXT").unwrap();
        writer.write("milk, ".into()).unwrap();
        writer.write("bread".into()).unwrap();
        let content = writer.finish();
        let path = content.temporary_file_path().unwrap().to_owned();
        assert_eq!((content.size(), content.blocking_read().unwrap()), (11, "milk, bread".into()));
        assert_eq!(path.file_name().unwrap(), "upload.TXT");
        #[cfg(unix)]
        for (path, mode) in [(path.as_path(), 0o600), (path.parent().unwrap(), 0o700)] {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
        }
        let clone = content.clone();
        drop(content);
        assert!(path.exists());
        drop(clone);
        assert!(!path.exists() && !path.parent().unwrap().exists());
    }

    #[test]
    fn what_is_not_finished_leaves_nothing() {
        let writer = FileWriter::temporary(None, "a/../b.x y").unwrap();
        let Writing::Temporary(_, file) = &writer.0 else { panic!("it is in memory") };
        let path = file.path.clone();
        assert_eq!(path.file_name().unwrap(), "upload");
        drop(writer);
        assert!(!path.parent().unwrap().exists());
    }
}
