//! What PostgreSQL's catalog says of a table.

use super::facts::{
    CheckFacts, ColumnFacts, ColumnKind, Counted, ForeignKeyFacts, IndexFacts, IndexPart, TableFacts,
    TableKind, TableName,
};
use super::kinds::{has_guessed_digits, kind_of, with_digits};
use crate::json::{self, Json};
use crate::schema::introspection::{select, short_type, text};
use crate::{Database, Dialect, Error, FieldKind, FieldValue, Result, ValueRef};

pub(super) async fn tables(db: &Database) -> Result<Vec<TableName>> {
    const SQL: &str = "SELECT c.relname::text, CASE WHEN c.relispartition THEN 'p' WHEN c.relkind IN ('m', 'v') THEN 'v' \
        ELSE 't' END FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v') AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema') \
        AND pg_catalog.pg_table_is_visible(c.oid)";
    let mut tables = Vec::new();
    select(db, SQL, &[], &mut |row| {
        let kind = match text(row.get(1)?).as_str() {
            "p" => TableKind::Partition,
            "v" => TableKind::View,
            _ => TableKind::Table,
        };
        tables.push(TableName { name: text(row.get(0)?), kind });
        Ok(())
    })
    .await?;
    Ok(tables)
}

pub(super) async fn table(db: &Database, name: &TableName) -> Result<TableFacts> {
    let mut facts = TableFacts {
        name: name.name.clone(),
        kind: name.kind,
        comment: comment(db, &name.name).await?,
        columns: columns(db, &name.name).await?,
        primary_key: Vec::new(),
        foreign_keys: Vec::new(),
        uniques: Vec::new(),
        indexes: Vec::new(),
        checks: Vec::new(),
        others: Vec::new(),
    };
    constraints(db, &mut facts).await?;
    indexes(db, &mut facts).await?;
    look_at_values(db, &mut facts).await?;
    Ok(facts)
}

fn optional(value: ValueRef<'_>) -> Option<String> {
    Some(value).filter(|value| *value != ValueRef::Null).map(text)
}

async fn comment(db: &Database, table: &str) -> Result<Option<String>> {
    const SQL: &str = "SELECT pg_catalog.obj_description(c.oid, 'pg_class') FROM pg_catalog.pg_class c \
                       WHERE c.relname = $1 AND pg_catalog.pg_table_is_visible(c.oid)";
    let mut found = None;
    select(db, SQL, &[table], &mut |row| {
        found = optional(row.get(0)?);
        Ok(())
    })
    .await?;
    Ok(found)
}

async fn columns(db: &Database, table: &str) -> Result<Vec<ColumnFacts>> {
    // A domain is what it is made of.
    const SQL: &str = "SELECT a.attname::text, CASE WHEN t.typtype = 'd' \
        THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END, \
        a.attnotnull OR (t.typtype = 'd' AND t.typnotnull), pg_catalog.pg_get_expr(d.adbin, d.adrelid), \
        a.attidentity::text, a.attgenerated::text, \
        CASE WHEN a.attcollation <> t.typcollation THEN co.collname::text END, \
        pg_catalog.col_description(a.attrelid, a.attnum), a.attndims::int, \
        coalesce(e.typtype, t.typtype) = 'e' OR coalesce(e.typname, t.typname) = 'citext' \
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
        LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' \
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
        LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation \
        WHERE c.relname = $1 AND c.relkind IN ('f', 'm', 'p', 'r', 'v') AND pg_catalog.pg_table_is_visible(c.oid) \
        AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
    let mut columns = Vec::new();
    select(db, SQL, &[table], &mut |row| {
        let column_type = short_type(&text(row.get(1)?).to_lowercase());
        let default = optional(row.get(3)?);
        let generated = Some(text(row.get(5)?)).filter(|generated| !generated.is_empty());
        let is_text = bool::from_value(row.get(9)?)?;
        let dimensions = usize::try_from(i64::from_value(row.get(8)?)?).unwrap_or_default();
        let dimensions = if column_type.contains('[') { dimensions.max(1) } else { 0 };
        let known = kind_of(column_type.split('[').next().unwrap_or_default(), Dialect::Postgres);
        let text_kind = FieldKind::TextField { max_length: None };
        let kind = known.or_else(|| is_text.then_some(text_kind));
        let has_sequence = default.as_deref().is_some_and(|default| default.contains("nextval("));
        let counted = match text(row.get(4)?).as_str() {
            "a" => Counted::Always,
            "d" => Counted::Next,
            _ if has_sequence => Counted::Next,
            _ => Counted::No,
        };
        columns.push(ColumnFacts {
            name: text(row.get(0)?),
            kind: kind.map(|kind| ColumnKind { dimensions, ..ColumnKind::of(kind) }),
            is_a_guess: known.is_none(),
            null: !bool::from_value(row.get(2)?)?,
            counted,
            generated: generated.map(|kept| (default.clone().unwrap_or_default(), kept == "s")),
            default,
            collation: optional(row.get(6)?),
            comment: optional(row.get(7)?),
            column_type,
        });
        Ok(())
    })
    .await?;
    Ok(columns)
}

/// A list of names that the server wrote as JSON.
fn names(value: ValueRef<'_>) -> Result<Vec<String>> {
    let names = items(value)?.into_iter();
    Ok(names
        .filter_map(|name| if let Json::Str(name) = name { Some(name.to_string()) } else { None })
        .collect())
}

fn items(value: ValueRef<'_>) -> Result<Vec<Json>> {
    match json::loads(&text(value)) {
        Ok(Json::List(items)) => Ok(items.into_iter().collect()),
        _ => Err(Error::Decode("expected a list of names".to_owned())),
    }
}

async fn constraints(db: &Database, facts: &mut TableFacts) -> Result<()> {
    const SQL: &str = "SELECT con.conname::text, con.contype::text, \
        to_json(ARRAY(SELECT a.attname FROM unnest(con.conkey) WITH ORDINALITY AS k(number, place) \
            JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.number ORDER BY k.place))::text, \
        r.relname::text, \
        to_json(ARRAY(SELECT a.attname FROM unnest(con.confkey) WITH ORDINALITY AS k(number, place) \
            JOIN pg_catalog.pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.number ORDER BY k.place))::text, \
        con.confdeltype::text, pg_catalog.pg_get_expr(con.conbin, con.conrelid), pg_catalog.pg_get_constraintdef(con.oid) \
        FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_class c ON c.oid = con.conrelid \
        LEFT JOIN pg_catalog.pg_class r ON r.oid = con.confrelid \
        WHERE c.relname = $1 AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY con.oid";
    let table = facts.name.clone();
    select(db, SQL, &[&table], &mut |row| {
        let (name, columns) = (text(row.get(0)?), names(row.get(2)?)?);
        match text(row.get(1)?).as_str() {
            "p" => facts.primary_key = columns,
            "f" => facts.foreign_keys.push(ForeignKeyFacts {
                columns,
                to_table: text(row.get(3)?),
                to_columns: names(row.get(4)?)?,
                on_delete: on_delete(&text(row.get(5)?)).to_owned(),
            }),
            "c" => facts.checks.push(CheckFacts { name: Some(name), sql: text(row.get(6)?) }),
            // Those of an index are read with it, and NOT NULL with the column.
            "u" | "n" => {}
            _ => facts.others.push((name, text(row.get(7)?))),
        }
        Ok(())
    })
    .await
}

fn on_delete(letter: &str) -> &'static str {
    match letter {
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        _ => "NO ACTION",
    }
}

async fn indexes(db: &Database, facts: &mut TableFacts) -> Result<()> {
    // Servers before 15 do not know whether NULLs are distinct, which they always are there.
    const SQL: &str = "SELECT i.relname::text, am.amname::text, ix.indisunique, \
        EXISTS (SELECT 1 FROM pg_catalog.pg_constraint con WHERE con.conindid = ix.indexrelid AND con.contype = 'u'), \
        pg_catalog.pg_get_expr(ix.indpred, ix.indrelid), \
        coalesce((to_jsonb(ix) ->> 'indnullsnotdistinct')::boolean, false), \
        (SELECT json_agg(json_build_array(a.attname, pg_catalog.pg_get_indexdef(ix.indexrelid, n, false), \
            n <= ix.indnkeyatts AND ix.indoption[n - 1] & 1 = 1, n > ix.indnkeyatts, \
            CASE WHEN NOT o.opcdefault THEN o.opcname END) ORDER BY n) \
         FROM generate_series(1, ix.indnatts) AS n \
         LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = ix.indrelid AND a.attnum = ix.indkey[n - 1] AND a.attnum > 0 \
         LEFT JOIN pg_catalog.pg_opclass o ON o.oid = ix.indclass[n - 1])::text \
        FROM pg_catalog.pg_index ix JOIN pg_catalog.pg_class c ON c.oid = ix.indrelid \
        JOIN pg_catalog.pg_class i ON i.oid = ix.indexrelid JOIN pg_catalog.pg_am am ON am.oid = i.relam \
        WHERE c.relname = $1 AND pg_catalog.pg_table_is_visible(c.oid) AND NOT ix.indisprimary \
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint con WHERE con.conindid = ix.indexrelid AND con.contype = 'x') \
        ORDER BY ix.indexrelid";
    let table = facts.name.clone();
    select(db, SQL, &[&table], &mut |row| {
        let mut index = IndexFacts {
            name: Some(text(row.get(0)?)),
            is_constraint: bool::from_value(row.get(3)?)?,
            method: text(row.get(1)?),
            parts: Vec::new(),
            include: Vec::new(),
            condition: optional(row.get(4)?),
            nulls_not_distinct: bool::from_value(row.get(5)?)?,
        };
        for part in items(row.get(6)?)? {
            let Json::List(part) = part else { continue };
            let part: Vec<Json> = part.into_iter().collect();
            let string = |at: usize| match part.get(at) {
                Some(Json::Str(text)) => Some(text.to_string()),
                _ => None,
            };
            let is = |at: usize| matches!(part.get(at), Some(Json::Bool(true)));
            if is(3) {
                index.include.extend(string(0));
            } else {
                index.parts.push(IndexPart {
                    column: string(0),
                    sql: string(1).unwrap_or_default(),
                    descending: is(2),
                    operators: string(4),
                });
            }
        }
        if bool::from_value(row.get(2)?)? { &mut facts.uniques } else { &mut facts.indexes }.push(index);
        Ok(())
    })
    .await
}

/// What types do not say: whether arrays have NULL in them, and how many digits numbers have that may have any number of them.
async fn look_at_values(db: &Database, facts: &mut TableFacts) -> Result<()> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let table = quoted(&facts.name);
    let mut asked = Vec::new();
    let mut columns: Vec<&mut ColumnFacts> = Vec::new();
    for column in &mut facts.columns {
        let Some(kind) = column.kind else { continue };
        let name = format!("{table}.{}", quoted(&column.name));
        if kind.dimensions > 0 {
            asked.push(format!(
                "(SELECT count(*) FROM {table} CROSS JOIN LATERAL unnest({name}) AS v(x) WHERE v.x IS NULL), 0"
            ));
        } else if has_guessed_digits(&column.column_type, kind.kind) {
            asked.push(format!(
                "(SELECT max(scale({name})) FROM {table}), (SELECT max(length(trunc(abs({name}))::text)) FROM {table})"
            ));
        } else {
            continue;
        }
        columns.push(column);
    }
    if asked.is_empty() {
        return Ok(());
    }
    select(db, &format!("SELECT {}", asked.join(", ")), &[], &mut |row| {
        for (at, column) in columns.iter_mut().enumerate() {
            let found = Option::<i64>::from_value(row.get(2 * at)?)?.unwrap_or_default();
            let before = Option::<i64>::from_value(row.get(2 * at + 1)?)?.unwrap_or_default();
            column.kind = column.kind.map(|kind| match kind.dimensions {
                0 => with_digits(kind, before, found),
                _ => ColumnKind { is_wide: found > 0, ..kind },
            });
        }
        Ok(())
    })
    .await
}
