//! A file that a client has sent.

use std::fmt;
use std::path::Path;

use bytes::Bytes;

use super::{FileContent, names};
use crate::Result;

/// A file that a client has sent: its name, what the client says of it, and its content. A clone shares the content.
///
/// ```
/// # extern crate belleville_db as belleville;
/// use belleville::db::files::UploadedFile;
///
/// let file = UploadedFile::new("../notes.txt", "milk, bread")?.with_content_type("text/plain");
/// assert_eq!((file.name(), file.size()), ("notes.txt", 11));
/// # Ok::<(), belleville::db::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct UploadedFile {
    name: String,
    content_type: String,
    charset: Option<String>,
    content: FileContent,
}

impl UploadedFile {
    /// A file with a name and a content. As in Django, only the last part of a path is kept, and a name of more than 255
    /// characters is cut before its extension.
    ///
    /// # Errors
    /// [`Error::SuspiciousFileOperation`](crate::Error::SuspiciousFileOperation) when nothing is left of the name.
    pub fn new(name: &str, content: impl Into<FileContent>) -> Result<Self> {
        let name = names::upload_name(name)?;
        let (content_type, charset) = (String::new(), None);
        Ok(Self { name, content_type, charset, content: content.into() })
    }

    /// Sets the media type that the client has named.
    #[must_use]
    pub fn with_content_type(self, content_type: impl Into<String>) -> Self {
        Self { content_type: content_type.into(), ..self }
    }

    /// Sets the charset that the client has named.
    #[must_use]
    pub fn with_charset(self, charset: Option<String>) -> Self {
        Self { charset, ..self }
    }

    /// Sets the content.
    #[must_use]
    pub fn with_content(self, content: impl Into<FileContent>) -> Self {
        Self { content: content.into(), ..self }
    }

    /// The name, without folders. It is the client's: see [`Storage::generate_filename`](super::Storage::generate_filename)
    /// for one that a storage takes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What stands behind the last dot of the name, in lower case: `png`. Empty where there is none.
    pub fn extension(&self) -> String {
        names::extension(&self.name).to_lowercase()
    }

    /// The media type that the client has named, without parameters; empty where it has named none. Nothing checks it.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The charset that the client has named.
    pub fn charset(&self) -> Option<&str> {
        self.charset.as_deref()
    }

    /// The length of the content in bytes.
    pub fn size(&self) -> usize {
        self.content.size()
    }

    /// The content: in memory, or in a temporary file where the body is longer than `FILE_UPLOAD_MAX_MEMORY_SIZE`.
    pub fn content(&self) -> &FileContent {
        &self.content
    }

    /// The bytes of the content: see [`FileContent::read`].
    ///
    /// # Errors
    /// [`Error::File`](crate::Error::File) when it cannot be read.
    pub async fn read(&self) -> Result<Bytes> {
        self.content.read().await
    }

    /// Where the content is on the disk, if it is in a temporary file.
    pub fn temporary_file_path(&self) -> Option<&Path> {
        self.content.temporary_file_path()
    }

    /// The name of Django's class, which error messages show: `InMemoryUploadedFile` or `TemporaryUploadedFile`.
    pub fn class_name(&self) -> &'static str {
        if self.temporary_file_path().is_some() { "TemporaryUploadedFile" } else { "InMemoryUploadedFile" }
    }
}

/// The content may be a secret, and long: it is not shown.
impl fmt::Debug for UploadedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadedFile")
            .field("name", &self.name)
            .field("content_type", &self.content_type)
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}
