//! The key of a URL, and the answer where no object has it.

use belleville_db::{FieldKind, ModelMeta, Value, ValueRef};

use crate::exceptions::{Error, Result};
use crate::python;

/// 404, with the text of Django's `get_object_or_404`.
pub(super) fn no_match(meta: &ModelMeta) -> Error {
    belleville_db::Error::DoesNotExist(meta.name).into()
}

/// The key of a URL as a primary key: 404 when it is not a key, `None` when no row can have it.
pub(super) fn lookup_value(kind: FieldKind, text: &str) -> Result<Option<Value>> {
    if kind.is_text() {
        return Ok(Some(ValueRef::Text(text).to_owned()));
    }
    match python::parse_int(text) {
        Some(n) => Ok(Some(Value::Int(n))),
        None if python::is_int(text) => Ok(None),
        None => Err(Error::not_found()),
    }
}
