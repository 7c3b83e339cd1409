//! The body of a request of a test.

use belleville_http::json::{Dict, Json};
use belleville_http::mimetypes::guess_type;
use belleville_http::uri::quote_plus;

/// What stands between the parts of a form: that of Django's tests.
const BOUNDARY: &str = "BoUnDaRyStRiNg";

const MULTIPART: &str = "multipart/form-data; boundary=BoUnDaRyStRiNg";

/// The formats of data, as DRF calls them.
const FORMATS: [(&str, Format); 2] = [("multipart", Format::Multipart), ("json", Format::Json)];

/// How data are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Format {
    Json,
    Multipart,
}

impl Format {
    /// The format of this name.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn named(name: &str) -> Result<Self, String> {
        let known = FORMATS.iter().find(|(known, _)| *known == name);
        known.map(|(_, format)| *format).ok_or_else(|| {
            let known: Vec<String> = FORMATS.iter().map(|(known, _)| format!("'{known}'")).collect();
            format!("Invalid format '{name}'. Available formats are {}.", known.join(", "))
        })
    }
}

/// What is sent, before it is bytes.
#[derive(Clone, Debug, Default)]
pub(super) enum Body {
    #[default]
    Empty,
    Data {
        data: Json,
        format: Format,
        files: Vec<File>,
    },
    Raw {
        content_type: String,
        content: Vec<u8>,
    },
}

/// A file of a form.
#[derive(Clone, Debug)]
pub(super) struct File {
    field: String,
    name: String,
    content: Vec<u8>,
}

impl File {
    pub(super) fn new(field: &str, name: &str, content: &[u8]) -> Self {
        Self { field: field.to_owned(), name: name.to_owned(), content: content.to_vec() }
    }
}

impl Body {
    pub(super) fn of(data: Json) -> Self {
        Self::Data { data, format: Format::Json, files: Vec::new() }
    }

    pub(super) fn form<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let content = urlencoded(fields).into_bytes();
        Self::Raw { content_type: "application/x-www-form-urlencoded".to_owned(), content }
    }

    pub(super) fn multipart(fields: &[(&str, String)], files: &[File]) -> Self {
        Self::Raw { content_type: MULTIPART.to_owned(), content: multipart(fields, files) }
    }

    /// The same data in another format.
    pub(super) fn in_format(self, format: Format) -> Self {
        match self {
            Self::Data { data, files, .. } => Self::Data { data, format, files },
            other => other,
        }
    }

    /// With a file, which makes it a form.
    ///
    /// # Errors
    /// When there are bytes already.
    pub(super) fn with_file(self, file: File) -> Result<Self, String> {
        let (data, mut files) = match self {
            Self::Empty => (Json::Dict(Dict::new()), Vec::new()),
            Self::Data { data, files, .. } => (data, files),
            Self::Raw { .. } => {
                return Err("a file is part of a form: give its other fields as data".to_owned());
            }
        };
        files.push(file);
        Ok(Self::Data { data, format: Format::Multipart, files })
    }

    /// The media type and the bytes; none where nothing is sent.
    ///
    /// # Errors
    /// When the data cannot be written in their format.
    pub(super) fn encoded(&self) -> Result<Option<(String, Vec<u8>)>, String> {
        match self {
            Self::Empty => Ok(None),
            Self::Raw { content_type, content } => Ok(Some((content_type.clone(), content.clone()))),
            Self::Data { data, format: Format::Json, .. } => {
                let mut content = Vec::new();
                data.write(&mut content)
                    .map_err(|_| "the JSON has lone surrogates, which cannot be sent".to_owned())?;
                Ok(Some(("application/json".to_owned(), content)))
            }
            Self::Data { data, format: Format::Multipart, files } => {
                let content = multipart(&fields(data)?, files);
                Ok(Some((MULTIPART.to_owned(), content)))
            }
        }
    }
}

/// Pairs as a query or a form has them.
pub(super) fn urlencoded<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{}={}", quote_plus(name), quote_plus(value)))
        .collect();
    pairs.join("&")
}

/// The fields of a form: a list is several of one name.
fn fields(data: &Json) -> Result<Vec<(&str, String)>, String> {
    let Json::Dict(members) = data else {
        return Err("a form has names: give an object, json!({\"title\": \"Emma\"})".to_owned());
    };
    let mut fields = Vec::new();
    for (name, value) in members.iter() {
        let values = match value {
            Json::List(values) => values,
            value => std::slice::from_ref(value),
        };
        for value in values {
            fields.push((name, field(name, value)?));
        }
    }
    Ok(fields)
}

/// A value as Python's `str` writes it. The errors are those of Django and DRF.
fn field(name: &str, value: &Json) -> Result<String, String> {
    match value {
        Json::Bool(true) => Ok("True".to_owned()),
        Json::Bool(false) => Ok("False".to_owned()),
        Json::Str(text) => Ok(text.as_str().to_owned()),
        Json::Null => Err(format!(
            "Cannot encode None for key '{name}' as POST data. Did you mean to pass an empty string or omit the value?"
        )),
        Json::Dict(_) | Json::List(_) => Err(format!(
            "Test data contained a dictionary value for key '{name}', but multipart uploads do not support nested data. \
             You may want to consider using format='json' in this test case."
        )),
        other => other
            .dumps()
            .map_err(|_| format!("the value of '{name}' has lone surrogates, which cannot be sent")),
    }
}

fn multipart(fields: &[(&str, String)], files: &[File]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let disposition = format!("form-data; name=\"{}\"", quoted(name));
        part(&mut body, &disposition, None, value.as_bytes());
    }
    for File { field, name, content } in files {
        let disposition = format!("form-data; name=\"{}\"; filename=\"{}\"", quoted(field), quoted(name));
        let content_type = guess_type(name).0.unwrap_or("application/octet-stream");
        part(&mut body, &disposition, Some(content_type), content);
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

fn part(body: &mut Vec<u8>, disposition: &str, content_type: Option<&str>, content: &[u8]) {
    let content_type = content_type.map(|content_type| format!("Content-Type: {content_type}\r\n"));
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n{}\r\n",
        content_type.unwrap_or_default()
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n");
}

/// A text as it stands between quotes in the head of a part.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
