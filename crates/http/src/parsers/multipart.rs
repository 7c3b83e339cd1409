//! Multipart forms (RFC 7578) as Django parses them: fields and files, in a body that arrives piece by piece.

use belleville_db::files::{FileWriter, UploadedFile};
use belleville_db::python::is_printable;
use bytes::{Bytes, BytesMut};
use memchr::memmem::{self, Finder};

use super::charset::Charset;
use super::entities;
use super::form::QueryDict;
use super::media_type::MediaType;
use super::{BodyReader, Data, FilePlace, UploadSettings};
use crate::exceptions::{Error, Result};

/// How much of a part is looked through for the end of its headers.
const LONGEST_HEAD: usize = 1024;

/// A form whose body is being read.
pub(super) struct MultiPartReader {
    /// What stands between parts: two dashes and the boundary.
    separator: Finder<'static>,
    charset: Charset,
    files: FilePlace,
    counts: Counts,
    form: QueryDict,
    /// The part that arrives.
    part: Part,
    /// What has arrived and is not looked at, or may be the beginning of a separator.
    rest: Bytes,
}

/// A part, as far as it has arrived.
enum Part {
    /// Its headers are not complete.
    Head,
    /// It has no name, or is a file whose name is none: nothing of it is kept.
    Passed,
    Field(Field),
    File(Box<File>),
}

struct Field {
    name: String,
    is_base64: bool,
    value: BytesMut,
}

struct File {
    key: String,
    /// Without its content.
    upload: UploadedFile,
    /// What is left of the base64 so far, in groups of four.
    base64: Option<Vec<u8>>,
    content: FileWriter,
}

impl MultiPartReader {
    /// Begins a form.
    ///
    /// # Errors
    /// 400 when the content type is none of a form that can be read.
    pub(super) fn new(
        content_type: &str,
        media_type: &MediaType,
        limits: UploadSettings,
        files: FilePlace,
    ) -> Result<Self> {
        let charset = media_type.charset()?;
        let boundary = checked(content_type, media_type.parameter("boundary")).map_err(malformed)?;
        Ok(Self {
            separator: Finder::new(&[b"--", boundary.as_bytes()].concat()).into_owned(),
            charset,
            files,
            counts: Counts { limits, fields: 0, files: 0, bytes: 0 },
            form: QueryDict::default(),
            part: Part::Head,
            rest: Bytes::new(),
        })
    }

    /// Begins the part that these bytes begin with; the answer is what follows its headers.
    fn begin(&mut self, bytes: Bytes) -> Result<Bytes> {
        let head = Head::read(&bytes)?;
        self.counts.add(head.as_ref().is_some_and(|head| head.filename.is_some()))?;
        let Some(head) = head else {
            self.part = Part::Passed;
            return Ok(Bytes::new());
        };
        let body = bytes.slice(head.length..);
        self.part = match &head.filename {
            Some(filename) => match head.upload(filename) {
                Some(upload) => {
                    let content = self.files.writer(upload.name())?;
                    let base64 = head.is_base64.then(Vec::new);
                    Part::File(Box::new(File { key: head.name, upload, base64, content }))
                }
                None => Part::Passed,
            },
            None => Part::Field(Field { name: head.name, is_base64: head.is_base64, value: BytesMut::new() }),
        };
        Ok(body)
    }

    /// More of the part.
    fn add(&mut self, bytes: Bytes) -> Result<()> {
        match &mut self.part {
            Part::Head | Part::Passed => Ok(()),
            Part::Field(field) => {
                field.value.extend_from_slice(&bytes);
                self.counts.check_bytes(field)
            }
            Part::File(file) => file.add(bytes),
        }
    }

    /// The part has ended, at a boundary or with the body.
    fn end(&mut self, has_boundary: bool) -> Result<()> {
        match std::mem::replace(&mut self.part, Part::Head) {
            Part::Head | Part::Passed => {}
            Part::Field(field) => {
                self.counts.add_field(&field)?;
                let value = self.charset.decode_lossy(&field.contents());
                self.form.append(field.name, value);
            }
            Part::File(file) => {
                let (key, upload) = file.finish()?;
                // A file with no boundary behind it is not whole, and Django leaves it out.
                if has_boundary {
                    self.form.append_file(key, upload);
                }
            }
        }
        Ok(())
    }

    /// Bytes that surely belong to the part.
    fn part_of(&mut self, bytes: Bytes) -> Result<()> {
        let body = if matches!(self.part, Part::Head) { self.begin(bytes)? } else { bytes };
        self.add(body)
    }
}

impl BodyReader for MultiPartReader {
    fn write(&mut self, piece: Bytes) -> Result<()> {
        self.rest = joined(std::mem::take(&mut self.rest), piece);
        let separator = self.separator.needle().len();
        while let Some(at) = self.separator.find(&self.rest) {
            let part = self.rest.split_to(at);
            self.part_of(without_line_break(part))?;
            self.end(true)?;
            let _ = self.rest.split_to(separator);
        }
        // What may be the beginning of a separator, with a line break before it, waits for more.
        let certain = self.rest.len().saturating_sub(separator + 1);
        if certain >= LONGEST_HEAD || !matches!(self.part, Part::Head) {
            let part = self.rest.split_to(certain);
            self.part_of(part)?;
        }
        Ok(())
    }

    fn held(&self) -> usize {
        let part = match &self.part {
            Part::Field(field) => field.value.len(),
            _ => 0,
        };
        self.counts.bytes + part + self.rest.len()
    }

    fn finish(mut self: Box<Self>) -> Result<Data> {
        let rest = std::mem::take(&mut self.rest);
        self.part_of(rest)?;
        self.end(false)?;
        Ok(Data::Form(self.form))
    }
}

/// Two pieces as one; nothing is copied where one is empty.
fn joined(first: Bytes, second: Bytes) -> Bytes {
    match (first.is_empty(), second.is_empty()) {
        (true, _) => second,
        (_, true) => first,
        _ => [first, second].concat().into(),
    }
}

/// The line break before a boundary does not belong to the part.
fn without_line_break(part: Bytes) -> Bytes {
    let kept =
        part.strip_suffix(b"\n").map_or(&part[..], |part| part.strip_suffix(b"\r").unwrap_or(part)).len();
    part.slice(..kept)
}

impl Field {
    /// What should be base64 and is not stays as it is.
    fn contents(&self) -> Vec<u8> {
        let decoded = self.is_base64.then(|| crate::python::base64_decode(&self.value)).flatten();
        decoded.unwrap_or_else(|| self.value.to_vec())
    }
}

impl File {
    fn add(&mut self, bytes: Bytes) -> Result<()> {
        let Some(left) = &mut self.base64 else { return self.content.write(bytes).map_err(Error::from) };
        left.extend(bytes.iter().filter(|byte| !is_space(**byte)));
        let groups = left.len() / 4 * 4;
        let decoded = crate::python::base64_decode(&left[..groups]).ok_or_else(no_base64)?;
        left.drain(..groups);
        self.content.write(decoded.into()).map_err(Error::from)
    }

    fn finish(self) -> Result<(String, UploadedFile)> {
        match self.base64 {
            Some(left) if !left.is_empty() => Err(no_base64()),
            _ => Ok((self.key, self.upload.with_content(self.content.finish()))),
        }
    }
}

/// What Python's `bytes.split` splits at.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

fn no_base64() -> Error {
    malformed("Could not decode base64 data.".to_owned())
}

fn malformed(reason: String) -> Error {
    Error::parse(format!("Multipart form parse error - {reason}"))
}

/// How much of each limit was used so far.
struct Counts {
    limits: UploadSettings,
    fields: usize,
    files: usize,
    bytes: usize,
}

impl Counts {
    fn add(&mut self, is_file: bool) -> Result<()> {
        if is_file {
            self.files += 1;
            return within(
                self.files,
                self.limits.data_upload_max_number_files,
                "The number of files exceeded settings.DATA_UPLOAD_MAX_NUMBER_FILES.",
            );
        }
        self.fields += 1;
        // What stands before and behind the boundaries counts for two fields.
        let most = self.limits.data_upload_max_number_fields.map(|most| most.saturating_add(2));
        within(self.fields, most, super::TOO_MANY_FIELDS)
    }

    fn add_field(&mut self, field: &Field) -> Result<()> {
        self.check_bytes(field)?;
        self.bytes += size_of_field(field);
        Ok(())
    }

    /// Refuses a field that is too long already.
    fn check_bytes(&self, field: &Field) -> Result<()> {
        within(
            self.bytes + size_of_field(field),
            self.limits.data_upload_max_memory_size,
            "Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.",
        )
    }
}

/// A field counts with its name and two more, as much as it takes in an urlencoded form.
fn size_of_field(field: &Field) -> usize {
    field.value.len() + field.name.chars().count() + 2
}

fn within(count: usize, most: Option<usize>, reason: &'static str) -> Result<()> {
    if most.is_some_and(|most| count > most) { Err(Error::suspicious(reason)) } else { Ok(()) }
}

/// The boundary, when the content type is one of a form that can be read.
fn checked<'a>(content_type: &str, boundary: Option<&'a str>) -> std::result::Result<&'a str, String> {
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

/// The headers of a part with a name.
struct Head {
    name: String,
    /// The name of a file; a part without one is a field.
    filename: Option<String>,
    content_type: MediaType,
    is_base64: bool,
    /// How long they are, with the empty line behind them.
    length: usize,
}

impl Head {
    /// The headers at the beginning of a part. Lines that are none are passed over, as Django does it.
    fn read(part: &[u8]) -> Result<Option<Self>> {
        let Some(end) = memmem::find(&part[..part.len().min(LONGEST_HEAD)], b"\r\n\r\n") else {
            return match part.len() {
                LONGEST_HEAD.. => Err(malformed("Request max total header size exceeded.".to_owned())),
                _ => Ok(None),
            };
        };
        let text = String::from_utf8_lossy(&part[..end]);
        let mut name = None;
        let mut head = Self {
            name: String::new(),
            filename: None,
            content_type: MediaType::parse(""),
            is_base64: false,
            length: end + 4,
        };
        for line in text.split("\r\n") {
            let Some((header, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match header.trim().to_ascii_lowercase().as_str() {
                "content-disposition" => {
                    let disposition = MediaType::parse(value);
                    name = disposition.parameter("name").map(|name| name.trim().to_owned());
                    let filename = disposition.parameter("filename").filter(|name| !name.is_empty());
                    head.filename = filename.map(str::to_owned);
                }
                "content-type" => head.content_type = MediaType::parse(value),
                "content-transfer-encoding" => head.is_base64 = value == "base64",
                _ => {}
            }
        }
        Ok(name.map(|name| Self { name, ..head }))
    }

    /// The file, without its content, unless its name leaves nothing once the folders are taken off.
    fn upload(&self, filename: &str) -> Option<UploadedFile> {
        let filename = entities::unescape(filename);
        let name = filename.rsplit(['/', '\\']).next().unwrap_or_default();
        let name: String = name.chars().filter(|c| is_printable(*c)).collect();
        // A name that is none is the only thing that is refused, and Django leaves such a file out.
        let upload = UploadedFile::new(&name, Bytes::new()).ok()?;
        let charset = self.content_type.parameter("charset").map(str::to_owned);
        Some(upload.with_content_type(self.content_type.full()).with_charset(charset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A form whose body arrives in pieces of a length.
    fn read(body: &str, content_type: &str, piece: usize, limits: UploadSettings) -> Result<QueryDict> {
        let media_type = MediaType::parse(content_type);
        let mut reader = MultiPartReader::new(content_type, &media_type, limits, FilePlace::InMemory)?;
        for piece in body.as_bytes().chunks(piece) {
            reader.write(Bytes::copy_from_slice(piece))?;
        }
        match Box::new(reader).finish()? {
            Data::Form(form) => Ok(form),
            data => panic!("{data:?}"),
        }
    }

    const FORM: &str = "multipart/form-data; boundary=X";

    /// Every way in which the body may arrive gives the same form.
    fn form(body: &str, show: impl Fn(&QueryDict) -> String) -> String {
        let body = body.replace('\n', "\r\n");
        let read = |piece| match read(&body, FORM, piece, UploadSettings::default()) {
            Ok(form) => show(&form),
            Err(error) => format!("{error:?}"),
        };
        let whole = read(body.len().max(1));
        for piece in 1..40 {
            assert_eq!(read(piece), whole, "{body:?} in pieces of {piece}");
        }
        whole
    }

    fn part(name: &str, value: &str) -> String {
        format!("--X\nContent-Disposition: form-data; name=\"{name}\"\n\n{value}\n")
    }

    fn file(headers: &str, content: &str) -> String {
        format!("--X\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\n{headers}\n{content}\n")
    }

    #[test]
    fn forms_are_read_as_django_reads_them() {
        let end = "--X--\n";
        for (body, expected) in [
            (
                part("a", "1") + &part("b", "é\nf") + &part("a", "2") + end,
                r#"[("a", ["1", "2"]), ("b", ["é\r\nf"])]"#,
            ),
            // Without an end, the last line break belongs to the value.
            (part("a", "1"), r#"[("a", ["1\r\n"])]"#),
            (end.to_owned(), "[]"),
            (String::new(), "[]"),
            (part("a", "-\n-\n--\n--Y") + end, r#"[("a", ["-\r\n-\r\n--\r\n--Y"])]"#),
            // The empty line is the one before the boundary.
            ("--X\nContent-Disposition: form-data; name=\"a\"\n\n--X--".to_owned(), "[]"),
            (
                "--X\nA: b\n\n".to_owned() + &"x".repeat(3000) + "\n" + &part("a", "1") + end,
                r#"[("a", ["1"])]"#,
            ),
        ] {
            let lists = |form: &QueryDict| format!("{:?}", form.lists().collect::<Vec<_>>());
            assert_eq!(form(&body, lists), expected, "{body}");
        }
    }

    #[test]
    fn files_are_read_as_django_reads_them() {
        let end = "--X--\n";
        let long = "xyz\n".repeat(700);
        let shown = long.replace('\n', "\r\n");
        for (body, expected) in [
            (file("", "milk") + end, "a.txt milk".to_owned()),
            (file("", &long) + end, format!("a.txt {shown}")),
            // It is not whole.
            (file("", "milk"), String::new()),
            (file("Content-Transfer-Encoding: base64\n", "bWls\n aw==") + end, "a.txt milk".to_owned()),
        ] {
            let files = |form: &QueryDict| {
                let shown = form.files().map(|(_, file)| {
                    let content = file.content().blocking_read().expect("in memory");
                    format!("{} {}", file.name(), String::from_utf8_lossy(&content))
                });
                shown.collect::<Vec<_>>().join("; ")
            };
            assert_eq!(form(&body, files), expected, "{body}");
        }
        for (body, expected) in [
            (file("Content-Transfer-Encoding: base64\n", "bWlsa") + end, "Could not decode base64 data."),
            ("--X\nA: ".to_owned() + &"b".repeat(2000), "Request max total header size exceeded."),
        ] {
            let refused = form(&body, |form| format!("{form:?}"));
            assert!(refused.contains(expected), "{body}: {refused}");
        }
    }

    /// A field that is too long is refused before all of it has arrived.
    #[test]
    fn a_field_is_refused_as_soon_as_it_is_too_long() {
        let limits = UploadSettings { data_upload_max_memory_size: Some(100), ..UploadSettings::default() };
        let media_type = MediaType::parse(FORM);
        let mut reader =
            MultiPartReader::new(FORM, &media_type, limits, FilePlace::InMemory).expect("a form");
        let begun = part("a", &"x".repeat(3000)).replace('\n', "\r\n");
        assert!(matches!(reader.write(begun.into()), Err(Error::Suspicious(_))));
    }

    #[test]
    fn boundaries_are_checked() {
        for (content_type, expected) in [
            ("multipart/form-data", "Invalid boundary in multipart: None"),
            ("multipart/form-data; boundary=\"a \"", "Invalid boundary in multipart: a "),
            ("application/*; boundary=a", "Invalid Content-Type: application/*; boundary=a"),
        ] {
            match read("x", content_type, 1, UploadSettings::default()) {
                Err(error) => assert!(format!("{error:?}").contains(expected), "{error:?}"),
                other => panic!("{other:?}"),
            }
        }
    }
}
