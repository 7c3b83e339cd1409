//! What SQLite says of a table: its pragmas, the text of `CREATE TABLE`, and, where the type of a column says too little,
//! the values.

use super::create_table::{Declared, declared, index_parts};
use super::facts::{
    ColumnFacts, ColumnKind, Counted, ForeignKeyFacts, IndexFacts, IndexPart, TableFacts, TableKind,
    TableName,
};
use super::kinds::{by_affinity, has_guessed_digits, kind_of, of_class, with_digits};
use crate::schema::introspection::{select, text};
use crate::{Database, Dialect, Error, FieldKind, FieldValue, Result, ValueRef};

pub(super) async fn tables(db: &Database) -> Result<Vec<TableName>> {
    const SQL: &str = "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow' \
                       AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut tables = Vec::new();
    select(db, SQL, &[], &mut |row| {
        let kind = if text(row.get(1)?) == "view" { TableKind::View } else { TableKind::Table };
        tables.push(TableName { name: text(row.get(0)?), kind });
        Ok(())
    })
    .await?;
    Ok(tables)
}

pub(super) async fn table(db: &Database, name: &TableName) -> Result<TableFacts> {
    let declared = match schema_text(db, "table", &name.name).await? {
        Some(sql) => declared(&sql),
        None => Declared::default(),
    };
    let (mut columns, primary_key) = columns(db, &name.name, &declared).await?;
    choose_by_values(db, &name.name, &mut columns).await?;
    let (uniques, indexes) = indexes(db, &name.name, &declared).await?;
    Ok(TableFacts {
        name: name.name.clone(),
        kind: name.kind,
        comment: None,
        columns,
        primary_key,
        foreign_keys: foreign_keys(db, &name.name).await?,
        uniques,
        indexes,
        checks: declared.checks,
        others: Vec::new(),
    })
}

/// The text that made something.
async fn schema_text(db: &Database, kind: &str, name: &str) -> Result<Option<String>> {
    let mut found = None;
    let sql = "SELECT sql FROM sqlite_schema WHERE type = ? AND name = ? AND sql IS NOT NULL";
    select(db, sql, &[kind, name], &mut |row| {
        found = Some(text(row.get(0)?));
        Ok(())
    })
    .await?;
    Ok(found)
}

async fn columns(db: &Database, table: &str, declared: &Declared) -> Result<(Vec<ColumnFacts>, Vec<String>)> {
    const SQL: &str = "SELECT name, replace(type, ' GENERATED ALWAYS', ''), \"notnull\", dflt_value, pk, hidden \
                       FROM pragma_table_xinfo(?) WHERE hidden <> 1";
    let of = |pairs: &[(String, String)], name: &str| {
        pairs.iter().find(|(column, _)| column == name).map(|(_, text)| text.clone())
    };
    let mut columns = Vec::new();
    let mut key: Vec<(i64, String)> = Vec::new();
    select(db, SQL, &[table], &mut |row| {
        let name = text(row.get(0)?);
        let column_type = text(row.get(1)?).to_lowercase();
        let place = i64::from_value(row.get(4)?)?;
        if place > 0 {
            key.push((place, name.clone()));
        }
        let hidden = i64::from_value(row.get(5)?)?;
        let computed = of(&declared.generated, &name).unwrap_or_default();
        let kind = kind_of(&column_type, Dialect::Sqlite).map(ColumnKind::of);
        columns.push(ColumnFacts {
            kind,
            is_a_guess: kind.is_none(),
            null: !bool::from_value(row.get(2)?)?,
            default: Some(row.get(3)?).filter(|value| *value != ValueRef::Null).map(text),
            counted: Counted::No,
            generated: matches!(hidden, 2 | 3).then_some((computed, hidden == 3)),
            collation: of(&declared.collations, &name)
                .filter(|collation| !collation.eq_ignore_ascii_case("BINARY")),
            comment: None,
            column_type,
            name,
        });
        Ok(())
    })
    .await?;
    key.sort();
    let key: Vec<String> = key.into_iter().map(|(_, name)| name).collect();
    if let [only] = key.as_slice()
        && let Some(column) = columns.iter_mut().find(|column| column.name == *only)
    {
        // Another name of the row's number.
        if column.column_type == "integer" {
            column.counted = Counted::Next;
        }
    }
    Ok((columns, key))
}

async fn foreign_keys(db: &Database, table: &str) -> Result<Vec<ForeignKeyFacts>> {
    const SQL: &str =
        "SELECT id, \"from\", \"table\", \"to\", on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq";
    let mut keys: Vec<(i64, ForeignKeyFacts)> = Vec::new();
    select(db, SQL, &[table], &mut |row| {
        let id = i64::from_value(row.get(0)?)?;
        let (from, to) = (text(row.get(1)?), text(row.get(3)?));
        if keys.last().is_none_or(|(last, _)| *last != id) {
            let (to_table, on_delete) = (text(row.get(2)?), text(row.get(4)?));
            keys.push((
                id,
                ForeignKeyFacts { columns: Vec::new(), to_table, to_columns: Vec::new(), on_delete },
            ));
        }
        if let Some((_, key)) = keys.last_mut() {
            key.columns.push(from);
            key.to_columns.extend(Some(to).filter(|to| !to.is_empty()));
        }
        Ok(())
    })
    .await?;
    // The pragma begins with the last one.
    Ok(keys.into_iter().rev().map(|(_, key)| key).collect())
}

async fn indexes(
    db: &Database,
    table: &str,
    declared: &Declared,
) -> Result<(Vec<IndexFacts>, Vec<IndexFacts>)> {
    const SQL: &str =
        "SELECT name, \"unique\", origin FROM pragma_index_list(?) WHERE origin <> 'pk' ORDER BY seq DESC";
    let mut found = Vec::new();
    select(db, SQL, &[table], &mut |row| {
        found.push((text(row.get(0)?), bool::from_value(row.get(1)?)?, text(row.get(2)?) == "u"));
        Ok(())
    })
    .await?;
    let (mut uniques, mut indexes) = (Vec::new(), Vec::new());
    for (name, is_unique, is_constraint) in found {
        let index = index(db, name, is_constraint, declared).await?;
        if is_unique { uniques.push(index) } else { indexes.push(index) }
    }
    Ok((uniques, indexes))
}

async fn index(db: &Database, name: String, is_constraint: bool, declared: &Declared) -> Result<IndexFacts> {
    const SQL: &str =
        "SELECT name, \"desc\", coll FROM pragma_index_xinfo(?) WHERE \"key\" = 1 ORDER BY seqno";
    let (texts, condition) = match schema_text(db, "index", &name).await? {
        Some(sql) => index_parts(&sql),
        None => (Vec::new(), None),
    };
    let mut parts = Vec::new();
    select(db, SQL, &[&name], &mut |row| {
        let column = Some(row.get(0)?).filter(|value| *value != ValueRef::Null).map(text);
        let sql = texts.get(parts.len()).cloned().or_else(|| column.clone()).unwrap_or_default();
        let descending = bool::from_value(row.get(1)?)?;
        parts.push(IndexPart { column, sql, descending, operators: None });
        Ok(())
    })
    .await?;
    let columns: Vec<Option<&str>> = parts.iter().map(|part| part.column.as_deref()).collect();
    let is_it = |(_, names): &&(Option<String>, Vec<String>)| {
        names.len() == columns.len()
            && names
                .iter()
                .zip(&columns)
                .all(|(name, column)| column.is_some_and(|column| column.eq_ignore_ascii_case(name)))
    };
    let name = match is_constraint {
        true => declared.uniques.iter().find(is_it).and_then(|(name, _)| name.clone()),
        false => Some(name),
    };
    Ok(IndexFacts {
        name,
        is_constraint,
        method: "btree".to_owned(),
        parts,
        include: Vec::new(),
        condition,
        nulls_not_distinct: false,
    })
}

/// A question about the values of a column, and what the answer is for.
enum Question {
    /// There are whole numbers that the usual Rust type of the kind does not hold.
    TooLong,
    /// There are values that the kind does not have: the column is a text.
    IsText,
    /// How many digits there are before the point, where the type says none. The answer before is of those after it.
    Digits,
    /// What values there are.
    Class,
    /// The answer is a part of the next one.
    Nothing,
}

/// Chooses kinds, and their Rust types, by the values of a table, in one query. SQLite takes any value in any column.
async fn choose_by_values(db: &Database, table: &str, columns: &mut [ColumnFacts]) -> Result<()> {
    let mut questions = Vec::new();
    let mut asked = Vec::new();
    for (at, column) in columns.iter_mut().enumerate() {
        let name = quoted(&column.name);
        if column.kind.is_none()
            && let Some(kind) = by_affinity(&column.column_type)
        {
            column.kind = Some(ColumnKind::of(kind));
        }
        let (question, sql) = match column.kind.map(|kind| kind.kind) {
            None => (Question::Class, format!("max(CASE WHEN {name} IS NOT NULL THEN typeof({name}) END)")),
            Some(FieldKind::UUIDField) => (
                Question::IsText,
                format!(
                    "max(length({name}) <> 32 OR {name} GLOB '*[^0-9a-fA-F]*' OR typeof({name}) = 'blob')"
                ),
            ),
            Some(FieldKind::GenericIPAddressField) => {
                (Question::IsText, format!("max({name} GLOB '*[^0-9a-fA-F.:]*' OR {name} NOT GLOB '*[.:]*')"))
            }
            Some(kind) => match rust_range(kind) {
                Some((least, greatest)) => {
                    (Question::TooLong, format!("max({name} NOT BETWEEN {least} AND {greatest})"))
                }
                None => continue,
            },
        };
        questions.push((at, question));
        asked.push(sql);
    }
    for (at, column) in columns.iter().enumerate() {
        if !column.kind.is_some_and(|kind| has_guessed_digits(&column.column_type, kind.kind)) {
            continue;
        }
        let text = format!("CAST({} AS TEXT)", quoted(&column.name));
        // A number with an exponent has up to fifteen digits on either side.
        let digits = |with: &str, without: &str| {
            format!(
                "max(CASE WHEN {text} LIKE '%e%' THEN 15 WHEN instr({text}, '.') THEN {with} ELSE {without} END)"
            )
        };
        asked.push(digits(&format!("length({text}) - instr({text}, '.')"), "0"));
        questions.push((at, Question::Nothing));
        asked.push(digits(&format!("instr({text}, '.') - 1"), &format!("length({text})")));
        questions.push((at, Question::Digits));
    }
    if asked.is_empty() {
        return Ok(());
    }
    let sql = format!("SELECT {} FROM {}", asked.join(", "), quoted(table));
    select(db, &sql, &[], &mut |row| {
        for (index, (at, question)) in questions.iter().enumerate() {
            let answer = row.get(index)?;
            let is_so = answer == ValueRef::Int(1);
            let column = &mut columns[*at];
            match question {
                Question::TooLong => {
                    if let Some(kind) = &mut column.kind {
                        kind.is_wide = is_so;
                    }
                }
                Question::IsText if is_so => {
                    let length =
                        column.column_type.trim_start_matches("char(").trim_end_matches(')').parse().ok();
                    column.kind = Some(ColumnKind::of(FieldKind::CharField { max_length: length }));
                }
                Question::Digits => {
                    let number =
                        |at| Ok::<_, Error>(Option::<i64>::from_value(row.get(at)?)?.unwrap_or_default());
                    let (after, before) = (number(index - 1)?, number(index)?);
                    column.kind = column.kind.map(|kind| with_digits(kind, before, after));
                }
                Question::IsText | Question::Nothing => {}
                Question::Class => column.kind = Some(ColumnKind::of(of_class(&text(answer)))),
            }
        }
        Ok(())
    })
    .await
}

/// What the usual Rust type of a kind of whole number holds, where that is less than SQLite does.
const fn rust_range(kind: FieldKind) -> Option<(i64, i64)> {
    Some(match kind {
        FieldKind::SmallIntegerField => (i16::MIN as i64, i16::MAX as i64),
        FieldKind::IntegerField => (i32::MIN as i64, i32::MAX as i64),
        FieldKind::PositiveSmallIntegerField => (0, u16::MAX as i64),
        FieldKind::PositiveIntegerField => (0, u32::MAX as i64),
        _ => return None,
    })
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
