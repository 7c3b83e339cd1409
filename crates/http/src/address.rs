//! Addresses of clients, as limits count them.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// One client, for limits: an IPv4 address, or the /64 network of an IPv6 address, because one household or server
/// usually has a whole /64.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct AddressPrefix(IpAddr);

impl AddressPrefix {
    /// The prefix of an address. `::ffff:192.0.2.1` is `192.0.2.1`.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        })
    }
}

impl fmt::Display for AddressPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(f),
            IpAddr::V6(address) => write!(f, "{address}/64"),
        }
    }
}

/// An address as proxies write it in `X-Forwarded-For`: with a port or without, one of IPv6 perhaps in brackets.
pub fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let address: IpAddr = text.parse().ok().or_else(in_brackets).or_else(with_port)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (text, expected) in [
            ("192.0.2.1", Some("192.0.2.1")),
            (" 192.0.2.1:1234 ", Some("192.0.2.1")),
            ("2001:db8::1", Some("2001:db8::/64")),
            ("[2001:db8::1]", Some("2001:db8::/64")),
            ("[2001:db8::1]:443", Some("2001:db8::/64")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("[::ffff:192.0.2.1]:80", Some("192.0.2.1")),
            ("2001:db8:1:2:3:4:5:6", Some("2001:db8:1:2::/64")),
            ("unknown", None),
            ("192.0.2.1:x", None),
            ("", None),
        ] {
            let prefix = parse(text).map(|address| AddressPrefix::of(address).to_string());
            assert_eq!(prefix.as_deref(), expected, "{text}");
        }
    }
}
