//! Names of hosts, as Django's `DomainNameValidator` has them.

/// Whether a character is one of `[a-z\u00a1-\uffff]`, in either case.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{a1}'..='\u{ffff}').contains(&c)
}

/// Whether a text is labels with dots between them, the last of which is a top-level domain.
pub(super) fn is_domain(host: &str) -> bool {
    let mut labels = host.split('.');
    let top = labels.next_back().unwrap_or_default();
    // An empty list is a name without a dot.
    let mut others = labels.peekable();
    others.peek().is_some() && others.all(is_label) && is_top_level(top)
}

/// At most 63 letters, digits and hyphens, with no hyphen at its ends.
fn is_label(label: &str) -> bool {
    let is_good = |c: char| is_letter(c) || c.is_ascii_digit() || c == '-';
    (1..=63).contains(&label.chars().count())
        && label.chars().all(is_good)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// A label of at least two letters without digits, or one in Punycode.
fn is_top_level(label: &str) -> bool {
    let without_digits = |c: char| is_letter(c) || c == '-';
    let is_plain = label.chars().count() >= 2 && is_label(label) && label.chars().all(without_digits);
    is_plain || is_punycode(label)
}

fn is_punycode(label: &str) -> bool {
    let Some((prefix, rest)) = label.split_at_checked(4) else { return false };
    // Two letters of Unicode are `k` and `s` for Python when case is ignored.
    let is_good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '\u{212a}' | '\u{17f}');
    prefix.eq_ignore_ascii_case("xn--")
        && (1..=59).contains(&rest.chars().count())
        && rest.chars().all(is_good)
}
