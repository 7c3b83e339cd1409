//! Names of indexes and constraints: exactly Django's, because Django finds them by these names.

use md5::{Digest, Md5};

/// The longest name of an index. SQLite has no limit; this is Django's own for such databases.
const MAX_NAME_LENGTH: usize = 200;

/// How many hexadecimal digits of the digest a name carries.
const DIGEST_LENGTH: usize = 8;

/// The name of an index of these columns, as Django's `_create_index_name` makes it; the suffix of a unique one is
/// `_uniq`.
pub fn index_name(table: &str, columns: &[&str], suffix: &str) -> String {
    let digest = format!("{}{suffix}", names_digest(table, columns));
    let joined = columns.join("_");
    let name = format!("{table}_{joined}_{digest}");
    if name.chars().count() <= MAX_NAME_LENGTH { name } else { shortened(table, &joined, &digest) }
}

fn shortened(table: &str, columns: &str, digest: &str) -> String {
    let digest = first(digest, MAX_NAME_LENGTH / 3);
    let rest = (MAX_NAME_LENGTH - digest.len()) / 2 - 1;
    let mut name = format!("{}_{}_{digest}", first(table, rest), first(columns, rest));
    if name.starts_with(|c: char| c == '_' || c.is_ascii_digit()) {
        name.pop();
        name.insert(0, 'D');
    }
    name
}

fn first(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

/// The MD5 that makes names different; it protects nothing.
fn names_digest(table: &str, columns: &[&str]) -> String {
    let mut hasher = Md5::new_with_prefix(table);
    for column in columns {
        hasher.update(column);
    }
    let bytes = hasher.finalize();
    bytes[..DIGEST_LENGTH / 2].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each row was written by Django 5.2.19's `_create_index_name`.
    #[test]
    fn names_are_djangos() {
        let (t, c) = ("t".repeat(150), "c".repeat(120));
        let digit = format!("1{t}");
        let long = format!("{}_{}_7a9ab63f_uniq", &t[..92], &c[..92]);
        let long_with_digit = format!("D{}_{}_9658dc9", &digit[..95], &c[..95]);
        for (table, columns, suffix, expected) in [
            ("django_session", vec!["expire_date"], "", "django_session_expire_date_a5c62663"),
            ("app_seat", vec!["row", "num"], "_uniq", "app_seat_row_num_eea96443_uniq"),
            (&t, vec![&c], "_uniq", &long),
            (&digit, vec![&c], "", &long_with_digit),
        ] {
            assert_eq!(index_name(table, &columns, suffix), expected);
        }
    }
}
