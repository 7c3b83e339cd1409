//! What keeps files: Django's `Storage`.

use std::pin::Pin;

use bytes::Bytes;

use super::FileContent;
use super::names::{self, NameParts};
use crate::Result;

/// What a storage does with a file: work that may wait for a disk or a network.
pub type FileFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What keeps files by their names: Django's `Storage`. The first six methods are those of a storage of one's own; the others
/// have Django's rules.
///
/// A name has forward slashes, and is relative: `covers/2026/emma.png`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not keep files",
    label = "implement Storage for it, or use FileSystemStorage"
)]
pub trait Storage: Send + Sync + 'static {
    /// Writes a file that is not there yet; `false` when it is. Of two that write the same name at the same time one gets
    /// `false`. After an error nothing is left of it. A content may be in a temporary file, which a storage can take from there
    /// ([`FileContent::temporary_file_path`]) rather than read it into memory.
    fn write_new<'a>(&'a self, name: &'a str, content: FileContent) -> FileFuture<'a, bool>;

    /// The content of a file.
    fn open<'a>(&'a self, name: &'a str) -> FileFuture<'a, Bytes>;

    /// Removes a file. One that is not there is removed already.
    fn delete<'a>(&'a self, name: &'a str) -> FileFuture<'a, ()>;

    /// Whether something has this name.
    fn exists<'a>(&'a self, name: &'a str) -> FileFuture<'a, bool>;

    /// The length of a file in bytes.
    fn size<'a>(&'a self, name: &'a str) -> FileFuture<'a, u64>;

    /// The URL at which clients get a file.
    ///
    /// # Errors
    /// When there is none.
    fn url(&self, name: &str) -> Result<String>;

    /// A file's name, without folders, as the storage can keep it.
    ///
    /// # Errors
    /// [`Error::SuspiciousFileOperation`](crate::Error::SuspiciousFileOperation) when nothing is left of it.
    fn get_valid_name(&self, name: &str) -> Result<String> {
        names::get_valid_filename(name)
    }

    /// Another name for a file whose own is taken, made of its name and its extension.
    fn get_alternative_name(&self, root: &str, extension: &str) -> String {
        names::alternative_name(root, extension)
    }

    /// A path as [`Storage::save`] takes it, of one that somebody has put together.
    ///
    /// # Errors
    /// [`Error::SuspiciousFileOperation`](crate::Error::SuspiciousFileOperation) when it leaves its folder.
    fn generate_filename(&self, name: &str) -> Result<String> {
        names::generated_name(name, |file| self.get_valid_name(file))
    }

    /// A name that no file has, of at most so many characters.
    fn get_available_name<'a>(&'a self, name: &'a str, max_length: Option<usize>) -> FileFuture<'a, String> {
        Box::pin(available_name(self, name, max_length))
    }

    /// Writes a new file under this name, or under an alternative one where it is taken, and returns the name.
    ///
    /// Errors are [`Error::SuspiciousFileOperation`](crate::Error::SuspiciousFileOperation) for a name that leaves the
    /// storage or cannot be shortened, and [`Error::File`](crate::Error::File) when it cannot be written.
    fn save<'a>(
        &'a self,
        name: &'a str,
        content: FileContent,
        max_length: Option<usize>,
    ) -> FileFuture<'a, String> {
        Box::pin(async move {
            names::validate_file_name(name, true)?;
            let mut available = self.get_available_name(name, max_length).await?;
            names::validate_file_name(&available, true)?;
            // Somebody may write a file of the name between the question and the answer.
            while !self.write_new(&available, content.clone()).await? {
                available = self.get_available_name(name, max_length).await?;
            }
            Ok(available)
        })
    }
}

async fn available_name<S: Storage + ?Sized>(
    storage: &S,
    name: &str,
    max_length: Option<usize>,
) -> Result<String> {
    let mut name = name.replace('\\', "/");
    let NameParts { folder, mut root, extension } = NameParts::of(&name)?;
    let excess = |name: &str| max_length.map_or(0, |most| name.chars().count().saturating_sub(most));
    let alternative = |root: &str| names::join(&folder, &storage.get_alternative_name(root, &extension));
    while excess(&name) > 0 || storage.exists(&name).await? {
        name = alternative(&root);
        let too_long = excess(&name);
        if too_long > 0 {
            let left = root.chars().count().saturating_sub(too_long);
            root = root.chars().take(left).collect();
            if root.is_empty() {
                return names::suspicious(format!(
                    "Storage can not find an available filename for \"{name}\". Please make sure that the corresponding file \
                     field allows sufficient \"max_length\"."
                ));
            }
            name = alternative(&root);
        }
    }
    Ok(name)
}
