//! Addresses of the internet, as Python's `ipaddress` reads them.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest text that Django takes for an IPv6 address.
const LONGEST_IPV6: usize = 39;

/// Whether a text is an IPv4 address for Django's `validate_ipv4_address`: four numbers without leading zeros.
pub fn is_ipv4_address(text: &str) -> bool {
    parse_ipv4(text).is_some()
}

/// Whether a text is an IPv6 address for Django's `validate_ipv6_address`. It may have a zone: `fe80::1%eth0`.
pub fn is_ipv6_address(text: &str) -> bool {
    is_short(text) && parse_ipv6(text).is_some()
}

/// An IPv6 address in its shortest form, without its zone: Django's `clean_ipv6_address`. An IPv4 address inside of it
/// (`::ffff:10.0.0.1`) stays, or is given by itself. None where the text is no IPv6 address.
pub fn clean_ipv6_address(text: &str, unpack_ipv4: bool) -> Option<String> {
    let address = Ipv6Addr::from_bits(parse_ipv6(text).filter(|_| is_short(text))?);
    Some(match address.to_ipv4_mapped() {
        Some(inside) if unpack_ipv4 => inside.to_string(),
        _ => address.to_string(),
    })
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= LONGEST_IPV6
}

fn parse_ipv4(text: &str) -> Option<u32> {
    text.parse().map(Ipv4Addr::to_bits).ok()
}

/// Python's `int(IPv6Address(text))`.
pub(super) fn parse_ipv6(text: &str) -> Option<u128> {
    let address = match text.split_once('%') {
        Some((address, zone)) if !zone.is_empty() && !zone.contains('%') => address,
        Some(_) => return None,
        None => text,
    };
    if text.contains('/') {
        return None;
    }
    address.parse().map(Ipv6Addr::to_bits).ok()
}
