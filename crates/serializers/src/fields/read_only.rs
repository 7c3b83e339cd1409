//! Values that serializers show and do not read yet: each as Django REST framework's field of the kind shows it.

use belleville_db::datetime::{duration_string, time_text};
use belleville_db::json::{Json, ObjectWriter, write_f64, write_i64, write_str};
use belleville_db::{
    Date, Detail, Duration, ErrorDetail, Family, FieldKind, FieldValue, Result, Time, Uuid, Value, ValueRef,
    decimal_with_places,
};

use super::{FieldType, cannot_show, range};

/// A kind that is only shown, so far.
#[derive(Debug)]
pub(crate) struct ReadOnly {
    /// The kind of the model's field.
    pub(crate) kind: FieldKind,
}

impl FieldType for ReadOnly {
    fn name(&self) -> &'static str {
        match self.kind.row().family {
            Family::Float => "float",
            Family::Decimal => "decimal",
            Family::Date => "date",
            Family::Time => "time",
            Family::Text if matches!(self.kind, FieldKind::SlugField { .. }) => "slug",
            Family::Text if matches!(self.kind, FieldKind::URLField { .. }) => "url",
            Family::Text if matches!(self.kind, FieldKind::FileField { .. }) => "file upload",
            Family::Text if matches!(self.kind, FieldKind::ImageField { .. }) => "image upload",
            Family::Text | Family::Uuid => "string",
            // Django REST framework's word for every other field.
            _ => "field",
        }
    }

    fn describe(&self, facts: &mut ObjectWriter<'_>) {
        if let FieldKind::DecimalField { max_digits, decimal_places } = self.kind {
            facts.key("max_digits").number(i64::from(max_digits));
            facts.key("decimal_places").number(i64::from(decimal_places));
        }
    }

    // `Field::of` lets it take no input.
    fn takes_input(&self) -> bool {
        false
    }

    fn to_internal_value(&self, _: &Json) -> Result<Value, Detail> {
        Err(takes_nothing().into())
    }

    fn refuse_file(&self, _: &str) -> ErrorDetail {
        takes_nothing()
    }

    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
        write_shown(out, self.kind, value)
    }
}

fn takes_nothing() -> ErrorDetail {
    ErrorDetail::new("This field is read-only.", "invalid")
}

/// Writes a value as the field of its kind shows it.
pub(crate) fn write_shown(out: &mut Vec<u8>, kind: FieldKind, value: ValueRef<'_>) -> Result<()> {
    match (kind.row().family, value) {
        (Family::Float, _) => write_f64(out, f64::from_value(value)?),
        (Family::Decimal, _) => {
            let FieldKind::DecimalField { decimal_places, .. } = kind else { return Err(cannot_show()) };
            write_str(out, &decimal_with_places(value, decimal_places)?.to_plain_string());
        }
        (Family::Date, _) => write_str(out, &Date::from_value(value)?.to_string()),
        (Family::Time, _) => write_str(out, &time_text(Time::from_value(value)?)),
        (Family::Duration, _) => write_str(out, &duration_string(Duration::from_value(value)?)),
        (Family::Uuid, _) => write_str(out, &Uuid::from_value(value)?.to_string()),
        (Family::Json, _) => {
            let json = Json::from_value(value)?;
            json.write(out).map_err(|_| cannot_show())?;
        }
        (Family::IpAddress, ValueRef::IpAddress(address)) => write_str(out, &address.to_string()),
        // A file is shown as its URL, which nothing knows yet.
        (Family::Text, _) if matches!(kind, FieldKind::FileField { .. } | FieldKind::ImageField { .. }) => {
            return Err(cannot_show());
        }
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
