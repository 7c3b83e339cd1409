//! SQLite keeps the text of `CREATE TABLE`, and tells some things nowhere else: names of constraints, checks, collations,
//! what a column is computed of.

use super::facts::CheckFacts;
use super::tokens::{Sort, Token, tokens};
use crate::Dialect;

/// What the text says.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub(super) checks: Vec<CheckFacts>,
    /// The unique constraints: their names and columns.
    pub(super) uniques: Vec<(Option<String>, Vec<String>)>,
    /// Columns with a collation.
    pub(super) collations: Vec<(String, String)>,
    /// Columns that are computed.
    pub(super) generated: Vec<(String, String)>,
}

/// Reads the text of a table.
pub(super) fn declared(sql: &str) -> Declared {
    let tokens = tokens(sql, Dialect::Sqlite);
    let mut declared = Declared::default();
    let Some(open) = tokens.iter().position(|token| token.is("(")) else { return declared };
    for definition in inside(&tokens[open..]) {
        declared.read(sql, definition);
    }
    declared
}

impl Declared {
    fn read(&mut self, sql: &str, definition: &[Token]) {
        const CONSTRAINTS: [&str; 5] = ["CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN"];
        let Some(first) = definition.first() else { return };
        let column = (!CONSTRAINTS.iter().any(|word| first.is_word(word))).then(|| first.text.clone());
        let mut name = None;
        let mut at = usize::from(column.is_some());
        while let Some(token) = definition.get(at) {
            let after = &definition[at + 1..];
            let text = |token: &Token| token.text.clone();
            if token.is_word("CONSTRAINT") {
                name = after.first().map(text);
                at += 2;
                continue;
            }
            if token.is_word("CHECK") {
                self.checks.push(CheckFacts { name: name.take(), sql: text_inside(sql, after) });
            } else if token.is_word("UNIQUE") {
                let columns = match &column {
                    Some(column) => vec![column.clone()],
                    None => inside(after).iter().filter_map(|part| part.first()).map(text).collect(),
                };
                self.uniques.push((name.take(), columns));
            }
            if let Some(column) = &column {
                if token.is_word("COLLATE") {
                    self.collations.extend(after.first().map(|token| (column.clone(), text(token))));
                } else if token.is_word("AS") {
                    self.generated.push((column.clone(), text_inside(sql, after)));
                }
            }
            at += if token.is("(") { closing(&definition[at..]) + 1 } else { 1 };
        }
    }
}

/// Where the parenthesis closes that the tokens begin with.
fn closing(tokens: &[Token]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        depth += i32::from(token.is("("));
        depth -= i32::from(token.is(")"));
        if depth == 0 {
            return at;
        }
    }
    tokens.len().saturating_sub(1)
}

/// The parts in the parenthesis that the tokens begin with, between its commas.
pub(super) fn inside(tokens: &[Token]) -> Vec<&[Token]> {
    if !tokens.first().is_some_and(|token| token.is("(")) {
        return Vec::new();
    }
    let inner = &tokens[1..closing(tokens).max(1)];
    let mut depth = 0;
    inner
        .split(|token| {
            depth += i32::from(token.is("("));
            depth -= i32::from(token.is(")"));
            depth == 0 && token.is(",")
        })
        .collect()
}

/// The text in the parenthesis that the tokens begin with.
fn text_inside(sql: &str, tokens: &[Token]) -> String {
    match (tokens.first(), tokens.get(closing(tokens))) {
        (Some(open), Some(close)) if open.is("(") => {
            sql.get(open.end..close.start).unwrap_or_default().trim().to_owned()
        }
        _ => String::new(),
    }
}

/// What an index is of, and the rows that it is of, from the text of `CREATE INDEX`.
pub(super) fn index_parts(sql: &str) -> (Vec<String>, Option<String>) {
    let tokens = tokens(sql, Dialect::Sqlite);
    let on = tokens.iter().position(|token| token.is_word("ON")).unwrap_or_default();
    let Some(open) = tokens[on..].iter().position(|token| token.is("(")).map(|at| on + at) else {
        return (Vec::new(), None);
    };
    let parts = inside(&tokens[open..]).into_iter().filter_map(|part| {
        let is_order = |token: &&Token| !token.is_word("ASC") && !token.is_word("DESC");
        let last = part.iter().rev().find(is_order)?;
        Some(sql[part.first()?.start..last.end].to_owned())
    });
    let parts = parts.collect();
    let close = open + closing(&tokens[open..]);
    let condition = tokens[close..].iter().find(|token| token.is_word("WHERE") && token.sort == Sort::Word);
    (parts, condition.map(|word| sql[word.end..].trim().trim_end_matches(';').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_read_with_their_names() {
        let found = declared(
            "CREATE TABLE \"t\" (\"id\" integer NOT NULL PRIMARY KEY, [odd, name] text COLLATE NOCASE, -- a, b\n\
             `b` int CONSTRAINT \"few\" CHECK (b < 3 AND b <> ')') UNIQUE, c int AS (b * (1 + 2)) STORED, \
             d text DEFAULT (upper('x,y')) CHECK (d <> ''), CONSTRAINT \"both\" UNIQUE (\"b\", c), UNIQUE (d, b), \
             CONSTRAINT 'low' CHECK (\"b\" >= 0), FOREIGN KEY (b) REFERENCES t (id))",
        );
        let checks: Vec<(Option<&str>, &str)> =
            found.checks.iter().map(|check| (check.name.as_deref(), check.sql.as_str())).collect();
        assert_eq!(
            checks,
            [(Some("few"), "b < 3 AND b <> ')'"), (None, "d <> ''"), (Some("low"), "\"b\" >= 0")]
        );
        let uniques: Vec<(Option<&str>, String)> =
            found.uniques.iter().map(|(name, columns)| (name.as_deref(), columns.join(" "))).collect();
        assert_eq!(uniques, [(None, "b".into()), (Some("both"), "b c".into()), (None, "d b".into())]);
        assert_eq!(found.collations, [("odd, name".to_owned(), "NOCASE".to_owned())]);
        assert_eq!(found.generated, [("c".to_owned(), "b * (1 + 2)".to_owned())]);
    }

    #[test]
    fn indexes_are_read_with_their_conditions() {
        let (parts, condition) =
            index_parts("CREATE INDEX \"on\" ON \"t\" (\"a\" DESC, lower(b), c) WHERE \"a\" IS NOT NULL");
        assert_eq!(parts, ["\"a\"", "lower(b)", "c"]);
        assert_eq!(condition.as_deref(), Some("\"a\" IS NOT NULL"));
    }
}
