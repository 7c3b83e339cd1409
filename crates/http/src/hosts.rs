//! The hosts that a request may have in `Host`: Django's `ALLOWED_HOSTS`.

use std::borrow::Cow;

use belleville_db::json::Json;
use belleville_db::python::repr_of;
use serde::Deserialize;

use crate::settings::Section;

/// The hosts of the program.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct HostSettings {
    /// The hosts that requests may name: exact, `.example.com` with its subdomains, or `*`.
    pub allowed_hosts: Vec<String>,
}

impl Section for HostSettings {}

/// Hosts of this machine, which development mode allows when no others are named.
const LOCAL: [&str; 3] = [".localhost", "127.0.0.1", "[::1]"];

/// The hosts that requests may name.
#[derive(Debug)]
pub struct AllowedHosts {
    patterns: Vec<String>,
}

impl AllowedHosts {
    /// The hosts that the settings name; in development those of this machine when they name none.
    pub fn new(settings: &HostSettings, debug: bool) -> Self {
        let patterns = match settings.allowed_hosts.as_slice() {
            [] if debug => LOCAL.map(str::to_owned).to_vec(),
            hosts => hosts.iter().map(|host| host.to_lowercase()).collect(),
        };
        Self { patterns }
    }

    /// Whether a `Host` header is well formed and names one of them.
    pub fn allow(&self, header: &str) -> bool {
        let header = in_lower_case(header);
        domain(&header).is_some_and(|domain| self.patterns.iter().any(|pattern| matches(domain, pattern)))
    }
}

/// Why a `Host` header is refused, as Django says it.
pub fn refusal(header: &str) -> String {
    let quoted = |text: &str| repr_of(&Json::from(text));
    let what_to_do = match domain(&in_lower_case(header)) {
        Some(domain) => format!("You may need to add {} to ALLOWED_HOSTS.", quoted(domain)),
        None => "The domain name provided is not valid according to RFC 1034/1035.".to_owned(),
    };
    format!("Invalid HTTP_HOST header: {}. {what_to_do}", quoted(header))
}

/// Whether a text is a host, perhaps with a port.
pub(crate) fn is_host(text: &str) -> bool {
    domain(&in_lower_case(text)).is_some()
}

fn in_lower_case(text: &str) -> Cow<'_, str> {
    let is_lower =
        !text.bytes().fold(false, |found, byte| found | !byte.is_ascii() | byte.is_ascii_uppercase());
    if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

/// The host of a header in lower case, without its port and without a final dot; `None` when it is malformed.
fn domain(lower: &str) -> Option<&str> {
    let (host, port) = match lower.starts_with('[') {
        true => lower.split_at(lower.find(']')? + 1),
        false => lower.split_at(lower.find(':').unwrap_or(lower.len())),
    };
    let port = match port.strip_prefix(':') {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => port.is_empty(),
    };
    let good = port && (is_name(host) || is_address(host));
    let host = host.strip_suffix('.').unwrap_or(host);
    (good && !host.is_empty()).then_some(host)
}

fn is_name(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

/// An IPv6 address in brackets.
fn is_address(host: &str) -> bool {
    let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return false };
    let Some((first, rest)) = address.split_once(':') else { return false };
    let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    first.bytes().all(hexadecimal)
        && !rest.is_empty()
        && rest.bytes().all(|byte| hexadecimal(byte) || b".:".contains(&byte))
}

fn matches(domain: &str, pattern: &str) -> bool {
    pattern == "*"
        || pattern == domain
        || pattern.strip_prefix('.').is_some_and(|base| domain == base || domain.ends_with(pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_allowed_as_django_allows_them() {
        for (hosts, debug, header, expected) in [
            (&["*"][..], false, "anything.example:8000", true),
            (&["*"], false, "", false),
            (&["*"], false, ".", false),
            (&["*"], false, "a b", false),
            (&["*"], false, "a/b", false),
            (&["*"], false, "a_b", false),
            (&["*"], false, "a:", false),
            (&["*"], false, "example.com:80x", false),
            (&["*"], false, "[::1]:80", true),
            (&["example.com"], false, "EXAMPLE.com.", true),
            (&["example.com"], false, "www.example.com", false),
            (&[".example.com"], false, "www.example.com", true),
            (&[".example.com"], false, "example.com", true),
            (&[".example.com"], false, "badexample.com", false),
            (&[], false, "localhost", false),
            (&[], true, "localhost:8000", true),
            (&[], true, "api.localhost", true),
            (&[], true, "127.0.0.1", true),
            (&[], true, "example.com", false),
        ] {
            let settings =
                HostSettings { allowed_hosts: hosts.iter().map(|host| (*host).to_owned()).collect() };
            assert_eq!(
                AllowedHosts::new(&settings, debug).allow(header),
                expected,
                "{header} under {hosts:?}"
            );
        }
    }
}
