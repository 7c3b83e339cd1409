//! Python's `decimal.Decimal`: how it is read, rounded and shown.

use std::fmt;
use std::num::NonZeroU64;

use bigdecimal::RoundingMode;
use bigdecimal::num_bigint::BigInt;

use super::{decimal_digit, str_strip};
use crate::Decimal;

/// The digits of Python's default context.
const PRECISION: usize = 28;

/// The most digits that a number takes when it is written out: PostgreSQL has as many after the point.
const MOST_DIGITS: u64 = 16_000;

/// A finite decimal number as Python has it, `(-1)^sign * digits * 10^exponent`: it tells `1.50` from `1.5`, and zero has a
/// sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecimalParts {
    is_negative: bool,
    /// ASCII digits without zeros at the beginning; `0` for zero.
    digits: String,
    exponent: i64,
}

/// One of Python's ways to round, `decimal.ROUND_HALF_EVEN` and the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rounding {
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards infinity.
    Ceiling,
    /// Towards minus infinity.
    Floor,
    /// To the nearest; what is between two, away from zero.
    HalfUp,
    /// To the nearest; what is between two, towards zero.
    HalfDown,
    /// To the nearest; what is between two, to the one whose last digit is even. Python's default.
    #[default]
    HalfEven,
    /// Away from zero where the last digit is then 0 or 5, otherwise towards zero: `ROUND_05UP`.
    ZeroFiveUp,
}

/// How many digits a number has, as Django REST framework and Django count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigitCount {
    /// All of them.
    pub total: u64,
    /// Those before the point.
    pub whole: u64,
    /// Those after it.
    pub places: u64,
}

impl DecimalParts {
    /// Python's `Decimal(text)`: white space around it, digits of every script, underscores anywhere. `None` for what is no
    /// number, and for `NaN` and infinities.
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |c| decimal_digit(c).and_then(|digit| char::from_digit(digit, 10));
        let plain = str_strip(text).chars().filter(|c| *c != '_').map(|c| digit(c).unwrap_or(c));
        let plain: String = plain.collect();
        let (number, exponent) = plain.split_once(['e', 'E']).unwrap_or((&plain, "0"));
        let unsigned = number.strip_prefix(['-', '+']).unwrap_or(number);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = are_digits(whole) && are_digits(fraction) && whole.len() + fraction.len() > 0;
        let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if !is_number || exponent_digits.is_empty() || !are_digits(exponent_digits) {
            return None;
        }
        let exponent = exponent.parse::<i64>().ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let parts = Self::new(number.starts_with('-'), &format!("{whole}{fraction}"), exponent);
        parts.is_in_range().then_some(parts)
    }

    fn new(is_negative: bool, digits: &str, exponent: i64) -> Self {
        let digits = digits.trim_start_matches('0');
        let digits = if digits.is_empty() { "0" } else { digits }.to_owned();
        Self { is_negative, digits, exponent }
    }

    /// Python's greatest and least exponents on a machine of 64 bits.
    fn is_in_range(&self) -> bool {
        const GREATEST: i64 = 999_999_999_999_999_999;
        self.exponent > -2 * GREATEST && self.exponent.saturating_add(self.len() - 1) <= GREATEST
    }

    fn len(&self) -> i64 {
        i64::try_from(self.digits.len()).unwrap_or(i64::MAX)
    }

    fn is_zero(&self) -> bool {
        self.digits == "0"
    }

    /// The number, where it takes at most some thousand digits when it is written out. The sign of zero is lost.
    pub fn to_decimal(&self) -> Option<Decimal> {
        let length = self.exponent.unsigned_abs().saturating_add(self.digits.len() as u64);
        if length > MOST_DIGITS {
            return None;
        }
        let sign = if self.is_negative { "-" } else { "" };
        let mantissa: BigInt = format!("{sign}{}", self.digits).parse().ok()?;
        Some(Decimal::new(mantissa, -self.exponent))
    }

    /// Whether it is zero with a minus sign.
    pub fn is_minus_zero(&self) -> bool {
        self.is_negative && self.is_zero()
    }

    /// With a minus sign, which zero may have too.
    #[must_use]
    pub fn with_minus(self) -> Self {
        Self { is_negative: true, ..self }
    }

    /// Python's `float(number)`.
    pub fn to_f64(&self) -> f64 {
        let sign = if self.is_negative { "-" } else { "" };
        format!("{sign}{}e{}", self.digits, self.exponent).parse().unwrap_or(f64::NAN)
    }

    /// How many digits it has.
    pub fn count_digits(&self) -> DigitCount {
        let (len, exponent) = (self.digits.len() as u64, self.exponent.unsigned_abs());
        if self.exponent >= 0 {
            let total = len.saturating_add(exponent);
            DigitCount { total, whole: total, places: 0 }
        } else if len > exponent {
            DigitCount { total: len, whole: len - exponent, places: exponent }
        } else {
            DigitCount { total: exponent, whole: 0, places: exponent }
        }
    }

    /// Python's `quantize`: the number with this many digits after the point. `None` when it has then more than `precision`
    /// digits, or more than 28 without one: Python raises `InvalidOperation`.
    pub fn quantize(&self, places: u16, rounding: Rounding, precision: Option<u32>) -> Option<Self> {
        let precision = precision.map_or(PRECISION, |digits| digits as usize);
        let exponent = -i64::from(places);
        let added = self.exponent.checked_sub(exponent)?;
        let quantized = if self.is_zero() {
            Self { exponent, ..self.clone() }
        } else if added >= 0 {
            if self.len().saturating_add(added) > i64::try_from(precision).ok()? {
                return None;
            }
            let zeros = "0".repeat(usize::try_from(added).ok()?);
            Self { is_negative: self.is_negative, digits: format!("{}{zeros}", self.digits), exponent }
        } else {
            let dropped = usize::try_from(added.unsigned_abs()).unwrap_or(usize::MAX);
            Self { exponent, ..self.rounded(dropped, rounding) }
        };
        (quantized.digits.len() <= precision).then_some(quantized)
    }

    /// Without its last `dropped` digits, of which there may be more than it has.
    fn rounded(&self, dropped: usize, rounding: Rounding) -> Self {
        let kept = self.digits.len().saturating_sub(dropped);
        let (kept, rest) = self.digits.split_at(kept);
        // What is dropped, beside one half of the last digit that is kept.
        let first = if rest.len() < dropped { '0' } else { rest.chars().next().unwrap_or('0') };
        let is_exact = rest.bytes().all(|digit| digit == b'0');
        let is_half = first == '5' && rest.bytes().skip(1).all(|digit| digit == b'0');
        let is_more = first > '5' || first == '5' && !is_half;
        let last = kept.chars().last().unwrap_or('0');
        let away = match rounding {
            Rounding::Up => !is_exact,
            Rounding::Down => false,
            Rounding::Ceiling => !is_exact && !self.is_negative,
            Rounding::Floor => !is_exact && self.is_negative,
            Rounding::HalfUp => is_half || is_more,
            Rounding::HalfDown => is_more,
            Rounding::HalfEven => is_more || is_half && !matches!(last, '0' | '2' | '4' | '6' | '8'),
            Rounding::ZeroFiveUp => !is_exact && matches!(last, '0' | '5'),
        };
        let kept = if kept.is_empty() { "0" } else { kept };
        let digits = if away { incremented(kept) } else { kept.to_owned() };
        let exponent = self.exponent.saturating_add(i64::try_from(dropped).unwrap_or(i64::MAX));
        Self::new(self.is_negative, &digits, exponent)
    }

    /// Python's `normalize()`: at most 28 digits, without zeros at the end, so that `100` is `1E+2`.
    #[must_use]
    pub fn normalize(&self) -> Self {
        let rounded = self.rounded(self.digits.len().saturating_sub(PRECISION), Rounding::HalfEven);
        if rounded.is_zero() {
            return Self { exponent: 0, ..rounded };
        }
        let digits = rounded.digits.trim_end_matches('0');
        let zeros = i64::try_from(rounded.digits.len() - digits.len()).unwrap_or_default();
        Self { digits: digits.to_owned(), exponent: rounded.exponent.saturating_add(zeros), ..rounded }
    }

    /// Python's `f"{number:f}"`: without an exponent. It is as long as the number is great.
    pub fn to_fixed(&self) -> String {
        let sign = if self.is_negative { "-" } else { "" };
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or_default());
        if self.exponent >= 0 {
            let zeros = if self.is_zero() { String::new() } else { zeros(self.exponent) };
            return format!("{sign}{}{zeros}", self.digits);
        }
        let places = self.exponent.unsigned_abs();
        let padded = format!("{}{}", zeros(1 - self.len() - self.exponent), self.digits);
        let (whole, fraction) =
            padded.split_at(padded.len().saturating_sub(usize::try_from(places).unwrap_or(0)));
        format!("{sign}{whole}.{fraction}")
    }
}

/// The digits of the number that is greater by one.
fn incremented(digits: &str) -> String {
    let kept = digits.trim_end_matches('9');
    let nines = digits.len() - kept.len();
    let mut next = kept.to_owned();
    match next.pop() {
        Some(last) => next.push(char::from_u32(u32::from(last) + 1).unwrap_or(last)),
        None => next.push('1'),
    }
    next.push_str(&"0".repeat(nines));
    next
}

/// Python's `str(number)`: very small numbers have an exponent, and those that were written with a positive one.
impl fmt::Display for DecimalParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exponent = self.exponent.saturating_add(self.len() - 1);
        if self.exponent <= 0 && exponent >= -6 {
            return f.write_str(&self.to_fixed());
        }
        let (first, rest) = self.digits.split_at(1);
        let sign = if self.is_negative { "-" } else { "" };
        let point = if rest.is_empty() { "" } else { "." };
        write!(f, "{sign}{first}{point}{rest}E{exponent:+}")
    }
}

impl From<&Decimal> for DecimalParts {
    fn from(number: &Decimal) -> Self {
        let (mantissa, places) = number.as_bigint_and_exponent();
        let mantissa = mantissa.to_string();
        let digits = mantissa.strip_prefix('-');
        Self::new(digits.is_some(), digits.unwrap_or(&mantissa), places.saturating_neg())
    }
}

/// Python's `decimal.Decimal(text)` of a number of at most some thousand digits, which is not `NaN` or infinite.
pub fn parse_decimal(text: &str) -> Option<Decimal> {
    DecimalParts::parse(text)?.to_decimal()
}

/// Python's `decimal.Context().create_decimal_from_float(number)`: what the number is exactly, to 28 digits.
pub fn decimal_of_float(number: f64) -> Option<Decimal> {
    let exact = Decimal::try_from(number).ok()?;
    let precision = NonZeroU64::new(PRECISION as u64)?;
    let is_longer = exact.digits() > precision.get();
    Some(if is_longer { exact.with_precision_round(precision, RoundingMode::HalfEven) } else { exact })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_pythons() {
        for (text, expected) in [
            ("1.50", Some("1.50")),
            (" -1_0.5\n", Some("-10.5")),
            ("1E+2", Some("100")),
            ("1e-3", Some("0.001")),
            (".5", Some("0.5")),
            ("5.", Some("5")),
            ("_1_", Some("1")),
            ("٣.٤", Some("3.4")),
            ("+7", Some("7")),
            ("1e", None),
            ("e5", None),
            (".", None),
            ("--1", None),
            ("1 2", None),
            ("NaN", None),
            ("0x10", None),
            ("1e+", None),
            ("1.2.3", None),
            ("", None),
            // Too long to be written out.
            ("1e999999999", None),
            ("1e-99999999999999999999", None),
        ] {
            let shown = parse_decimal(text).map(|number| number.to_plain_string());
            assert_eq!(shown.as_deref(), expected, "{text}");
        }
        for (number, expected) in [
            (0.1, "0.1000000000000000055511151231"),
            (1.5, "1.5"),
            (-2.675, "-2.674999999999999822364316060"),
            (123_456_789_012_345_680_000.0, "123456789012345683968"),
        ] {
            assert_eq!(
                decimal_of_float(number).map(|number| number.to_plain_string()).as_deref(),
                Some(expected)
            );
        }
        assert_eq!(decimal_of_float(f64::INFINITY), None);
    }
}
