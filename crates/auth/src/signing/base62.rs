//! Base 62, in which a signature's timestamp is written: digits, then capitals, then small letters.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `number` in base 62.
///
/// ```
/// use belleville_auth::signing::base62;
/// assert_eq!(base62::encode(1_700_000_000), "1r31eq");
/// ```
#[must_use]
pub fn encode(number: i64) -> String {
    let mut rest = number.unsigned_abs();
    let mut digits = Vec::new();
    while rest > 0 || digits.is_empty() {
        digits.push(ALPHABET[(rest % 62) as usize]);
        rest /= 62;
    }
    if number < 0 {
        digits.push(b'-');
    }
    digits.iter().rev().copied().map(char::from).collect()
}

/// The number that `text` writes in base 62; `None` when it is not one or does not fit.
#[must_use]
pub fn decode(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0_i64, |number, digit| {
        let value = ALPHABET.iter().position(|candidate| *candidate == digit)?;
        number.checked_mul(62)?.checked_add(sign * value as i64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip() {
        let rows = [(0, "0"), (61, "z"), (62, "10"), (-1, "-1"), (1_700_000_000, "1r31eq")];
        for (number, text) in rows {
            assert_eq!(encode(number), text);
            assert_eq!(decode(text), Some(number));
        }
        for number in [i64::MIN, i64::MAX] {
            assert_eq!(decode(&encode(number)), Some(number));
        }
    }

    #[test]
    fn what_is_not_a_number_is_none() {
        for text in ["", "-", "a b", "é", "--1", "1-", "zzzzzzzzzzzzzzz"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
