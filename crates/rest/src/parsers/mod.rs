//! Parsers of bodies: JSON, urlencoded forms and multipart forms, by the media type.

mod charset;
mod form;
pub(crate) mod media_type;
mod multipart;

pub(crate) use form::quote_plus;
pub use form::{QueryDict, TooManyFields, UploadedFile};

use charset::Charset;
use media_type::MediaType;

use crate::exceptions::{Error, Result};
use crate::json::{self, Dict, Json};
use crate::request::Request;
use crate::settings::Uploads;

/// Longer content types are ignored.
const LONGEST_CONTENT_TYPE: usize = 256;

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
        }
    }
}

/// How the body of a request is parsed: by the view's parser for its media type.
pub(crate) struct Parsing {
    parser: ParserKind,
    content_type: String,
    media_type: MediaType,
    limits: Uploads,
}

impl Parsing {
    /// Chooses the parser for a request; the body is not read yet.
    ///
    /// # Errors
    /// 415 when no parser accepts the media type.
    pub(crate) fn of(request: &Request) -> Result<Self> {
        let content_type = request.content_type();
        let media_type = MediaType::parse(&content_type);
        let parsers = request.view().map_or(ParserKind::DEFAULT, |view| view.parsers.as_slice());
        let parser = (content_type.chars().count() <= LONGEST_CONTENT_TYPE)
            .then(|| parsers.iter().find(|parser| MediaType::parse(parser.media_type()).matches(&media_type)))
            .flatten();
        match parser {
            Some(parser) => Ok(Self { parser: *parser, content_type, media_type, limits: limits(request) }),
            None => Err(Error::unsupported_media_type(&content_type)),
        }
    }

    /// Parses a body.
    ///
    /// # Errors
    /// 400 when the body cannot be parsed.
    pub(crate) fn parse(&self, body: &[u8]) -> Result<Data> {
        match self.parser {
            ParserKind::Json => parse_json(body, &self.media_type),
            ParserKind::Form => parse_form(body, &self.media_type, self.limits).map(Data::Form),
            ParserKind::MultiPart => {
                parse_multipart(body, &self.content_type, &self.media_type, self.limits).map(Data::Form)
            }
        }
    }

    /// Whether the parser itself limits the body: it counts the fields, not the files.
    pub(crate) fn has_files(&self) -> bool {
        self.parser == ParserKind::MultiPart
    }
}

/// The input of a request without a body.
pub(crate) fn nothing(request: &Request) -> Data {
    let media_type = MediaType::parse(&request.content_type());
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

/// The limits of a request's input.
fn limits(request: &Request) -> Uploads {
    request.application().settings.uploads
}

fn parse_form(body: &[u8], media_type: &MediaType, limits: Uploads) -> Result<QueryDict> {
    let charset = media_type.charset()?;
    QueryDict::parse(&charset.decode_form(body), charset, limits.data_upload_max_number_fields)
        .map_err(too_many_fields)
}

fn too_many_fields(_: TooManyFields) -> Error {
    Error::Suspicious("the form exceeded DATA_UPLOAD_MAX_NUMBER_FIELDS")
}

fn parse_multipart(
    body: &[u8],
    content_type: &str,
    media_type: &MediaType,
    limits: Uploads,
) -> Result<QueryDict> {
    let charset = media_type.charset()?;
    let boundary = media_type.parameter("boundary");
    multipart::parse(body, content_type, boundary, charset, limits).map_err(|error| match error {
        multipart::MultiPartError::Malformed(reason) => {
            Error::parse(format!("Multipart form parse error - {reason}"))
        }
        multipart::MultiPartError::TooMuch(reason) => Error::Suspicious(reason),
    })
}

/// The form in the body of a POST, whichever parsers the view has: Django's `request.POST`.
pub(crate) async fn posted_form(request: &Request) -> Result<QueryDict> {
    let content_type = request.content_type();
    let media_type = MediaType::parse(&content_type);
    if request.method() != "POST" {
        Ok(QueryDict::default())
    } else if media_type.is("application/x-www-form-urlencoded") {
        match media_type.charset()? {
            Charset::Utf8 => parse_form(&request.body().await?, &media_type, limits(request)),
            _ => Err(Error::parse("A form must be UTF-8 encoded.")),
        }
    } else if media_type.is("multipart/form-data") {
        parse_multipart(&request.whole_body().await?, &content_type, &media_type, limits(request))
    } else {
        Ok(QueryDict::default())
    }
}

/// The query. Django reads it in the charset of the body.
pub(crate) fn query(request: &Request) -> QueryDict {
    if request.query_string().is_empty() {
        return QueryDict::default();
    }
    let charset = MediaType::parse(&request.content_type()).charset().unwrap_or(Charset::Utf8);
    let text = charset.decode_form(request.query_string().as_bytes());
    QueryDict::from_query_string(&text, charset, limits(request).data_upload_max_number_fields)
}
