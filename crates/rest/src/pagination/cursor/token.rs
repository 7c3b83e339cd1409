//! The text of a cursor.

use belleville_http::parsers::QueryDict;
use belleville_http::uri::quote_plus;

use super::Position;
use crate::json::Json;
use crate::python::{self, base64_decode, base64_encode};

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cursor {
    /// How many rows behind the position are left out.
    pub(super) offset: u64,
    /// The page ends there instead.
    pub(super) reverse: bool,
    /// The value of the order's first field behind which it begins, or the values of all of them.
    pub(super) position: Option<Position>,
}

impl Cursor {
    /// Reads the base64 of a query: `o` is the offset, `r` the direction, `p` the value of the
    /// first field. Ours are `k`, the values of the other fields, and `n`, which of all these are NULL.
    pub(super) fn decode(text: &str, cutoff: u64) -> Option<Self> {
        if !text.is_ascii() {
            return None;
        }
        let query =
            String::from_utf8(base64_decode(text.as_bytes())?).ok().filter(|query| query.is_ascii())?;
        let tokens = QueryDict::from_urlencoded(&query);
        let first = |name: &str| tokens.getlist(name).first().map_or("0", String::as_str);
        let offset = match python::int(first("o"))? {
            Json::Int(offset) => u64::try_from(offset).ok()?,
            Json::BigInt(digits) if !digits.starts_with('-') => u64::MAX,
            _ => return None,
        };
        let reverse = python::int(first("r"))? != Json::Int(0);
        let nulls: Vec<usize> = match tokens.get("n") {
            None => Vec::new(),
            Some(nulls) => nulls.split(',').map(|at| at.parse().ok()).collect::<Option<_>>()?,
        };
        let texts = tokens.getlist("p").iter().take(1).chain(tokens.getlist("k")).enumerate();
        let position: Position =
            texts.map(|(at, text)| (!nulls.contains(&at)).then(|| text.clone())).collect();
        let position = (!position.is_empty()).then_some(position);
        Some(Self { offset: offset.min(cutoff), reverse, position })
    }

    pub(super) fn encode(&self) -> String {
        let mut tokens = Vec::new();
        if self.offset != 0 {
            tokens.push(format!("o={}", self.offset));
        }
        if self.reverse {
            tokens.push("r=1".to_owned());
        }
        let position = self.position.as_deref().unwrap_or_default();
        tokens.extend(position.iter().enumerate().map(|(at, text)| {
            let key = if at == 0 { "p" } else { "k" };
            format!("{key}={}", quote_plus(text.as_deref().unwrap_or_default()))
        }));
        let nulls =
            position.iter().enumerate().filter(|(_, text)| text.is_none()).map(|(at, _)| at.to_string());
        let nulls: Vec<String> = nulls.collect();
        if !nulls.is_empty() {
            tokens.push(format!("n={}", quote_plus(&nulls.join(","))));
        }
        base64_encode(tokens.join("&").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(offset: u64, reverse: bool, position: &[Option<&str>]) -> Cursor {
        let position: Position = position.iter().map(|text| text.map(str::to_owned)).collect();
        Cursor { offset, reverse, position: (!position.is_empty()).then_some(position) }
    }

    #[test]
    fn a_cursor_is_drfs() {
        let at = cursor(1, false, &[Some("2024-01-01 04:00:00.000004+00:00")]);
        assert_eq!(at.encode(), "bz0xJnA9MjAyNC0wMS0wMSswNCUzQTAwJTNBMDAuMDAwMDA0JTJCMDAlM0EwMA==");
        assert_eq!(cursor(0, true, &[]).encode(), "cj0x");
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let all = [
            cursor(0, false, &[]),
            cursor(7, true, &[Some("é&=+ %")]),
            cursor(0, true, &[None]),
            cursor(3, false, &[Some(""), None, Some("5"), None]),
        ];
        for cursor in all {
            assert_eq!(Cursor::decode(&cursor.encode(), 1000), Some(cursor));
        }
    }
}
