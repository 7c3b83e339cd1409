//! Files in a folder: Django's `FileSystemStorage`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::FileContent;
use super::content::Kept;
use super::names;
use super::storage::{FileFuture, Storage};
use crate::{Error, Result};

/// What stands as it is in the URL of a file.
const QUOTED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'~')
    .remove(b'!')
    .remove(b'*')
    .remove(b'(')
    .remove(b')')
    .remove(b'\'')
    .remove(b'_')
    .remove(b'.')
    .remove(b'-');

/// Keeps files in a folder, with Django's names, permissions and URLs. The work is done by threads that may wait for a disk.
///
/// ```
/// # extern crate belleville_db as belleville;
/// # use belleville::db::files::{FileSystemStorage, Storage};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> belleville::db::Result<()> {
/// # let folder = std::env::temp_dir().join(format!("belleville-files-{}", std::process::id()));
/// let storage = FileSystemStorage::new(&folder, "/media/");
/// let first = storage.save("notes/a.txt", "milk".into(), None).await?;
/// let second = storage.save("notes/a.txt", "bread".into(), None).await?;
/// assert_eq!(first, "notes/a.txt");
/// assert_eq!(second.len(), "notes/a_4Kf09Zq.txt".len());
/// assert_eq!(storage.url(&first)?, "/media/notes/a.txt");
/// assert_eq!(storage.open(&second).await?, "bread");
/// # std::fs::remove_dir_all(&folder).expect("the folder was made");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FileSystemStorage {
    /// Without a folder nothing can be kept.
    location: Option<PathBuf>,
    base_url: String,
    permissions: Permissions,
}

/// The permissions of new files and folders, as Unix has them; those of the process where there are none.
#[derive(Clone, Copy, Debug)]
struct Permissions {
    file: Option<u32>,
    folder: Option<u32>,
}

impl Default for FileSystemStorage {
    /// A storage without a folder: it can keep nothing, and says so.
    fn default() -> Self {
        let permissions = Permissions { file: Some(0o644), folder: None };
        Self { location: None, base_url: "/".to_owned(), permissions }
    }
}

impl FileSystemStorage {
    /// Keeps files in a folder, which is made with the first file, and gives them URLs below `base_url`.
    pub fn new(location: impl AsRef<Path>, base_url: impl Into<String>) -> Self {
        // A relative folder is that of the process's start, wherever the process goes.
        let location = location.as_ref();
        let location = std::path::absolute(location).unwrap_or_else(|_| location.to_owned());
        Self { location: Some(location), ..Self::default() }.with_base_url(base_url)
    }

    /// Sets the beginning of URLs. A slash is added at its end where it has none.
    #[must_use]
    pub fn with_base_url(self, base_url: impl Into<String>) -> Self {
        let mut base_url = base_url.into();
        if !base_url.ends_with('/') {
            base_url.push('/');
        }
        Self { base_url, ..self }
    }

    /// Sets the permissions of new files: Django's `FILE_UPLOAD_PERMISSIONS`, `0o644` unless set.
    #[must_use]
    pub fn with_file_permissions(mut self, mode: Option<u32>) -> Self {
        self.permissions.file = mode;
        self
    }

    /// Sets the permissions of new folders: Django's `FILE_UPLOAD_DIRECTORY_PERMISSIONS`.
    #[must_use]
    pub fn with_directory_permissions(mut self, mode: Option<u32>) -> Self {
        self.permissions.folder = mode;
        self
    }

    /// Where a file is.
    ///
    /// # Errors
    /// [`Error::SuspiciousFileOperation`] when that is outside of the folder; [`Error::File`] when there is no folder.
    pub fn path(&self, name: &str) -> Result<PathBuf> {
        let location = self.location()?;
        let path = lexically_normal(&location.join(name));
        if path.starts_with(location) {
            return Ok(path);
        }
        names::suspicious(format!(
            "The joined path ({}) is located outside of the base path component ({})",
            path.display(),
            location.display()
        ))
    }

    fn location(&self) -> Result<&Path> {
        let missing =
            || io::Error::new(io::ErrorKind::NotFound, "media_root, the folder of files, is not set");
        self.location.as_deref().ok_or_else(|| Error::File(missing()))
    }

    /// Does something with a file, on a thread that may wait.
    fn with_path<'a, T: Send + 'static>(
        &'a self,
        name: &'a str,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> FileFuture<'a, T> {
        let path = self.path(name);
        Box::pin(async move {
            let path = path?;
            let done = tokio::task::spawn_blocking(move || work(&path)).await;
            done.unwrap_or_else(|error| Err(io::Error::other(error))).map_err(Error::File)
        })
    }
}

impl Storage for FileSystemStorage {
    fn write_new<'a>(&'a self, name: &'a str, content: FileContent) -> FileFuture<'a, bool> {
        let (location, permissions) = (self.location.clone(), self.permissions);
        self.with_path(name, move |path| {
            if let Some(folder) = path.parent() {
                create_folders(folder, permissions.folder)?;
            }
            match put(path, &content) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
                written => written?,
            }
            let finished = set_mode(path, permissions.file)
                .and_then(|()| location.map_or(Ok(()), |location| give_group_of(&location, path)));
            finished.inspect_err(|_| drop(fs::remove_file(path))).map(|()| true)
        })
    }

    fn open<'a>(&'a self, name: &'a str) -> FileFuture<'a, Bytes> {
        self.with_path(name, |path| fs::read(path).map(Bytes::from))
    }

    fn delete<'a>(&'a self, name: &'a str) -> FileFuture<'a, ()> {
        if name.is_empty() {
            let error =
                io::Error::new(io::ErrorKind::InvalidInput, "the name of the file to delete is empty");
            return Box::pin(std::future::ready(Err(Error::File(error))));
        }
        self.with_path(name, |path| {
            let removed = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
            match removed {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                removed => removed,
            }
        })
    }

    fn exists<'a>(&'a self, name: &'a str) -> FileFuture<'a, bool> {
        self.with_path(name, |path| match fs::symlink_metadata(path) {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(false)
            }
            Err(error) => Err(error),
        })
    }

    fn size<'a>(&'a self, name: &'a str) -> FileFuture<'a, u64> {
        self.with_path(name, |path| fs::metadata(path).map(|metadata| metadata.len()))
    }

    fn url(&self, name: &str) -> Result<String> {
        let path = name.replace('\\', "/");
        Ok(format!("{}{}", self.base_url, utf8_percent_encode(path.trim_start_matches('/'), QUOTED)))
    }
}

/// The path without `.` and `..`, as it is written: links are not followed.
fn lexically_normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

/// Creates the folders that are missing, each with the permissions, whatever the process's mask says.
fn create_folders(folder: &Path, mode: Option<u32>) -> io::Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
    for folder in missing.into_iter().rev() {
        match fs::create_dir(folder) {
            // Somebody else was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => made.and_then(|()| set_mode(folder, mode))?,
        }
    }
    if folder.is_dir() {
        return Ok(());
    }
    let text = format!("{} exists and is not a directory", folder.display());
    Err(io::Error::new(io::ErrorKind::NotADirectory, text))
}

/// Makes a file that is not there.
fn put(path: &Path, content: &FileContent) -> io::Result<()> {
    match content.kept() {
        Kept::InMemory(bytes) => write_exclusively(path, bytes),
        Kept::Temporary(file) => link_or_copy(file.path(), path),
    }
}

/// Gives a file another name, which is not there; on another file system, a copy of it. One that could not be written to its end is
/// removed.
fn link_or_copy(file: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(file, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {}
        linked => return linked,
    }
    let mut content = File::open(file)?;
    let mut copy = OpenOptions::new().write(true).create_new(true).open(path)?;
    io::copy(&mut content, &mut copy).map(drop).inspect_err(|_| drop(fs::remove_file(path)))
}

/// Writes a file that is not there. One that could not be written to its end is removed.
fn write_exclusively(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content).inspect_err(|_| drop(fs::remove_file(path)))
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: Option<u32>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    mode.map_or(Ok(()), |mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: Option<u32>) -> io::Result<()> {
    Ok(())
}

/// A new file belongs to the group of the storage's folder, where the process may give it that.
#[cfg(unix)]
fn give_group_of(location: &Path, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let group = fs::metadata(location)?.gid();
    if fs::metadata(path)?.gid() == group {
        return Ok(());
    }
    match std::os::unix::fs::chown(path, None, Some(group)) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        given => given,
    }
}

#[cfg(not(unix))]
fn give_group_of(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}
