//! From a row or an object to JSON bytes.

use belleville_db::{Database, Error, Model, Result, Rows, ValueRef};

use crate::SerializerClass;
use crate::fields::Field;

impl SerializerClass {
    /// An object's representation, as compact JSON.
    ///
    /// # Errors
    /// When a column has a value that its field cannot show.
    pub fn represent<M: Model>(&self, object: &M) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(256);
        self.write(&mut out, &mut |index| Ok(object.value_ref(self.columns()[index])))?;
        Ok(out)
    }

    /// The representations of a query's rows, as a compact JSON array: from the columns to the bytes.
    ///
    /// # Errors
    /// Any database error.
    pub async fn represent_all(&self, rows: impl Into<Rows>, db: &Database) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(4096);
        out.push(b'[');
        rows.into()
            .for_each(db, self.columns(), &mut |row| {
                if out.len() > 1 {
                    out.push(b',');
                }
                self.write(&mut out, &mut |index| row.get(index))
            })
            .await?;
        out.push(b']');
        Ok(out)
    }

    /// The representation of a query's one row, from its columns; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::MultipleObjectsReturned`] when there is another one, and any database error.
    pub async fn represent_one(&self, rows: &Rows, db: &Database) -> Result<Option<Vec<u8>>> {
        let mut out = Vec::with_capacity(256);
        rows.for_each(db, self.columns(), &mut |row| {
            if !out.is_empty() {
                return Err(Error::MultipleObjectsReturned(self.meta().name));
            }
            self.write(&mut out, &mut |index| row.get(index))
        })
        .await?;
        Ok(if out.is_empty() { None } else { Some(out) })
    }

    fn write<'a>(
        &self,
        out: &mut Vec<u8>,
        value: &mut dyn FnMut(usize) -> Result<ValueRef<'a>>,
    ) -> Result<()> {
        out.push(b'{');
        for (index, field) in self.fields().iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(&field.bound.key);
            let written = value(index).and_then(|value| write_value(out, &*field.bound.field, value));
            let column = self.meta().fields[field.column].column;
            written.map_err(|error| error.in_column(self.meta().db_table, column))?;
        }
        out.push(b'}');
        Ok(())
    }
}

fn write_value(out: &mut Vec<u8>, field: &dyn Field, value: ValueRef<'_>) -> Result<()> {
    match value {
        ValueRef::Null => {
            out.extend_from_slice(b"null");
            Ok(())
        }
        value => field.to_representation(value, out),
    }
}
