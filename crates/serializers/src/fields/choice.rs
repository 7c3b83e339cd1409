//! One or several of a few values: DRF's `ChoiceField` and `MultipleChoiceField`.

use std::borrow::Cow;

use belleville_db::json::Json;
use belleville_db::{
    ChoiceValue, Decimal, FieldChoices, FieldKind, FieldMeta, FieldValue as _, Result, Value, ValueRef,
    python,
};

use super::primitive::{for_each_item, plain, value_of, write_primitive};
use super::shape::{Choice, HtmlCutoff};
use super::{Bind, Field, Messages, Reading, Shape, ValidationError};
use crate::Context;
use crate::input::{Form, Given};
use crate::value::Validated;

/// The values that a field may have.
#[derive(Clone, Debug, Default)]
pub(super) struct Choices {
    choices: Vec<Choice>,
    /// The texts of choices that are decimal numbers, as they were declared: `9.90`.
    decimals: Option<Vec<&'static str>>,
    allow_blank: bool,
    html_cutoff: HtmlCutoff,
}

impl Choices {
    pub(super) fn of(choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::default() }
    }

    /// The choice whose value Python writes as a text: `"1"` is the number 1, as in DRF.
    pub(super) fn find(&self, text: &str) -> Option<&Json> {
        // Of choices that are written alike, DRF keeps the last one.
        let found = self.choices.iter().rev().find(|choice| match &choice.value {
            Json::Str(value) => **value == *text,
            value => python::str_of(value) == text,
        });
        found.map(|choice| &choice.value)
    }

    fn read(&self, text: String) -> Result<Validated, ValidationError> {
        if text.is_empty() && self.allow_blank {
            return Ok(Validated::from(text));
        }
        if let Some(decimals) = &self.decimals {
            let number = decimals.contains(&&*text).then(|| python::parse_decimal(&text)).flatten();
            return number
                .map(Validated::from)
                .ok_or_else(|| ValidationError::of("invalid_choice").with("input", text));
        }
        match self.find(&text) {
            Some(choice) => Ok(Validated::Value(value_of(choice))),
            None => Err(ValidationError::of("invalid_choice").with("input", text)),
        }
    }

    pub(super) fn refuse(given: &Given<'_>) -> ValidationError {
        let shown = match given {
            Given::Form(form) => form.python_str(),
            given => given.python_type_name().to_owned(),
        };
        ValidationError::of("invalid_choice").with("input", shown)
    }

    /// The choice that a column's value is written like, or the value itself.
    pub(super) fn write(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        if self.decimals.is_some() {
            return write_primitive(Value::Decimal(Decimal::from_value(value)?).as_ref(), out);
        }
        let found = match value {
            ValueRef::Text(text) => self.find(text),
            // SQLite has no booleans of its own.
            ValueRef::Int(number @ (0 | 1)) => {
                let boolean = || self.find(if number == 1 { "True" } else { "False" });
                self.find(&number.to_string()).or_else(boolean)
            }
            value => self.find(&python::str_of_value(value)),
        };
        match found {
            Some(Json::Str(text)) => write_primitive(ValueRef::Text(text), out),
            Some(choice) => write_primitive(ValueRef::Json(choice), out),
            None => write_primitive(value, out),
        }
    }

    pub(super) fn shape(&self, kind: &'static str) -> Shape {
        Shape {
            choices: Some(self.choices.clone()),
            html_cutoff: self.html_cutoff.clone(),
            ..Shape::new(kind)
        }
    }

    fn check(&self) {
        assert!(!self.choices.is_empty(), "a field of choices needs values: add `choices`");
    }
}

/// The options of every field of choices.
macro_rules! choice_options {
    ($name:ident) => {
        impl $name {
            /// A field without choices, which [`choice`](Self::choice) and [`group`](Self::group) add.
            pub fn new() -> Self {
                Self::default()
            }

            /// A value, with what people read.
            #[must_use]
            pub fn choice(mut self, value: impl Into<Json>, display_name: impl Into<Json>) -> Self {
                let (value, display_name) = (value.into(), display_name.into());
                self.choices.choices.push(Choice { value, display_name, group: None });
                self
            }

            /// Values, with what people read of each.
            #[must_use]
            pub fn choices<V: Into<Json>, N: Into<Json>>(
                self,
                choices: impl IntoIterator<Item = (V, N)>,
            ) -> Self {
                choices.into_iter().fold(self, |field, (value, name)| field.choice(value, name))
            }

            /// Values that stand together in a form, under the name of their group.
            #[must_use]
            pub fn group<V: Into<Json>, N: Into<Json>>(
                mut self,
                name: impl Into<Cow<'static, str>>,
                choices: impl IntoIterator<Item = (V, N)>,
            ) -> Self {
                let name = name.into();
                let choices = choices.into_iter().map(|(value, display_name)| Choice {
                    value: value.into(),
                    display_name: display_name.into(),
                    group: Some(name.clone()),
                });
                self.choices.choices.extend(choices);
                self
            }

            /// An empty text is one of the values.
            #[must_use]
            pub fn allow_blank(mut self, allow_blank: bool) -> Self {
                self.choices.allow_blank = allow_blank;
                self
            }

            /// The most choices that a form shows.
            #[must_use]
            pub fn html_cutoff(mut self, choices: u64) -> Self {
                self.choices.html_cutoff.choices = Some(choices);
                self
            }

            /// What a form shows instead of further choices; `{count}` stands for how many it shows.
            #[must_use]
            pub fn html_cutoff_text(mut self, text: impl Into<Cow<'static, str>>) -> Self {
                self.choices.html_cutoff.text = text.into();
                self
            }
        }
    };
}

/// One of a few values: DRF's `ChoiceField`.
#[derive(Clone, Debug, Default)]
pub struct ChoiceField {
    choices: Choices,
    /// An empty text, which is none of the choices, is no value.
    blank_is_null: bool,
}

choice_options! { ChoiceField }

impl ChoiceField {
    /// The choices of an enum.
    pub(crate) fn of_enum<T: FieldChoices>() -> Self {
        Self::new().choices(T::CHOICES.iter().map(|choice| (shown(choice.value), choice.label)))
    }

    pub(super) fn of(field: &FieldMeta) -> Self {
        let choices = field.choices.iter().map(|choice| Choice {
            value: shown(choice.value),
            display_name: choice.label.into(),
            group: None,
        });
        let decimals = matches!(field.kind, FieldKind::DecimalField { .. }).then(|| {
            let texts = field.choices.iter().filter_map(|choice| match choice.value {
                ChoiceValue::Decimal(text) => Some(text),
                _ => None,
            });
            texts.collect()
        });
        // An enum cannot hold a blank text that is none of its values.
        let can_hold_blank = field.kind.is_text() && (field.null || field.holds_blank());
        let allow_blank = field.blank && can_hold_blank;
        Self {
            choices: Choices { allow_blank, decimals, ..Choices::of(choices.collect()) },
            blank_is_null: !field.holds_blank(),
        }
    }
}

/// A choice as DRF shows it: a decimal number is a number of JSON.
fn shown(choice: ChoiceValue) -> Json {
    match choice {
        ChoiceValue::Text(text) => Json::from(text),
        ChoiceValue::Int(number) => Json::from(number),
        ChoiceValue::Bool(value) => Json::from(value),
        ChoiceValue::Decimal(text) => text.parse::<f64>().map_or(Json::Null, Json::from),
        ChoiceValue::Null => Json::Null,
    }
}

const INVALID_CHOICE: (&str, &str) = ("invalid_choice", "\"{input}\" is not a valid choice.");

impl Field for ChoiceField {
    fn bind(&mut self, _: &Bind<'_>) {
        self.choices.check();
    }

    fn error_messages(&self) -> Messages {
        &[INVALID_CHOICE]
    }

    fn shape(&self) -> Shape {
        self.choices.shape("choice")
    }

    fn allows_blank(&self) -> bool {
        self.choices.allow_blank
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let text = python::str_of(data);
        if text.is_empty() && self.choices.allow_blank && self.blank_is_null {
            return Ok(Validated::NULL);
        }
        self.choices.read(text)
    }

    fn takes_names_of_files(&self) -> bool {
        true
    }

    fn refuse(&self, given: &Given<'_>) -> ValidationError {
        Choices::refuse(given)
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            ValueRef::Text("") => write_primitive(value, out),
            value => self.choices.write(value, out),
        }
    }
}

/// Several of a few values, each of them once: DRF's `MultipleChoiceField`.
#[derive(Clone, Debug)]
pub struct MultipleChoiceField {
    choices: Choices,
    allow_empty: bool,
}

choice_options! { MultipleChoiceField }

impl Default for MultipleChoiceField {
    fn default() -> Self {
        Self { choices: Choices::default(), allow_empty: true }
    }
}

impl MultipleChoiceField {
    /// An empty list is one of the values, or is not.
    #[must_use]
    pub fn allow_empty(self, allow_empty: bool) -> Self {
        Self { allow_empty, ..self }
    }
}

impl Field for MultipleChoiceField {
    fn bind(&mut self, _: &Bind<'_>) {
        self.choices.check();
    }

    fn error_messages(&self) -> Messages {
        &[
            INVALID_CHOICE,
            ("not_a_list", "Expected a list of items but got type \"{input_type}\"."),
            ("empty", "This selection may not be empty."),
        ]
    }

    fn shape(&self) -> Shape {
        self.choices.shape("multiple choice")
    }

    fn allows_blank(&self) -> bool {
        self.choices.allow_blank
    }

    /// Every value under the name: a form that has none of them has chosen none.
    fn in_form<'a>(&self, name: &str, form: &Form<'a>, partial: bool) -> Option<Given<'a>> {
        if partial && !form.contains(name) {
            return Some(Given::Missing);
        }
        Some(Given::List(form.get_list(name).iter().map(|value| Given::from(*value)).collect()))
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        match data {
            Json::List(items) => {
                self.read_all(items.len(), items.iter().map(|item| Ok(python::str_of(item))))
            }
            // Python's iteration is over the keys.
            Json::Dict(dict) => {
                self.read_all(dict.iter().len(), dict.iter().map(|(key, _)| Ok(key.to_owned())))
            }
            _ => Err(self.refuse(&Given::from(data))),
        }
    }

    fn read(&self, given: &Given<'_>, _: &mut Reading<'_>) -> Result<Validated, ValidationError> {
        match given {
            Given::Value(json) => self.to_internal_value(json),
            Given::List(items) => {
                let text = |item: &Given<'_>| match item {
                    Given::Value(json) => Ok(python::str_of(json)),
                    Given::File(file) => Ok(file.name().to_owned()),
                    other => Err(Choices::refuse(other)),
                };
                self.read_all(items.len(), items.iter().map(text))
            }
            given => Err(self.refuse(given)),
        }
    }

    fn refuse(&self, given: &Given<'_>) -> ValidationError {
        ValidationError::of("not_a_list").with("input_type", given.python_type_name())
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let mut items: Vec<Vec<u8>> = Vec::new();
        for_each_item(value, &mut |item| {
            let mut written = Vec::new();
            self.choices.write(plain(item), &mut written)?;
            if !items.contains(&written) {
                items.push(written);
            }
            Ok(())
        })?;
        out.push(b'[');
        out.extend_from_slice(&items.join(&b','));
        out.push(b']');
        Ok(())
    }

    fn represent(&self, value: &Validated, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            Validated::Value(value) => self.show(value.as_ref(), context, out),
            value => self.to_representation(Value::Json(value.clone().into_json()?).as_ref(), out),
        }
    }
}

impl MultipleChoiceField {
    fn read_all(
        &self,
        length: usize,
        texts: impl Iterator<Item = Result<String, ValidationError>>,
    ) -> Result<Validated, ValidationError> {
        if length == 0 && !self.allow_empty {
            return Err(ValidationError::of("empty"));
        }
        let mut chosen = Vec::with_capacity(length);
        for text in texts {
            let value = self.choices.read(text?)?;
            if !chosen.contains(&value) {
                chosen.push(value);
            }
        }
        Ok(Validated::List(chosen))
    }
}
