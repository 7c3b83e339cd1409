//! Python's `float`: how it is read and shown.

use super::{decimal_digit, is_number_space};

/// Python's `float(text)`: white space around it, single underscores between digits, digits of every script, `inf` and `nan`.
pub fn parse_float(text: &str) -> Option<f64> {
    let trimmed = text.trim_matches(is_number_space);
    let mut plain = String::with_capacity(trimmed.len());
    let mut after_digit = false;
    let mut chars = trimmed.chars().peekable();
    while let Some(c) = chars.next() {
        let digit = decimal_digit(c).and_then(|digit| char::from_digit(digit, 10));
        let is_before_digit = || chars.clone().next().is_some_and(|next| decimal_digit(next).is_some());
        if c == '_' && !(after_digit && is_before_digit()) {
            return None;
        }
        after_digit = digit.is_some();
        if c != '_' {
            plain.push(digit.unwrap_or(c));
        }
    }
    plain.parse().ok()
}

/// Python's `repr` of a float: the shortest digits, with an exponent below 1e-4 and from 1e16 on.
pub fn float_repr(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if number != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.unsigned_abs());
    }
    let plain = format!("{number}");
    if plain.contains('.') { plain } else { format!("{plain}.0") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_pythons() {
        for (number, expected) in [
            (1.0, "1.0"),
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e300, "1.5e+300"),
            (123456.789, "123456.789"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(float_repr(number), expected);
        }
    }
}
