//! The representation of validated values that were not saved: DRF's `serializer.data` of such.

use belleville_db::{Error, Result};

use crate::SerializerClass;
use crate::fields::DefaultValue;
use crate::plan::{PlannedField, Role};
use crate::value::{Validated, ValidatedData};

impl SerializerClass {
    /// Writes validated values by the fields.
    ///
    /// # Errors
    /// When there is no value for a field that has no default, or it is of another type.
    pub(crate) fn represent_data(&self, data: &ValidatedData, out: &mut Vec<u8>) -> Result<()> {
        out.push(b'{');
        let mut is_first = true;
        for field in self.shown_fields() {
            let mut written = Vec::new();
            if !field.represent_data(data, &mut written)? {
                continue;
            }
            if !std::mem::take(&mut is_first) {
                out.push(b',');
            }
            out.extend_from_slice(&field.bound.key);
            out.append(&mut written);
        }
        out.push(b'}');
        Ok(())
    }
}

impl PlannedField {
    /// Writes the field's value; whether it has one.
    fn represent_data(&self, data: &ValidatedData, out: &mut Vec<u8>) -> Result<bool> {
        if let (Role::Nested(nested), true) = (&self.role, self.source.is_object()) {
            nested.class.represent_data(data, out)?;
            return Ok(true);
        }
        let value = match (self.source.find(data), &self.bound.default) {
            (Some(value), _) => value,
            (None, Some(DefaultValue::Value(value))) => value,
            (None, None) if self.bound.allow_null => &Validated::NULL,
            (None, None) if !self.bound.required => return Ok(false),
            _ => {
                return Err(Error::refused(format!("there is no value for the field `{}`", self.bound.name)));
            }
        };
        if value.is_null() {
            out.extend_from_slice(b"null");
        } else {
            self.bound.field.represent(value, out)?;
        }
        Ok(true)
    }
}
