//! Values that serializers only show: each as Django REST framework's field of the kind shows it.

use belleville_db::json::{Json, write_i64, write_str};
use belleville_db::{Family, FieldKind, FieldMeta, FieldValue as _, Result, Uuid, ValueRef};

use super::primitive::{of_column, write_primitive, write_validated};
use super::{
    AsIs, Bind, DateField, DateTimeField, DecimalField, DurationField, Field, FloatField, Shape, TimeField,
    ValidationError, cannot_show, range,
};
use crate::Context;
use crate::value::Validated;

/// A value as it is, which input cannot set: DRF's `ReadOnlyField`.
#[derive(Clone, Debug, Default)]
pub struct ReadOnlyField {
    model_field: Option<&'static FieldMeta>,
}

impl ReadOnlyField {
    /// A field.
    pub const fn new() -> Self {
        Self { model_field: None }
    }
}

impl Field for ReadOnlyField {
    fn takes_input(&self) -> bool {
        false
    }

    fn bind(&mut self, options: &Bind<'_>) {
        self.model_field = options.model_field;
    }

    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err("This field is read-only.".into())
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        match self.model_field {
            Some(field) => write_primitive(of_column(field, value)?.as_ref(), out),
            None => write_primitive(value, out),
        }
    }

    fn represent(&self, value: &Validated, _: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        write_validated(value, out)
    }
}

/// A kind that is only shown.
#[derive(Debug)]
pub(crate) struct ReadOnly {
    /// The kind of the model's field.
    pub(crate) kind: FieldKind,
}

impl Field for ReadOnly {
    fn takes_input(&self) -> bool {
        false
    }

    fn shape(&self) -> Shape {
        let kind = match self.kind.row().family {
            Family::Text if matches!(self.kind, FieldKind::SlugField { .. }) => "slug",
            Family::Text if matches!(self.kind, FieldKind::URLField { .. }) => "url",
            Family::Text | Family::Uuid => "string",
            // Django REST framework's word for every other field.
            _ => "field",
        };
        Shape::new(kind)
    }

    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err("This field is read-only.".into())
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        write_shown(out, self.kind, value)
    }
}

/// Which values the field of a kind shows as they are.
pub(crate) fn as_is(kind: FieldKind) -> AsIs {
    match kind.row().family {
        Family::Text if matches!(kind, FieldKind::FileField { .. } | FieldKind::ImageField { .. }) => {
            AsIs::Nothing
        }
        Family::Text => AsIs::Text,
        Family::Integer => AsIs::Whole,
        Family::Date => AsIs::Date,
        Family::DateTime => AsIs::DateTime,
        _ => AsIs::Nothing,
    }
}

/// Writes a value as the field of its kind shows it.
pub(crate) fn write_shown(out: &mut Vec<u8>, kind: FieldKind, value: ValueRef<'_>) -> Result<()> {
    match (kind.row().family, value) {
        (Family::Float, _) => return FloatField::new().to_representation(value, out),
        (Family::Decimal, _) => return DecimalField::of(kind).to_representation(value, out),
        (Family::Date, _) => return DateField::new().to_representation(value, out),
        (Family::DateTime, _) => return DateTimeField::new().to_representation(value, out),
        (Family::Time, _) => return TimeField::new().to_representation(value, out),
        (Family::Duration, _) => return DurationField::new().to_representation(value, out),
        (Family::Uuid, _) => write_str(out, &Uuid::from_value(value)?.to_string()),
        (Family::Json, _) => {
            let json = Json::from_value(value)?;
            json.write(out).map_err(|_| cannot_show())?;
        }
        (Family::IpAddress, ValueRef::IpAddress(address)) => write_str(out, &address.to_string()),
        (Family::Text | Family::IpAddress | Family::SearchVector, ValueRef::Text(text)) => {
            write_str(out, text);
        }
        (Family::Range, ValueRef::Range(range)) => write_str(out, &range::text(range)?),
        (Family::Integer, ValueRef::Int(n)) => write_i64(out, n),
        _ => return Err(cannot_show()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each text is what the serializer field of Django REST framework 3.18 shows of the value that Django 5.2.19 reads.
    #[test]
    fn values_are_shown_as_djangos() {
        let decimal = FieldKind::DecimalField { max_digits: 8, decimal_places: 2 };
        for (kind, value, expected) in [
            (decimal, ValueRef::Int(3), "\"3.00\""),
            (decimal, ValueRef::Float(0.1), "\"0.10\""),
            (decimal, ValueRef::Float(-12.345), "\"-12.34\""),
            (FieldKind::DateField, ValueRef::Text("2024-02-29"), "\"2024-02-29\""),
            (FieldKind::TimeField, ValueRef::Text("03:04:05.000006"), "\"03:04:05.000006\""),
            (FieldKind::DurationField, ValueRef::Int(273_906_000_007), "\"3 04:05:06.000007\""),
            (FieldKind::DurationField, ValueRef::Int(-1), "\"-1 23:59:59.999999\""),
            (FieldKind::DurationField, ValueRef::Int(0), "\"00:00:00\""),
            (
                FieldKind::UUIDField,
                ValueRef::Text("0123456789abcdef0123456789abcdef"),
                "\"01234567-89ab-cdef-0123-456789abcdef\"",
            ),
            (FieldKind::JSONField, ValueRef::Text("{\"a\": [1, null]}"), "{\"a\":[1,null]}"),
            (FieldKind::GenericIPAddressField, ValueRef::Text("::1"), "\"::1\""),
        ] {
            let mut out = Vec::new();
            write_shown(&mut out, kind, value).expect(expected);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
        assert!(
            write_shown(&mut Vec::new(), FieldKind::BinaryField { max_length: None }, ValueRef::Bytes(b"a"))
                .is_err()
        );
    }
}
