//! Values without a field, as DRF's JSON encoder writes them.

use belleville_db::json::{write_f64, write_i64, write_str};
use belleville_db::{Date, Decimal, FieldKind, FieldValue as _, Result, ValueRef, iso_8601};

use super::boolean::write_bool;
use super::cannot_show;
use super::read_only::write_shown;

/// Writes a value.
pub(crate) fn write_primitive(value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
    match value {
        ValueRef::Null => out.extend_from_slice(b"null"),
        ValueRef::Bool(value) => write_bool(out, value),
        ValueRef::Int(number) => write_i64(out, number),
        ValueRef::Float(number) => write_f64(out, number),
        ValueRef::Text(text) => write_str(out, text),
        ValueRef::DateTime(at) => write_str(out, &iso_8601(at)),
        ValueRef::Date(_) => write_str(out, &Date::from_value(value)?.to_string()),
        ValueRef::Time(_) => write_shown(out, FieldKind::TimeField, value)?,
        ValueRef::Uuid(uuid) => write_str(out, &uuid.to_string()),
        ValueRef::Decimal(_) | ValueRef::Numeric(_) => {
            write_str(out, &Decimal::from_value(value)?.to_plain_string());
        }
        ValueRef::Json(json) => json.write(out).map_err(|_| cannot_show())?,
        ValueRef::IpAddress(address) => write_str(out, &address.to_string()),
        ValueRef::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_primitive(item, out)?;
            }
            out.push(b']');
        }
        _ => return Err(cannot_show()),
    }
    Ok(())
}
