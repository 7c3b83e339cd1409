//! The other row's text: DRF's `StringRelatedField`.

use belleville_db::json::{Json, write_str};
use belleville_db::{ModelMeta, Result, ValueRef};

use crate::fields::{Field, ValidationError, cannot_show};
use crate::representation::ReadText;
use crate::value::Validated;

/// The other row's text, which is only shown.
#[derive(Debug)]
pub struct TextRelated {
    pub(crate) to: &'static ModelMeta,
    pub(crate) read: ReadText,
}

impl Field for TextRelated {
    fn takes_input(&self) -> bool {
        false
    }

    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err("This field is read-only.".into())
    }

    /// Of the text, once the row is read.
    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let ValueRef::Text(text) = value else { return Err(cannot_show()) };
        write_str(out, text);
        Ok(())
    }

    fn text(&self) -> Option<&TextRelated> {
        Some(self)
    }
}
