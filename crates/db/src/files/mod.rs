//! Uploaded files, and where they are kept: Django's `core.files` and `FileField`. Nothing here knows HTTP.
//!
//! An [`UploadedFile`] is what a client has sent. A [`Storage`] keeps files by their names; [`FileSystemStorage`] does so in a
//! folder. A model's field of type [`FieldFile`] has the name of a file in the storage, or a new upload: saving the object
//! stores the upload and writes its name into the column.

mod content;
mod field;
mod file_system;
mod images;
mod names;
mod saving;
mod storage;
mod upload_to;
mod uploaded;

pub use bytes::Bytes;
pub use content::{FileContent, FileWriter};
pub use field::FieldFile;
pub use file_system::FileSystemStorage;
pub use images::{IMAGE_EXTENSIONS, ImageFormat, ImageInfo, image_info};
pub(crate) use names::extension;
pub use names::{alternative_name, get_valid_filename, validate_file_name};
pub(crate) use saving::NOT_STORED;
pub(crate) use saving::{StoredFiles, has_uploads, in_background, store};
pub use storage::{FileFuture, Storage};
pub use upload_to::UploadTo;
pub use uploaded::UploadedFile;
