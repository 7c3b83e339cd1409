//! SQL of one's own: Django's `raw` and `cursor.execute`.

use super::output::Record;
use super::statement::Statement;
use super::writer::Writer;
use crate::{Database, Error, FieldValue, Model, Result, Row, Value};

/// SQL of one's own, with its parameters: [`raw`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Raw {
    sql: String,
    params: Vec<Value>,
}

/// SQL of one's own. As in Django, `%s` stands for a parameter and `%%` for a percent sign. Never put a value into the
/// text itself.
///
/// ```
/// # extern crate belleville_db as belleville;
/// # use belleville_db::{Database, Model, functions::raw};
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "library")]
/// # struct Book { #[field(primary_key)] id: i64, #[field(max_length = 40)] title: String, pages: i32 }
/// # async fn example(db: &Database) -> belleville_db::Result<()> {
/// let books = raw("SELECT * FROM library_book WHERE pages > %s AND title <> %s").bind(100).bind("Omega");
/// let books: Vec<Book> = books.objects(db).await?;
/// let counts: Vec<(i32, i64)> = raw("SELECT pages, COUNT(*) FROM library_book GROUP BY pages").rows(db).await?;
/// raw("UPDATE library_book SET pages = pages + %s").bind(1).execute(db).await?;
/// # Ok(()) }
/// ```
pub fn raw(sql: impl Into<String>) -> Raw {
    Raw { sql: sql.into(), params: Vec::new() }
}

/// A value that can be a parameter.
pub trait Parameter {
    #[doc(hidden)]
    fn into_value(self) -> Value;
}

impl<T: FieldValue> Parameter for T {
    fn into_value(self) -> Value {
        self.to_value()
    }
}

impl Parameter for &str {
    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl Raw {
    /// The value of the next `%s`.
    pub fn bind(mut self, value: impl Parameter) -> Self {
        self.params.push(value.into_value());
        self
    }

    /// The rows as objects. The SQL selects all the columns of the model, in any order; further ones are ignored.
    ///
    /// # Errors
    /// Any database error, or when the number of parameters is not that of `%s`.
    pub async fn objects<M: Model>(&self, db: &Database) -> Result<Vec<M>> {
        let mut writer = Writer::new(db.target());
        writer.push("SELECT ");
        writer.list(M::meta().fields, |writer, field| writer.ident(field.column));
        writer.push(" FROM (");
        self.write(&mut writer)?;
        writer.push(") \"raw\"");
        collected(db, &writer.finish()?, |row| M::from_row(row, 0)).await
    }

    /// The rows as tuples, or as single values.
    ///
    /// # Errors
    /// As [`Raw::objects`], or when a column's value is not of the tuple's type.
    pub async fn rows<V: Record>(&self, db: &Database) -> Result<Vec<V>> {
        let read = |row: &dyn Row| V::read(row, 0, &[]).map_err(|(_, error)| error);
        collected(db, &self.statement(db)?, read).await
    }

    /// Runs it, and returns how many rows it changed.
    ///
    /// # Errors
    /// As [`Raw::objects`].
    pub async fn execute(&self, db: &Database) -> Result<u64> {
        db.written().note_any();
        db.execute(&self.statement(db)?).await
    }

    fn statement(&self, db: &Database) -> Result<Statement> {
        let mut writer = Writer::new(db.target());
        self.write(&mut writer)?;
        writer.finish()
    }

    fn write(&self, writer: &mut Writer) -> Result<()> {
        let mut params = self.params.iter();
        let mut parts = self.sql.split('%');
        writer.push(parts.next().unwrap_or_default());
        while let Some(part) = parts.next() {
            if let Some(rest) = part.strip_prefix('s') {
                let value = params.next().ok_or_else(|| self.wrong("fewer parameters than %s"))?;
                writer.bind(value.clone());
                writer.push(rest);
            } else if part.is_empty() {
                writer.push("%");
                writer.push(parts.next().ok_or_else(|| self.wrong("a single % at its end"))?);
            } else {
                return Err(self.wrong("a % that is neither %s nor %%"));
            }
        }
        if params.next().is_some() {
            return Err(self.wrong("more parameters than %s"));
        }
        Ok(())
    }

    fn wrong(&self, what: &str) -> Error {
        Error::Database(format!("SQL of one's own has {what}: {}", self.sql))
    }
}

async fn collected<T: Send>(
    db: &Database,
    statement: &Statement,
    mut read: impl FnMut(&dyn Row) -> Result<T> + Send,
) -> Result<Vec<T>> {
    let mut items = Vec::new();
    // It may end with `RETURNING`.
    db.written().note_any();
    db.select(statement, &mut |row| {
        items.push(read(row)?);
        Ok(())
    })
    .await?;
    Ok(items)
}
