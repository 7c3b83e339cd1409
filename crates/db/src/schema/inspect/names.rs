//! Names of models and fields, made of names of tables and columns as Django's `inspectdb` makes them.

/// Words that cannot be names.
const RESERVED: [&str; 51] = [
    "as", "break", "const", "continue", "crate", "else", "enum", "extern", "false", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while", "async", "await", "dyn",
    "abstract", "become", "box", "do", "final", "macro", "override", "priv", "typeof", "unsized", "virtual",
    "yield", "try", "gen",
];

/// A name for a field, and what was changed to make it one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FieldName {
    pub(super) name: String,
    pub(super) notes: Vec<&'static str>,
}

/// Django's `normalize_table_name`: `order_line` as `OrderLine`.
pub(super) fn model_name(table: &str) -> String {
    let mut name = String::new();
    let mut after_letter = false;
    for c in table.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(if after_letter { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() });
        }
        after_letter = c.is_alphabetic();
    }
    name
}

/// Django's `normalize_col_name`, with Rust's reserved words.
pub(super) fn field_name(column: &str, used: &[String], is_relation: bool) -> FieldName {
    let mut notes = Vec::new();
    let mut name = column.to_lowercase();
    if name != column {
        notes.push("Field name made lowercase.");
    }
    if is_relation && let Some(without) = name.strip_suffix("_id") {
        name = without.to_owned();
    }
    let before = name.clone();
    name = name.chars().map(|c| if is_of_a_name(c) { c } else { '_' }).collect();
    if name != before {
        notes.push("Field renamed to remove unsuitable characters.");
    }
    if name.contains("__") {
        while name.contains("__") {
            name = name.replace("__", "_");
        }
        if column.contains("__") {
            notes.push("Field renamed because it contained more than one '_' in a row.");
        }
    }
    if name.starts_with('_') || name.is_empty() {
        name.insert_str(0, "field");
        notes.push("Field renamed because it started with '_'.");
    }
    if name.ends_with('_') {
        name.push_str("field");
        notes.push("Field renamed because it ended with '_'.");
    }
    if RESERVED.contains(&name.as_str()) {
        name.push_str("_field");
        notes.push("Field renamed because it was a Rust reserved word.");
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert_str(0, "number_");
        notes.push("Field renamed because it wasn't a valid Rust identifier.");
    }
    if used.contains(&name) {
        let free = (0..).map(|number| format!("{name}_{number}")).find(|free| !used.contains(free));
        name = free.unwrap_or(name);
        notes.push("Field renamed because of name conflict.");
    }
    FieldName { name, notes }
}

/// A letter, a digit or `_`. Letters in circles count as letters, but Rust has none of them in its names.
fn is_of_a_name(c: char) -> bool {
    let is_in_circle = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    c == '_' || c.is_ascii_digit() || (c.is_alphabetic() && !is_in_circle)
}

/// Something that can be the name of a field as it is.
pub(super) fn is_plain(name: &str) -> bool {
    let found = field_name(name, &[], false);
    found.name == name && found.notes.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each row is what `normalize_col_name` of Django 5.2.19 says, with Rust's words instead of Python's.
    #[test]
    fn fields_are_named_as_django_names_them() {
        let used = ["taken".to_owned(), "taken_0".to_owned()];
        for (column, is_relation, name, notes) in [
            ("title", false, "title", vec![]),
            ("Title", false, "title", vec!["Field name made lowercase."]),
            ("author_id", true, "author", vec![]),
            ("author", true, "author", vec![]),
            ("author_id", false, "author_id", vec![]),
            ("odd name-1", false, "odd_name_1", vec!["Field renamed to remove unsuitable characters."]),
            ("a__b", false, "a_b", vec!["Field renamed because it contained more than one '_' in a row."]),
            ("_hidden", false, "field_hidden", vec!["Field renamed because it started with '_'."]),
            ("last_", false, "last_field", vec!["Field renamed because it ended with '_'."]),
            ("type", false, "type_field", vec!["Field renamed because it was a Rust reserved word."]),
            ("match_id", true, "match_field", vec!["Field renamed because it was a Rust reserved word."]),
            (
                "9lives",
                false,
                "number_9lives",
                vec!["Field renamed because it wasn't a valid Rust identifier."],
            ),
            ("taken", false, "taken_1", vec!["Field renamed because of name conflict."]),
            ("prénom", false, "prénom", vec![]),
        ] {
            let found = field_name(column, &used, is_relation);
            assert_eq!((found.name.as_str(), found.notes), (name, notes), "{column}");
        }
    }

    // Each row is what `normalize_table_name` of Django 5.2.19 says.
    #[test]
    fn models_are_named_as_django_names_them() {
        for (table, expected) in [
            ("order_line", "OrderLine"),
            ("shop_bookauthor", "ShopBookauthor"),
            ("OrderLines", "Orderlines"),
            ("odd table-2b", "OddTable2B"),
            ("_x", "X"),
        ] {
            assert_eq!(model_name(table), expected);
        }
    }
}
