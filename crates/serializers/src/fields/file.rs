//! Files that clients send: DRF's `FileField` and `ImageField`.

use belleville_db::files::{IMAGE_EXTENSIONS, UploadedFile, image_info};
use belleville_db::json::{Json, write_str};
use belleville_db::{Result, ValueRef};

use super::{Field, Messages, Reading, Shape, ValidationError, cannot_show};
use crate::Context;
use crate::input::Given;
use crate::value::Validated;

/// A file that a client sends in a form. The validated value is the upload, which saving a model's object stores. A file that is
/// stored is shown as its URL.
#[derive(Clone, Debug, Default)]
pub struct FileField {
    rules: FileRules,
}

/// An image that a client sends in a form. Its content is looked at.
#[derive(Clone, Debug, Default)]
pub struct ImageField {
    rules: FileRules,
}

/// What both fields have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FileRules {
    /// The most characters of the name.
    pub(super) max_length: Option<u64>,
    pub(super) allow_empty_file: bool,
    /// Shown as a URL or as a name; as the settings say where nothing is said.
    pub(super) use_url: Option<bool>,
}

/// The options of a field for files.
macro_rules! file_options {
    ($name:ident) => {
        impl $name {
            /// A field.
            pub fn new() -> Self {
                Self::default()
            }

            /// The most characters of the file's name.
            #[must_use]
            pub fn max_length(mut self, characters: u64) -> Self {
                self.rules.max_length = Some(characters);
                self
            }

            /// A file without a content is taken, or is not.
            #[must_use]
            pub fn allow_empty_file(mut self, allow_empty_file: bool) -> Self {
                self.rules.allow_empty_file = allow_empty_file;
                self
            }

            /// It is shown as its URL, or as its name in the storage. The default is the setting
            /// `rest_framework.uploaded_files_use_url`.
            #[must_use]
            pub fn use_url(mut self, use_url: bool) -> Self {
                self.rules.use_url = Some(use_url);
                self
            }

            pub(super) fn of_rules(rules: FileRules) -> Self {
                Self { rules }
            }
        }
    };
}

file_options! { FileField }
file_options! { ImageField }

/// The messages of a field for files, after those of its own.
macro_rules! file_messages {
    ($(($code:literal, $text:literal)),* $(,)?) => {
        &[
            $(($code, $text),)*
            ("required", "No file was submitted."),
            ("invalid", "The submitted data was not a file. Check the encoding type on the form."),
            ("empty", "The submitted file is empty."),
            ("max_length", "Ensure this filename has at most {max_length} characters (it has {length})."),
        ]
    };
}

impl FileRules {
    /// The file of some input, if it is one that is taken.
    fn read<'a>(&self, given: &Given<'a>) -> Result<&'a UploadedFile, ValidationError> {
        let Given::File(file) = given else { return Err(ValidationError::of("invalid")) };
        if file.size() == 0 && !self.allow_empty_file {
            return Err(ValidationError::of("empty"));
        }
        let length = file.name().chars().count() as u64;
        match self.max_length.filter(|most| length > *most) {
            Some(most) => {
                Err(ValidationError::of("max_length").with("max_length", most).with("length", length))
            }
            None => Ok(file),
        }
    }

    fn show(&self, value: ValueRef<'_>, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        let use_url = self.use_url.unwrap_or_else(|| context.uploaded_files_use_url());
        match value {
            ValueRef::Text(name) if !name.is_empty() => match use_url {
                true => write_str(out, &context.url_of_file(name)?),
                false => write_str(out, name),
            },
            // What is not stored yet has a name, but no URL.
            ValueRef::File(file) if !use_url => write_str(out, file.name()),
            ValueRef::Text(_) | ValueRef::File(_) => out.extend_from_slice(b"null"),
            _ => return Err(cannot_show()),
        }
        Ok(())
    }
}

impl Field for FileField {
    fn error_messages(&self) -> Messages {
        file_messages! {}
    }

    fn shape(&self) -> Shape {
        Shape { max_length: self.rules.max_length, ..Shape::new("file upload").format("binary") }
    }

    /// No document of JSON has a file.
    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err(ValidationError::of("invalid"))
    }

    fn read(&self, given: &Given<'_>, _: &mut Reading<'_>) -> Result<Validated, ValidationError> {
        self.rules.read(given).map(|file| Validated::file(file.clone()))
    }

    /// The storage has the URL, and the request the host.
    fn to_representation(&self, _: ValueRef<'_>, _: &mut Vec<u8>) -> Result<()> {
        Err(cannot_show())
    }

    fn show(&self, value: ValueRef<'_>, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        self.rules.show(value, context, out)
    }
}

impl Field for ImageField {
    fn error_messages(&self) -> Messages {
        file_messages! {
            (
                "invalid_image",
                "Upload a valid image. The file you uploaded was either not an image or a corrupted image."
            ),
            (
                "invalid_extension",
                "File extension “{extension}” is not allowed. Allowed extensions are: {allowed_extensions}."
            ),
        }
    }

    fn shape(&self) -> Shape {
        Shape { max_length: self.rules.max_length, ..Shape::new("image upload").format("binary") }
    }

    /// No document of JSON has a file.
    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err(ValidationError::of("invalid"))
    }

    /// Django's form field, to which DRF leaves images, takes no empty file whatever DRF's own says. The type that a client
    /// names is replaced by that of the content.
    fn read(&self, given: &Given<'_>, _: &mut Reading<'_>) -> Result<Validated, ValidationError> {
        let file = self.rules.read(given)?;
        if file.size() == 0 {
            return Err(ValidationError::of("empty"));
        }
        // As in Django, what cannot be read is no image.
        let content = file.content().blocking_read().ok();
        let image = content.and_then(|content| image_info(&content));
        let image = image.ok_or(ValidationError::of("invalid_image"))?;
        let extension = file.extension();
        if !IMAGE_EXTENSIONS.contains(&&*extension) {
            let allowed = IMAGE_EXTENSIONS.join(", ");
            return Err(ValidationError::of("invalid_extension")
                .with("extension", extension)
                .with("allowed_extensions", allowed));
        }
        Ok(Validated::file(file.clone().with_content_type(image.format.mime())))
    }

    /// The storage has the URL, and the request the host.
    fn to_representation(&self, _: ValueRef<'_>, _: &mut Vec<u8>) -> Result<()> {
        Err(cannot_show())
    }

    fn show(&self, value: ValueRef<'_>, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        self.rules.show(value, context, out)
    }
}
