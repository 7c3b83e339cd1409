//! What a database says of its tables: the columns, and the names of constraints that Django may have given long ago.

use super::editor::{ConstraintKind, Constraints};
use crate::query::statement::Statement;
use crate::{Database, Dialect, FieldValue, Result, Row, Value, ValueRef};

/// A column as the database has it.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) column_type: String,
    pub(super) not_null: bool,
    pub(super) has_default: bool,
}

pub(super) async fn select(
    db: &Database,
    sql: &str,
    params: &[&str],
    each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send),
) -> Result<()> {
    let params = params.iter().map(|text| Value::Text((*text).to_owned())).collect();
    db.select(&Statement::new(sql, params), &mut |row| each(row)).await
}

/// The columns of a table; none where there is no table.
pub(super) async fn columns(db: &Database, table: &str) -> Result<Vec<Column>> {
    let sql = match db.dialect() {
        // A column that is computed says so in its type.
        Dialect::Sqlite => {
            "SELECT name, replace(type, ' GENERATED ALWAYS', ''), \"notnull\", dflt_value IS NOT NULL \
             FROM pragma_table_xinfo(?) WHERE hidden <> 1"
        }
        Dialect::Postgres => {
            // A domain is what it is made of.
            "SELECT a.attname::text, CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) \
             ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END, a.attnotnull OR (t.typtype = 'd' AND t.typnotnull), \
             (a.atthasdef OR a.attidentity <> '') FROM pg_catalog.pg_attribute a \
             JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
             WHERE c.relname = $1 AND c.relkind IN ('f', 'm', 'p', 'r', 'v') AND pg_catalog.pg_table_is_visible(c.oid) \
             AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        }
    };
    let mut columns = Vec::new();
    select(db, sql, &[table], &mut |row| {
        columns.push(Column {
            name: text(row.get(0)?),
            column_type: short_type(&text(row.get(1)?).to_lowercase()),
            not_null: bool::from_value(row.get(2)?)?,
            has_default: bool::from_value(row.get(3)?)?,
        });
        Ok(())
    })
    .await?;
    Ok(columns)
}

/// Whether each of these tables is there, and has the column where one is named. Columns are compared without regard to
/// case.
pub(crate) async fn tables_are_there(db: &Database, tables: &[(String, Option<String>)]) -> Result<bool> {
    for (table, column) in tables {
        let columns = columns(db, table).await?;
        let has = |name: &String| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        if columns.is_empty() || !column.as_ref().is_none_or(has) {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn text(value: ValueRef<'_>) -> String {
    if let ValueRef::Text(text) = value { text.to_owned() } else { String::new() }
}

/// PostgreSQL's long names of types, as Django writes them.
pub(super) fn short_type(column_type: &str) -> String {
    column_type
        .replace("character varying", "varchar")
        .replace("time without time zone", "time")
        .replace(',', ", ")
}

/// A type as PostgreSQL tells it: an array has neither a size nor a number of dimensions there.
pub(super) fn told_type(column_type: &str) -> &str {
    match column_type.find('[') {
        Some(at) => &column_type[..=at],
        None => column_type,
    }
}

/// The names of the constraints that a statement is about.
pub(crate) async fn constraint_names(db: &Database, wanted: &Constraints) -> Result<Vec<String>> {
    let mut names = match db.dialect() {
        Dialect::Sqlite => sqlite_names(db, wanted).await,
        Dialect::Postgres => postgres_names(db, wanted).await,
    }?;
    names.retain(|name| !wanted.but.contains(name));
    Ok(names)
}

/// The indexes of SQLite with these columns. The constraints that are a part of the table have no names of their own.
async fn sqlite_names(db: &Database, wanted: &Constraints) -> Result<Vec<String>> {
    const SQL: &str = "SELECT list.name, info.name FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS info \
                       WHERE list.origin = 'c' AND list.partial = 0 ORDER BY list.name, info.seqno";
    let mut rows: Vec<(String, String)> = Vec::new();
    select(db, SQL, &[&wanted.table], &mut |row| {
        rows.push((text(row.get(0)?), text(row.get(1)?)));
        Ok(())
    })
    .await?;
    Ok(with_columns(rows, &wanted.columns))
}

async fn postgres_names(db: &Database, wanted: &Constraints) -> Result<Vec<String>> {
    const CONSTRAINTS: &str = "SELECT con.conname::text, att.attname::text FROM pg_catalog.pg_constraint con \
        JOIN pg_catalog.pg_class c ON c.oid = con.conrelid \
        CROSS JOIN LATERAL unnest(con.conkey) WITH ORDINALITY AS key(attnum, position) \
        JOIN pg_catalog.pg_attribute att ON att.attrelid = c.oid AND att.attnum = key.attnum \
        WHERE c.relname = $1 AND pg_catalog.pg_table_is_visible(c.oid) AND con.contype::text = $2 \
        ORDER BY con.conname, key.position";
    const INDEXES: &str = "SELECT i.relname::text, att.attname::text FROM pg_catalog.pg_index ix \
        JOIN pg_catalog.pg_class c ON c.oid = ix.indrelid JOIN pg_catalog.pg_class i ON i.oid = ix.indexrelid \
        CROSS JOIN LATERAL unnest(ix.indkey::int2[]) WITH ORDINALITY AS key(attnum, position) \
        JOIN pg_catalog.pg_attribute att ON att.attrelid = c.oid AND att.attnum = key.attnum \
        WHERE c.relname = $1 AND pg_catalog.pg_table_is_visible(c.oid) AND NOT ix.indisunique AND ix.indpred IS NULL \
        AND i.relkind::text = $2 ORDER BY i.relname, key.position";
    let (sql, argument) = match wanted.kind {
        ConstraintKind::PrimaryKey => (CONSTRAINTS, "p"),
        ConstraintKind::ForeignKey => (CONSTRAINTS, "f"),
        ConstraintKind::Unique => (CONSTRAINTS, "u"),
        ConstraintKind::Check => (CONSTRAINTS, "c"),
        // The second index of a text is among them.
        ConstraintKind::Index => (INDEXES, "i"),
    };
    let mut rows: Vec<(String, String)> = Vec::new();
    select(db, sql, &[&wanted.table, argument], &mut |row| {
        rows.push((text(row.get(0)?), text(row.get(1)?)));
        Ok(())
    })
    .await?;
    Ok(with_columns(rows, &wanted.columns))
}

/// The names that have exactly these columns. The rows are pairs of a name and a column, in the order of both.
fn with_columns(rows: Vec<(String, String)>, columns: &[String]) -> Vec<String> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for (name, column) in rows {
        match found.last_mut().filter(|(last, _)| *last == name) {
            Some((_, columns)) => columns.push(column),
            None => found.push((name, vec![column])),
        }
    }
    found.into_iter().filter(|(_, found)| found == columns).map(|(name, _)| name).collect()
}

/// The statements that make the triggers of a table of SQLite.
pub(crate) async fn triggers(db: &Database, table: &str) -> Result<Vec<String>> {
    const SQL: &str = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? ORDER BY rowid";
    let mut triggers: Vec<String> = Vec::new();
    select(db, SQL, &[table], &mut |row| {
        triggers.push(text(row.get(0)?));
        Ok(())
    })
    .await?;
    Ok(triggers)
}

/// The tables of SQLite in which keys refer to rows that are gone. PostgreSQL has none.
pub(crate) async fn lost_keys(db: &Database) -> Result<Vec<String>> {
    if db.dialect() == Dialect::Postgres {
        return Ok(Vec::new());
    }
    let mut tables: Vec<String> = Vec::new();
    select(db, "SELECT DISTINCT \"table\" FROM pragma_foreign_key_check", &[], &mut |row| {
        tables.push(text(row.get(0)?));
        Ok(())
    })
    .await?;
    Ok(tables)
}

/// The names of the tables, without views.
pub(super) async fn tables(db: &Database) -> Result<Vec<String>> {
    let sql = match db.dialect() {
        Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Dialect::Postgres => {
            "SELECT c.relname::text FROM pg_catalog.pg_class c \
             WHERE c.relkind IN ('r', 'p') AND pg_catalog.pg_table_is_visible(c.oid)"
        }
    };
    let mut tables = Vec::new();
    select(db, sql, &[], &mut |row| {
        tables.push(text(row.get(0)?));
        Ok(())
    })
    .await?;
    Ok(tables)
}

/// The first row of a SQLite table whose foreign key refers to no row, in Django's words.
pub(super) async fn lost_key(db: &Database, table: &str) -> Result<Option<String>> {
    const SQL: &str = "SELECT lost.rowid, keys.\"from\", keys.\"table\", keys.\"to\", \
         (SELECT name FROM pragma_table_info(?1) WHERE pk = 1) \
         FROM pragma_foreign_key_check(?1) AS lost JOIN pragma_foreign_key_list(?1) AS keys ON keys.id = lost.fkid LIMIT 1";
    let mut found = None;
    select(db, SQL, &[table], &mut |row| {
        let rowid = i64::from_value(row.get(0)?)?;
        found = Some((rowid, text(row.get(1)?), text(row.get(2)?), text(row.get(3)?), text(row.get(4)?)));
        Ok(())
    })
    .await?;
    let Some((rowid, column, to, to_column, pk)) = found else { return Ok(None) };
    let mut values = Vec::new();
    let sql = format!(
        "SELECT CAST(\"{pk}\" AS text), CAST(\"{column}\" AS text) FROM \"{table}\" WHERE rowid = ?1"
    );
    db.select(&Statement::new(sql, vec![Value::Int(rowid)]), &mut |row| {
        values.extend([text(row.get(0)?), text(row.get(1)?)]);
        Ok(())
    })
    .await?;
    let (key, value) =
        (values.first().cloned().unwrap_or_default(), values.get(1).cloned().unwrap_or_default());
    Ok(Some(format!(
        "The row in table '{table}' with primary key '{key}' has an invalid foreign key: {table}.{column} contains a \
         value '{value}' that does not have a corresponding value in {to}.{to_column}."
    )))
}
