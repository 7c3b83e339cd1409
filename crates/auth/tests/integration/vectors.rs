//! What a real Django answered, as `tests/vectors/generate.py` and the contract wrote it down.

use std::fmt::Debug;

use belleville_auth::signing::SecretKeys;
use serde_json::Value;

/// The contract's own vectors.
pub(crate) fn django() -> Value {
    parse(include_str!("../vectors/django.json"))
}

/// The answers that `generate.py` collected.
pub(crate) fn generated() -> Value {
    parse(include_str!("../vectors/generated.json"))
}

/// The keys that both were made with: the one that signs, and an older one.
pub(crate) fn keys() -> SecretKeys {
    let vectors = generated();
    SecretKeys::new(text(&vectors["secret_key"]), [text(&vectors["fallback"])])
}

pub(crate) fn text(value: &Value) -> &str {
    optional_text(value).unwrap_or_else(|| panic!("{value} is no string"))
}

pub(crate) fn optional_text(value: &Value) -> Option<&str> {
    value.as_str()
}

pub(crate) fn rows(value: &Value) -> &[Value] {
    let rows = value.as_array().unwrap_or_else(|| panic!("{value} is no list"));
    assert!(!rows.is_empty(), "a table without rows proves nothing");
    rows
}

/// Compares every row's outcome and reports all that differ, since one wrong rule usually shows in several rows.
pub(crate) fn check_rows<T: PartialEq + Debug>(
    rows: &[Value],
    expected: impl Fn(&Value) -> T,
    ours: impl Fn(&Value) -> T,
) {
    let differs = |row: &&Value| expected(row) != ours(row);
    let report = |row: &Value| format!("{row}\n  expected {:?}\n  ours     {:?}", expected(row), ours(row));
    let differing: Vec<String> = rows.iter().filter(differs).map(report).collect();
    assert!(
        differing.is_empty(),
        "{} of {} rows differ:\n{}",
        differing.len(),
        rows.len(),
        differing.join("\n")
    );
}

fn parse(json: &str) -> Value {
    serde_json::from_str(json).expect("the vectors are JSON")
}
