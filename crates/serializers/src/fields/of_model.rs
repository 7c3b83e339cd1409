//! The field that follows from a model's field: DRF's `ModelSerializer.build_field`.

use belleville_db::validators::{INVALID, Limit, Rule};
use belleville_db::{Detail, ErrorDetail, FieldMeta, InputKind, ModelMeta, Validator, python};

use super::declared::{Options, Validate};
use super::{
    BooleanField, BoundField, CharField, ChoiceField, DateField, DateTimeField, DecimalField, DurationField,
    EmailField, Field, FloatField, HStoreField, IntegerField, ListField, TimeField, range, read_only,
};
use crate::RelatedRows;
use crate::reading::UniqueRule;
use crate::relations::Related;
use crate::value::Validated;

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
        let to = (relation.to)();
        let by = relation.to_field.unwrap_or_else(|| to.pk_position());
        let related = Related::new(to, by, by, queryset);
        return if related.can_be_read() {
            Box::new(related)
        } else {
            Box::new(read_only::ReadOnly { kind: field.value_kind() })
        };
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
        min_length: field.field_kwargs().min_length.filter(|_| !read_only).map(u64::from),
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
        InputKind::Date => Box::new(DateField::new()),
        InputKind::Time => Box::new(TimeField::new()),
        InputKind::Duration => Box::new(DurationField::new()),
        InputKind::Float => Box::new(FloatField::new()),
        InputKind::Decimal => Box::new(DecimalField::of(field.kind)),
        _ => Box::new(read_only::ReadOnly { kind: field.kind }),
    }
}

/// The model field's own rules, but for those that the kind of field checks.
fn validators_of(field: &FieldMeta) -> Vec<Validate> {
    let kind = field.kind;
    let rule = |validator: Validator| {
        Validate::new(move |value, _| {
            let checked = match value {
                Validated::Value(value) => validator.check(value.as_ref()),
                several => match several.clone().into_column(kind) {
                    Ok(value) => validator.check(value.as_ref()),
                    Err(_) => Err(ErrorDetail::new(INVALID, "invalid")),
                },
            };
            checked.map_err(Detail::message)
        })
    };
    let kwargs = field.field_kwargs();
    let bounds = [kwargs.min_value.map(Rule::MinValue), kwargs.max_value.map(Rule::MaxValue)];
    let bounds = bounds.into_iter().flatten().filter(|bound| !is_checked_by_kind(field, *bound));
    kwargs.validators.into_iter().copied().chain(bounds.map(Validator::new)).map(rule).collect()
}

/// Whether an `IntegerField` has the bound as its own.
fn is_checked_by_kind(field: &FieldMeta, bound: Rule) -> bool {
    let is_whole = matches!(bound, Rule::MinValue(Limit::Int(_)) | Rule::MaxValue(Limit::Int(_)));
    is_whole && field.kind.row().input == InputKind::Integer
}
