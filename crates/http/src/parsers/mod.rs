//! Parsers of bodies: JSON, urlencoded forms, multipart forms and plain files, by the media type.

mod charset;
mod entities;
mod form;
pub mod media_type;
mod multipart;

pub use belleville_db::files::UploadedFile;
pub use form::{QueryDict, TooManyFields};

use bytes::Bytes;
use charset::Charset;
use media_type::MediaType;

use serde::Deserialize;

use crate::exceptions::{Error, Result};
use crate::json::{self, Dict, Json};
use crate::settings::{Section, number_or_false};

/// The limits of a request's body; a larger one is answered 400. `false`, Django's `None`, is no limit.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct UploadSettings {
    /// The longest body, in bytes. Of a multipart form its fields count, not its files.
    #[serde(deserialize_with = "number_or_false")]
    pub data_upload_max_memory_size: Option<usize>,
    /// The most fields of a form or a query.
    #[serde(deserialize_with = "number_or_false")]
    pub data_upload_max_number_fields: Option<usize>,
    /// The most files of a form.
    #[serde(deserialize_with = "number_or_false")]
    pub data_upload_max_number_files: Option<usize>,
    /// The longest body, in bytes, whose files Django keeps in memory. Here all files are; error messages name Django's class.
    pub file_upload_max_memory_size: usize,
}

impl Default for UploadSettings {
    fn default() -> Self {
        Self {
            data_upload_max_memory_size: Some(2_621_440),
            data_upload_max_number_fields: Some(1000),
            data_upload_max_number_files: Some(100),
            file_upload_max_memory_size: 2_621_440,
        }
    }
}

impl Section for UploadSettings {}

/// Longer content types are ignored.
const LONGEST_CONTENT_TYPE: usize = 256;

const NO_FILENAME: &str =
    "Missing filename. Request should include a Content-Disposition header with a filename parameter.";

/// The input of a request.
#[derive(Clone, Debug)]
pub enum Data {
    /// A JSON document.
    Json(Json),
    /// A form, urlencoded or multipart.
    Form(QueryDict),
}

/// DRF's parsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParserKind {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    MultiPart,
    /// `*/*`: the body is a file, and the input a form that has it under the key `file`. Its name is the part `filename` of the
    /// path, or that of the header `Content-Disposition`.
    FileUpload,
}

impl ParserKind {
    /// The default parsers of a view, in order.
    pub const DEFAULT: &'static [Self] = &[Self::Json, Self::Form, Self::MultiPart];

    /// The media type that it parses.
    pub fn media_type(&self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::MultiPart => "multipart/form-data",
            Self::FileUpload => "*/*",
        }
    }
}

/// How the body of a request is parsed: by the view's parser for its media type.
pub(crate) struct Parsing {
    parser: ParserKind,
    content_type: String,
    media_type: MediaType,
    /// The name of the file that the body is.
    filename: Option<String>,
    limits: UploadSettings,
}

impl Parsing {
    /// Chooses the parser for a media type; the body is not read yet.
    ///
    /// # Errors
    /// 415 when no parser accepts the media type.
    pub(crate) fn of(content_type: String, parsers: &[ParserKind], limits: UploadSettings) -> Result<Self> {
        let media_type = MediaType::parse(&content_type);
        let is_short = content_type.len() <= LONGEST_CONTENT_TYPE
            || content_type.chars().count() <= LONGEST_CONTENT_TYPE;
        let parser =
            is_short.then(|| parsers.iter().find(|parser| media_type.covers(parser.media_type()))).flatten();
        match parser {
            Some(parser) => Ok(Self { parser: *parser, content_type, media_type, filename: None, limits }),
            None => Err(Error::unsupported_media_type(&content_type)),
        }
    }

    /// Sets the name of the file that the body is, which is looked for only where the body is one.
    pub(crate) fn with_filename(self, filename: impl FnOnce() -> Option<String>) -> Self {
        match self.parser {
            ParserKind::FileUpload => Self { filename: filename(), ..self },
            _ => self,
        }
    }

    /// Parses a body.
    ///
    /// # Errors
    /// 400 when the body cannot be parsed.
    pub(crate) fn parse(&self, body: &Bytes) -> Result<Data> {
        match self.parser {
            ParserKind::Json => parse_json(body, &self.media_type),
            ParserKind::Form => parse_form(body, &self.media_type, self.limits).map(Data::Form),
            ParserKind::MultiPart => {
                parse_multipart(body, &self.content_type, &self.media_type, self.limits).map(Data::Form)
            }
            ParserKind::FileUpload => self.parse_file(body).map(Data::Form),
        }
    }

    /// The body as a file.
    fn parse_file(&self, body: &Bytes) -> Result<QueryDict> {
        let filename = self.filename.as_deref().unwrap_or_default();
        if filename.is_empty() {
            return Err(Error::parse(NO_FILENAME));
        }
        let charset = self.media_type.parameter("charset").filter(|name| Charset::is_known(name));
        let charset = charset.unwrap_or("utf-8");
        let file = UploadedFile::new(filename, body.clone())?
            .with_content_type(&self.content_type)
            .with_charset(Some(charset.to_owned()))
            .with_temporary(body.len() > self.limits.file_upload_max_memory_size);
        let mut form = QueryDict::default();
        form.append_file("file".to_owned(), file);
        Ok(form)
    }

    /// Whether the bytes of files do not count for the limit of the body: the parser counts what does.
    pub(crate) fn has_files(&self) -> bool {
        matches!(self.parser, ParserKind::MultiPart | ParserKind::FileUpload)
    }
}

/// The input of a request without a body.
pub(crate) fn nothing(content_type: &str) -> Data {
    let media_type = MediaType::parse(content_type);
    let is_form = media_type.is("application/x-www-form-urlencoded") || media_type.is("multipart/form-data");
    if is_form { Data::Form(QueryDict::default()) } else { Data::Json(Json::Dict(Dict::new())) }
}

impl MediaType {
    fn charset(&self) -> Result<Charset> {
        Charset::named(self.parameter("charset"))
    }
}

fn parse_json(body: &[u8], media_type: &MediaType) -> Result<Data> {
    let failed = |reason: String| Error::parse(format!("JSON parse error - {reason}"));
    let text = media_type.charset()?.decode(body).map_err(failed)?;
    json::parse(&text).map(Data::Json).map_err(|error| failed(error.to_string()))
}

fn parse_form(body: &[u8], media_type: &MediaType, limits: UploadSettings) -> Result<QueryDict> {
    let charset = media_type.charset()?;
    QueryDict::parse(&charset.decode_form(body), charset, limits.data_upload_max_number_fields)
        .map_err(too_many_fields)
}

fn too_many_fields(_: TooManyFields) -> Error {
    Error::suspicious("the form exceeded DATA_UPLOAD_MAX_NUMBER_FIELDS")
}

fn parse_multipart(
    body: &Bytes,
    content_type: &str,
    media_type: &MediaType,
    limits: UploadSettings,
) -> Result<QueryDict> {
    let charset = media_type.charset()?;
    let boundary = media_type.parameter("boundary");
    multipart::parse(body, content_type, boundary, charset, limits).map_err(|error| match error {
        multipart::MultiPartError::Malformed(reason) => {
            Error::parse(format!("Multipart form parse error - {reason}"))
        }
        multipart::MultiPartError::TooMuch(reason) => Error::suspicious(reason),
    })
}

/// What the form in the body of a POST is, which Django reads whichever parsers the view has.
pub(crate) enum PostedForm {
    /// Urlencoded: the body is limited as a whole.
    Urlencoded(MediaType),
    /// Multipart: the parser limits the fields.
    MultiPart(MediaType),
    /// No form.
    None,
}

impl PostedForm {
    pub(crate) fn of(content_type: &str) -> Self {
        let media_type = MediaType::parse(content_type);
        if media_type.is("application/x-www-form-urlencoded") {
            Self::Urlencoded(media_type)
        } else if media_type.is("multipart/form-data") {
            Self::MultiPart(media_type)
        } else {
            Self::None
        }
    }

    /// Refuses what no form can be, before the body is read.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Urlencoded(media_type) if media_type.charset()? != Charset::Utf8 => {
                Err(Error::parse("A form must be UTF-8 encoded."))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn parse(
        &self,
        body: &Bytes,
        content_type: &str,
        limits: UploadSettings,
    ) -> Result<QueryDict> {
        match self {
            Self::Urlencoded(media_type) => parse_form(body, media_type, limits),
            Self::MultiPart(media_type) => parse_multipart(body, content_type, media_type, limits),
            Self::None => Ok(QueryDict::default()),
        }
    }
}

/// The query. Django reads it in the charset of the body.
pub(crate) fn query(query: &str, content_type: &str, limits: UploadSettings) -> QueryDict {
    if query.is_empty() {
        return QueryDict::default();
    }
    let charset = MediaType::parse(content_type).charset().unwrap_or(Charset::Utf8);
    let text = charset.decode_form(query.as_bytes());
    QueryDict::from_query_string(&text, charset, limits.data_upload_max_number_fields)
}
