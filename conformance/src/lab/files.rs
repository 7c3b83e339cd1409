//! Serializers of a model with a file, which saving its rows stores.

use belleville::db::files::{FieldFile, UploadedFile};
use belleville::prelude::*;
use belleville::serializers::fields::{FileField, ImageField, ValidationError};
use belleville::serializers::{Context, ModelSerializer, UniqueValidator, ValidatedData, serializer_methods};

use super::models::FileModel;
use super::rows::rows;

rows! {
    "file-model": FileModelViewSet(FileModelSerializer),
    "file-options": FileOptionsViewSet(FileOptionsSerializer),
    "declared-file": DeclaredFileViewSet(DeclaredFileSerializer),
    "picture": PictureViewSet(PictureSerializer),
    "unique-file": UniqueFileViewSet(UniqueFileSerializer),
    "read-only-file": ReadOnlyFileViewSet(ReadOnlyFileSerializer),
}

#[derive(ModelSerializer)]
#[serializer(model = FileModel, fields = all)]
struct FileModelSerializer;

#[derive(ModelSerializer)]
#[serializer(
    model = FileModel,
    fields = all,
    extra_kwargs = [file_field(
        use_url = false,
        max_length = 12,
        allow_empty_file = true,
        required = true,
        error_messages = [("max_length", "{max_length}!")],
    )]
)]
struct FileOptionsSerializer;

#[derive(ModelSerializer)]
#[serializer(model = FileModel, fields = [id, document])]
struct DeclaredFileSerializer {
    #[field(source = "file_field", allow_null = true, help_text = "Your document")]
    document: FileField,
}

#[serializer_methods]
impl DeclaredFileSerializer {
    fn validate_document(file: &Option<FieldFile>) -> std::result::Result<(), ValidationError> {
        let upload = file.as_ref().and_then(FieldFile::upload);
        let has_secret = |file: &UploadedFile| {
            let content = file.content().blocking_read().unwrap_or_default();
            content.windows(6).any(|part| part == b"secret")
        };
        if upload.is_some_and(has_secret) { Err("No secrets.".into()) } else { Ok(()) }
    }

    async fn create(data: ValidatedData, context: &Context<'_>) -> Result<FileModel> {
        let file = data.field(FileModel::FILE_FIELD).unwrap_or_default();
        let content = file.upload().map(|file| file.content().clone()).unwrap_or_default();
        let renamed = FieldFile::from(UploadedFile::new("renamed.txt", content)?);
        Ok(FileModel::objects().create(context.db(), [FileModel::FILE_FIELD.set(renamed)]).await?)
    }
}

#[derive(ModelSerializer)]
#[serializer(model = FileModel, fields = all)]
struct PictureSerializer {
    #[field(max_length = 10, use_url = false)]
    file_field: ImageField,
}

#[derive(ModelSerializer)]
#[serializer(model = FileModel, fields = all)]
struct UniqueFileSerializer {
    #[field(required = false, validators = [UniqueValidator::new(FileModel::objects())])]
    file_field: FileField,
}

#[derive(ModelSerializer)]
#[serializer(model = FileModel, fields = [file_field, id], read_only_fields = [file_field])]
struct ReadOnlyFileSerializer;
