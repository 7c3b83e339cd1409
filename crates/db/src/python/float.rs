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
    let scientific = shortest(number);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    }
    let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |digits| ("-", digits));
    let digits = digits.replace('.', "");
    match usize::try_from(exponent) {
        Err(_) => format!("{sign}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1)),
        Ok(before) if before + 1 < digits.len() => {
            let (whole, part) = digits.split_at(before + 1);
            format!("{sign}{whole}.{part}")
        }
        Ok(before) => format!("{sign}{digits}{}.0", "0".repeat(before + 1 - digits.len())),
    }
}

/// The shortest digits that are this number, with an exponent: `-1.5e3`. Where two of that length are equally near, the last digit
/// is even, as in Python; that takes digits as many as a float has.
fn shortest(number: f64) -> String {
    const MOST: usize = 16;
    let shortest = format!("{number:e}");
    let digits = shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    if digits < MOST { shortest } else { format!("{number:.*e}", digits - 1) }
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
            (-0.00012, "-0.00012"),
            (-1234567890123456.0, "-1234567890123456.0"),
            (12e14, "1200000000000000.0"),
            // Equally near are ..36.3 and ..36.2.
            (-(793095150179636.0 + 0.25), "-793095150179636.2"),
            (204223996307255.0 + 0.125, "204223996307255.12"),
            (1085002550194335.0 + 0.25, "1085002550194335.2"),
            (2e-308 / 3.0, "6.66666666666667e-309"),
        ] {
            assert_eq!(float_repr(number), expected);
        }
    }
}
