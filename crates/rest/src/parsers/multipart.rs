//! Multipart forms (RFC 7578) as Django reads them: fields; a file's place in a form is kept, its contents are not.

use super::charset::Charset;
use super::form::QueryDict;
use super::media_type::MediaType;

/// The most fields, two of them for what stands before and behind the boundaries.
const MOST_FIELDS: usize = 1002;
/// The most files.
const MOST_FILES: usize = 100;

/// Why a body is no form.
#[derive(Debug)]
pub(crate) enum MultiPartError {
    /// Django's words.
    Malformed(String),
    /// More than a form may have.
    TooMuch(&'static str),
}

/// Reads the fields of a form.
pub(crate) fn parse(
    body: &[u8],
    content_type: &str,
    boundary: Option<&str>,
    charset: Charset,
) -> Result<QueryDict, MultiPartError> {
    let malformed = |reason: String| Err(MultiPartError::Malformed(reason));
    if !content_type.starts_with("multipart/") {
        return malformed(format!("Invalid Content-Type: {content_type}"));
    }
    if !content_type.is_ascii() {
        return malformed(format!("Invalid non-ASCII Content-Type in multipart: {content_type}"));
    }
    let Some(boundary) = boundary.filter(|boundary| is_boundary(boundary)) else {
        return malformed(format!("Invalid boundary in multipart: {}", boundary.unwrap_or("None")));
    };
    let mut form = QueryDict::default();
    let (mut fields, mut files) = (0, 0);
    for part in parts(body, boundary.as_bytes()) {
        let Some(part) = Part::read(part) else { continue };
        if part.is_file {
            files += 1;
        } else {
            fields += 1;
            form.append(charset.decode_lossy(part.name.as_bytes()), charset.decode_lossy(&part.contents()));
        }
        if fields > MOST_FIELDS {
            return Err(MultiPartError::TooMuch("the form exceeded DATA_UPLOAD_MAX_NUMBER_FIELDS"));
        }
        if files > MOST_FILES {
            return Err(MultiPartError::TooMuch("the form exceeded DATA_UPLOAD_MAX_NUMBER_FILES"));
        }
    }
    Ok(form)
}

/// Up to 200 printable characters, the last of which is no space.
fn is_boundary(text: &str) -> bool {
    let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    printable && text.len() <= 201 && text.bytes().next_back().is_some_and(|last| last != b' ')
}

/// The bytes between boundaries, without the line break before each.
fn parts<'a>(body: &'a [u8], boundary: &[u8]) -> impl Iterator<Item = &'a [u8]> {
    let separator = [b"--", boundary].concat();
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(found) = find(&body[at..], &separator) {
        starts.push(at + found);
        at += found + separator.len();
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([body.len()]).collect();
    starts.into_iter().zip(ends).filter_map(move |(start, end)| {
        let part = &body[start + separator.len()..end];
        // The last boundary is followed by two hyphens.
        if part.starts_with(b"--") {
            return None;
        }
        let part = part.strip_prefix(b"\r\n").or(part.strip_prefix(b"\n"))?;
        Some(part.strip_suffix(b"\r\n").or(part.strip_suffix(b"\n")).unwrap_or(part))
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

struct Part<'a> {
    name: String,
    is_file: bool,
    is_base64: bool,
    body: &'a [u8],
}

impl<'a> Part<'a> {
    fn read(part: &'a [u8]) -> Option<Self> {
        let end = find(part, b"\r\n\r\n")?;
        let (head, body) = (String::from_utf8_lossy(&part[..end]), &part[end + 4..]);
        let mut read = Self { name: String::new(), is_file: false, is_base64: false, body };
        let mut named = false;
        for line in head.split("\r\n") {
            let Some((header, value)) = line.split_once(':') else { continue };
            match header.trim().to_ascii_lowercase().as_str() {
                "content-disposition" => {
                    let disposition = MediaType::parse(value);
                    read.name = disposition.parameter("name")?.trim().to_owned();
                    read.is_file = disposition.parameter("filename").is_some();
                    named = true;
                }
                "content-transfer-encoding" => read.is_base64 = value.trim().eq_ignore_ascii_case("base64"),
                _ => {}
            }
        }
        named.then_some(read)
    }

    /// A field's bytes. What should be base64 and is not stays as it is.
    fn contents(&self) -> Vec<u8> {
        let decoded = self.is_base64.then(|| crate::authentication::lenient_base64(self.body)).flatten();
        decoded.unwrap_or_else(|| self.body.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str) -> Vec<(String, Vec<String>)> {
        let parsed =
            parse(body.replace('\n', "\r\n").as_bytes(), "multipart/form-data", Some("X"), Charset::Utf8);
        let parsed = parsed.expect("a form");
        parsed.lists().map(|(key, values)| (key.to_owned(), values.to_vec())).collect()
    }

    #[test]
    fn fields_are_read_in_order() {
        let head = |name: &str| format!("--X\nContent-Disposition: form-data; name=\"{name}\"\n\n");
        let body = format!("{}1\n{}é\nf\n{}2\n--X--\n", head("a"), head("b"), head("a"));
        assert_eq!(
            form(&body),
            [
                ("a".to_owned(), vec!["1".to_owned(), "2".to_owned()]),
                ("b".to_owned(), vec!["é\r\nf".to_owned()])
            ]
        );
    }

    #[test]
    fn boundaries_are_checked() {
        for (content_type, boundary, expected) in [
            ("multipart/form-data", None, "Invalid boundary in multipart: None"),
            ("multipart/form-data", Some("a "), "Invalid boundary in multipart: a "),
            ("application/*", Some("a"), "Invalid Content-Type: application/*"),
        ] {
            match parse(b"x", content_type, boundary, Charset::Utf8) {
                Err(MultiPartError::Malformed(reason)) => assert_eq!(reason, expected),
                other => panic!("{other:?}"),
            }
        }
    }
}
