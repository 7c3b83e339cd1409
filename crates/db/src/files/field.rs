//! The value of a model's file field: Django's `FieldFile`.

use std::sync::Arc;

use bytes::Bytes;

use super::UploadedFile;
use crate::{Database, FieldValue, Result, Value, ValueRef};

/// The file of a model's field: the name of one in the storage, or a new upload, which is stored when the object is saved.
///
/// ```no_run
/// # extern crate belleville_db as belleville;
/// use belleville::db::files::{FieldFile, UploadedFile};
/// use belleville::db::{Database, Model, Result};
///
/// #[derive(Clone, Debug, Model)]
/// #[model(app = "library")]
/// pub struct Book {
///     #[field(primary_key)]
///     pub id: i64,
///     #[field(upload_to = "covers/%Y/")]
///     pub cover: FieldFile,
/// }
///
/// # async fn example(db: &Database) -> Result<()> {
/// let upload = UploadedFile::new("emma.png", "...")?;
/// let mut book = Book { id: 0, cover: upload.into() };
/// book.save(db).await?;
/// assert_eq!(book.cover.name(), "covers/2026/emma.png");
/// let url = book.cover.url(db)?; // /media/covers/2026/emma.png
/// let content = book.cover.open(db).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FieldFile(State);

#[derive(Clone, Debug, PartialEq)]
enum State {
    /// The name of a file in the storage; empty where there is none.
    Stored(String),
    /// What is to be stored.
    New(Arc<UploadedFile>),
}

impl FieldFile {
    /// No file.
    pub const fn none() -> Self {
        Self(State::Stored(String::new()))
    }

    /// Whether there is no file: the column has an empty text.
    pub fn is_none(&self) -> bool {
        self.name().is_empty()
    }

    /// The name in the storage; of a new upload its own name, which is another one once it is stored.
    pub fn name(&self) -> &str {
        match &self.0 {
            State::Stored(name) => name,
            State::New(upload) => upload.name(),
        }
    }

    /// The upload that saving the object will store.
    pub fn upload(&self) -> Option<&UploadedFile> {
        match &self.0 {
            State::Stored(_) => None,
            State::New(upload) => Some(upload),
        }
    }

    /// The URL at which clients get the file.
    ///
    /// # Errors
    /// When the storage has no URLs.
    pub fn url(&self, db: &Database) -> Result<String> {
        db.storage().url(self.name())
    }

    /// The content.
    ///
    /// # Errors
    /// [`Error::File`](crate::Error::File) when the file is not there or cannot be read.
    pub async fn open(&self, db: &Database) -> Result<Bytes> {
        match &self.0 {
            State::Stored(name) => db.storage().open(name).await,
            State::New(upload) => upload.read().await,
        }
    }

    /// The length of the content in bytes.
    ///
    /// # Errors
    /// As [`FieldFile::open`].
    pub async fn size(&self, db: &Database) -> Result<u64> {
        match &self.0 {
            State::Stored(name) => db.storage().size(name).await,
            State::New(upload) => Ok(upload.size() as u64),
        }
    }

    /// Removes the file from the storage, and its name from the object, which is to be saved then. In a transaction the file
    /// is removed once that is committed: if it is undone, the row still has its file.
    ///
    /// # Errors
    /// [`Error::File`](crate::Error::File) when it cannot be removed, outside of a transaction. One that is not there is
    /// removed already.
    pub async fn delete(&mut self, db: &Database) -> Result<()> {
        let State::Stored(name) = std::mem::take(self).0 else { return Ok(()) };
        if name.is_empty() {
            return Ok(());
        }
        if !db.is_in_transaction() {
            return db.storage().delete(&name).await;
        }
        let storage = Arc::clone(db.storage());
        db.on_commit(move || {
            super::in_background(async move {
                // The row does not name it any more: at worst a file is left.
                let _ = storage.delete(&name).await;
            });
        });
        Ok(())
    }
}

impl Default for FieldFile {
    fn default() -> Self {
        Self::none()
    }
}

impl From<UploadedFile> for FieldFile {
    fn from(upload: UploadedFile) -> Self {
        Self(State::New(Arc::new(upload)))
    }
}

/// A file of the storage, by its name.
impl From<&str> for FieldFile {
    fn from(name: &str) -> Self {
        Self(State::Stored(name.to_owned()))
    }
}

/// A file of the storage, by its name.
impl From<String> for FieldFile {
    fn from(name: String) -> Self {
        Self(State::Stored(name))
    }
}

impl FieldValue for FieldFile {
    type Optional = Option<Self>;
    type With<U: FieldValue> = U;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Text(name) => Ok(name.into()),
            ValueRef::File(upload) => Ok(Self(State::New(Arc::clone(upload)))),
            other => other.refused("the name of a file"),
        }
    }

    fn to_ref(&self) -> ValueRef<'_> {
        match &self.0 {
            State::Stored(name) => ValueRef::Text(name),
            State::New(upload) => ValueRef::File(upload),
        }
    }

    /// As in Django, a row without a file has an empty text, also where its column may be NULL.
    fn nothing() -> ValueRef<'static> {
        ValueRef::Text("")
    }

    fn is_nothing(value: ValueRef<'_>) -> bool {
        matches!(value, ValueRef::Null | ValueRef::Text(""))
    }
}

/// A value of a file field that input has given.
impl From<UploadedFile> for Value {
    fn from(upload: UploadedFile) -> Self {
        Self::File(Arc::new(upload))
    }
}
