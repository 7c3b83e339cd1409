//! Names of indexes and constraints: exactly Django's, because Django finds them by these names.

use md5::{Digest, Md5};

use crate::Dialect;

/// How many hexadecimal digits of the digest a name carries.
const DIGEST_LENGTH: usize = 8;

/// The longest name that Django gives an index: PostgreSQL's limit, and its own for databases without one.
const fn max_name_length(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Sqlite => 200,
        Dialect::Postgres => 63,
    }
}

/// The name of an index of these columns, as Django's `_create_index_name` makes it; the suffix of a unique one is
/// `_uniq`.
pub(crate) fn index_name(table: &str, columns: &[&str], suffix: &str, dialect: Dialect) -> String {
    let digest = format!("{}{suffix}", names_digest(table, columns, DIGEST_LENGTH));
    let joined = columns.join("_");
    let name = format!("{table}_{joined}_{digest}");
    let most = max_name_length(dialect);
    if name.chars().count() <= most { name } else { shortened(table, &joined, &digest, most) }
}

/// The name of an index that was given none: Django's `Index.set_name_with_model`. The columns in descending order begin
/// with `-`.
pub(crate) fn index_name_of(table: &str, columns: &[String], suffix: &str) -> String {
    let mut hashed: Vec<&str> = columns.iter().map(String::as_str).collect();
    hashed.push(suffix);
    let digest = names_digest(table, &hashed, 6);
    let column = columns.first().map_or("", |column| column.trim_start_matches('-'));
    let mut name = format!("{}_{}_{digest}_{suffix}", first(table, 11), first(column, 7));
    if name.starts_with(|c: char| c == '_' || c.is_ascii_digit()) {
        name.replace_range(..1, "D");
    }
    name
}

fn shortened(table: &str, columns: &str, digest: &str, most: usize) -> String {
    let digest = first(digest, if digest.chars().count() * 3 > most { most / 3 } else { usize::MAX });
    let rest = (most - digest.chars().count()) / 2 - 1;
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
fn names_digest(table: &str, columns: &[&str], length: usize) -> String {
    let mut hasher = Md5::new_with_prefix(table);
    for column in columns {
        hasher.update(column);
    }
    let bytes = hasher.finalize();
    bytes[..length / 2].iter().map(|byte| format!("{byte:02x}")).collect()
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
            assert_eq!(index_name(table, &columns, suffix, Dialect::Sqlite), expected);
        }
    }

    // Names that Django 5.2.19 gave in PostgreSQL.
    #[test]
    fn names_fit_into_postgresql() {
        for (table, columns, suffix, expected) in [
            ("auth_user", vec!["username"], "_like", "auth_user_username_6821ab7c_like"),
            (
                "auth_permission",
                vec!["content_type_id"],
                "_fk_django_content_type_id",
                "auth_permission_content_type_id_2f476e4b_fk_django_co",
            ),
            (
                "auth_user_user_permissions",
                vec!["permission_id"],
                "_fk_auth_permission_id",
                "auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm",
            ),
        ] {
            assert_eq!(index_name(table, &columns, suffix, Dialect::Postgres), expected);
        }
    }
}
