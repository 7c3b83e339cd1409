//! Parsers of bodies: JSON, urlencoded forms, multipart forms and plain files, by the media type; and one's own.

mod charset;
mod entities;
mod form;
pub mod media_type;
mod multipart;

pub use belleville_db::files::UploadedFile;
pub use form::{QueryDict, TooManyFields};

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use belleville_db::files::FileWriter;
use bytes::Bytes;
use charset::Charset;
use media_type::MediaType;
use multipart::MultiPartReader;

use serde::Deserialize;

use crate::body::BodyLimits;
use crate::exceptions::{Error, Result};
use crate::json::{self, Dict, Json};
use crate::python;
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
    /// The longest body, in bytes, whose files are kept in memory. Those of a longer one go to temporary files as they arrive.
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

/// A parser: reads the bodies of a media type.
///
/// ```
/// # extern crate belleville_http as belleville;
/// use belleville::exceptions::Result;
/// use belleville::json::Json;
/// use belleville::parsers::{Data, Parser, ParserContext};
///
/// /// Plain text: the input is the text.
/// struct PlainTextParser;
///
/// impl Parser for PlainTextParser {
///     fn media_type(&self) -> &str {
///         "text/plain"
///     }
///
///     fn parse(&self, context: &ParserContext) -> Result<Data> {
///         Ok(Data::Json(Json::from(context.text()?)))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a parser",
    label = "implement Parser for it: `media_type` and `fn parse(&self, &ParserContext) -> Result<Data>`"
)]
pub trait Parser: Send + Sync + 'static {
    /// The media type that it parses: `application/json`. A star stands for every one.
    fn media_type(&self) -> &str;

    /// Parses a body. It is called for a long one on a thread of its own.
    ///
    /// # Errors
    /// 400 when the body cannot be parsed: `Error::parse("..")`.
    fn parse(&self, context: &ParserContext) -> Result<Data>;

    /// Whether the body has files, whose bytes do not count for `data_upload_max_memory_size`: the parser counts what does.
    fn has_files(&self) -> bool {
        false
    }

    /// Whether the body is a file, which has a name ([`ParserContext::filename`]).
    fn is_file(&self) -> bool {
        false
    }

    /// How a long body is read as it arrives, where the parser can do so.
    #[doc(hidden)]
    fn reader(&self) -> Option<NewReader> {
        None
    }
}

/// Makes what reads a body as it arrives.
#[doc(hidden)]
pub type NewReader = fn(&ParserContext, FilePlace) -> Result<Box<dyn BodyReader>>;

/// What reads a body as it arrives. It is called on a thread that may wait for a disk.
#[doc(hidden)]
pub trait BodyReader: Send {
    /// Reads the next piece.
    ///
    /// # Errors
    /// 400 when the body cannot be parsed.
    fn write(&mut self, piece: Bytes) -> Result<()>;

    /// How many bytes of the body it keeps in memory.
    fn held(&self) -> usize;

    /// The input, when all of the body has been read.
    ///
    /// # Errors
    /// 400 when the body cannot be parsed.
    fn finish(self: Box<Self>) -> Result<Data>;
}

/// Where the files of a body are kept.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum FilePlace {
    /// In memory.
    InMemory,
    /// In temporary files, in a folder or in that of the system.
    Temporary(Option<Arc<Path>>),
}

impl FilePlace {
    /// What writes a file with a name.
    fn writer(&self, name: &str) -> Result<FileWriter> {
        match self {
            Self::InMemory => Ok(FileWriter::in_memory()),
            Self::Temporary(folder) => Ok(FileWriter::temporary(folder.as_deref(), name)?),
        }
    }
}

/// A type-erased parser.
#[derive(Clone)]
pub struct BoxedParser {
    parser: Arc<dyn Parser>,
    name: &'static str,
    parses: Arc<MediaType>,
}

impl<P: Parser> From<P> for BoxedParser {
    fn from(parser: P) -> Self {
        let parses = Arc::new(MediaType::parse(parser.media_type()));
        Self { parser: Arc::new(parser), name: python::class_name::<P>(), parses }
    }
}

impl std::fmt::Debug for BoxedParser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl BoxedParser {
    /// As [`Parser::media_type`].
    pub fn media_type(&self) -> &str {
        self.parser.media_type()
    }

    /// The name of its type: `JSONParser`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// As [`Parser::is_file`].
    pub fn is_file(&self) -> bool {
        self.parser.is_file()
    }

    /// Whether it parses bodies of a media type, by DRF's rules.
    pub fn accepts(&self, media_type: &MediaType) -> bool {
        self.parses.matches(media_type)
    }
}

crate::list_of! {
    /// The parsers of a view: one, an array or a `Vec` of one type, or a tuple of different types.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a parser",
        label = "give a parser (`JSONParser`), an array of them, or a tuple where they differ",
        note = "a parser of your own is a type that implements `Parser`"
    )]
    IntoParsers, into_parsers, BoxedParser, Parser
}

/// The parsers of views that say none, where the settings say none.
pub fn default_parsers() -> &'static Arc<[BoxedParser]> {
    static DEFAULT: LazyLock<Arc<[BoxedParser]>> =
        LazyLock::new(|| [JSONParser.into(), FormParser.into(), MultiPartParser.into()].into());
    &DEFAULT
}

/// The parser with a name, short or DRF's dotted one.
pub fn by_name(name: &str) -> Option<BoxedParser> {
    match name.strip_prefix("rest_framework.parsers.").unwrap_or(name) {
        "JSONParser" => Some(JSONParser.into()),
        "FormParser" => Some(FormParser.into()),
        "MultiPartParser" => Some(MultiPartParser.into()),
        "FileUploadParser" => Some(FileUploadParser.into()),
        _ => None,
    }
}

/// The names that [`by_name`] knows.
pub const NAMES: &[&str] = &["JSONParser", "FormParser", "MultiPartParser", "FileUploadParser"];

/// What a parser is given: a body, and what the request says of it.
#[derive(Debug)]
pub struct ParserContext {
    body: Bytes,
    content_type: String,
    media_type: MediaType,
    filename: Option<String>,
    limits: UploadSettings,
    temporary_folder: Option<Arc<Path>>,
    strict_json: bool,
}

impl ParserContext {
    /// A context whose body is not there yet.
    fn new(content_type: String, bodies: &BodyLimits) -> Self {
        Self {
            body: Bytes::new(),
            media_type: MediaType::parse(&content_type),
            content_type,
            filename: None,
            limits: bodies.uploads,
            temporary_folder: bodies.temporary_folder.clone(),
            strict_json: bodies.strict_json,
        }
    }

    /// The bytes of the body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The header `Content-Type`.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The same, read: `context.media_type().parameter("boundary")`.
    pub fn media_type(&self) -> &MediaType {
        &self.media_type
    }

    /// The name of a body that is a file: the part `filename` of the path, or what the header `Content-Disposition` says.
    pub fn filename(&self) -> Option<&str> {
        self.filename.as_deref()
    }

    /// The settings that limit a body.
    pub fn limits(&self) -> &UploadSettings {
        &self.limits
    }

    /// The setting `strict_json`: whether `NaN`, `Infinity` and `-Infinity` are refused.
    pub fn strict_json(&self) -> bool {
        self.strict_json
    }

    /// Where the files of a body of this length are kept.
    fn place(&self) -> FilePlace {
        match self.body.len() > self.limits.file_upload_max_memory_size {
            true => FilePlace::Temporary(self.temporary_folder.clone()),
            false => FilePlace::InMemory,
        }
    }

    /// Reads the body, which is whole, with what also reads one as it arrives.
    fn read_with(&self, reader: NewReader) -> Result<Data> {
        let mut reader = reader(self, self.place())?;
        reader.write(self.body.clone())?;
        reader.finish()
    }

    /// The body as text, of the charset that `Content-Type` names, or UTF-8.
    ///
    /// # Errors
    /// 400 when it is none: DRF's words.
    pub fn text(&self) -> Result<String> {
        self.media_type.charset()?.decode(&self.body).map(Cow::into_owned).map_err(Error::parse)
    }
}

/// `application/json`; `NaN` and `Infinity` only where the setting `strict_json` is off.
#[derive(Clone, Copy, Debug)]
pub struct JSONParser;

impl Parser for JSONParser {
    fn media_type(&self) -> &str {
        "application/json"
    }

    fn parse(&self, context: &ParserContext) -> Result<Data> {
        let failed = |reason: String| Error::parse(format!("JSON parse error - {reason}"));
        let text = context.media_type.charset()?.decode(&context.body).map_err(failed)?;
        let parsed = if context.strict_json { json::parse(&text) } else { json::loads(&text) };
        parsed.map(Data::Json).map_err(|error| failed(error.to_string()))
    }
}

/// `application/x-www-form-urlencoded`
#[derive(Clone, Copy, Debug)]
pub struct FormParser;

impl Parser for FormParser {
    fn media_type(&self) -> &str {
        "application/x-www-form-urlencoded"
    }

    fn parse(&self, context: &ParserContext) -> Result<Data> {
        parse_form(&context.body, &context.media_type, context.limits).map(Data::Form)
    }
}

/// `multipart/form-data`: fields and files.
#[derive(Clone, Copy, Debug)]
pub struct MultiPartParser;

impl Parser for MultiPartParser {
    fn media_type(&self) -> &str {
        "multipart/form-data"
    }

    fn parse(&self, context: &ParserContext) -> Result<Data> {
        context.read_with(read_multipart)
    }

    fn has_files(&self) -> bool {
        true
    }

    fn reader(&self) -> Option<NewReader> {
        Some(read_multipart)
    }
}

fn read_multipart(context: &ParserContext, place: FilePlace) -> Result<Box<dyn BodyReader>> {
    let ParserContext { content_type, media_type, limits, .. } = context;
    Ok(Box::new(MultiPartReader::new(content_type, media_type, *limits, place)?))
}

/// `*/*`: the body is a file, and the input a form that has it under the key `file`. Its name is the part `filename` of the path,
/// or that of the header `Content-Disposition`.
#[derive(Clone, Copy, Debug)]
pub struct FileUploadParser;

impl Parser for FileUploadParser {
    fn media_type(&self) -> &str {
        "*/*"
    }

    fn parse(&self, context: &ParserContext) -> Result<Data> {
        context.read_with(read_file)
    }

    fn has_files(&self) -> bool {
        true
    }

    fn is_file(&self) -> bool {
        true
    }

    fn reader(&self) -> Option<NewReader> {
        Some(read_file)
    }
}

/// A body that is a file.
struct FileReader {
    /// Without its content.
    upload: UploadedFile,
    content: FileWriter,
}

fn read_file(context: &ParserContext, place: FilePlace) -> Result<Box<dyn BodyReader>> {
    let filename = context.filename().filter(|name| !name.is_empty());
    let filename = filename.ok_or_else(|| Error::parse(NO_FILENAME))?;
    let charset = context.media_type.parameter("charset").filter(|name| Charset::is_known(name));
    let upload = UploadedFile::new(filename, Bytes::new())?
        .with_content_type(&context.content_type)
        .with_charset(Some(charset.unwrap_or("utf-8").to_owned()));
    let content = place.writer(upload.name())?;
    Ok(Box::new(FileReader { upload, content }))
}

impl BodyReader for FileReader {
    fn write(&mut self, piece: Bytes) -> Result<()> {
        Ok(self.content.write(piece)?)
    }

    fn held(&self) -> usize {
        0
    }

    fn finish(self: Box<Self>) -> Result<Data> {
        let mut form = QueryDict::default();
        form.append_file("file".to_owned(), self.upload.with_content(self.content.finish()));
        Ok(Data::Form(form))
    }
}

/// Which of some parsers reads a body of a content type: DRF's `select_parser`.
pub fn select(parsers: &[BoxedParser], content_type: &str) -> Option<usize> {
    let is_short =
        content_type.len() <= LONGEST_CONTENT_TYPE || content_type.chars().count() <= LONGEST_CONTENT_TYPE;
    let media_type = MediaType::parse(content_type);
    is_short.then(|| parsers.iter().position(|parser| parser.accepts(&media_type))).flatten()
}

/// How the body of a request is parsed.
pub(crate) struct Parsing {
    parser: BoxedParser,
    context: ParserContext,
}

impl Parsing {
    /// With the parser for a media type; the body is not read yet.
    ///
    /// # Errors
    /// 415 when no parser accepts the media type.
    pub(crate) fn of(
        content_type: String,
        parser: Option<&BoxedParser>,
        bodies: &BodyLimits,
    ) -> Result<Self> {
        match parser {
            Some(parser) => {
                Ok(Self { parser: parser.clone(), context: ParserContext::new(content_type, bodies) })
            }
            None => Err(Error::unsupported_media_type(&content_type)),
        }
    }

    /// A multipart form, whichever parsers the view has.
    pub(crate) fn of_multipart(content_type: String, bodies: &BodyLimits) -> Self {
        Self { parser: MultiPartParser.into(), context: ParserContext::new(content_type, bodies) }
    }

    /// Sets the name of the file that the body is, which is looked for only where the body is one.
    pub(crate) fn with_filename(mut self, filename: impl FnOnce() -> Option<String>) -> Self {
        if self.parser.is_file() {
            self.context.filename = filename();
        }
        self
    }

    /// The name of the parser.
    pub(crate) fn name(&self) -> &'static str {
        self.parser.name()
    }

    /// Parses a body.
    ///
    /// # Errors
    /// 400 when the body cannot be parsed.
    pub(crate) fn parse(mut self, body: Bytes) -> Result<Data> {
        self.context.body = body;
        self.parser.parser.parse(&self.context)
    }

    /// The longest body that is read before it is parsed; none where the parser needs the whole of any.
    pub(crate) fn most_in_memory(&self) -> Option<usize> {
        self.parser.parser.reader().map(|_| self.context.limits.file_upload_max_memory_size)
    }

    /// What reads a body as it arrives; its files go to the disk.
    ///
    /// # Errors
    /// 400 when no such body can be parsed.
    pub(crate) fn reader(&self) -> Result<Box<dyn BodyReader>> {
        match self.parser.parser.reader() {
            Some(reader) => {
                reader(&self.context, FilePlace::Temporary(self.context.temporary_folder.clone()))
            }
            None => Err(Error::internal("the parser reads no body as it arrives")),
        }
    }

    /// Whether the bytes of files do not count for the limit of the body: the parser counts what does.
    pub(crate) fn has_files(&self) -> bool {
        self.parser.parser.has_files()
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

/// Reads an urlencoded form.
///
/// # Errors
/// 400 when it has too many fields.
pub(crate) fn parse_form(body: &[u8], media_type: &MediaType, limits: UploadSettings) -> Result<QueryDict> {
    let charset = media_type.charset()?;
    QueryDict::parse(&charset.decode_form(body), charset, limits.data_upload_max_number_fields)
        .map_err(too_many_fields)
}

/// Django's text, for a query too.
pub(crate) const TOO_MANY_FIELDS: &str =
    "The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.";

fn too_many_fields(_: TooManyFields) -> Error {
    Error::suspicious(TOO_MANY_FIELDS)
}

/// What the form in the body of a POST is, which Django reads whichever parsers the view has.
pub(crate) enum PostedForm {
    /// Urlencoded: the body is limited as a whole.
    Urlencoded(MediaType),
    /// Multipart: the parser limits the fields.
    MultiPart,
    /// No form.
    None,
}

impl PostedForm {
    pub(crate) fn of(content_type: &str) -> Self {
        let media_type = MediaType::parse(content_type);
        if media_type.is("application/x-www-form-urlencoded") {
            Self::Urlencoded(media_type)
        } else if media_type.is("multipart/form-data") {
            Self::MultiPart
        } else {
            Self::None
        }
    }
}

/// Refuses an urlencoded form that is none in UTF-8, before the body is read.
pub(crate) fn check_urlencoded(media_type: &MediaType) -> Result<()> {
    match media_type.charset()? {
        Charset::Utf8 => Ok(()),
        _ => Err(Error::parse("A form must be UTF-8 encoded.")),
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
