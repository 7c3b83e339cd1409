//! One row of a result, by position.

use crate::value::decimal_with_places;
use crate::{FieldKind, FieldValue, ModelMeta, Result, Value, ValueRef};

/// One row of a result. Values are borrowed: a list is written as JSON from them, without structs in between.
pub trait Row {
    /// The value at a position of the select list.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode) when the position does not exist or the text is not UTF-8.
    fn get(&self, index: usize) -> Result<ValueRef<'_>>;

    /// The bytes of a text that nobody has looked at yet, as a database file has them. `None` of every other value, and of a row that
    /// has its texts whole.
    #[doc(hidden)]
    fn bytes_of_text(&self, index: usize) -> Option<&[u8]> {
        let _ = index;
        None
    }
}

/// A field's value from a model's columns, which begin at `offset`. Called by derived code.
#[doc(hidden)]
pub fn read_column<T: FieldValue>(
    row: &dyn Row,
    offset: usize,
    meta: &'static ModelMeta,
    field: usize,
) -> Result<T> {
    let value = row.get(offset + field).and_then(|value| match (meta.fields[field].kind, value) {
        (_, ValueRef::Null) => T::from_value(value),
        (FieldKind::DecimalField { decimal_places, .. }, value) => {
            T::from_value(ValueRef::Decimal(&decimal_with_places(value, decimal_places)?))
        }
        (_, value) => T::from_value(value),
    });
    value.map_err(|error| error.in_column(meta.db_table, meta.fields[field].column))
}

impl Row for Vec<Value> {
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        value_at(self, index)
    }
}

impl<const COLUMNS: usize> Row for [Value; COLUMNS] {
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        value_at(self, index)
    }
}

fn value_at(values: &[Value], index: usize) -> Result<ValueRef<'_>> {
    let value = values.get(index).map(Value::as_ref);
    value.ok_or_else(|| crate::Error::Decode(format!("the row has no column {index}")))
}
