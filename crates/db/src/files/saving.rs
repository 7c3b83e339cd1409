//! What saving a row does with its new uploads: Django's `FileField.pre_save`.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::{FileContent, FileFuture, Storage, UploadedFile, names};
use crate::{Database, FieldMeta, ModelMeta, Result, Row, Value, now};

/// Why a new upload is no parameter of a statement.
pub(crate) const NOT_STORED: &str = "a new upload is stored when its object is saved or created; other statements take the name of a file in the storage";

/// Whether some values have a new upload among them.
pub(crate) fn has_uploads(values: &[(usize, Value)]) -> bool {
    values.iter().any(|(_, value)| matches!(value, Value::File(_)))
}

/// Files that were written for a row. They are removed again when the row is not saved: when it is refused, when nobody waits
/// for it any more, and when the transaction around it is undone.
#[must_use]
pub(crate) struct StoredFiles {
    storage: Arc<dyn Storage>,
    names: Vec<String>,
}

/// Stores the new uploads among the values of a row, and puts their names in the place of them. `row` has all values of the
/// object.
pub(crate) async fn store(
    db: &Database,
    meta: &'static ModelMeta,
    values: &mut [(usize, Value)],
    row: &(dyn Row + Sync),
) -> Result<StoredFiles> {
    let mut stored = StoredFiles { storage: Arc::clone(db.storage()), names: Vec::new() };
    for (field, value) in values {
        if let Value::File(upload) = value {
            let name = match stored.store(&meta.fields[*field], upload, row).await {
                Ok(name) => name,
                Err(error) => {
                    stored.remove().await;
                    return Err(error);
                }
            };
            *value = Value::Text(name);
        }
    }
    Ok(stored)
}

impl StoredFiles {
    async fn store(
        &mut self,
        field: &FieldMeta,
        upload: &UploadedFile,
        row: &(dyn Row + Sync),
    ) -> Result<String> {
        let path = match field.upload_to {
            Some(upload_to) => upload_to.path(row, upload.name(), now())?,
            None => upload.name().to_owned(),
        };
        names::validate_file_name(&path, true)?;
        let path = self.storage.generate_filename(&path)?;
        let most = field.max_length().and_then(|most| usize::try_from(most).ok());
        let name = Saving::new(&self.storage, path, upload.content().clone(), most).await?;
        self.names.push(name.clone());
        Ok(name)
    }

    /// Keeps the files if the row was saved, and removes them if not.
    pub(crate) async fn finish<T>(self, db: &Database, outcome: Result<T>) -> Result<T> {
        match outcome {
            Ok(saved) => {
                self.keep(db);
                Ok(saved)
            }
            Err(error) => {
                self.remove().await;
                Err(error)
            }
        }
    }

    /// Keeps the files, as long as the transaction around them is not undone.
    pub(crate) fn keep(mut self, db: &Database) {
        let (storage, names) = (Arc::clone(&self.storage), std::mem::take(&mut self.names));
        if !names.is_empty() {
            db.on_rollback(remove(storage, names));
        }
    }

    pub(crate) async fn remove(mut self) {
        remove(Arc::clone(&self.storage), std::mem::take(&mut self.names)).await;
    }
}

impl Drop for StoredFiles {
    fn drop(&mut self) {
        if !self.names.is_empty() {
            in_background(remove(Arc::clone(&self.storage), std::mem::take(&mut self.names)));
        }
    }
}

/// A file that is being written. If nobody waits for it any more, it is removed once it is there.
struct Saving {
    storage: Arc<dyn Storage>,
    unfinished: Option<FileFuture<'static, String>>,
}

impl Saving {
    fn new(
        storage: &Arc<dyn Storage>,
        path: String,
        content: FileContent,
        max_length: Option<usize>,
    ) -> Self {
        let storage = Arc::clone(storage);
        let saving = Arc::clone(&storage);
        let unfinished = Box::pin(async move { saving.save(&path, content, max_length).await });
        Self { storage, unfinished: Some(unfinished) }
    }
}

impl Future for Saving {
    type Output = Result<String>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<String>> {
        let Some(unfinished) = &mut self.unfinished else { return Poll::Pending };
        let saved = unfinished.as_mut().poll(context);
        if saved.is_ready() {
            self.unfinished = None;
        }
        saved
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        if let Some(unfinished) = self.unfinished.take() {
            let storage = Arc::clone(&self.storage);
            in_background(async move {
                if let Ok(name) = unfinished.await {
                    remove(storage, vec![name]).await;
                }
            });
        }
    }
}

async fn remove(storage: Arc<dyn Storage>, names: Vec<String>) {
    for name in names {
        // Nobody can be told: at worst a file is left.
        let _ = storage.delete(&name).await;
    }
}

/// Lets work go on by itself, where there is somebody to do it.
pub(crate) fn in_background(work: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(work);
    }
}
