//! The form of a serializer that takes files, which no browser can send as raw data.

use belleville_db::Dialect;
use belleville_rest::json::Json;
use belleville_rest::python;
use belleville_rest::serializers::fields::{FieldShape, Shape};
use belleville_rest::serializers::{PlannedField, SerializerClass};
use serde::Serialize;

/// The form of a serializer that takes files: an element for each field that a browser's form can send.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FieldsForm {
    /// The fields, in their order.
    pub fields: Vec<FormField>,
}

/// An element of a form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormField {
    /// Its name in the input.
    pub name: String,
    /// What people read.
    pub label: String,
    /// A hint for people who fill the form.
    pub help_text: String,
    /// `textarea`, `select`, or the type of an `input`: `file`, `checkbox`, `text`.
    pub element: &'static str,
    /// It takes several values.
    pub multiple: bool,
    /// Images alone are offered.
    pub image: bool,
    /// What it begins with: a text, or the values that are chosen.
    pub value: Vec<String>,
    /// What can be chosen: values, and what people read of them.
    pub options: Vec<(String, String)>,
}

impl FieldsForm {
    /// The form of a serializer, of which a body of JSON gives the values; `None` where it takes no file.
    pub(super) fn of(serializer: &SerializerClass, dialect: Dialect, shown: Option<&Json>) -> Option<Self> {
        let fields = serializer.writable_fields().filter(|field| !field.is_hidden());
        let fields: Vec<FormField> =
            fields.filter_map(|field| FormField::of(field, dialect, shown)).collect();
        fields.iter().any(|field| field.element == "file").then_some(Self { fields })
    }
}

impl FormField {
    /// The element of a field; `None` where a form would need several elements for it.
    fn of(field: &PlannedField, dialect: Dialect, shown: Option<&Json>) -> Option<Self> {
        let shape = field.shape(dialect);
        let element = element(field, &shape)?;
        let initial = field.bound.initial();
        let value = shown.and_then(|shown| shown.get(field.bound.name)).unwrap_or(&initial);
        Some(Self {
            name: field.bound.name.to_owned(),
            label: shape.label.to_string(),
            help_text: shape.help_text.to_string(),
            element,
            multiple: matches!(shape.shape.kind, "multiple choice" | "list"),
            image: file_kind(&shape.shape) == Some("image upload"),
            value: if element == "file" { Vec::new() } else { texts(value) },
            options: options(&shape),
        })
    }
}

/// The field's element, by its kind.
fn element(field: &PlannedField, shape: &FieldShape) -> Option<&'static str> {
    let style = |name| field.bound.style.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    let is = |name, value: &str| style(name).is_some_and(|found| *found == Json::from(value));
    Some(match shape.shape.kind {
        _ if file_kind(&shape.shape).is_some() => "file",
        "list" | "nested object" => return None,
        "field" if !shape.shape.children.is_empty() || shape.shape.child.is_some() => return None,
        "boolean" if !shape.allow_null => "checkbox",
        "boolean" | "choice" | "multiple choice" => "select",
        _ if is("base_template", "textarea.html") => "textarea",
        _ if is("input_type", "password") => "password",
        "integer" | "float" | "decimal" => "number",
        "email" => "email",
        "url" => "url",
        "date" => "date",
        "time" => "time",
        _ => "text",
    })
}

/// Which files a kind takes, alone or several of them.
fn file_kind(shape: &Shape) -> Option<&'static str> {
    match shape.kind {
        kind @ ("file upload" | "image upload") => Some(kind),
        "list" => file_kind(&shape.child.as_ref()?.shape),
        _ => None,
    }
}

fn options(shape: &FieldShape) -> Vec<(String, String)> {
    let own = |text: &str, label: &str| (text.to_owned(), label.to_owned());
    let mut options = Vec::new();
    if shape.allow_null && shape.shape.kind != "multiple choice" {
        options.push(own("", "---------"));
    }
    if shape.shape.kind == "boolean" {
        options.extend([own("true", "Yes"), own("false", "No")]);
    }
    let choices = shape.shape.choices.iter().flatten();
    options.extend(choices.map(|choice| (python::str_of(&choice.value), choice.display_name.to_string())));
    options
}

/// The values of an element, as a form sends them.
fn texts(value: &Json) -> Vec<String> {
    match value {
        Json::Null => Vec::new(),
        Json::Bool(value) => vec![value.to_string()],
        Json::List(items) => items.iter().flat_map(texts).collect(),
        value => vec![python::str_of(value)],
    }
}
