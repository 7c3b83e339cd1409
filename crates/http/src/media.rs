//! Where uploaded files are kept, and which URLs they have.

use std::fmt;
use std::path::PathBuf;

use belleville_db::files::FileSystemStorage;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected, Visitor};

use crate::settings::{Section, SettingsError};

/// Where uploaded files are kept, and which URLs they have.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct MediaSettings {
    /// The folder of uploaded files. Without one none can be kept.
    pub media_root: Option<PathBuf>,
    /// The beginning of their URLs: `/media/`, or `https://files.example.com/`.
    pub media_url: String,
    /// The permissions of new files, `0o644` as Unix has them; those of the process where it is `false`.
    #[serde(deserialize_with = "permissions_or_false")]
    pub file_upload_permissions: Option<u32>,
    /// The permissions of new folders.
    #[serde(deserialize_with = "permissions_or_false")]
    pub file_upload_directory_permissions: Option<u32>,
    /// The folder of temporary files, to which the files of long bodies go; that of the system where it is not set.
    pub file_upload_temp_dir: Option<PathBuf>,
}

impl Default for MediaSettings {
    fn default() -> Self {
        Self {
            media_root: None,
            media_url: String::new(),
            file_upload_permissions: Some(0o644),
            file_upload_directory_permissions: None,
            file_upload_temp_dir: None,
        }
    }
}

impl Section for MediaSettings {
    fn check(&self) -> Result<(), SettingsError> {
        if !self.media_url.is_empty() && !self.media_url.ends_with('/') {
            return Err(SettingsError::new("If set, MEDIA_URL must end with a slash"));
        }
        if let Some(folder) = self.file_upload_temp_dir.as_ref().filter(|folder| !folder.is_dir()) {
            return Err(SettingsError::new(format!(
                "file_upload_temp_dir is {}, which is no folder",
                folder.display()
            )));
        }
        Ok(())
    }
}

impl MediaSettings {
    /// The storage of these settings.
    pub fn storage(&self) -> FileSystemStorage {
        let is_whole =
            ["http://", "https://", "/"].iter().any(|beginning| self.media_url.starts_with(beginning));
        let base_url = if is_whole { self.media_url.clone() } else { format!("/{}", self.media_url) };
        let storage = match self.media_root.as_ref().filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => FileSystemStorage::new(folder, base_url),
            None => FileSystemStorage::default().with_base_url(base_url),
        };
        storage
            .with_file_permissions(self.file_upload_permissions)
            .with_directory_permissions(self.file_upload_directory_permissions)
    }
}

/// Permissions as Unix has them, or none, which is written `false`. The environment has octal digits: `644`.
fn permissions_or_false<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    deserializer.deserialize_str(PermissionsOrFalse)
}

struct PermissionsOrFalse;

impl Visitor<'_> for PermissionsOrFalse {
    type Value = Option<u32>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("permissions such as 0o644, or false for those of the process")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        if value { Err(E::invalid_type(Unexpected::Bool(value), &self)) } else { Ok(None) }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        let mode = u32::try_from(number).ok().filter(|mode| *mode <= 0o7777);
        mode.map(Some).ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.eq_ignore_ascii_case("false") {
            return Ok(None);
        }
        let mode = u32::from_str_radix(text.strip_prefix("0o").unwrap_or(text), 8).ok();
        let mode = mode.filter(|mode| *mode <= 0o7777);
        mode.map(Some).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}
