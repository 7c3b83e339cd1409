//! Lists and dictionaries: DRF's `ListField`, `DictField` and `HStoreField`.

use belleville_db::json::{Dict, Json, write_str};
use belleville_db::{Detail, ErrorDetail, FieldValue as _, HStore, Result, Value, ValueRef};

use super::bound::Outcome;
use super::char::{CharField, check_limits};
use super::primitive::{for_each_item, plain, write_primitive, write_validated};
use super::{
    Bind, BoundField, Declared, Field, FieldOptions as _, FieldShape, Messages, Reading, Shape,
    ValidationError, cannot_show,
};
use crate::Context;
use crate::input::{Form, FormValue, Given};
use crate::value::{Validated, ValidatedData};

/// Several values of one kind.
#[derive(Debug)]
pub struct ListField {
    child: Option<Box<BoundField>>,
    allow_empty: bool,
    min_length: Option<u64>,
    max_length: Option<u64>,
    /// Of an array of PostgreSQL: arrays in it have the same length, and its size has Django's message.
    is_array: bool,
}

impl Default for ListField {
    fn default() -> Self {
        Self::new()
    }
}

impl ListField {
    /// A list of anything.
    pub const fn new() -> Self {
        Self { child: None, allow_empty: true, min_length: None, max_length: None, is_array: false }
    }

    /// The field of its items.
    #[must_use]
    pub fn child(self, child: impl Into<Declared>) -> Self {
        Self { child: Some(Box::new(BoundField::child(child))), ..self }
    }

    /// An empty list is one of the values, or is not.
    #[must_use]
    pub const fn allow_empty(mut self, allow_empty: bool) -> Self {
        self.allow_empty = allow_empty;
        self
    }

    /// The fewest items.
    #[must_use]
    pub const fn min_length(mut self, items: u64) -> Self {
        self.min_length = Some(items);
        self
    }

    /// The most items.
    #[must_use]
    pub const fn max_length(mut self, items: u64) -> Self {
        self.max_length = Some(items);
        self
    }

    /// The field of an array, of at most some items.
    pub(super) fn of_array(size: Option<u64>) -> Self {
        Self { is_array: true, max_length: size, ..Self::new() }
    }
}

impl Field for ListField {
    fn child_field(&self) -> Option<&BoundField> {
        self.child.as_deref()
    }

    fn bind(&mut self, _: &Bind<'_>) {
        check_limits(self.min_length, self.max_length);
    }

    fn error_messages(&self) -> Messages {
        &[
            ("not_a_list", "Expected a list of items but got type \"{input_type}\"."),
            ("empty", "This list may not be empty."),
            ("min_length", "Ensure this field has at least {min_length} elements."),
            ("max_length", "Ensure this field has no more than {max_length} elements."),
        ]
    }

    fn shape(&self) -> Shape {
        let (min_length, max_length) =
            if self.is_array { (None, None) } else { (self.min_length, self.max_length) };
        Shape { min_length, max_length, child: child_shape(self.child.as_deref()), ..Shape::new("list") }
    }

    fn initial_value(&self) -> Json {
        Vec::<Json>::new().into()
    }

    /// The name several times, or `tags[0]`, `tags[1]`.
    fn in_form<'a>(&self, name: &str, form: &Form<'a>, _: bool) -> Option<Given<'a>> {
        let same = form.get_list(name);
        Some(if same.is_empty() {
            form.list(name).map_or(Given::Missing, Given::List)
        } else {
            Given::List(same.iter().map(|value| Given::from(*value)).collect())
        })
    }

    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err(ValidationError::of("invalid"))
    }

    fn read(&self, given: &Given<'_>, reading: &mut Reading<'_>) -> Result<Validated, ValidationError> {
        let items: Vec<Given<'_>> = match given {
            Given::Value(json) => match &**json {
                Json::List(items) => items.iter().map(Given::from).collect(),
                _ => return Err(self.refuse(given)),
            },
            Given::List(items) => items.clone(),
            Given::Form(form) => form.list("").unwrap_or_default(),
            given => return Err(self.refuse(given)),
        };
        if items.is_empty() && !self.allow_empty {
            return Err(ValidationError::of("empty"));
        }
        let (mut values, mut errors) = (Vec::with_capacity(items.len()), Vec::new());
        for (index, item) in items.into_iter().enumerate() {
            match run_child(self.child.as_deref(), item, reading) {
                Ok(value) => values.push(value),
                Err(detail) => errors.push((index.to_string(), detail)),
            }
        }
        if errors.is_empty() { Ok(Validated::List(values)) } else { Err(Detail::Dict(errors).into()) }
    }

    fn refuse(&self, given: &Given<'_>) -> ValidationError {
        ValidationError::of("not_a_list").with("input_type", given.python_type_name())
    }

    fn validate(&self, value: &Validated, _: &Given<'_>) -> Vec<ValidationError> {
        let Validated::List(items) = value else { return Vec::new() };
        let length = items.len() as u64;
        if let Some(most) = self.max_length.filter(|most| length > *most) {
            let text = format!("List contains {length} items, it should contain no more than {most}.");
            return vec![match self.is_array {
                true => ErrorDetail::new(text, "max_length").into(),
                false => ValidationError::of("max_length").with("max_length", most),
            }];
        }
        if let Some(least) = self.min_length.filter(|least| length < *least) {
            return vec![ValidationError::of("min_length").with("min_length", least)];
        }
        let mut sizes = items.iter().map(sizes);
        let first = sizes.next();
        if !self.is_array || sizes.all(|other| Some(other) == first) {
            return Vec::new();
        }
        // Django REST framework leaves it to the database, so that Django answers 500. The words are those of Django's forms.
        let text = "Nested arrays must have the same length.";
        vec![ErrorDetail::new(text, "nested_array_mismatch").into()]
    }

    fn show(&self, value: ValueRef<'_>, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        show_array(value, out, &|item, out| show_child(self.child.as_deref(), item, context, out))
    }

    /// Its items ask the context.
    fn to_representation(&self, _: ValueRef<'_>, _: &mut Vec<u8>) -> Result<()> {
        Err(cannot_show())
    }

    fn represent(&self, value: &Validated, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        let Validated::List(items) = value else {
            return value.value().map_or(Err(cannot_show()), |value| self.show(value.as_ref(), context, out));
        };
        out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            represent_child(self.child.as_deref(), item, context, out)?;
        }
        out.push(b']');
        Ok(())
    }
}

/// How long an array and those in it are; nothing of any other value.
fn sizes(value: &Validated) -> Vec<usize> {
    let inside = |value: &'_ Validated| match value {
        Validated::List(items) => Some(items.len()),
        _ => None,
    };
    let arrays = std::iter::successors(Some(value), |value| match value {
        Validated::List(items) => items.first(),
        _ => None,
    });
    arrays.map_while(inside).collect()
}

/// Values by their keys.
#[derive(Debug)]
pub struct DictField {
    child: Option<Box<BoundField>>,
    allow_empty: bool,
}

impl Default for DictField {
    fn default() -> Self {
        Self::new()
    }
}

impl DictField {
    /// Anything by its keys.
    pub const fn new() -> Self {
        Self { child: None, allow_empty: true }
    }

    /// The field of its values.
    #[must_use]
    pub fn child(self, child: impl Into<Declared>) -> Self {
        Self { child: Some(Box::new(BoundField::child(child))), ..self }
    }

    /// An empty dictionary is one of the values, or is not.
    #[must_use]
    pub const fn allow_empty(mut self, allow_empty: bool) -> Self {
        self.allow_empty = allow_empty;
        self
    }
}

impl DictField {
    fn show_dict(&self, dict: &Dict, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        out.push(b'{');
        for (index, (key, value)) in dict.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_str(out, key);
            out.push(b':');
            show_child(self.child.as_deref(), ValueRef::Json(value), context, out)?;
        }
        out.push(b'}');
        Ok(())
    }
}

const DICT_MESSAGES: Messages = &[
    ("not_a_dict", "Expected a dictionary of items but got type \"{input_type}\"."),
    ("empty", "This dictionary may not be empty."),
];

impl Field for DictField {
    fn child_field(&self) -> Option<&BoundField> {
        self.child.as_deref()
    }

    fn error_messages(&self) -> Messages {
        DICT_MESSAGES
    }

    fn shape(&self) -> Shape {
        Shape { child: child_shape(self.child.as_deref()), ..Shape::new("nested object") }
    }

    fn initial_value(&self) -> Json {
        Json::Dict(Dict::new())
    }

    /// `facts.color`; the name alone is an empty dictionary.
    fn in_form<'a>(&self, name: &str, form: &Form<'a>, _: bool) -> Option<Given<'a>> {
        let inside = form.dict(name);
        let is_there = !inside.is_empty() || form.contains(name);
        Some(if is_there { Given::Form(inside) } else { Given::Missing })
    }

    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err(ValidationError::of("invalid"))
    }

    fn read(&self, given: &Given<'_>, reading: &mut Reading<'_>) -> Result<Validated, ValidationError> {
        let pairs: Vec<(&str, Given<'_>)> = match given {
            Given::Value(json) => match &**json {
                Json::Dict(dict) => dict.iter().map(|(key, value)| (key, Given::from(value))).collect(),
                _ => return Err(self.refuse(given)),
            },
            Given::Form(form) => form.last_values().map(|(key, value)| (key, Given::from(value))).collect(),
            given => return Err(self.refuse(given)),
        };
        if pairs.is_empty() && !self.allow_empty {
            return Err(ValidationError::of("empty"));
        }
        let (mut values, mut errors) = (ValidatedData::with_capacity(pairs.len()), Vec::new());
        for (key, value) in pairs {
            match run_child(self.child.as_deref(), value, reading) {
                Ok(value) => values.push(key.to_owned(), value),
                Err(detail) => errors.push((key.to_owned(), detail)),
            }
        }
        if errors.is_empty() { Ok(Validated::Dict(values)) } else { Err(Detail::Dict(errors).into()) }
    }

    fn refuse(&self, given: &Given<'_>) -> ValidationError {
        ValidationError::of("not_a_dict").with("input_type", given.python_type_name())
    }

    fn show(&self, value: ValueRef<'_>, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            ValueRef::HStore(pairs) => {
                write_texts(out, pairs);
                Ok(())
            }
            ValueRef::Json(Json::Dict(dict)) => self.show_dict(dict, context, out),
            // SQLite's document.
            ValueRef::Text(_) => match Json::from_value(value)? {
                Json::Dict(dict) => self.show_dict(&dict, context, out),
                _ => Err(cannot_show()),
            },
            _ => Err(cannot_show()),
        }
    }

    /// Its values ask the context.
    fn to_representation(&self, _: ValueRef<'_>, _: &mut Vec<u8>) -> Result<()> {
        Err(cannot_show())
    }

    fn represent(&self, value: &Validated, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        let Validated::Dict(pairs) = value else {
            return value.value().map_or(Err(cannot_show()), |value| self.show(value.as_ref(), context, out));
        };
        out.push(b'{');
        for (index, (key, value)) in pairs.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_str(out, key);
            out.push(b':');
            represent_child(self.child.as_deref(), value, context, out)?;
        }
        out.push(b'}');
        Ok(())
    }
}

/// Texts by their keys, each of which may be null: DRF's `HStoreField`.
#[derive(Debug)]
pub struct HStoreField(DictField);

impl Default for HStoreField {
    fn default() -> Self {
        Self::new()
    }
}

impl HStoreField {
    /// A field.
    pub fn new() -> Self {
        Self::new_of(CharField::new().allow_blank(true).allow_null(true))
    }

    fn new_of(child: Declared) -> Self {
        Self(DictField::new().child(child.label("")))
    }

    /// The field of its values, which is a [`CharField`](super::CharField) or one with a rule.
    ///
    /// # Panics
    /// At start, when it is no field of text.
    #[must_use]
    pub fn child(self, child: impl Into<Declared>) -> Self {
        let field = Self(Self::new_of(child.into()).0.allow_empty(self.0.allow_empty));
        let read = field.0.child.as_ref().map(|child| child.field.to_internal_value(&Json::from("a")));
        let is_text = matches!(read, Some(Ok(Validated::Value(Value::Text(_)))));
        assert!(is_text, "the values of an HStoreField are texts: its child is a CharField");
        field
    }

    /// An empty dictionary is one of the values, or is not.
    #[must_use]
    pub fn allow_empty(self, allow_empty: bool) -> Self {
        Self(self.0.allow_empty(allow_empty))
    }
}

impl Field for HStoreField {
    fn error_messages(&self) -> Messages {
        DICT_MESSAGES
    }

    fn shape(&self) -> Shape {
        self.0.shape()
    }

    fn initial_value(&self) -> Json {
        self.0.initial_value()
    }

    fn in_form<'a>(&self, name: &str, form: &Form<'a>, partial: bool) -> Option<Given<'a>> {
        self.0.in_form(name, form, partial)
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        self.0.to_internal_value(data)
    }

    /// In the order of the input: the database has an order of its own.
    fn read(&self, given: &Given<'_>, reading: &mut Reading<'_>) -> Result<Validated, ValidationError> {
        self.0.read(given, reading)
    }

    fn refuse(&self, given: &Given<'_>) -> ValidationError {
        self.0.refuse(given)
    }

    /// In the order of the server: shorter keys first.
    fn show(&self, value: ValueRef<'_>, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        self.0.show(value, context, out)
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        self.0.to_representation(value, out)
    }

    fn represent(&self, value: &Validated, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        self.0.represent(value, context, out)
    }
}

pub(super) fn write_texts(out: &mut Vec<u8>, pairs: &HStore) {
    let mut pairs: Vec<_> = pairs.iter().collect();
    pairs.sort_by_key(|(key, _)| key.len());
    out.push(b'{');
    for (index, (key, text)) in pairs.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_str(out, key);
        out.push(b':');
        match text {
            Some(text) => write_str(out, text),
            None => out.extend_from_slice(b"null"),
        }
    }
    out.push(b'}');
}

fn child_shape(child: Option<&BoundField>) -> Option<Box<FieldShape>> {
    // Without a field of its own an item is any value.
    let any = || FieldShape {
        shape: Shape::new("field"),
        required: true,
        read_only: false,
        write_only: false,
        allow_null: true,
        label: "".into(),
        help_text: "".into(),
    };
    Some(Box::new(child.map_or_else(any, BoundField::shape)))
}

/// The value of an item, or what is wrong with it. Without a field everything is a value: DRF's `_UnvalidatedField`.
fn run_child(
    child: Option<&BoundField>,
    given: Given<'_>,
    reading: &mut Reading<'_>,
) -> Result<Validated, Detail> {
    match child {
        Some(child) => Ok(match child.run_validation(&given, reading)? {
            Outcome::Valid(value) | Outcome::Waiting(Some(value)) => value,
            Outcome::Skip | Outcome::Waiting(None) => Validated::NULL,
        }),
        None => Ok(as_it_is(given)),
    }
}

fn as_it_is(given: Given<'_>) -> Validated {
    match given {
        Given::Missing | Given::Null => Validated::NULL,
        Given::Value(json) => Validated::Value(Value::Json(json.into_owned())),
        Given::File(file) => Validated::file(file.clone()),
        Given::Document(text) => Validated::from(text.to_owned()),
        Given::List(items) => Validated::List(items.into_iter().map(as_it_is).collect()),
        Given::Form(form) => {
            let value = |value| match value {
                FormValue::Text(text) => Validated::from(text.to_owned()),
                FormValue::File(file) => Validated::file(file.clone()),
            };
            Validated::Dict(form.last_values().map(|(key, it)| (key.to_owned().into(), value(it))).collect())
        }
    }
}

/// Writes the items of an array, or of a list in a document.
pub(crate) fn show_array(
    value: ValueRef<'_>,
    out: &mut Vec<u8>,
    show: &dyn Fn(ValueRef<'_>, &mut Vec<u8>) -> Result<()>,
) -> Result<()> {
    let first = out.len();
    for_each_item(value, &mut |item| {
        out.push(if out.len() == first { b'[' } else { b',' });
        show(item, out)
    })?;
    if out.len() == first {
        out.push(b'[');
    }
    out.push(b']');
    Ok(())
}

/// Writes one of them.
pub(crate) fn show_child(
    child: Option<&BoundField>,
    value: ValueRef<'_>,
    context: &Context<'_>,
    out: &mut Vec<u8>,
) -> Result<()> {
    match child {
        Some(child) if !matches!(plain(value), ValueRef::Null) => {
            let value = if child.field.is_document() { value } else { plain(value) };
            child.field.show(value, context, out)
        }
        _ => write_primitive(value, out),
    }
}

fn represent_child(
    child: Option<&BoundField>,
    value: &Validated,
    context: &Context<'_>,
    out: &mut Vec<u8>,
) -> Result<()> {
    match child.filter(|_| !value.is_null()) {
        Some(child) => child.field.represent(value, context, out),
        None => write_validated(value, out),
    }
}
