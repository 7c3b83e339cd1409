//! What validation makes of input.

use std::borrow::Cow;
use std::fmt;

use belleville_db::datetime::LocalDateTime;
use belleville_db::files::UploadedFile;
use belleville_db::json::{Dict, Json};
use belleville_db::{
    Assignment, Column, Error, ErrorDetail, Family, FieldKind, FieldValue, HStore, Model, Result, Value,
};

use crate::validators::{too_great, too_small};

/// What a field has made of its input.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Validated {
    /// A value such as a column has.
    Value(Value),
    /// Several values: of a list, or of a relation to many.
    List(Vec<Validated>),
    /// Values by their names: of a dictionary, or of a nested serializer.
    Dict(ValidatedData),
    /// A value such as a column has, of which Python keeps more until it is saved.
    Noted(Box<Noted>),
}

/// A value with what Python keeps of it besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Noted {
    /// The value.
    pub value: Value,
    /// What is kept besides.
    pub note: Note,
}

/// What Python keeps of a value, and a column does not.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Note {
    /// It is zero, with a minus sign.
    MinusZero,
    /// It is a point in time, and this is what a clock of its field shows then.
    Local(LocalDateTime),
}

/// Validated values by their names, in the order of the fields: DRF's `validated_data`.
#[derive(Clone, Default)]
pub struct ValidatedData {
    values: Vec<(Cow<'static, str>, Validated)>,
    /// What input has named rows by whose keys are among the values, for the words of errors.
    slugs: Option<Box<Slugs>>,
}

/// What input has named rows by. Few values have any.
#[derive(Clone, Default)]
struct Slugs(Vec<Slug>);

/// What input has named a row by, where that is not what is kept of it.
#[derive(Clone, Debug)]
pub(crate) struct Slug {
    pub(crate) key: Value,
    pub(crate) given: Json,
}

impl PartialEq for ValidatedData {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

/// The names alone: among the values may be a password.
impl fmt::Debug for ValidatedData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.iter().map(|(name, _)| name)).finish()
    }
}

impl Validated {
    /// NULL.
    pub const NULL: Self = Self::Value(Value::Null);

    /// A file that a client has sent.
    pub fn file(upload: UploadedFile) -> Self {
        Self::Value(Value::from(upload))
    }

    /// A value with what Python keeps of it besides.
    pub(crate) fn noted(value: Value, note: Note) -> Self {
        Self::Noted(Box::new(Noted { value, note }))
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Value(Value::Null))
    }

    /// The value, where it is one that a column could have.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Noted(noted) => Some(&noted.value),
            Self::List(_) | Self::Dict(_) => None,
        }
    }

    /// The values, where it is a dictionary.
    pub(crate) fn data(&self) -> Option<&ValidatedData> {
        match self {
            Self::Dict(data) => Some(data),
            _ => None,
        }
    }

    /// It, with a type of Rust.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn read<T: FromValidated<Kind>, Kind>(&self) -> Result<T> {
        T::from_validated(self)
    }

    /// It as what a column of a kind holds: a list is an array, or a document of JSON.
    ///
    /// # Errors
    /// When the column cannot hold it.
    pub fn into_column(self, kind: FieldKind) -> Result<Value> {
        match (self, kind.row().family) {
            (Self::Value(value), family) => column_value(value, kind, family),
            (Self::Noted(noted), family) => column_value(noted.value, kind, family),
            (other, Family::Json) => other.into_json().map(Value::Json),
            (Self::List(items), Family::Array) => {
                let base = kind.base().unwrap_or(kind);
                let items = items.into_iter().map(|item| item.into_column(base));
                items.collect::<Result<_>>().map(Value::Array)
            }
            (Self::Dict(dict), Family::HStore) => {
                let text = |(key, value): (Cow<'static, str>, Self)| match value {
                    Self::Value(Value::Null) => Ok((key.into_owned(), None)),
                    Self::Value(Value::Text(text)) => Ok((key.into_owned(), Some(text))),
                    _ => Err(Error::refused("the values of an hstore are texts")),
                };
                dict.values.into_iter().map(text).collect::<Result<HStore>>().map(Value::HStore)
            }
            (Self::List(_), _) => Err(Error::refused(format!("a {kind} cannot hold a list"))),
            (Self::Dict(_), _) => Err(Error::refused(format!("a {kind} cannot hold a dictionary"))),
        }
    }

    /// It as JSON.
    ///
    /// # Errors
    /// When a value in it has no form in JSON.
    pub fn into_json(self) -> Result<Json> {
        match self {
            Self::Value(value) => json_of(value),
            Self::Noted(noted) => json_of(noted.value),
            Self::List(items) => {
                items.into_iter().map(Self::into_json).collect::<Result<Vec<_>>>().map(Json::from)
            }
            Self::Dict(data) => {
                let mut dict = Dict::new();
                for (key, value) in data.values {
                    dict.insert(key.into_owned(), value.into_json()?);
                }
                Ok(Json::Dict(dict))
            }
        }
    }
}

fn column_value(value: Value, kind: FieldKind, family: Family) -> Result<Value> {
    match (value, family) {
        (value @ Value::Json(_), Family::Json) => Ok(value),
        (Value::Json(Json::BigInt(digits)), _) => Err(Error::Invalid(too_large(&digits).into())),
        // A row without a file has an empty text.
        (Value::Null, _) if kind.is_file() => Ok(Value::Text(String::new())),
        (value @ (Value::Null | Value::Json(_)), _) => Ok(value),
        (Value::Text(text), Family::IpAddress) => {
            let wrong = |_| Error::refused(format!("a {kind} cannot hold a text that is no address"));
            text.parse().map(Value::IpAddress).map_err(wrong)
        }
        (value, Family::Json) => json_of(value).map(Value::Json),
        // Where no file is stored, it is its name.
        (Value::File(upload), _) if !kind.is_file() => Ok(Value::Text(upload.name().to_owned())),
        (value, _) => Ok(value),
    }
}

/// What is said of a whole number of more than 64 bits, where no more are taken.
pub(crate) fn too_large(digits: &str) -> ErrorDetail {
    if digits.starts_with('-') { too_small(i64::MIN) } else { too_great(i64::MAX) }
}

fn json_of(value: Value) -> Result<Json> {
    Ok(match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::from(value),
        Value::Int(number) => Json::from(number),
        Value::Float(number) => Json::from(number),
        Value::Text(text) => Json::from(text),
        Value::Json(json) => json,
        _ => return Err(Error::refused("a document of JSON cannot hold a value of this kind")),
    })
}

impl<T: FieldValue> From<T> for Validated {
    fn from(value: T) -> Self {
        Self::Value(value.to_value())
    }
}

impl From<ValidatedData> for Validated {
    fn from(data: ValidatedData) -> Self {
        Self::Dict(data)
    }
}

/// A type that a validated value can be read as. The compiler finds `Kind`.
pub trait FromValidated<Kind>: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// When it is of another type.
    fn from_validated(value: &Validated) -> Result<Self>;
}

#[doc(hidden)]
#[derive(Debug)]
pub struct Plain;

#[doc(hidden)]
#[derive(Debug)]
pub struct Unread;

/// As it is, whatever it is.
impl FromValidated<Unread> for Validated {
    fn from_validated(value: &Validated) -> Result<Self> {
        Ok(value.clone())
    }
}

/// A list is an array, and a dictionary a document of JSON.
impl<T: FieldValue> FromValidated<Plain> for T {
    fn from_validated(value: &Validated) -> Result<Self> {
        match value {
            Validated::Value(value @ Value::Json(Json::BigInt(digits))) => {
                T::from_value(value.as_ref()).map_err(|_| Error::Invalid(too_large(digits).into()))
            }
            Validated::Value(value) => T::from_value(value.as_ref()),
            Validated::Noted(noted) => T::from_value(noted.value.as_ref()),
            Validated::List(items) => T::from_value(array_of(items)?.as_ref()),
            Validated::Dict(_) => T::from_value(Value::Json(value.clone().into_json()?).as_ref()),
        }
    }
}

fn array_of(items: &[Validated]) -> Result<Value> {
    let item = |item: &Validated| match item {
        Validated::Value(value) => Ok(value.clone()),
        Validated::Noted(noted) => Ok(noted.value.clone()),
        Validated::List(items) => array_of(items),
        Validated::Dict(_) => item.clone().into_json().map(Value::Json),
    };
    items.iter().map(item).collect::<Result<_>>().map(Value::Array)
}

impl ValidatedData {
    /// No values.
    pub const fn new() -> Self {
        Self { values: Vec::new(), slugs: None }
    }

    /// With room for some values.
    pub(crate) fn with_capacity(fields: usize) -> Self {
        Self { values: Vec::with_capacity(fields), slugs: None }
    }

    /// The value at a position, with its name.
    pub(crate) fn at(&self, position: usize) -> Option<&(Cow<'static, str>, Validated)> {
        self.values.get(position)
    }

    /// The value of a name, with its position.
    pub(crate) fn find(&self, name: &str) -> Option<(usize, &Validated)> {
        let at = self.values.iter().position(|(known, _)| known == name)?;
        Some((at, &self.values[at].1))
    }

    /// Makes room for more values.
    pub(crate) fn reserve(&mut self, fields: usize) {
        self.values.reserve(fields);
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Validated> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The value of a name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Validated> {
        self.values.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Takes the value of a name out: Python's `pop`.
    pub fn take(&mut self, name: &str) -> Option<Validated> {
        let at = self.values.iter().position(|(known, _)| known == name)?;
        Some(self.values.remove(at).1)
    }

    /// Takes the values of a nested serializer with `many` out: none where input has left it out.
    pub fn take_many(&mut self, name: &str) -> Vec<Self> {
        let Some(Validated::List(items)) = self.take(name) else { return Vec::new() };
        let data = items.into_iter().filter_map(|item| match item {
            Validated::Dict(data) => Some(data),
            _ => None,
        });
        data.collect()
    }

    /// The value of a model's field, with its type; `None` where there is none.
    pub fn field<M, T: FieldValue>(&self, column: Column<M, T>) -> Option<T>
    where
        M: Model,
    {
        let name = M::meta().fields.get(column.field())?.name;
        T::from_value(self.get(name)?.value()?.as_ref()).ok()
    }

    /// Sets the value of a model's field: `data.assign(Book::AUTHOR.set(&author))?`.
    ///
    /// # Errors
    /// When the assignment is an expression that only the database computes.
    pub fn assign<M: Model>(&mut self, assignment: Assignment<M>) -> Result<()> {
        let (field, value) = assignment.into_parts()?;
        self.set(M::meta().fields[field].name, Validated::Value(value));
        Ok(())
    }

    /// Sets the value of a name.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Validated>) {
        let (name, value) = (name.into(), value.into());
        match self.get_mut(&name) {
            Some(known) => *known = value,
            None => self.values.push((name, value)),
        }
    }

    /// The dictionary under a name, which is made where there is none.
    pub(crate) fn dict(&mut self, name: &'static str) -> &mut Self {
        let known = self
            .values
            .iter()
            .position(|(known, value)| known == name && matches!(value, Validated::Dict(_)));
        let at = known.unwrap_or_else(|| {
            self.values.retain(|(known, _)| known != name);
            self.push(name, Validated::Dict(Self::new()));
            self.values.len() - 1
        });
        match &mut self.values[at].1 {
            Validated::Dict(data) => data,
            _ => unreachable!("a dictionary was looked for"),
        }
    }

    /// Sets the values of other names too.
    pub fn extend(&mut self, others: Self) {
        for (name, value) in others {
            self.set(name, value);
        }
    }

    /// Adds the value of a name that is known to be new.
    #[inline(always)]
    pub(crate) fn push(&mut self, name: impl Into<Cow<'static, str>>, value: Validated) {
        self.values.push((name.into(), value));
    }

    /// Remembers what input has named rows by.
    pub(crate) fn remember(&mut self, slugs: Vec<Slug>) {
        self.slugs.get_or_insert_default().0.extend(slugs);
    }

    /// What input has named rows by.
    pub(crate) fn slugs(&self) -> &[Slug] {
        self.slugs.as_deref().map_or(&[], |slugs| &slugs.0)
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Every name with its value.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Validated)> {
        self.values.iter().map(|(name, value)| (&**name, value))
    }
}

impl IntoIterator for ValidatedData {
    type Item = (Cow<'static, str>, Validated);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.into_iter()
    }
}

impl FromIterator<(Cow<'static, str>, Validated)> for ValidatedData {
    fn from_iter<I: IntoIterator<Item = (Cow<'static, str>, Validated)>>(values: I) -> Self {
        Self { values: values.into_iter().collect(), slugs: None }
    }
}
