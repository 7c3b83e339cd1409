//! Foreign keys that only the database knows: of tables that are no model of the program, or of columns that are none of its
//! fields. They are looked for once, at the first deletion.

use crate::query::statement::Statement;
use crate::query::writer::Writer;
use crate::{Database, FieldValue, ModelMeta, Result, Value, ValueRef};

/// A foreign key that no model has. The database does nothing about it when the row it refers to is deleted.
#[derive(Debug)]
pub(crate) struct UnknownKey {
    pub(super) table: &'static str,
    pub(super) column: &'static str,
    /// The table and the column that it refers to; the primary key where no column is named.
    to: String,
    to_column: String,
}

impl Database {
    /// The foreign keys of that kind that refer to a model.
    pub(super) async fn unknown_keys(&self, meta: &ModelMeta) -> Result<Vec<&UnknownKey>> {
        let keys = self.unknown_keys_cell().get_or_try_init(|| find(self)).await?;
        Ok(keys.iter().filter(|key| key.to == meta.db_table).collect())
    }
}

async fn find(db: &Database) -> Result<Vec<UnknownKey>> {
    let statement = Statement::new(db.dialect().foreign_keys(), Vec::new());
    let mut keys = Vec::new();
    db.select(&statement, &mut |row| {
        let text = |index| String::from_value(row.get(index)?);
        let (table, column) = (text(0)?, text(1)?);
        if !is_known(db, &table, &column) {
            let to_column = if matches!(row.get(3)?, ValueRef::Null) { String::new() } else { text(3)? };
            // The names are kept as those of models are: for as long as the program runs.
            let (table, column) = (table.leak(), column.leak());
            keys.push(UnknownKey { table, column, to: text(2)?, to_column });
        }
        Ok(())
    })
    .await?;
    Ok(keys)
}

fn is_known(db: &Database, table: &str, column: &str) -> bool {
    let mut models = db.registry().models().iter().filter(|model| model.db_table == table);
    models.any(|model| model.fields.iter().any(|field| field.column == column && field.relation.is_some()))
}

impl UnknownKey {
    /// Whether a row refers by it to one of the rows of a model with these primary keys.
    pub(super) async fn is_used(&self, db: &Database, meta: &ModelMeta, pks: Vec<Value>) -> Result<bool> {
        let pk = meta.pk().column;
        let to_column = if self.to_column.is_empty() { pk } else { &self.to_column };
        let mut writer = Writer::new(db.target());
        writer.push("SELECT 1 FROM ");
        writer.ident(self.table);
        writer.push(" WHERE ");
        writer.ident(self.column);
        writer.push(" IN (SELECT ");
        writer.ident(to_column);
        writer.push(" FROM ");
        writer.ident(meta.db_table);
        writer.push(" WHERE ");
        writer.ident(pk);
        writer.push(" IN (");
        writer.list(pks, Writer::bind);
        writer.push(")) LIMIT 1");
        let mut found = false;
        db.select(&writer.finish()?, &mut |_| {
            found = true;
            Ok(())
        })
        .await?;
        Ok(found)
    }
}
