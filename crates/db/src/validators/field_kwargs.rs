//! What Django REST framework makes of a model field's validators: its `get_field_kwargs`.

use super::{Limit, Rule, Validator};
use crate::{ErrorDetail, Family, FieldKind, FieldMeta, ValueRef};

/// The options that a serializer's field takes of the model field's validators, and the validators that remain. The
/// options have Django REST framework's texts, the others Django's.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct FieldKwargs {
    /// The least number or length of time: of the first `min_value`, where the field has no choices.
    pub min_value: Option<Limit>,
    /// The greatest one.
    pub max_value: Option<Limit>,
    /// The fewest characters: of the first `min_length` of a `CharField`.
    pub min_length: Option<u32>,
    /// The others, in order.
    pub validators: Vec<&'static Validator>,
}

impl FieldMeta {
    /// What a serializer's field takes of the validators. The bounds of the column itself are in
    /// [`integer_range`](Self::integer_range) and [`max_length`](Self::max_length).
    pub fn field_kwargs(&self) -> FieldKwargs {
        let takes = Takes::of(self);
        let mut kwargs = FieldKwargs::default();
        for validator in self.validators {
            match validator.rule() {
                Rule::MinValue(limit) if takes.values => _ = kwargs.min_value.get_or_insert(limit),
                Rule::MaxValue(limit) if takes.values => _ = kwargs.max_value.get_or_insert(limit),
                Rule::MinLength(least) if takes.min_length => _ = kwargs.min_length.get_or_insert(least),
                Rule::MaxLength(_) if takes.max_length => {}
                rule if !takes.has_choices && is_of_kind(validator, rule, self.kind) => {}
                _ => kwargs.validators.push(validator),
            }
        }
        kwargs
    }

    /// What the field's own validators say of a value, in order: Django's `Field.run_validators`. NULL and empty values are
    /// not checked.
    pub fn run_validators(&self, value: ValueRef<'_>) -> Vec<ErrorDetail> {
        let is_empty = match value {
            ValueRef::Null => true,
            ValueRef::Text(text) => text.is_empty(),
            ValueRef::Array(items) => items.is_empty(),
            ValueRef::HStore(pairs) => pairs.is_empty(),
            _ => false,
        };
        let validators = self.validators.iter().filter(|_| !is_empty);
        validators.filter_map(|validator| validator.check(value).err()).collect()
    }
}

/// Which validators become options.
struct Takes {
    has_choices: bool,
    values: bool,
    min_length: bool,
    max_length: bool,
}

impl Takes {
    fn of(field: &FieldMeta) -> Self {
        let family = field.kind.row().family;
        let has_choices = !field.choices.is_empty();
        let is_char = matches!(
            field.kind,
            FieldKind::CharField { .. }
                | FieldKind::SlugField { .. }
                | FieldKind::EmailField { .. }
                | FieldKind::URLField { .. }
        );
        let has_length = is_char
            || matches!(
                field.kind,
                FieldKind::TextField { .. } | FieldKind::FileField { .. } | FieldKind::ImageField { .. }
            );
        let is_number =
            matches!(family, Family::Integer | Family::Float | Family::Decimal | Family::Duration);
        Self {
            has_choices,
            values: is_number && !has_choices,
            min_length: is_char,
            max_length: has_length && field.max_length().is_some(),
        }
    }
}

/// Whether the serializer's field of the kind has the validator by itself.
fn is_of_kind(validator: &Validator, rule: Rule, kind: FieldKind) -> bool {
    let is_plain = validator.message.is_none() && validator.code.is_none();
    match (kind, rule) {
        (FieldKind::URLField { .. }, Rule::Url { .. }) => true,
        (FieldKind::EmailField { .. }, Rule::Email { allowlist }) => {
            is_plain && allowlist == super::email::ALLOWLIST
        }
        (FieldKind::SlugField { .. }, Rule::Slug) => is_plain,
        (FieldKind::GenericIPAddressField, Rule::Ipv4 | Rule::Ipv6 | Rule::Ipv46) => is_plain,
        (FieldKind::DecimalField { .. }, Rule::Decimal { .. }) => true,
        _ => false,
    }
}
