//! The other row's text: DRF's `StringRelatedField`.

use belleville_db::json::Json;
use belleville_db::{ModelMeta, Result, ValueRef};

use crate::fields::{Field, Invalid, cannot_show};
use crate::representation::WriteText;
use crate::value::Validated;

/// The other row's text, which is only shown.
#[derive(Debug)]
pub struct TextRelated {
    pub(crate) to: &'static ModelMeta,
    pub(crate) write: WriteText,
}

impl Field for TextRelated {
    fn to_internal_value(&self, _: &Json) -> Result<Validated, Invalid> {
        Err("This field is read-only.".into())
    }

    fn to_representation(&self, _: ValueRef<'_>, _: &mut Vec<u8>) -> Result<()> {
        Err(cannot_show())
    }

    fn text(&self) -> Option<&TextRelated> {
        Some(self)
    }
}
