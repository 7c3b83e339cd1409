//! A whole number: DRF's `IntegerField`.

use belleville_db::json::{Json, ObjectWriter, write_i64};
use belleville_db::{Detail, ErrorDetail, FieldMeta, FieldValue, Result, Value, ValueRef, python};

use super::FieldType;
use crate::validators::{too_great, too_small};

/// Longer texts are not tried as numbers: DRF's `MAX_STRING_LENGTH`.
const LONGEST_NUMBER: usize = 1000;

#[derive(Debug)]
pub(super) struct Integer {
    pub(super) min_value: i64,
    pub(super) max_value: i64,
}

impl Integer {
    pub(super) fn of(field: &FieldMeta) -> Self {
        let (min_value, max_value) = field.integer_range();
        Self { min_value, max_value }
    }
}

impl FieldType for Integer {
    fn name(&self) -> &'static str {
        "integer"
    }

    fn describe(&self, facts: &mut ObjectWriter<'_>) {
        facts.key("min_value").number(self.min_value);
        facts.key("max_value").number(self.max_value);
    }

    fn to_internal_value(&self, given: &Json) -> Result<Value, Detail> {
        let text = match given {
            Json::Str(text) if text.chars().count() > LONGEST_NUMBER => {
                return Err(ErrorDetail::new("String value too large.", "max_string_length").into());
            }
            Json::Str(_) | Json::Int(_) | Json::BigInt(_) | Json::Float(_) => python::str_of(given),
            _ => return Err(invalid().into()),
        };
        match python::parse_int(without_zero_fraction(&text)) {
            Some(n) if n < self.min_value => Err(too_small(self.min_value).into()),
            Some(n) if n > self.max_value => Err(too_great(self.max_value).into()),
            Some(n) => Ok(Value::Int(n)),
            // A number of more than 64 bits.
            None if python::is_int(without_zero_fraction(&text)) => {
                let is_negative = python::str_strip(&text).starts_with('-');
                let message = if is_negative { too_small(self.min_value) } else { too_great(self.max_value) };
                Err(message.into())
            }
            None => Err(invalid().into()),
        }
    }

    fn refuse_file(&self, _: &str) -> ErrorDetail {
        invalid()
    }

    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
        write_i64(out, shown(value)?);
        Ok(())
    }
}

fn invalid() -> ErrorDetail {
    ErrorDetail::new("A valid integer is required.", "invalid")
}

/// DRF's `int()` of a column's value: SQLite keeps other numbers and texts in a column of whole numbers too.
fn shown(value: ValueRef<'_>) -> Result<i64> {
    match value {
        ValueRef::Int(n) => Ok(n),
        ValueRef::Float(x) if x.abs() < 1e15 => Ok(x.trunc() as i64),
        ValueRef::Text(text) => python::parse_int(text).map_or_else(|| i64::from_value(value), Ok),
        _ => i64::from_value(value),
    }
}

/// `5.0` and `5.` are whole.
fn without_zero_fraction(text: &str) -> &str {
    let trimmed = python::str_strip(text);
    match trimmed.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    }
}
