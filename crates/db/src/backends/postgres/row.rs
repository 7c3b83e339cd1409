//! A row, whose values are read from the bytes that the server sent.

use std::cell::OnceCell;
use std::error::Error as StdError;

use jiff::Timestamp;
use jiff::tz::Offset;
use tokio_postgres::types::{FromSql, Kind, Type};

use super::compound;
use super::parameter::{DAY, EPOCH, EPOCH_SINCE_1970, MICROS};
use crate::{Date, DateTime, Duration, Error, Numeric, Result, Row, Time, Uuid, Value, ValueRef};

pub(super) struct PostgresRow {
    row: tokio_postgres::Row,
    /// The values that come in a form of their own, such as an `inet` or an array, once they are asked for.
    made: OnceCell<Box<[OnceCell<Value>]>>,
}

/// The bytes of a value.
struct Bytes<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Bytes<'a> {
    fn from_sql(_: &Type, bytes: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(bytes))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl PostgresRow {
    pub(super) fn new(row: tokio_postgres::Row) -> Self {
        Self { row, made: OnceCell::new() }
    }

    fn made(&self, index: usize, kind: &Type, bytes: &[u8]) -> Result<ValueRef<'_>> {
        let value = compound::value(kind, bytes)?;
        let made = self.made.get_or_init(|| self.row.columns().iter().map(|_| OnceCell::new()).collect());
        Ok(made[index].get_or_init(|| value).as_ref())
    }
}

impl Row for PostgresRow {
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        let no_column = || Error::Decode(format!("the row has no column {index}"));
        let kind = self.row.columns().get(index).ok_or_else(no_column)?.type_();
        match self.row.try_get::<usize, Option<Bytes<'_>>>(index) {
            Ok(None) => Ok(ValueRef::Null),
            Ok(Some(Bytes(bytes))) => match value(kind, bytes)? {
                Some(value) => Ok(value),
                None => self.made(index, kind, bytes),
            },
            Err(_) => Err(no_column()),
        }
    }
}

pub(super) fn damaged(kind: &Type) -> Error {
    Error::Decode(format!("the server sent something else than PostgreSQL's type `{kind}`"))
}

fn array<const N: usize>(kind: &Type, bytes: &[u8]) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| damaged(kind))
}

/// A value that needs no copy; `None` for one that has to be made.
pub(super) fn value<'a>(kind: &Type, bytes: &'a [u8]) -> Result<Option<ValueRef<'a>>> {
    let text = |bytes| {
        std::str::from_utf8(bytes)
            .map(ValueRef::Text)
            .map_err(|_| Error::Decode("expected text, found bytes that are not UTF-8".to_owned()))
    };
    Ok(Some(match *kind {
        Type::BOOL => ValueRef::Bool(array::<1>(kind, bytes)? != [0]),
        Type::INT8 => ValueRef::Int(i64::from_be_bytes(array(kind, bytes)?)),
        Type::INT4 => ValueRef::Int(i32::from_be_bytes(array(kind, bytes)?).into()),
        Type::INT2 => ValueRef::Int(i16::from_be_bytes(array(kind, bytes)?).into()),
        Type::OID => ValueRef::Int(u32::from_be_bytes(array(kind, bytes)?).into()),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON | Type::UNKNOWN | Type::XML => {
            text(bytes)?
        }
        Type::TIMESTAMPTZ | Type::TIMESTAMP => ValueRef::DateTime(datetime(kind, bytes)?),
        Type::UUID => ValueRef::Uuid(Uuid::from_bytes(array(kind, bytes)?)),
        Type::JSONB => match bytes.split_first() {
            Some((1, json)) => text(json)?,
            _ => return Err(damaged(kind)),
        },
        Type::DATE => ValueRef::Date(date(kind, bytes)?),
        Type::TIME => ValueRef::Time(time(kind, bytes)?),
        Type::INTERVAL => ValueRef::Duration(interval(kind, bytes)?),
        Type::NUMERIC => ValueRef::Numeric(Numeric::new(bytes).ok_or_else(|| damaged(kind))?),
        Type::FLOAT8 => ValueRef::Float(f64::from_be_bytes(array(kind, bytes)?)),
        Type::FLOAT4 => ValueRef::Float(single(f32::from_be_bytes(array(kind, bytes)?))),
        Type::BYTEA => ValueRef::Bytes(bytes),
        // `SELECT pg_advisory_xact_lock(1)`
        Type::VOID => ValueRef::Null,
        _ => match kind.kind() {
            Kind::Domain(inner) => return value(inner, bytes),
            Kind::Enum(_) => text(bytes)?,
            _ if matches!(kind.name(), "citext") => text(bytes)?,
            _ => return Ok(None),
        },
    }))
}

/// The double with the same digits: 1.1, not 1.10000002384.
fn single(x: f32) -> f64 {
    x.to_string().parse().unwrap_or_else(|_| f64::from(x))
}

fn out_of_range(kind: &Type) -> Error {
    Error::Decode(format!("expected a {kind} of the years 1 to 9999, found an earlier or a later one"))
}

fn datetime(kind: &Type, bytes: &[u8]) -> Result<DateTime> {
    let micros = i64::from_be_bytes(array(kind, bytes)?);
    let timestamp = micros.checked_add(EPOCH_SINCE_1970).map(Timestamp::from_microsecond);
    let at = match timestamp {
        Some(Ok(timestamp)) => Some(Offset::UTC.to_datetime(timestamp)),
        // A timestamp ends before the year 9999 does. It is what nearly all are read by, because that is fast.
        _ => EPOCH.checked_add(Duration::from_micros(micros)).ok(),
    };
    at.filter(|at| at.year() > 0).ok_or_else(|| out_of_range(kind))
}

fn date(kind: &Type, bytes: &[u8]) -> Result<Date> {
    let since = Duration::from_secs(i64::from(i32::from_be_bytes(array(kind, bytes)?)) * DAY);
    let date = EPOCH.date().checked_add(since).ok().filter(|date| date.year() > 0);
    date.ok_or_else(|| out_of_range(kind))
}

fn time(kind: &Type, bytes: &[u8]) -> Result<Time> {
    let micros = i64::from_be_bytes(array(kind, bytes)?);
    let (seconds, micros) = (micros.div_euclid(MICROS), micros.rem_euclid(MICROS));
    let parts = (|| {
        let hour = i8::try_from(seconds / 3600).ok()?;
        let (minute, second) = ((seconds / 60 % 60) as i8, (seconds % 60) as i8);
        Time::new(hour, minute, second, (micros * 1000) as i32).ok()
    })();
    parts.ok_or_else(|| Error::Decode("expected a time of day, found 24:00:00".to_owned()))
}

/// As psycopg, which Django uses: a year has 365 days and a month 30.
fn interval(kind: &Type, bytes: &[u8]) -> Result<Duration> {
    let bytes: [u8; 16] = array(kind, bytes)?;
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = bytes;
    let micros = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
    let days = i64::from(i32::from_be_bytes([i, j, k, l]));
    let months = i64::from(i32::from_be_bytes([m, n, o, p]));
    let days = days + months / 12 * 365 + months % 12 * 30;
    let length = Duration::from_secs(days * DAY).checked_add(Duration::from_micros(micros));
    length.ok_or_else(|| damaged(kind))
}
