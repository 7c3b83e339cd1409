//! URLs, as Django's `URLValidator` has them: a pattern, and beside it Python's `urlsplit`, which finds the host in its own way.

use super::host::is_domain;
use super::ip::{is_ipv4_address, is_ipv6_address, parse_ipv6};
use crate::python::is_space;

/// The longest URL that Django takes, in characters.
const LONGEST: usize = 2048;

/// The longest name of a host, in characters.
const LONGEST_HOST: usize = 253;

/// The schemes that Django's `URLValidator` takes where it is told none.
pub const DEFAULT_SCHEMES: &[&str] = &["http", "https", "ftp", "ftps"];

/// Whether a text is a URL for Django's `URLValidator` with these schemes, which are in lower case.
pub fn is_url(text: &str, schemes: &[&str]) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    text.chars().count() <= LONGEST
        && !text.contains(['\t', '\r', '\n'])
        && schemes.contains(&&*scheme.to_lowercase())
        && is_scheme(scheme)
        && matches_pattern(rest)
        && is_netloc(rest.split(['/', '?', '#']).next().unwrap_or_default())
}

/// A scheme behind which `urlsplit` looks for a host.
fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Whether what follows the scheme is a host with perhaps a user before it, and a port and a path behind it.
fn matches_pattern(rest: &str) -> bool {
    let behind_user = rest.split_once('@').filter(|(user, _)| is_user(user)).map(|(_, behind)| behind);
    behind_user.is_some_and(is_host_and_path) || is_host_and_path(rest)
}

/// `name`, `name:` or `name:password`.
fn is_user(user: &str) -> bool {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    !name.is_empty() && !password.contains(':') && !user.contains(|c| c == '/' || is_space(c))
}

fn is_host_and_path(rest: &str) -> bool {
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let end = authority.find(']').map_or_else(|| authority.find(':'), |bracket| Some(bracket + 1));
    let (host, port) = authority.split_at(end.unwrap_or(authority.len()));
    (port.is_empty() || is_port(port)) && is_host(host) && !path.contains(is_space)
}

/// A colon with at most five digits behind it.
fn is_port(port: &str) -> bool {
    let digits = port.strip_prefix(':').unwrap_or_default();
    (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let is_good = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        return !address.is_empty() && address.bytes().all(is_good);
    }
    // Python takes the long s for an s when case is ignored.
    let is_localhost = host.replace('\u{17f}', "s").eq_ignore_ascii_case("localhost");
    is_localhost || is_ipv4_address(host) || is_domain(host.strip_suffix('.').unwrap_or(host))
}

/// Whether `urlsplit` takes the part with the host, and Django the host that it finds there.
fn is_netloc(netloc: &str) -> bool {
    has_good_brackets(netloc)
        && !netloc.contains(hides_delimiter)
        && leading_address(netloc).is_none_or(is_ipv6_address)
        && (1..=LONGEST_HOST).contains(&host_length(netloc))
}

/// What stands in brackets is an IPv6 address or one of a later kind, `v1.x`.
fn has_good_brackets(netloc: &str) -> bool {
    if netloc.contains('[') != netloc.contains(']') {
        return false;
    }
    let Some((_, behind)) = netloc.split_once('[') else { return true };
    let host = behind.split(']').next().unwrap_or_default();
    match host.strip_prefix('v') {
        Some(rest) => rest.split_once('.').is_some_and(|(version, rest)| {
            !version.is_empty() && !rest.is_empty() && version.bytes().all(|byte| byte.is_ascii_hexdigit())
        }),
        None => parse_ipv6(host).is_some(),
    }
}

/// Whether Unicode's NFKC makes a delimiter of URLs of a character, as of `℀`, which is `a/c`.
fn hides_delimiter(c: char) -> bool {
    matches!(
        c,
        '\u{2047}'
            ..='\u{2049}'
                | '\u{2100}'
                | '\u{2101}'
                | '\u{2105}'
                | '\u{2106}'
                | '\u{2a74}'
                | '\u{fe13}'
                | '\u{fe16}'
                | '\u{fe55}'
                | '\u{fe56}'
                | '\u{fe5f}'
                | '\u{fe6b}'
                | '\u{ff03}'
                | '\u{ff0f}'
                | '\u{ff1a}'
                | '\u{ff1f}'
                | '\u{ff20}'
    )
}

/// What stands between a bracket at the beginning and the last one, where nothing but a port follows.
fn leading_address(netloc: &str) -> Option<&str> {
    let (address, port) = netloc.strip_prefix('[')?.rsplit_once(']')?;
    (!address.is_empty() && (port.is_empty() || is_port(port))).then_some(address)
}

/// How long the host is in lower case.
fn host_length(netloc: &str) -> usize {
    let behind_user = netloc.rsplit('@').next().unwrap_or_default();
    let host = match behind_user.split_once('[') {
        Some((_, bracketed)) => bracketed.split(']').next(),
        None => behind_user.split(':').next(),
    };
    let host = host.unwrap_or_default();
    let (name, zone) = host.split_at(host.find('%').unwrap_or(host.len()));
    name.to_lowercase().chars().count() + zone.chars().count()
}
