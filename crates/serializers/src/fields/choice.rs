//! One of a few values: DRF's `ChoiceField`.

use std::borrow::Cow;

use belleville_db::json::{Json, write_f64, write_i64, write_str};
use belleville_db::{ChoiceValue, FieldMeta, Result, Value, ValueRef, python};

use super::boolean::write_bool;
use super::shape::Choice;
use super::{Field, Invalid, Messages, Shape, cannot_show};
use crate::value::Validated;

/// One of a few values.
#[derive(Clone, Debug, Default)]
pub struct ChoiceField {
    choices: Vec<Choice>,
    allow_blank: bool,
    /// An empty text, which is none of the choices, is no value.
    blank_is_null: bool,
}

impl ChoiceField {
    /// A field without choices, which [`choice`](ChoiceField::choice) adds.
    pub fn new() -> Self {
        Self::default()
    }

    /// A value, with what people read.
    #[must_use]
    pub fn choice(mut self, value: impl Into<Json>, display_name: impl Into<Cow<'static, str>>) -> Self {
        let (value, display_name) = (value.into(), display_name.into());
        self.choices.push(Choice { value, display_name, group: None });
        self
    }

    /// An empty text is one of the values.
    #[must_use]
    pub fn allow_blank(self, allow_blank: bool) -> Self {
        Self { allow_blank, ..self }
    }

    pub(super) fn of(field: &FieldMeta) -> Self {
        let choices = field.choices.iter().map(|choice| Choice {
            value: match choice.value {
                ChoiceValue::Text(text) => Json::from(text),
                ChoiceValue::Int(number) => Json::from(number),
            },
            display_name: choice.label.into(),
            group: None,
        });
        let can_hold_blank = field.kind.is_text() && (field.null || field.has_blank_choice());
        Self { choices: choices.collect(), allow_blank: field.blank && can_hold_blank, blank_is_null: true }
    }
}

impl Field for ChoiceField {
    fn error_messages(&self) -> Messages {
        &[("invalid_choice", "\"{input}\" is not a valid choice.")]
    }

    fn shape(&self) -> Shape {
        Shape { choices: Some(self.choices.clone()), ..Shape::new("choice") }
    }

    fn allows_blank(&self) -> bool {
        self.allow_blank
    }

    /// The choice whose value is written as the input is: `"1"` is the number 1, as in DRF.
    fn to_internal_value(&self, data: &Json) -> Result<Validated, Invalid> {
        let text = python::str_of(data);
        let found = self.choices.iter().find(|choice| match &choice.value {
            Json::Str(value) => **value == *text,
            value => python::str_of(value) == text,
        });
        match found {
            Some(choice) => Ok(Validated::Value(value_of(&choice.value))),
            None if text.is_empty() && self.allow_blank && self.blank_is_null => Ok(Validated::NULL),
            None if text.is_empty() && self.allow_blank => Ok(Validated::Value(Value::Text(text))),
            None => Err(Invalid::of("invalid_choice").with("input", text)),
        }
    }

    fn refuse(&self, given: &crate::Given<'_>) -> Invalid {
        let shown = match given {
            crate::Given::File(name) => name,
            given => given.python_type_name(),
        };
        Invalid::of("invalid_choice").with("input", shown)
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            ValueRef::Text(text) => write_str(out, text),
            ValueRef::Int(n) => write_i64(out, n),
            ValueRef::Bool(b) => write_bool(out, b),
            ValueRef::Float(x) => write_f64(out, x),
            _ => return Err(cannot_show()),
        }
        Ok(())
    }
}

fn value_of(choice: &Json) -> Value {
    match choice {
        Json::Bool(value) => Value::Bool(*value),
        Json::Int(number) => Value::Int(*number),
        Json::Float(number) => Value::Float(*number),
        other => Value::Text(python::str_of(other)),
    }
}
