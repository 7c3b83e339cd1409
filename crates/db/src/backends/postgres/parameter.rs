//! A value as a parameter: in the form of the type that the server says the parameter has.

use std::error::Error as StdError;
use std::io;

use bytes::{BufMut as _, BytesMut};
use jiff::SignedDuration;
use tokio_postgres::types::{Format, IsNull, Kind, ToSql, Type};

use super::literal::postgres_text;
use crate::files::NOT_STORED;
use crate::{Date, DateTime, Time, Value};

/// From where PostgreSQL counts.
pub(super) const EPOCH: DateTime = DateTime::constant(2000, 1, 1, 0, 0, 0, 0);

/// The same in microseconds since 1970.
pub(super) const EPOCH_SINCE_1970: i64 = 946_684_800 * MICROS;

pub(super) const MICROS: i64 = 1_000_000;
pub(super) const DAY: i64 = 86_400;

/// A parameter on its way to the server.
pub(super) struct Parameter<'a>(pub(super) &'a Value);

/// Whether the value can be sent as this type, and be the same value there. What does not fit is sent with a type of its
/// own ([`type_of`]).
pub(super) fn fits(value: &Value, kind: &Type) -> bool {
    let kind = base(kind);
    match value {
        // The server reads text as any type, as it reads a literal. What is made of several values is sent as text.
        Value::Null
        | Value::Text(_)
        | Value::Array(_)
        | Value::Range(_)
        | Value::HStore(_)
        | Value::File(_) => true,
        Value::Bool(_) => *kind == Type::BOOL,
        Value::Int(n) => match *kind {
            Type::INT8 | Type::NUMERIC | Type::FLOAT8 => true,
            Type::INT4 => i32::try_from(*n).is_ok(),
            Type::INT2 => i16::try_from(*n).is_ok(),
            Type::OID => u32::try_from(*n).is_ok(),
            _ => false,
        },
        Value::Float(_) => matches!(*kind, Type::FLOAT8 | Type::FLOAT4 | Type::NUMERIC),
        Value::Decimal(_) => *kind == Type::NUMERIC,
        Value::DateTime(_) => matches!(*kind, Type::TIMESTAMPTZ | Type::TIMESTAMP),
        Value::Date(_) => *kind == Type::DATE,
        Value::Time(_) => *kind == Type::TIME,
        Value::Duration(_) => *kind == Type::INTERVAL,
        Value::Uuid(_) => *kind == Type::UUID || is_text(kind),
        Value::Json(_) => matches!(*kind, Type::JSONB | Type::JSON) || is_text(kind),
        Value::Bytes(_) => *kind == Type::BYTEA,
        Value::IpAddress(_) => matches!(*kind, Type::INET | Type::CIDR) || is_text(kind),
    }
}

/// The type of the value by itself, as of a literal in SQL. Text, as a literal in quotes, gets its type from its place.
pub(super) fn type_of(value: &Value) -> Type {
    match value {
        Value::Null
        | Value::Text(_)
        | Value::Array(_)
        | Value::Range(_)
        | Value::HStore(_)
        | Value::File(_) => Type::UNKNOWN,
        Value::Bool(_) => Type::BOOL,
        Value::Int(n) if i32::try_from(*n).is_ok() => Type::INT4,
        Value::Int(_) => Type::INT8,
        Value::Float(_) => Type::FLOAT8,
        Value::Decimal(_) => Type::NUMERIC,
        Value::DateTime(_) => Type::TIMESTAMPTZ,
        Value::Date(_) => Type::DATE,
        Value::Time(_) => Type::TIME,
        Value::Duration(_) => Type::INTERVAL,
        Value::Uuid(_) => Type::UUID,
        Value::Json(_) => Type::JSONB,
        Value::Bytes(_) => Type::BYTEA,
        Value::IpAddress(_) => Type::INET,
    }
}

/// The type that a domain is made of.
fn base(kind: &Type) -> &Type {
    match kind.kind() {
        Kind::Domain(inner) => base(inner),
        _ => kind,
    }
}

/// Whether the binary form of the type is its text.
fn is_text(kind: &Type) -> bool {
    matches!(*kind, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME)
}

impl ToSql for Parameter<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let kind = base(kind);
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Text(text) => out.put_slice(text.as_bytes()),
            Value::Bool(b) => out.put_u8(u8::from(*b)),
            Value::Int(n) => put_integer(*n, kind, out)?,
            Value::Float(x) => match *kind {
                Type::NUMERIC => out.put_slice(x.to_string().as_bytes()),
                // The server's own rounding to `real`.
                Type::FLOAT4 => out.put_f32(*x as f32),
                _ => out.put_f64(*x),
            },
            Value::Decimal(number) => out.put_slice(number.to_string().as_bytes()),
            Value::DateTime(at) => out.put_i64(micros(*at)?),
            Value::Date(date) => out.put_i32(days(*date)?),
            Value::Time(time) => out.put_i64(of_day(*time)),
            Value::Duration(length) => put_interval(*length, out)?,
            Value::Uuid(uuid) if is_text(kind) => out.put_slice(uuid.to_string().as_bytes()),
            Value::Uuid(uuid) => out.put_slice(uuid.as_bytes()),
            Value::Json(json) => {
                if *kind == Type::JSONB {
                    out.put_u8(1);
                }
                let text = json.dumps().map_err(|error| io::Error::other(format!("{error:?}")))?;
                out.put_slice(text.as_bytes());
            }
            Value::Bytes(bytes) => out.put_slice(bytes),
            Value::File(_) => return Err(NOT_STORED.into()),
            Value::IpAddress(address) => out.put_slice(address.to_string().as_bytes()),
            value @ (Value::Array(_) | Value::Range(_) | Value::HStore(_)) => {
                out.put_slice(postgres_text(value).as_bytes());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        if !fits(self.0, kind) {
            return Err(format!("a value of another type was given than {kind}").into());
        }
        self.to_sql(kind, out)
    }

    fn encode_format(&self, kind: &Type) -> Format {
        let kind = base(kind);
        match self.0 {
            Value::Text(_) | Value::IpAddress(_) if !is_text(kind) => Format::Text,
            Value::Array(_) | Value::Range(_) | Value::HStore(_) => Format::Text,
            Value::Int(_) | Value::Float(_) | Value::Decimal(_) if *kind == Type::NUMERIC => Format::Text,
            _ => Format::Binary,
        }
    }
}

fn put_integer(n: i64, kind: &Type, out: &mut BytesMut) -> Result<(), std::num::TryFromIntError> {
    match *kind {
        Type::INT2 => out.put_i16(n.try_into()?),
        Type::INT4 => out.put_i32(n.try_into()?),
        Type::OID => out.put_u32(n.try_into()?),
        Type::NUMERIC => out.put_slice(n.to_string().as_bytes()),
        Type::FLOAT8 => out.put_f64(n as f64),
        _ => out.put_i64(n),
    }
    Ok(())
}

/// Microseconds since 2000.
fn micros(at: DateTime) -> Result<i64, std::num::TryFromIntError> {
    at.duration_since(EPOCH).as_micros().try_into()
}

/// Days since 2000.
fn days(date: Date) -> Result<i32, std::num::TryFromIntError> {
    (date.duration_since(EPOCH.date()).as_secs() / DAY).try_into()
}

/// Microseconds since midnight.
fn of_day(time: Time) -> i64 {
    let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    seconds * MICROS + i64::from(time.subsec_nanosecond() / 1000)
}

/// As psycopg, which Django uses: whole days, and the rest.
fn put_interval(length: SignedDuration, out: &mut BytesMut) -> Result<(), std::num::TryFromIntError> {
    let micros = length.as_micros();
    let day = i128::from(DAY * MICROS);
    out.put_i64(micros.rem_euclid(day).try_into()?);
    out.put_i32(micros.div_euclid(day).try_into()?);
    out.put_i32(0);
    Ok(())
}
