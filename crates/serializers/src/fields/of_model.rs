//! The field that follows from a model's field: DRF's `ModelSerializer.build_field`.

use belleville_db::{Detail, ErrorDetail, FieldMeta, InputKind, ModelMeta, Value, python};

use super::declared::{Options, Validate};
use super::{
    BooleanField, BoundField, CharField, ChoiceField, DateTimeField, EmailField, Field, HStoreField,
    IntegerField, ListField, range, read_only,
};
use crate::reading::UniqueRule;
use crate::value::Validated;
use crate::{RelatedRows, relations};

/// The field of a model's field, with the options that a serializer adds.
///
/// # Panics
/// At start, when input would have to set a field of a kind that cannot be read from input.
pub(crate) fn of_model(
    name: &'static str,
    meta: &'static ModelMeta,
    position: usize,
    options: Options,
    queryset: Option<RelatedRows>,
) -> BoundField {
    let field = &meta.fields[position];
    let read_only = options.read_only.unwrap_or(false) || !field.editable || field.kind.is_auto();
    let kind = kind_of(field, read_only, queryset);
    let is_choice = !field.choices.is_empty() && field.kind.base().is_none();
    let may_be_blank = if is_choice { kind.allows_blank() } else { field.blank };
    let optional = field.default.is_some() || may_be_blank || field.null || options.default.is_some();
    let label = python::capfirst(field.verbose_name);
    let options = Options {
        read_only: Some(read_only),
        required: Some(options.required.unwrap_or(!read_only && !optional)),
        allow_null: Some(options.allow_null.unwrap_or(field.null)),
        label: options.label.or(Some(label.into())),
        help_text: options.help_text.or(Some(field.help_text.into())),
        validators: options.validators.or_else(|| Some(validators_of(field))),
        ..options
    };
    let mut bound = BoundField::new(name, kind, options);
    bound.model_field = Some(field);
    // A parent's field is unique among all the parent's rows.
    bound.unique = field.unique.then(|| UniqueRule { meta: meta.owner(position), field: position });
    bound
}

/// The kind of field. One that is only shown has no limits, as in DRF.
fn kind_of(field: &'static FieldMeta, read_only: bool, queryset: Option<RelatedRows>) -> Box<dyn Field> {
    if let Some(relation) = &field.relation {
        return relations::field_of(field, relation, queryset);
    }
    if let Some(list) = ListField::of(field) {
        return Box::new(list);
    }
    if !field.choices.is_empty() {
        return Box::new(ChoiceField::of(field));
    }
    if let Some(range) = range::Range::of(field.kind) {
        return Box::new(range);
    }
    let text = || CharField {
        max_length: field.max_length().filter(|_| !read_only).map(u64::from),
        allow_blank: field.blank,
        ..CharField::new()
    };
    match field.kind.row().input {
        InputKind::Boolean => Box::new(BooleanField::new()),
        InputKind::DateTime => Box::new(DateTimeField::new()),
        InputKind::Integer if read_only => Box::new(IntegerField::new()),
        InputKind::Integer => Box::new(IntegerField::of(field)),
        InputKind::Dict => Box::new(HStoreField::new()),
        InputKind::Char => Box::new(text()),
        InputKind::Email => Box::new(EmailField(text())),
        _ => Box::new(read_only::ReadOnly { kind: field.kind }),
    }
}

/// The model field's own rules.
fn validators_of(field: &FieldMeta) -> Vec<Validate> {
    let rule = |validator: &belleville_db::Validator| {
        let validator = *validator;
        Validate::new(move |value, _| match value {
            Validated::Value(Value::Text(text)) => {
                validator(text).map_err(|message| Detail::message(ErrorDetail::new(message, "invalid")))
            }
            _ => Ok(()),
        })
    };
    field.validators.iter().map(rule).collect()
}
