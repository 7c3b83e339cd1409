//! Forms and query strings: Django's `QueryDict`.

use belleville_db::files::UploadedFile;

use super::charset::Charset;

/// A form or a query: keys, each with its values in order. [`QueryDict::get`] returns the last value of a key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryDict {
    items: Vec<(String, Vec<String>)>,
    files: Vec<(String, UploadedFile)>,
    truncated: bool,
}

/// The form has more fields than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyFields;

impl QueryDict {
    /// Reads a query. A query with too many fields is read as an empty one; no view gets it.
    pub(crate) fn from_query_string(query: &str, charset: Charset, most: Option<usize>) -> Self {
        Self::parse(query, charset, most).unwrap_or_else(|_| Self { truncated: true, ..Self::default() })
    }

    /// Reads an urlencoded text in UTF-8: Python's `parse_qs`, with values that are blank.
    pub fn from_urlencoded(text: &str) -> Self {
        Self::from_query_string(text, Charset::Utf8, None)
    }

    /// Whether there were more fields than a query may have.
    pub(crate) fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Reads an urlencoded form of so many fields at the most.
    ///
    /// # Errors
    /// [`TooManyFields`] above that.
    pub(crate) fn parse(form: &str, charset: Charset, most: Option<usize>) -> Result<Self, TooManyFields> {
        if form.is_empty() {
            return Ok(Self::default());
        }
        if most.is_some_and(|most| form.bytes().filter(|byte| *byte == b'&').count() >= most) {
            return Err(TooManyFields);
        }
        let mut dict = Self::default();
        for pair in form.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            dict.append(unquote_plus(name, charset), unquote_plus(value, charset));
        }
        Ok(dict)
    }

    /// Adds a value to a key.
    pub(crate) fn append(&mut self, key: String, value: String) {
        match self.items.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(value),
            None => self.items.push((key, vec![value])),
        }
    }

    pub(super) fn append_file(&mut self, key: String, file: UploadedFile) {
        self.files.push((key, file));
    }

    /// The last file of a key.
    pub fn file(&self, key: &str) -> Option<&UploadedFile> {
        self.files.iter().rev().find(|(known, _)| known == key).map(|(_, file)| file)
    }

    /// The files, each with its key, in order.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (&str, &UploadedFile)> {
        self.files.iter().map(|(key, file)| (key.as_str(), file))
    }

    /// The last value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.getlist(key).last().map(String::as_str)
    }

    /// All values of a key.
    pub fn getlist(&self, key: &str) -> &[String] {
        self.items.iter().find(|(known, _)| known == key).map_or(&[], |(_, values)| values)
    }

    /// Each key with its values, in order of appearance.
    pub fn lists(&self) -> impl ExactSizeIterator<Item = (&str, &[String])> {
        self.items.iter().map(|(key, values)| (key.as_str(), values.as_slice()))
    }
}

/// Percent-decodes with `+` for a space; bytes that are no text of the charset become U+FFFD.
fn unquote_plus(text: &str, charset: Charset) -> String {
    let spaced = text.replace('+', " ");
    if !spaced.contains('%') {
        return spaced;
    }
    // Only runs of ASCII are decoded as bytes: what is not ASCII already is text.
    let mut decoded = String::with_capacity(spaced.len());
    let mut rest = spaced.as_str();
    while !rest.is_empty() {
        let ascii = rest.find(|c: char| !c.is_ascii()).unwrap_or(rest.len());
        let bytes: Vec<u8> = percent_encoding::percent_decode_str(&rest[..ascii]).collect();
        decoded.push_str(&charset.decode_lossy(&bytes));
        rest = &rest[ascii..];
        let other = rest.find(|c: char| c.is_ascii()).unwrap_or(rest.len());
        decoded.push_str(&rest[..other]);
        rest = &rest[other..];
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_django_reads_them() {
        // Each row is what `QueryDict(text).lists()` of Django 5.2 answers.
        for (text, expected) in [
            ("a=1&b=2&a=3", &[("a", &["1", "3"][..]), ("b", &["2"])][..]),
            ("a=&b", &[("a", &[""]), ("b", &[""])]),
            ("a=+x%20y&&", &[("a", &[" x y"])]),
            ("a=1;b=2", &[("a", &["1;b=2"])]),
            ("a=%FF%C3%A9", &[("a", &["\u{fffd}é"])]),
            ("é=%C3%A9é", &[("é", &["éé"])]),
            ("=x", &[("", &["x"])]),
            ("", &[]),
        ] {
            let dict = QueryDict::parse(text, Charset::Utf8, None).expect("a few fields");
            let lists: Vec<(&str, Vec<&str>)> = dict
                .lists()
                .map(|(key, values)| (key, values.iter().map(String::as_str).collect()))
                .collect();
            let expected: Vec<(&str, Vec<&str>)> =
                expected.iter().map(|(key, values)| (*key, values.to_vec())).collect();
            assert_eq!(lists, expected, "{text}");
        }
    }

    #[test]
    fn fields_are_counted() {
        for (fields, most, is_good) in [(3, Some(3), true), (4, Some(3), false), (4, None, true)] {
            let form = vec!["a=1"; fields].join("&");
            assert_eq!(QueryDict::parse(&form, Charset::Utf8, most).is_ok(), is_good, "{form} {most:?}");
        }
    }
}
