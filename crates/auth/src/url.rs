//! URLs, parsed as Python's `urlsplit` does, for headers that decide whether a request is allowed: when two parsers
//! disagree about where a host ends, such a check can be bypassed.

use std::net::Ipv6Addr;

/// A URL in five parts, which borrow nothing because tabs and line ends may have had to go.
#[derive(Debug, PartialEq, Eq)]
pub struct SplitUrl {
    /// In small letters; empty when there is none.
    pub scheme: String,
    /// The host, with its port and what stands before it; empty when there is none.
    pub netloc: String,
    /// What stands behind the host, up to the query.
    pub path: String,
    /// What stands behind a question mark.
    pub query: String,
    /// What stands behind a `#`.
    pub fragment: String,
}

impl SplitUrl {
    /// `None` where Python raises `ValueError`.
    pub fn parse(url: &str) -> Option<Self> {
        let url = url.trim_start_matches(|c| c <= ' ').replace(['\t', '\r', '\n'], "");
        let (scheme, rest) = split_scheme(&url);
        let (netloc, rest) = split_netloc(rest);
        check_brackets(netloc)?;
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let [netloc, path, query, fragment] = [netloc, path, query, fragment].map(str::to_owned);
        Some(Self { scheme, netloc, path, query, fragment })
    }

    /// Python's `geturl`, for a URL with a scheme and a host: what was read, less an empty query or fragment.
    pub(crate) fn geturl(&self) -> String {
        let Self { scheme, netloc, path, query, fragment } = self;
        let part =
            |mark: char, text: &str| if text.is_empty() { String::new() } else { format!("{mark}{text}") };
        format!("{scheme}://{netloc}{path}{}{}", part('?', query), part('#', fragment))
    }
}

fn split_scheme(url: &str) -> (String, &str) {
    let is_scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    match url.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
        _ => (String::new(), url),
    }
}

fn split_netloc(rest: &str) -> (&str, &str) {
    match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len())),
        None => ("", rest),
    }
}

fn check_brackets(netloc: &str) -> Option<()> {
    match (netloc.split_once('['), netloc.contains(']')) {
        (None, false) => Some(()),
        (Some((_, inside)), true) => is_bracketed_host(inside.split(']').next()?).then_some(()),
        _ => None,
    }
}

fn is_bracketed_host(host: &str) -> bool {
    match host.strip_prefix('v') {
        Some(future) => future.split_once('.').is_some_and(|(version, address)| {
            !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_hexdigit()) && !address.is_empty()
        }),
        None => {
            let (address, zone) = host.split_once('%').unwrap_or((host, "zone"));
            !zone.is_empty() && !zone.contains('%') && address.parse::<Ipv6Addr>().is_ok()
        }
    }
}
