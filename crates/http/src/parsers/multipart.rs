//! Multipart forms (RFC 7578) as Django parses them: fields and files, in a body that is already read.

use super::UploadSettings;
use belleville_db::files::UploadedFile;
use belleville_db::python::is_printable;
use bytes::Bytes;

use super::charset::Charset;
use super::entities;
use super::form::QueryDict;
use super::media_type::MediaType;

/// Why a body is not a valid form.
#[derive(Debug)]
pub(crate) enum MultiPartError {
    /// Django's words.
    Malformed(String),
    /// A limit was exceeded.
    TooMuch(&'static str),
}

/// How much of a part is looked through for the end of its headers.
const LONGEST_HEAD: usize = 1024;

/// Reads a form.
pub(crate) fn parse(
    body: &Bytes,
    content_type: &str,
    boundary: Option<&str>,
    charset: Charset,
    limits: UploadSettings,
) -> Result<QueryDict, MultiPartError> {
    let boundary = checked(content_type, boundary).map_err(MultiPartError::Malformed)?;
    let mut form = QueryDict::default();
    let mut counts = Counts { limits, fields: 0, files: 0, bytes: 0 };
    let parts = parts(body, boundary.as_bytes());
    let last = parts.len() - 1;
    for (at, part) in parts.into_iter().enumerate() {
        let part = Part::read(part)?;
        let is_file = part.as_ref().and_then(Part::filename).is_some();
        counts.add(is_file)?;
        let Some(part) = part else { continue };
        match part.filename() {
            None => {
                counts.add_field(&part)?;
                form.append(part.name.clone(), charset.decode_lossy(&part.contents()));
            }
            Some(filename) => {
                let file = part.file(filename, body)?;
                // A file with no boundary behind it is not whole, and Django leaves it out.
                if let Some(file) = file.filter(|_| at != last) {
                    let is_temporary = body.len() > limits.file_upload_max_memory_size;
                    form.append_file(part.name.clone(), file.with_temporary(is_temporary));
                }
            }
        }
    }
    Ok(form)
}

/// How much of each limit was used so far.
struct Counts {
    limits: UploadSettings,
    fields: usize,
    files: usize,
    bytes: usize,
}

impl Counts {
    fn add(&mut self, is_file: bool) -> Result<(), MultiPartError> {
        if is_file {
            self.files += 1;
            return within(
                self.files,
                self.limits.data_upload_max_number_files,
                "the form exceeded DATA_UPLOAD_MAX_NUMBER_FILES",
            );
        }
        self.fields += 1;
        // What stands before and behind the boundaries counts for two fields.
        let most = self.limits.data_upload_max_number_fields.map(|most| most.saturating_add(2));
        within(self.fields, most, "the form exceeded DATA_UPLOAD_MAX_NUMBER_FIELDS")
    }

    /// A field counts with its name and two more, as much as it takes in an urlencoded form.
    fn add_field(&mut self, part: &Part<'_>) -> Result<(), MultiPartError> {
        self.bytes += part.body.len() + part.name.chars().count() + 2;
        within(
            self.bytes,
            self.limits.data_upload_max_memory_size,
            "the form exceeded DATA_UPLOAD_MAX_MEMORY_SIZE",
        )
    }
}

fn within(count: usize, most: Option<usize>, reason: &'static str) -> Result<(), MultiPartError> {
    if most.is_some_and(|most| count > most) { Err(MultiPartError::TooMuch(reason)) } else { Ok(()) }
}

/// The boundary, when the content type is one of a form that can be read.
fn checked<'a>(content_type: &str, boundary: Option<&'a str>) -> Result<&'a str, String> {
    if !content_type.starts_with("multipart/") {
        return Err(format!("Invalid Content-Type: {content_type}"));
    }
    if !content_type.is_ascii() {
        return Err(format!("Invalid non-ASCII Content-Type in multipart: {content_type}"));
    }
    boundary
        .filter(|boundary| is_boundary(boundary))
        .ok_or_else(|| format!("Invalid boundary in multipart: {}", boundary.unwrap_or("None")))
}

/// Up to 200 printable characters, and one more that is no space.
fn is_boundary(text: &str) -> bool {
    let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    printable && text.len() <= 201 && text.bytes().next_back().is_some_and(|last| last != b' ')
}

/// What stands between boundaries, before the first and behind the last, without the line break before a boundary.
fn parts<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let separator = [b"--", boundary].concat();
    let mut parts = Vec::new();
    let mut rest = body;
    while let Some(at) = find(rest, &separator) {
        let part = &rest[..at];
        let part = part.strip_suffix(b"\n").map_or(part, |part| part.strip_suffix(b"\r").unwrap_or(part));
        parts.push(part);
        rest = &rest[at + separator.len()..];
    }
    parts.push(rest);
    parts
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

struct Part<'a> {
    name: String,
    filename: Option<String>,
    content_type: MediaType,
    is_base64: bool,
    body: &'a [u8],
}

impl<'a> Part<'a> {
    /// A part with a name; lines that are no headers are passed over, as Django does it.
    fn read(part: &'a [u8]) -> Result<Option<Self>, MultiPartError> {
        let Some(end) = find(&part[..part.len().min(LONGEST_HEAD)], b"\r\n\r\n") else {
            return match part.len() {
                LONGEST_HEAD.. => {
                    Err(MultiPartError::Malformed("Request max total header size exceeded.".to_owned()))
                }
                _ => Ok(None),
            };
        };
        let (head, body) = (String::from_utf8_lossy(&part[..end]), &part[end + 4..]);
        let mut name = None;
        let mut read = Self {
            name: String::new(),
            filename: None,
            content_type: MediaType::parse(""),
            is_base64: false,
            body,
        };
        for line in head.split("\r\n") {
            let Some((header, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match header.trim().to_ascii_lowercase().as_str() {
                "content-disposition" => {
                    let disposition = MediaType::parse(value);
                    name = disposition.parameter("name").map(|name| name.trim().to_owned());
                    read.filename = disposition.parameter("filename").map(str::to_owned);
                }
                "content-type" => read.content_type = MediaType::parse(value),
                "content-transfer-encoding" => read.is_base64 = value == "base64",
                _ => {}
            }
        }
        Ok(name.map(|name| Self { name, ..read }))
    }

    /// The name of a file; a part without one is a field.
    fn filename(&self) -> Option<&str> {
        self.filename.as_deref().filter(|name| !name.is_empty())
    }

    /// A field's bytes. What should be base64 and is not stays as it is.
    fn contents(&self) -> Vec<u8> {
        let decoded = self.is_base64.then(|| crate::python::base64_decode(self.body)).flatten();
        decoded.unwrap_or_else(|| self.body.to_vec())
    }

    /// A file, unless its name leaves nothing once the folders are taken off.
    fn file(&self, filename: &str, whole: &Bytes) -> Result<Option<UploadedFile>, MultiPartError> {
        let filename = entities::unescape(filename);
        let name = filename.rsplit(['/', '\\']).next().unwrap_or_default();
        let name: String = name.chars().filter(|c| is_printable(*c)).collect();
        let content = match self.is_base64 {
            // A part of the body, which is not copied.
            false => whole.slice_ref(self.body),
            true => crate::python::base64_decode(self.body)
                .ok_or_else(|| MultiPartError::Malformed("Could not decode base64 data.".to_owned()))?
                .into(),
        };
        // A name that is none is the only thing that is refused, and Django leaves such a file out.
        let file = UploadedFile::new(&name, content).ok().map(|file| {
            let charset = self.content_type.parameter("charset").map(str::to_owned);
            file.with_content_type(self.content_type.full()).with_charset(charset)
        });
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str) -> Vec<(String, Vec<String>)> {
        let body = body.replace('\n', "\r\n");
        let parsed = parse(
            &Bytes::from(body),
            "multipart/form-data",
            Some("X"),
            Charset::Utf8,
            UploadSettings::default(),
        )
        .expect("a form");
        parsed.lists().map(|(key, values)| (key.to_owned(), values.to_vec())).collect()
    }

    fn part(name: &str, value: &str) -> String {
        format!("--X\nContent-Disposition: form-data; name=\"{name}\"\n\n{value}\n")
    }

    #[test]
    fn forms_are_read_as_django_reads_them() {
        let end = "--X--\n";
        for (body, expected) in [
            (
                part("a", "1") + &part("b", "é\nf") + &part("a", "2") + end,
                &[("a", &["1", "2"][..]), ("b", &["é\r\nf"])][..],
            ),
            // Without an end, the last line break belongs to the value.
            (part("a", "1"), &[("a", &["1\r\n"])]),
            (end.to_owned(), &[]),
            (String::new(), &[]),
        ] {
            let expected: Vec<(String, Vec<String>)> = expected
                .iter()
                .map(|(key, values)| {
                    ((*key).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())
                })
                .collect();
            assert_eq!(form(&body), expected, "{body}");
        }
    }

    #[test]
    fn boundaries_are_checked() {
        for (content_type, boundary, expected) in [
            ("multipart/form-data", None, "Invalid boundary in multipart: None"),
            ("multipart/form-data", Some("a "), "Invalid boundary in multipart: a "),
            ("application/*", Some("a"), "Invalid Content-Type: application/*"),
        ] {
            match parse(&Bytes::from("x"), content_type, boundary, Charset::Utf8, UploadSettings::default()) {
                Err(MultiPartError::Malformed(reason)) => assert_eq!(reason, expected),
                other => panic!("{other:?}"),
            }
        }
    }
}
