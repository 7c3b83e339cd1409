//! E-mail addresses, as Django's `EmailValidator` has them.

use super::host::is_domain;
use super::{is_ipv4_address, is_ipv6_address};

/// The longest text that Django looks at, in characters.
const LONGEST: usize = 320;

/// The domains that are good without a dot.
pub(super) const ALLOWLIST: &[&str] = &["localhost"];

/// Whether a text is an address for Django's `validate_email`.
pub fn is_email(text: &str) -> bool {
    is_address(text, ALLOWLIST)
}

/// The same, with domains that are good as they are.
pub(super) fn is_address(text: &str, allowlist: &[&str]) -> bool {
    match text.rsplit_once('@') {
        Some((name, domain)) => {
            text.chars().count() <= LONGEST
                && (is_dot_atom(name) || is_quoted(name))
                && (allowlist.contains(&domain) || is_domain(domain) || is_literal(domain))
        }
        None => false,
    }
}

/// The four letters of Unicode that are `i`, `k` and `s` for Python when case is ignored.
fn is_folded(c: char) -> bool {
    matches!(c, '\u{130}' | '\u{131}' | '\u{17f}' | '\u{212a}')
}

/// Words of letters, digits and some signs, with dots between them.
fn is_dot_atom(name: &str) -> bool {
    let in_word = |c: char| c.is_ascii_alphanumeric() || "-!#$%&'*+/=?^_`{}|~".contains(c) || is_folded(c);
    name.split('.').all(|word| !word.is_empty() && word.chars().all(in_word))
}

/// Characters of ASCII in quotes. White space, a quote and a backslash come after a backslash.
fn is_quoted(name: &str) -> bool {
    let inside = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inside) = inside.filter(|_| name.len() > 1) else { return false };
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        let is_good = match c {
            '\\' => chars.next().is_some_and(|c| is_escapable(c) || is_folded(c)),
            '\t' | '"' | ' ' => false,
            c => is_escapable(c) || is_folded(c),
        };
        if !is_good {
            return false;
        }
    }
    true
}

fn is_escapable(c: char) -> bool {
    matches!(c, '\u{1}'..='\t' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{7f}')
}

/// An address of the internet in brackets.
fn is_literal(domain: &str) -> bool {
    let inside = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|address| {
        !address.contains('%') && (is_ipv4_address(address) || is_ipv6_address(address))
    })
}
