//! The limits of a request's body: Django's `DATA_UPLOAD_MAX_*`.

use serde::Deserialize;

use super::environment::{Key, Kind};
use super::parts::or_false;

pub(super) const KEYS: &[Key] = &[
    ("data_upload_max_memory_size", Kind::NumberOrFalse),
    ("data_upload_max_number_fields", Kind::NumberOrFalse),
    ("data_upload_max_number_files", Kind::NumberOrFalse),
];

/// The limits of a request's body; a larger one is answered 400. `false`, Django's `None`, is no limit.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Uploads {
    /// The longest body, in bytes. Of a multipart form its fields count, not its files.
    #[serde(deserialize_with = "or_false")]
    pub data_upload_max_memory_size: Option<usize>,
    /// The most fields of a form or a query.
    #[serde(deserialize_with = "or_false")]
    pub data_upload_max_number_fields: Option<usize>,
    /// The most files of a form.
    #[serde(deserialize_with = "or_false")]
    pub data_upload_max_number_files: Option<usize>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            data_upload_max_memory_size: Some(2_621_440),
            data_upload_max_number_fields: Some(1000),
            data_upload_max_number_files: Some(100),
        }
    }
}
