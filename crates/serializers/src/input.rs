//! What is validated: a JSON document, or a form, where everything is text or a file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use belleville_db::files::UploadedFile;
use belleville_db::json::Json;
use belleville_db::python;

/// The input of one request.
#[derive(Debug)]
pub enum Input<'a> {
    /// A JSON document.
    Json(&'a Json),
    /// A form: DRF's "HTML input".
    Form(Form<'a>),
}

/// A form, or the part of one whose names begin alike: Django's `MultiValueDict`.
#[derive(Clone, Default)]
pub struct Form<'a>(Vec<(&'a str, Vec<FormValue<'a>>)>);

/// What a form has under a name.
#[derive(Clone, Copy, Debug)]
pub enum FormValue<'a> {
    /// A text.
    Text(&'a str),
    /// A file.
    File(&'a UploadedFile),
}

/// What the input has for one field.
#[derive(Clone, Debug)]
pub enum Given<'a> {
    /// Nothing.
    Missing,
    /// `null`, or what means that in a form.
    Null,
    /// A value.
    Value(Cow<'a, Json>),
    /// The text of a document of JSON, in a form.
    Document(&'a str),
    /// A file.
    File(&'a UploadedFile),
    /// Several values of a form.
    List(Vec<Given<'a>>),
    /// The part of a form that belongs to the field.
    Form(Form<'a>),
}

impl fmt::Debug for Form<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl<'a> From<&'a Json> for Given<'a> {
    fn from(json: &'a Json) -> Self {
        match json {
            Json::Null => Self::Null,
            value => Self::Value(Cow::Borrowed(value)),
        }
    }
}

impl<'a> From<FormValue<'a>> for Given<'a> {
    fn from(value: FormValue<'a>) -> Self {
        match value {
            FormValue::Text(text) => Self::text(text),
            FormValue::File(file) => Self::File(file),
        }
    }
}

impl Given<'_> {
    /// A text of a form.
    pub(crate) fn text(text: &str) -> Self {
        Self::Value(Cow::Owned(Json::from(text)))
    }

    /// Python's `str()` of a text or a file, which is the file's name.
    pub(crate) fn python_str(&self) -> Option<&str> {
        match self {
            Self::Value(json) => match &**json {
                Json::Str(text) => Some(text),
                _ => None,
            },
            Self::File(file) => Some(file.name()),
            _ => None,
        }
    }

    /// Python's name of its type.
    pub(crate) fn python_type_name(&self) -> &'static str {
        match self {
            Self::Missing => "empty",
            Self::Null => "NoneType",
            Self::Value(json) => json.python_type_name(),
            Self::Document(_) => "str",
            Self::File(file) => file.class_name(),
            Self::List(_) => "list",
            Self::Form(_) => "MultiValueDict",
        }
    }
}

impl Form<'_> {
    /// Python's `str()` of it.
    pub(crate) fn python_str(&self) -> String {
        let members = self.0.iter().map(|(name, values)| {
            let values: Vec<_> = values.iter().map(FormValue::python_repr).collect();
            format!("{}: [{}]", FormValue::Text(name).python_repr(), values.join(", "))
        });
        format!("<MultiValueDict: {{{}}}>", members.collect::<Vec<_>>().join(", "))
    }
}

impl FormValue<'_> {
    /// Python's `repr()` of it.
    fn python_repr(&self) -> String {
        match self {
            Self::Text(text) => python::repr_of(&Json::from(*text)),
            Self::File(file) => format!("<{}: {} ({})>", file.class_name(), file.name(), file.content_type()),
        }
    }
}

impl<'a> Form<'a> {
    /// A form without a name.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a value under a name.
    pub fn push(&mut self, name: &'a str, value: FormValue<'a>) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => self.0.push((name, vec![value])),
        }
    }

    /// Sets the value of a name, instead of what was there.
    fn set(&mut self, name: &'a str, value: FormValue<'a>) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => *values = vec![value],
            None => self.0.push((name, vec![value])),
        }
    }

    /// Whether it has no names.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it has a name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == name)
    }

    /// The last value under a name.
    pub fn get(&self, name: &str) -> Option<FormValue<'a>> {
        self.get_list(name).last().copied()
    }

    /// Every value under a name.
    pub fn get_list(&self, name: &str) -> &[FormValue<'a>] {
        self.0.iter().find(|(known, _)| *known == name).map_or(&[], |(_, values)| values)
    }

    /// The last text under a name.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        match self.get(name)? {
            FormValue::Text(text) => Some(text),
            FormValue::File(_) => None,
        }
    }

    /// Every name with its last value.
    pub fn last_values(&self) -> impl Iterator<Item = (&'a str, FormValue<'a>)> {
        self.0.iter().filter_map(|(name, values)| Some((*name, *values.last()?)))
    }

    /// What stands under `prefix.name`, by `name`: DRF's `parse_html_dict`.
    pub(crate) fn dict(&self, prefix: &str) -> Form<'a> {
        let inside =
            |name: &'a str| name.strip_prefix(prefix)?.strip_prefix('.').filter(|name| !name.is_empty());
        Self(self.0.iter().filter_map(|(name, values)| Some((inside(name)?, values.clone()))).collect())
    }

    /// What stands under `prefix[0]`, `prefix[1]name` and so on, in the order of the numbers: DRF's `parse_html_list`.
    /// `None` where there is nothing.
    pub(crate) fn list(&self, prefix: &str) -> Option<Vec<Given<'a>>> {
        let mut places: BTreeMap<Index<'a>, Place<'a>> = BTreeMap::new();
        for (name, value) in self.last_values() {
            let Some((index, rest)) = name.strip_prefix(prefix).and_then(place) else { continue };
            match (rest.is_empty(), places.get_mut(&index)) {
                (true, _) => {
                    places.insert(index, Place::Value(value));
                }
                (false, Some(Place::Form(form))) => form.set(rest, value),
                (false, _) => {
                    places.insert(index, Place::Form(Form(vec![(rest, vec![value])])));
                }
            }
        }
        if places.is_empty() {
            return None;
        }
        let given = |place| match place {
            Place::Value(value) => Given::from(value),
            Place::Form(form) => Given::Form(form),
        };
        Some(places.into_values().map(given).collect())
    }
}

/// What a form has at a place of a list.
enum Place<'a> {
    Value(FormValue<'a>),
    Form(Form<'a>),
}

/// A whole number of any size, in the order of numbers: how many digits it has, and the digits.
type Index<'a> = (usize, &'a str);

/// The number of `[2]name`, and the name.
fn place(name: &str) -> Option<(Index<'_>, &str)> {
    let (index, rest) = name.strip_prefix('[')?.split_once(']')?;
    let is_number = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    let digits = index.trim_start_matches('0');
    is_number.then_some(((digits.len(), digits), rest))
}
