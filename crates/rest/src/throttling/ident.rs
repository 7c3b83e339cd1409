//! Who a request counts for, when nobody is logged in.

use belleville_http::address::{self, AddressPrefix};
use belleville_http::http::HeaderName;

use super::Throttling;
use crate::exceptions::Result;
use crate::request::Request;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client: DRF's `get_ident`. The setting `num_proxies` says where it is read. An address of IPv6 counts for
/// its /64 network, because one client has a whole one.
///
/// # Errors
/// When the program has no throttles.
pub fn get_ident(request: &Request) -> Result<String> {
    let proxies = request.services().require::<Throttling>()?.num_proxies;
    let forwarded = request.header_text(&X_FORWARDED_FOR);
    let peer = request.peer().map(|address| address.to_string()).unwrap_or_default();
    Ok(network(&ident(proxies, forwarded.as_deref(), &peer)))
}

fn ident(proxies: Option<u32>, forwarded: Option<&str>, peer: &str) -> String {
    match (proxies, forwarded) {
        (Some(0), _) | (_, None) => peer.to_owned(),
        (Some(proxies), Some(forwarded)) => {
            let addresses: Vec<&str> = forwarded.split(',').collect();
            let at = addresses.len().saturating_sub(proxies as usize);
            addresses.get(at).map_or(peer, |address| address.trim()).to_owned()
        }
        // The whole header, as the client and every proxy have written it.
        (None, Some("")) => peer.to_owned(),
        (None, Some(forwarded)) => forwarded.split_whitespace().collect(),
    }
}

/// The network of an address; any other text is as it is.
fn network(ident: &str) -> String {
    address::parse(ident).map_or_else(|| ident.to_owned(), |address| AddressPrefix::of(address).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_apart_as_in_drf() {
        let two = Some("10.0.0.1, 10.0.0.2");
        // Each row is what `BaseThrottle.get_ident` answers for this `NUM_PROXIES` and `X-Forwarded-For`.
        for (proxies, forwarded, expected) in [
            (None, None, "peer"),
            (None, Some(""), "peer"),
            (None, two, "10.0.0.1,10.0.0.2"),
            (Some(0), two, "peer"),
            (Some(1), None, "peer"),
            (Some(1), two, "10.0.0.2"),
            (Some(2), two, "10.0.0.1"),
            (Some(3), two, "10.0.0.1"),
            (Some(1), Some(""), ""),
        ] {
            assert_eq!(ident(proxies, forwarded, "peer"), expected, "{proxies:?} {forwarded:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        for (text, expected) in [
            ("2001:db8::1", "2001:db8::/64"),
            ("2001:db8::2", "2001:db8::/64"),
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1,192.0.2.2", "192.0.2.1,192.0.2.2"),
            ("unknown", "unknown"),
        ] {
            assert_eq!(network(text), expected);
        }
    }
}
