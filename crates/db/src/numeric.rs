//! A decimal number as PostgreSQL sends it, without a copy.

use std::fmt::{self, Write as _};

use crate::Decimal;

/// How many decimal digits are in a group: PostgreSQL counts in base 10,000.
const GROUP: i32 = 4;

/// A number of PostgreSQL's type `numeric`, borrowed from a row. It is written (`Display`) with as many digits after the
/// point as it has in the database: `12.50`. It may be `NaN`, `Infinity` or `-Infinity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numeric<'a>(&'a [u8]);

/// What comes before the groups of digits.
struct Head {
    groups: usize,
    /// The place of the first group: 0 for the one before the point.
    weight: i32,
    sign: u16,
    /// How many digits are after the point.
    scale: usize,
}

const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;

impl<'a> Numeric<'a> {
    /// Reads the binary form. `None` when it is not one.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let number = Self(bytes);
        let head = number.head()?;
        let known = matches!(head.sign, 0 | NEGATIVE | NAN | INFINITY | NEGATIVE_INFINITY);
        (known && bytes.len() == 8 + 2 * head.groups).then_some(number)
    }

    fn head(&self) -> Option<Head> {
        let [a, b, c, d, e, f, g, h, ..] = *self.0 else { return None };
        Some(Head {
            groups: usize::from(u16::from_be_bytes([a, b])),
            weight: i32::from(i16::from_be_bytes([c, d])),
            sign: u16::from_be_bytes([e, f]),
            scale: usize::from(u16::from_be_bytes([g, h])),
        })
    }

    /// The group at a place: 0 where it is left out.
    fn group(&self, head: &Head, place: i32) -> u16 {
        let index = usize::try_from(head.weight - place).ok().filter(|index| *index < head.groups);
        let bytes = index.and_then(|index| self.0.get(8 + 2 * index..10 + 2 * index));
        bytes.map_or(0, |bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    /// The number, owned. `None` for what is no number: `NaN` and the infinities.
    pub fn to_decimal(&self) -> Option<Decimal> {
        self.to_string().parse().ok()
    }
}

impl fmt::Display for Numeric<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(head) = self.head() else { return Ok(()) };
        match head.sign {
            NAN => return f.write_str("NaN"),
            INFINITY => return f.write_str("Infinity"),
            NEGATIVE_INFINITY => return f.write_str("-Infinity"),
            NEGATIVE => f.write_char('-')?,
            _ => {}
        }
        write!(f, "{}", self.group(&head, head.weight.max(0)))?;
        for place in (0..head.weight).rev() {
            write!(f, "{:04}", self.group(&head, place))?;
        }
        if head.scale == 0 {
            return Ok(());
        }
        f.write_char('.')?;
        let mut left = head.scale;
        for place in 1.. {
            if left == 0 {
                break;
            }
            let digits = left.min(GROUP as usize);
            let group = self.group(&head, -place) / 10_u16.pow((GROUP as usize - digits) as u32);
            write!(f, "{group:0digits$}")?;
            left -= digits;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(weight: i16, sign: u16, scale: u16, groups: &[u16]) -> Vec<u8> {
        let head = [groups.len() as u16, weight as u16, sign, scale];
        head.iter().chain(groups).flat_map(|n| n.to_be_bytes()).collect()
    }

    /// What PostgreSQL 15 sends (`numeric_send`) for the text.
    #[test]
    fn numbers_are_written_as_postgresql_does() {
        for (sent, text) in [
            (bytes(0, 0, 0, &[]), "0"),
            (bytes(0, 0, 2, &[]), "0.00"),
            (bytes(0, 0, 2, &[12, 5000]), "12.50"),
            (bytes(0, NEGATIVE, 1, &[1, 5000]), "-1.5"),
            (bytes(1, 0, 0, &[1]), "10000"),
            (bytes(2, 0, 0, &[1, 2, 3]), "100020003"),
            (bytes(-1, 0, 4, &[1]), "0.0001"),
            (bytes(-2, 0, 8, &[1]), "0.00000001"),
            (bytes(-2, 0, 6, &[1200]), "0.000012"),
            (bytes(4, 0, 20, &[1, 2345, 6789, 123, 4567, 8901, 2345, 6789, 123, 4567]), {
                "12345678901234567.89012345678901234567"
            }),
            (bytes(0, NAN, 0, &[]), "NaN"),
            (bytes(0, INFINITY, 0, &[]), "Infinity"),
            (bytes(0, NEGATIVE_INFINITY, 0, &[]), "-Infinity"),
        ] {
            let number = Numeric::new(&sent).expect(text);
            assert_eq!(number.to_string(), text);
            assert_eq!(number.to_decimal(), text.parse().ok(), "{text}");
        }
        assert_eq!(Numeric::new(&[0, 1, 0, 0, 0, 0, 0, 0]), None, "a group is missing");
        assert_eq!(Numeric::new(&[]), None);
    }
}
