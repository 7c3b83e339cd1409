//! The texts of values that the server sends in a binary form of their own, as it would write them itself.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio_postgres::types::{Kind, Type};

/// `None` for a type that is not known, or bytes that are not of it.
pub(super) fn of(kind: &Type, bytes: &[u8]) -> Option<String> {
    match *kind {
        Type::INET => address(bytes, false),
        Type::CIDR => address(bytes, true),
        Type::MACADDR | Type::MACADDR8 => Some(hardware_address(bytes)),
        Type::CHAR => Some(char::from(*bytes.first()?).to_string()),
        Type::TS_VECTOR => words(bytes),
        _ => match kind.kind() {
            Kind::Domain(inner) => of(inner, bytes),
            _ => None,
        },
    }
}

/// Family, prefix, whether it is a network, length, address. An address has its prefix only when it is one of a network.
fn address(bytes: &[u8], network: bool) -> Option<String> {
    let ([_, prefix, _, _], address) = bytes.split_first_chunk()?;
    let (address, whole): (IpAddr, u8) = match address.len() {
        4 => (Ipv4Addr::from(<[u8; 4]>::try_from(address).ok()?).into(), 32),
        16 => (Ipv6Addr::from(<[u8; 16]>::try_from(address).ok()?).into(), 128),
        _ => return None,
    };
    if network || *prefix != whole {
        return Some(format!("{address}/{prefix}"));
    }
    Some(address.to_string())
}

fn hardware_address(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        let colon = if text.is_empty() { "" } else { ":" };
        // Writing to a string does not fail.
        let _ = write!(text, "{colon}{byte:02x}");
    }
    text
}

/// The words of a text, each with its positions and their weights: `'cat':3A 'fat':2`.
fn words(bytes: &[u8]) -> Option<String> {
    let (count, mut rest) = bytes.split_first_chunk()?;
    let mut text = String::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let end = rest.iter().position(|byte| *byte == 0)?;
        let word = std::str::from_utf8(&rest[..end]).ok()?;
        let space = if text.is_empty() { "" } else { " " };
        let _ = write!(text, "{space}'{}'", word.replace('\\', "\\\\").replace('\'', "''"));
        let (positions, after) = rest[end + 1..].split_first_chunk()?;
        rest = after;
        for index in 0..u16::from_be_bytes(*positions) {
            let (position, after) = rest.split_first_chunk()?;
            rest = after;
            let position = u16::from_be_bytes(*position);
            let weight = ["", "C", "B", "A"][usize::from(position >> 14)];
            let _ = write!(text, "{}{}{weight}", if index == 0 { ':' } else { ',' }, position & 0x3FFF);
        }
    }
    Some(text)
}
