//! Functions that SQLite lacks and Django registers with each connection: regular expressions, statistics, arithmetic
//! with times.

use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};

use crate::datetime::{parse_stored, stored};
use crate::python::Regex;
use crate::{DateTime, Duration, TimeZone};

const PURE: FunctionFlags = FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DETERMINISTIC);

/// Registers them.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    connection.create_scalar_function("regexp", 2, PURE, |context| regexp(context))?;
    connection.create_scalar_function("FLOOR", 1, PURE, |context| rounded(context, f64::floor))?;
    connection.create_scalar_function("CEILING", 1, PURE, |context| rounded(context, f64::ceil))?;
    connection.create_scalar_function("MOD", 2, PURE, |context| modulo(context))?;
    connection.create_scalar_function("belleville_time_add", 2, PURE, |context| shifted(context, 1))?;
    connection.create_scalar_function("belleville_time_subtract", 2, PURE, |context| shifted(context, -1))?;
    connection.create_scalar_function("belleville_time_between", 2, PURE, |context| between(context))?;
    connection.create_scalar_function("belleville_to_local", 2, PURE, |context| {
        in_time_zone(context, |zone, utc| zone.to_local(utc).map(|local| local.at))
    })?;
    connection.create_scalar_function("belleville_make_aware", 2, PURE, |context| {
        in_time_zone(context, |zone, local| zone.make_aware(local).in_utc())
    })?;
    for (name, sample, root) in [
        ("STDDEV_POP", false, true),
        ("STDDEV_SAMP", true, true),
        ("VAR_POP", false, false),
        ("VAR_SAMP", true, false),
    ] {
        connection.create_aggregate_function(name, 1, PURE, Spread { sample, root })?;
    }
    Ok(())
}

/// How the function of regular expressions says that its pattern is none.
pub(super) const INVALID_REGEX: &str = "belleville: invalid regular expression";

fn wrong(text: &'static str) -> Error {
    Error::UserFunctionError(text.into())
}

/// Whether a text matches one of Python's regular expressions: `value REGEXP pattern`. The expression is compiled once for a
/// statement, and takes linear time whatever it is: it may come from a client.
fn regexp(context: &Context<'_>) -> Result<Option<bool>> {
    let pattern = context.get_or_create_aux(
        0,
        |pattern| -> std::result::Result<Regex, Box<dyn std::error::Error + Send + Sync>> {
            Ok(Regex::new(pattern.as_str()?).map_err(|_| INVALID_REGEX)?)
        },
    )?;
    Ok(match context.get_raw(1) {
        ValueRef::Null => None,
        ValueRef::Text(text) => Some(std::str::from_utf8(text).is_ok_and(|text| pattern.search(text))),
        ValueRef::Integer(n) => Some(pattern.search(&n.to_string())),
        ValueRef::Real(x) => Some(pattern.search(&crate::python::float_repr(x))),
        ValueRef::Blob(_) => Some(false),
    })
}

fn rounded(context: &Context<'_>, round: fn(f64) -> f64) -> Result<Value> {
    Ok(match context.get_raw(0) {
        ValueRef::Integer(n) => Value::Integer(n),
        ValueRef::Real(x) => Value::Real(round(x)),
        _ => Value::Null,
    })
}

/// C's `fmod`, as Django's: the sign is that of the first number.
fn modulo(context: &Context<'_>) -> Result<Option<f64>> {
    let (one, two) = (context.get::<Option<f64>>(0)?, context.get::<Option<f64>>(1)?);
    Ok(one.zip(two).map(|(one, two)| one % two))
}

/// A datetime, later or earlier by some microseconds.
fn shifted(context: &Context<'_>, sign: i64) -> Result<Option<String>> {
    let (at, micros) = (context.get::<Option<String>>(0)?, context.get::<Option<i64>>(1)?);
    let Some((at, micros)) = at.zip(micros) else { return Ok(None) };
    let at = parse_stored(&at).map_err(|_| wrong("not a datetime"))?;
    let length =
        micros.checked_mul(sign).map(Duration::from_micros).ok_or_else(|| wrong("too long a time"))?;
    let shifted = at.checked_add(length).map_err(|_| wrong("the datetime is out of range"))?;
    Ok(Some(stored(shifted)))
}

/// The microseconds from the second datetime to the first.
fn between(context: &Context<'_>) -> Result<Option<i64>> {
    let (one, two) = (context.get::<Option<String>>(0)?, context.get::<Option<String>>(1)?);
    let Some((one, two)) = one.zip(two) else { return Ok(None) };
    let parsed = |text: &str| parse_stored(text).map_err(|_| wrong("not a datetime"));
    let micros = parsed(&one)?.duration_since(parsed(&two)?).as_micros();
    Ok(i64::try_from(micros).ok())
}

/// A datetime in a time zone, or back. Text that is no datetime becomes NULL, as with Django's functions.
fn in_time_zone(
    context: &Context<'_>,
    moved: impl Fn(TimeZone, DateTime) -> Option<DateTime>,
) -> Result<Option<String>> {
    let zone = context.get_or_create_aux(
        1,
        |name| -> std::result::Result<TimeZone, Box<dyn std::error::Error + Send + Sync>> {
            Ok(TimeZone::named(name.as_str()?)?)
        },
    )?;
    let ValueRef::Text(text) = context.get_raw(0) else { return Ok(None) };
    let Some(at) = std::str::from_utf8(text).ok().and_then(|text| parse_stored(text).ok()) else {
        return Ok(None);
    };
    moved(*zone, at)
        .map(stored)
        .map_or_else(|| Err(wrong("the datetime is out of range")), |text| Ok(Some(text)))
}

/// Variance and standard deviation, by Welford's method, which does not lose the small differences of large numbers.
struct Spread {
    sample: bool,
    root: bool,
}

#[derive(Default)]
struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Aggregate<Moments, Option<f64>> for Spread {
    fn init(&self, _: &mut Context<'_>) -> Result<Moments> {
        Ok(Moments::default())
    }

    fn step(&self, context: &mut Context<'_>, moments: &mut Moments) -> Result<()> {
        if let Some(x) = context.get::<Option<f64>>(0)? {
            moments.count += 1;
            let distance = x - moments.mean;
            moments.mean += distance / moments.count as f64;
            moments.squares += distance * (x - moments.mean);
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, moments: Option<Moments>) -> Result<Option<f64>> {
        let moments = moments.unwrap_or_default();
        let Some(divisor) = moments.count.checked_sub(u64::from(self.sample)).filter(|n| *n > 0) else {
            return Ok(None);
        };
        let variance = moments.squares / divisor as f64;
        Ok(Some(if self.root { variance.sqrt() } else { variance }))
    }
}
