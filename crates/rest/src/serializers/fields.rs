//! A serializer's fields, which follow from the model's fields as in DRF.

use belleville_db::{Choice, FieldKind, FieldMeta, InputKind, ModelMeta, python};

use super::{DeclaredField, RelatedRows};
use crate::json::write_str;

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
    pub kind: FieldType,
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

/// DRF's kinds of field.
#[derive(Debug)]
#[non_exhaustive]
pub enum FieldType {
    /// Text, trimmed.
    Char {
        /// The most characters it may have.
        max_length: Option<u32>,
        /// An empty text is accepted.
        allow_blank: bool,
        /// It is an e-mail address.
        is_email: bool,
    },
    /// True or false.
    Boolean,
    /// A whole number.
    Integer {
        /// The lowest number that is accepted.
        min_value: i64,
        /// The highest number that is accepted.
        max_value: i64,
    },
    /// One of a few values.
    Choice {
        /// The values, in order.
        choices: &'static [Choice],
        /// An empty text is accepted. It is no value where it is none of the choices.
        allow_blank: bool,
    },
    /// A point in time.
    DateTime,
    /// Several values: an array.
    List {
        /// The field of each.
        child: Box<FieldType>,
        /// `null` is accepted among them.
        allow_null: bool,
        /// None of them is accepted.
        allow_empty: bool,
        /// How many there may be.
        max_items: Option<u32>,
    },
    /// Texts by their keys: an hstore.
    Dict,
    /// A kind that is only shown, so far.
    ReadOnly {
        /// The kind of the model's field.
        kind: FieldKind,
    },
    /// The primary key of another model's row.
    PrimaryKeyRelated {
        /// That model.
        to: &'static ModelMeta,
        /// The kind of the key.
        key: FieldKind,
        /// The rows of it that input may name; all of them when there is none.
        queryset: Option<RelatedRows>,
    },
}

impl Field {
    pub(crate) fn of(meta: &'static ModelMeta, declared: DeclaredField) -> Self {
        let model_field = &meta.fields[declared.field];
        let read_only = declared.read_only || !model_field.editable || model_field.kind.is_auto();
        let kind = FieldType::of(model_field, declared.queryset);
        assert!(
            read_only || kind.takes_input(),
            "the serializer of {} takes `{}` from input, which is not possible yet for a {}; add it to read_only_fields",
            meta.label(),
            model_field.name,
            described(model_field)
        );
        let may_be_blank = match kind {
            FieldType::Choice { allow_blank, .. } => allow_blank,
            _ => model_field.blank,
        };
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
}

impl FieldType {
    /// Whether it reads input.
    fn takes_input(&self) -> bool {
        match self {
            Self::ReadOnly { .. } => false,
            Self::List { child, .. } => child.takes_input(),
            _ => true,
        }
    }

    fn of(field: &FieldMeta, queryset: Option<RelatedRows>) -> Self {
        if let Some(relation) = &field.relation {
            // DRF reads such a key by its field.
            if is_by_other_field(field) {
                return Self::ReadOnly { kind: field.value_kind() };
            }
            return Self::PrimaryKeyRelated { to: (relation.to)(), key: field.value_kind(), queryset };
        }
        if let Self::List { child, max_items, .. } = Self::of_child(field.kind) {
            let list = Self::List { child, allow_null: false, allow_empty: field.blank, max_items };
            return list.with_items(field.null_inside, field.choices);
        }
        if !field.choices.is_empty() {
            let can_hold_blank = field.kind.is_text() && (field.null || field.has_blank_choice());
            let allow_blank = field.blank && can_hold_blank;
            return Self::Choice { choices: field.choices, allow_blank };
        }
        match field.kind.row().input {
            InputKind::Dict => Self::Dict,
            InputKind::Boolean => Self::Boolean,
            InputKind::DateTime => Self::DateTime,
            InputKind::Integer => {
                let (min_value, max_value) = field.integer_range();
                Self::Integer { min_value, max_value }
            }
            input @ (InputKind::Char | InputKind::Email) => Self::Char {
                max_length: field.max_length(),
                allow_blank: field.blank,
                is_email: input == InputKind::Email,
            },
            _ => Self::ReadOnly { kind: field.kind },
        }
    }
}

/// Whether a foreign key refers to another field than the primary key.
fn is_by_other_field(field: &FieldMeta) -> bool {
    field.relation.is_some() && field.target().is_some_and(|target| !target.primary_key)
}

fn described(field: &FieldMeta) -> String {
    let other = if is_by_other_field(field) { " to another field than the primary key" } else { "" };
    let of = field.kind.base().map_or_else(String::new, |base| format!(" of {base}"));
    format!("{}{of}{other}", field.kind)
}

fn key(name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len() + 3);
    write_str(&mut key, name);
    key.push(b':');
    key
}

#[cfg(test)]
mod tests {
    use belleville_db::{OnDelete, Relation};

    use super::*;

    static REGION: ModelMeta = ModelMeta::new(
        "shop",
        "Region",
        "region",
        "shop_region",
        &[
            FieldMeta::new("id", FieldKind::BigAutoField).primary_key(),
            FieldMeta::new("code", FieldKind::CharField { max_length: Some(5) }).unique(),
        ],
    );

    static BRANCH: ModelMeta = ModelMeta::new(
        "shop",
        "Branch",
        "branch",
        "shop_branch",
        &[FieldMeta::new("region", FieldKind::ForeignKey)
            .relation(Relation::new(|| &REGION, OnDelete::Cascade, None).to_field(1))],
    );

    fn region(read_only: bool) -> Field {
        Field::of(&BRANCH, DeclaredField { field: 0, read_only, queryset: None })
    }

    #[test]
    fn a_key_to_another_field_is_shown() {
        assert!(matches!(region(true).kind, FieldType::ReadOnly { kind: FieldKind::CharField { .. } }));
    }

    #[test]
    #[should_panic(expected = "not possible yet for a ForeignKey to another field than the primary key")]
    fn a_key_to_another_field_is_not_read_as_a_primary_key() {
        region(false);
    }
}
