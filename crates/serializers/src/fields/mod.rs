//! A serializer's fields, which follow from the model's fields as in DRF. What is common to all is a [`Field`]; each kind of
//! field is a module with one [`FieldType`].

mod boolean;
pub(crate) mod char;
mod choice;
mod collections;
mod datetime;
mod integer;
mod range;
pub(crate) mod read_only;

use std::fmt;

use belleville_db::json::{Json, ObjectWriter, write_str};
use belleville_db::{
    Detail, Error, ErrorDetail, FieldMeta, InputKind, ModelMeta, Result, Value, ValueRef, python,
};

use crate::{DeclaredField, Form, Given, Related, relations};

/// One field of a serializer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Field {
    /// Its name in input and output.
    pub name: &'static str,
    /// The model's field.
    pub model_field: &'static FieldMeta,
    /// The position of the model's field.
    pub source: usize,
    /// Its type.
    pub kind: Box<dyn FieldType>,
    /// It is in the output but not accepted as input.
    pub read_only: bool,
    /// Input must have it, except in a PATCH.
    pub required: bool,
    /// `null` is accepted.
    pub allow_null: bool,
    /// Its label.
    pub label: String,
    /// `"name":`, ready for the output.
    pub(crate) key: Vec<u8>,
}

/// One of DRF's kinds of field: what it makes of input, how it shows a value, and what it says of itself.
pub trait FieldType: fmt::Debug + Send + Sync {
    /// DRF's word for it in the answer to `OPTIONS`: `string`.
    fn name(&self) -> &'static str;

    /// What else `OPTIONS` says of it where it takes input.
    fn describe(&self, facts: &mut ObjectWriter<'_>) {
        let _ = facts;
    }

    /// What `OPTIONS` says of the field of what is inside, where it has one. The label is the field's own.
    fn describe_child(&self, facts: &mut ObjectWriter<'_>, label: &str) {
        let _ = (facts, label);
    }

    /// What a form begins with: DRF's `get_initial`.
    fn initial(&self) -> Json {
        Json::Null
    }

    /// What a form means that does not have the field.
    fn absent_in_form(&self) -> Given<'static> {
        Given::Missing
    }

    /// What a form has for a field that it writes with several names.
    fn in_form(&self, name: &str, form: &dyn Form) -> Option<Given<'static>> {
        let _ = (name, form);
        None
    }

    /// Whether an empty text of a form is a text, where it could also be nothing.
    fn allows_blank(&self) -> bool {
        false
    }

    /// What a text is before it is read: a blank one may be no value.
    fn blank(&self, text: &str) -> Blank {
        let _ = text;
        Blank::Value
    }

    /// The value that input stands for.
    ///
    /// # Errors
    /// DRF's message when it stands for none, or what is wrong with the values inside, by their places.
    fn to_internal_value(&self, given: &Json) -> Result<Value, Detail>;

    /// The messages of the rules of this kind that a value breaks; `given` is what it was read from.
    fn validate(&self, value: &Value, given: &Json) -> Vec<ErrorDetail> {
        let _ = (value, given);
        Vec::new()
    }

    /// DRF's message about a file where a value belongs.
    fn refuse_file(&self, name: &str) -> ErrorDetail;

    /// Writes a value, which is not null, as JSON.
    ///
    /// # Errors
    /// When it is not of this kind.
    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()>;

    /// Whether it can be read from input. The kinds that cannot are only shown, so far.
    fn takes_input(&self) -> bool {
        true
    }

    /// The relation, where it is one.
    fn relation(&self) -> Option<&Related> {
        None
    }
}

/// What a text is for a field before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blank {
    /// A value like any other.
    Value,
    /// Blank, which is the empty text.
    Allowed,
    /// Blank, which the field does not take, with its message.
    Refused(ErrorDetail),
    /// Blank, which stands for null.
    Null,
}

impl Field {
    pub(crate) fn of(meta: &'static ModelMeta, declared: DeclaredField) -> Self {
        let model_field = &meta.fields[declared.field];
        let read_only = declared.read_only || !model_field.editable || model_field.kind.is_auto();
        let kind = kind_of(model_field, declared);
        assert!(
            read_only || kind.takes_input(),
            "the serializer of {} takes `{}` from input, which is not possible yet for a {}; add it to read_only_fields",
            meta.label(),
            model_field.name,
            described(model_field)
        );
        let is_choice = !model_field.choices.is_empty() && model_field.kind.base().is_none();
        let may_be_blank = if is_choice { kind.allows_blank() } else { model_field.blank };
        let optional = model_field.default.is_some() || may_be_blank || model_field.null;
        Self {
            name: model_field.name,
            model_field,
            source: declared.field,
            kind,
            read_only,
            required: !read_only && !optional,
            allow_null: model_field.null,
            label: python::capfirst(model_field.verbose_name),
            key: key(model_field.name),
        }
    }

    /// Writes what `OPTIONS` says of the field: DRF's `SimpleMetadata.get_field_info`.
    pub fn describe(&self, facts: &mut ObjectWriter<'_>) {
        facts.key("type").text(self.kind.name());
        facts.key("required").boolean(self.required);
        facts.key("read_only").boolean(self.read_only);
        facts.key("label").text(&self.label);
        if !self.model_field.help_text.is_empty() {
            facts.key("help_text").text(self.model_field.help_text);
        }
        if !self.read_only {
            self.kind.describe(facts);
        }
        self.kind.describe_child(facts, &self.label);
    }
}

fn kind_of(field: &'static FieldMeta, declared: DeclaredField) -> Box<dyn FieldType> {
    if let Some(relation) = &field.relation {
        return relations::field_of(field, relation, declared.queryset);
    }
    if let Some(list) = collections::List::of(field) {
        return Box::new(list);
    }
    if !field.choices.is_empty() {
        return Box::new(choice::Choice::of(field));
    }
    if let Some(range) = range::Range::of(field.kind) {
        return Box::new(range);
    }
    match field.kind.row().input {
        InputKind::Boolean => Box::new(boolean::Boolean { allow_null: field.null }),
        InputKind::DateTime => Box::new(datetime::DateTime),
        InputKind::Integer => Box::new(integer::Integer::of(field)),
        InputKind::Dict => Box::new(collections::Texts),
        InputKind::Char | InputKind::Email => Box::new(char::Char::of(field)),
        _ => Box::new(read_only::ReadOnly { kind: field.kind }),
    }
}

/// DRF's message for a value that is not there.
pub(crate) fn required() -> ErrorDetail {
    ErrorDetail::new("This field is required.", "required")
}

/// DRF's message for null where there must be a value.
pub(crate) fn null() -> ErrorDetail {
    ErrorDetail::new("This field may not be null.", "null")
}

/// DRF has the messages about a field in a list.
pub(crate) fn in_list(detail: Detail) -> Detail {
    match detail {
        Detail::Text(message) => Detail::message(message),
        by_place => by_place,
    }
}

fn cannot_show() -> Error {
    Error::Decode("a serializer cannot show a value of this kind".to_owned())
}

/// `DecimalField`, or `ForeignKey to a DecimalField`.
fn described(field: &FieldMeta) -> String {
    match field.relation {
        Some(_) => format!("{} to a {}", field.kind, field.value_kind()),
        None => match field.kind.base() {
            Some(base) => format!("{} of {base}", field.kind),
            None => field.kind.to_string(),
        },
    }
}

fn key(name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len() + 3);
    write_str(&mut key, name);
    key.push(b':');
    key
}

#[cfg(test)]
mod tests {
    use belleville_db::{FieldKind, OnDelete, Relation};

    use super::*;

    static PRICE: ModelMeta = ModelMeta::new(
        "shop",
        "Price",
        "price",
        "shop_price",
        &[
            FieldMeta::new("id", FieldKind::BigAutoField).primary_key(),
            FieldMeta::new("amount", FieldKind::DecimalField { max_digits: 5, decimal_places: 2 }).unique(),
        ],
    );

    static OFFER: ModelMeta = ModelMeta::new(
        "shop",
        "Offer",
        "offer",
        "shop_offer",
        &[FieldMeta::new("price", FieldKind::ForeignKey)
            .relation(Relation::new(|| &PRICE, OnDelete::Cascade, None).to_field(1))],
    );

    fn price(read_only: bool) -> Field {
        Field::of(&OFFER, DeclaredField { field: 0, read_only, queryset: None })
    }

    #[test]
    fn a_key_of_a_kind_that_is_not_read_yet_is_shown() {
        let mut out = Vec::new();
        price(true).kind.write(&mut out, ValueRef::Text("1.50")).expect("an amount");
        assert_eq!(out, b"\"1.50\"");
    }

    #[test]
    #[should_panic(expected = "not possible yet for a ForeignKey to a DecimalField")]
    fn a_key_of_a_kind_that_is_not_read_yet_is_read_only() {
        price(false);
    }
}
