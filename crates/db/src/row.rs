//! One row of a result, by position.

use crate::{Result, Value, ValueRef};

/// One row of a result. Values are borrowed: a list goes from here to JSON without a struct on the way.
pub trait Row {
    /// The value at a position of the select list.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode) when the position does not exist or the text is not UTF-8.
    fn get(&self, index: usize) -> Result<ValueRef<'_>>;
}

impl Row for Vec<Value> {
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        self.as_slice()
            .get(index)
            .map(Value::as_ref)
            .ok_or_else(|| crate::Error::Decode(format!("the row has no column {index}")))
    }
}
