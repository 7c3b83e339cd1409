//! Values without a kind of field: how JSON shows them (DRF's `JSONEncoder`), and what stands in a list of them.

use belleville_db::json::{Json, write_constant, write_f64, write_i64, write_str};
use belleville_db::{
    Date, DateTime, Duration, Error, Family, FieldKind, FieldMeta, FieldValue, Result, Time, Uuid, Value,
    ValueRef, decimal_with_places, python, write_iso_8601,
};

use super::boolean::write_bool;
use super::{cannot_show, range};
use crate::field_defaults::FieldDefaults;
use crate::value::Validated;

/// Writes a value as DRF's encoder does.
pub(crate) fn write_primitive(value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
    match value {
        ValueRef::Null => out.extend_from_slice(b"null"),
        ValueRef::Bool(value) => write_bool(out, value),
        ValueRef::Int(number) => write_i64(out, number),
        ValueRef::Float(number) if number.is_finite() => write_f64(out, number),
        ValueRef::Float(number) if !FieldDefaults::current().is_strict() => write_constant(out, number),
        ValueRef::Float(_) => return Err(cannot_show()),
        ValueRef::Text(text) => write_str(out, text),
        ValueRef::Decimal(number) => write_f64(out, float(&number.to_plain_string())?),
        ValueRef::Numeric(number) => write_f64(out, float(&number.to_string())?),
        ValueRef::DateTime(at) => write_iso_8601(out, at),
        ValueRef::Duration(length) => write_str(out, &seconds(length)),
        ValueRef::Json(json) => FieldDefaults::current().write(json, out)?,
        ValueRef::Bytes(bytes) => write_str(out, std::str::from_utf8(bytes).map_err(|_| not_utf8())?),
        ValueRef::Array(items) => {
            let mut separator = b'[';
            for item in items.iter() {
                out.push(separator);
                write_primitive(item, out)?;
                separator = b',';
            }
            if separator == b'[' {
                out.push(b'[');
            }
            out.push(b']');
        }
        ValueRef::Range(range) => write_str(out, &range::text(range)?),
        ValueRef::HStore(pairs) => super::collections::write_texts(out, pairs),
        ValueRef::File(file) => write_lines(out, &file.content().blocking_read()?)?,
        value => write_str(out, &python::str_of_value(value)),
    }
    Ok(())
}

/// Writes what validation or a method has made, as DRF's encoder does.
pub(crate) fn write_validated(value: &Validated, out: &mut Vec<u8>) -> Result<()> {
    match value {
        Validated::Value(value) => write_primitive(value.as_ref(), out),
        Validated::Noted(noted) => write_primitive(noted.value.as_ref(), out),
        Validated::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_validated(item, out)?;
            }
            out.push(b']');
            Ok(())
        }
        Validated::Dict(data) => {
            out.push(b'{');
            for (index, (key, value)) in data.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_str(out, key);
                out.push(b':');
                write_validated(value, out)?;
            }
            out.push(b'}');
            Ok(())
        }
    }
}

/// The lines of a file, each with its end: what Python's loop over an upload gives.
fn write_lines(out: &mut Vec<u8>, content: &[u8]) -> Result<()> {
    let text = std::str::from_utf8(content).map_err(|_| not_utf8())?;
    out.push(b'[');
    for (index, line) in lines(text).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_str(out, line);
    }
    out.push(b']');
    Ok(())
}

/// The lines of a text with their ends, which are `\n`, `\r\n` or `\r`.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.find(['\n', '\r']).map_or(rest.len(), |at| {
            let is_pair = rest[at..].starts_with("\r\n");
            at + if is_pair { 2 } else { 1 }
        });
        let (line, behind) = rest.split_at(end);
        rest = behind;
        (!line.is_empty()).then_some(line)
    })
}

/// Python's `float()` of a decimal.
fn float(digits: &str) -> Result<f64> {
    digits.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(cannot_show)
}

/// Python's `str(length.total_seconds())`.
fn seconds(length: Duration) -> String {
    python::float_repr(length.as_micros() as f64 / 1e6)
}

fn not_utf8() -> Error {
    Error::Decode("a serializer can show bytes that are text in UTF-8 alone".to_owned())
}

/// What a column holds, where the database has no type for it: SQLite has dates, UUIDs and documents as text.
pub(crate) fn of_column(field: &FieldMeta, value: ValueRef<'_>) -> Result<Value> {
    let kind = field.value_kind();
    Ok(match kind.row().family {
        _ if matches!(value, ValueRef::Null) => Value::Null,
        Family::Boolean => Value::Bool(bool::from_value(value)?),
        Family::Date => Value::Date(Date::from_value(value)?),
        Family::DateTime => Value::DateTime(DateTime::from_value(value)?),
        Family::Time => Value::Time(Time::from_value(value)?),
        Family::Duration => Value::Duration(Duration::from_value(value)?),
        Family::Uuid => Value::Uuid(Uuid::from_value(value)?),
        Family::Json => Value::Json(Json::from_value(value)?),
        Family::Decimal => match kind {
            FieldKind::DecimalField { decimal_places, .. } => {
                Value::Decimal(decimal_with_places(value, decimal_places)?)
            }
            _ => return Err(cannot_show()),
        },
        _ => value.to_owned(),
    })
}

/// The value of a document as a column would have it.
pub(super) fn value_of(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Int(number) => Value::Int(*number),
        Json::Float(number) => Value::Float(*number),
        Json::Str(text) => Value::Text(text.to_string()),
        other => Value::Json(other.clone()),
    }
}

/// A value that stands in a document, as a column would have it.
pub(super) fn plain(value: ValueRef<'_>) -> ValueRef<'_> {
    match value {
        ValueRef::Json(json) => ref_of(json),
        value => value,
    }
}

/// The value of a document as a column would have it, borrowed.
pub(super) fn ref_of(json: &Json) -> ValueRef<'_> {
    match json {
        Json::Null => ValueRef::Null,
        Json::Bool(value) => ValueRef::Bool(*value),
        Json::Int(number) => ValueRef::Int(*number),
        Json::Float(number) => ValueRef::Float(*number),
        Json::Str(text) => ValueRef::Text(text),
        other => ValueRef::Json(other),
    }
}

/// Each item of an array, or of a list in a document, whose items are documents too.
///
/// # Errors
/// When the value is neither, and those of `show`.
pub(super) fn for_each_item(
    value: ValueRef<'_>,
    show: &mut dyn FnMut(ValueRef<'_>) -> Result<()>,
) -> Result<()> {
    match value {
        ValueRef::Array(items) => items.iter().try_for_each(show),
        ValueRef::Json(Json::List(items)) => items.iter().map(ValueRef::Json).try_for_each(show),
        // SQLite's document.
        ValueRef::Text(_) => match Json::from_value(value)? {
            Json::List(items) => items.iter().map(ValueRef::Json).try_for_each(show),
            _ => Err(cannot_show()),
        },
        _ => Err(cannot_show()),
    }
}
