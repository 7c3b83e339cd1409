//! From a row or an object to JSON bytes.

use belleville_db::{Database, Error, HStore, Items, Model, Result, Rows, ValueRef, iso_8601, parse_stored};

use super::shown::write_shown;
use super::{FieldType, SerializerClass};
use crate::json::{write_f64, write_i64, write_str};

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
    /// Any database error.
    pub(crate) async fn represent_one(&self, rows: Rows, db: &Database) -> Result<Option<Vec<u8>>> {
        let mut out = Vec::with_capacity(256);
        rows.for_each(db, self.columns(), &mut |row| self.write(&mut out, &mut |index| row.get(index)))
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
            out.extend_from_slice(&field.key);
            let written = value(index).and_then(|value| write_value(out, &field.kind, value));
            written.map_err(|error| error.in_column(self.meta().db_table, field.model_field.column))?;
        }
        out.push(b'}');
        Ok(())
    }
}

fn write_value(out: &mut Vec<u8>, kind: &FieldType, value: ValueRef<'_>) -> Result<()> {
    match (kind, value) {
        (_, ValueRef::Null) => out.extend_from_slice(b"null"),
        (_, ValueRef::Bool(b)) => write_bool(out, b),
        (FieldType::Boolean, ValueRef::Int(n)) => write_bool(out, n != 0),
        (FieldType::ReadOnly { kind } | FieldType::PrimaryKeyRelated { key: kind, .. }, value) => {
            return write_shown(out, *kind, value);
        }
        (_, ValueRef::Int(n)) => write_i64(out, n),
        (_, ValueRef::Float(x)) => write_f64(out, x),
        (FieldType::DateTime, ValueRef::Text(text)) => write_stored_datetime(out, text)?,
        (_, ValueRef::Text(text)) => write_str(out, text),
        (_, ValueRef::DateTime(at)) => write_str(out, &iso_8601(at)),
        (FieldType::List { child, .. }, ValueRef::Array(items)) => return write_list(out, child, items),
        (FieldType::Dict, ValueRef::HStore(pairs)) => write_dict(out, pairs),
        _ => return Err(Error::Decode("a serializer cannot show a value of this kind".to_owned())),
    }
    Ok(())
}

fn write_list(out: &mut Vec<u8>, child: &FieldType, items: &dyn Items) -> Result<()> {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_value(out, child, item)?;
    }
    out.push(b']');
    Ok(())
}

/// In the order of the server: shorter keys first.
fn write_dict(out: &mut Vec<u8>, pairs: &HStore) {
    let mut pairs: Vec<_> = pairs.iter().collect();
    pairs.sort_by_key(|(key, _)| key.len());
    out.push(b'{');
    for (index, (key, text)) in pairs.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_str(out, key);
        out.push(b':');
        match text {
            Some(text) => write_str(out, text),
            None => out.extend_from_slice(b"null"),
        }
    }
    out.push(b'}');
}

fn write_bool(out: &mut Vec<u8>, b: bool) {
    out.extend_from_slice(if b { b"true" } else { b"false" });
}

/// SQLite's text of a datetime differs from JSON's by a `T` and a `Z`.
fn write_stored_datetime(out: &mut Vec<u8>, text: &str) -> Result<()> {
    match plain(text.as_bytes()) {
        Some((length, mut json)) => {
            json[10 + 1] = b'T';
            json[length + 1..][..2].copy_from_slice(b"Z\"");
            out.extend_from_slice(&json[..length + 3]);
        }
        None => write_str(out, &iso_8601(parse_stored(text)?)),
    }
    Ok(())
}

/// A text that is `YYYY-MM-DD HH:MM:SS`, or the same with six digits of a second that are not all zero: its length, and
/// the text after a quotation mark.
fn plain(text: &[u8]) -> Option<(usize, [u8; LONGEST_DATETIME + 3])> {
    let mut json = *b"\"0000-00-00 00:00:00.000000  ";
    let length = text.len();
    if (length != 19 && length != LONGEST_DATETIME) || text.ends_with(b".000000") {
        return None;
    }
    json[1..=length].copy_from_slice(text);
    // Without a branch for each byte.
    let wrong = json[1..].iter().zip(LEAST.iter().zip(MOST));
    let wrong = wrong.fold(false, |wrong, (byte, (least, most))| wrong | (byte < least) | (byte > most));
    (!wrong).then_some((length, json))
}

const LONGEST_DATETIME: usize = 26;
const LEAST: &[u8; LONGEST_DATETIME] = b"0000-00-00 00:00:00.000000";
const MOST: &[u8; LONGEST_DATETIME] = b"9999-99-99 99:99:99.999999";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_datetimes_become_drfs() {
        for (stored, expected) in [
            ("2026-01-02 03:04:05.678901", "\"2026-01-02T03:04:05.678901Z\""),
            ("2026-01-02 03:04:05", "\"2026-01-02T03:04:05Z\""),
            // Rows that another program wrote.
            ("2026-01-02 03:04:05.000000", "\"2026-01-02T03:04:05Z\""),
            ("2026-01-02 03:04:05.5", "\"2026-01-02T03:04:05.500000Z\""),
            ("2026-01-02T03:04:05", "\"2026-01-02T03:04:05Z\""),
            ("2026-01-02T03:04:05+01:00", "\"2026-01-02T02:04:05Z\""),
        ] {
            let mut out = Vec::new();
            write_stored_datetime(&mut out, stored).expect(stored);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }
}
