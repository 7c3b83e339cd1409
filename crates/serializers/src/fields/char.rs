//! Text, trimmed: DRF's `CharField` and `EmailField`.

use belleville_db::json::{Json, ObjectWriter, write_str};
use belleville_db::validators::{INVALID_EMAIL, is_email};
use belleville_db::{Detail, ErrorDetail, FieldMeta, InputKind, Result, Value, ValueRef, python};

use super::{Blank, FieldType, cannot_show};
use crate::validators;

#[derive(Debug)]
pub(super) struct Char {
    pub(super) max_length: Option<u32>,
    pub(super) allow_blank: bool,
    pub(super) is_email: bool,
}

impl Char {
    pub(super) fn of(field: &FieldMeta) -> Self {
        Self {
            max_length: field.max_length(),
            allow_blank: field.blank,
            is_email: field.kind.row().input == InputKind::Email,
        }
    }
}

impl FieldType for Char {
    fn name(&self) -> &'static str {
        if self.is_email { "email" } else { "string" }
    }

    fn describe(&self, facts: &mut ObjectWriter<'_>) {
        if let Some(most) = self.max_length {
            facts.key("max_length").number(i64::from(most));
        }
    }

    fn initial(&self) -> Json {
        Json::from("")
    }

    fn allows_blank(&self) -> bool {
        self.allow_blank
    }

    fn blank(&self, text: &str) -> Blank {
        match python::str_strip(text) {
            "" if self.allow_blank => Blank::Allowed,
            "" => Blank::Refused(blank()),
            _ => Blank::Value,
        }
    }

    fn to_internal_value(&self, given: &Json) -> Result<Value, Detail> {
        let text = match given {
            Json::Str(text) => python::str_strip(text).to_owned(),
            Json::Int(_) | Json::BigInt(_) | Json::Float(_) => python::str_of(given),
            // A text that UTF-8 cannot hold, as code points. `validate` refuses it.
            Json::Surrogates(points) => points
                .iter()
                .map(|point| char::from_u32(*point).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
            _ => return Err(not_a_string().into()),
        };
        Ok(Value::Text(text))
    }

    fn validate(&self, value: &Value, given: &Json) -> Vec<ErrorDetail> {
        let Value::Text(text) = value else { return Vec::new() };
        let surrogates = match given {
            Json::Surrogates(points) => Some(validators::surrogates(points)),
            _ => None,
        };
        let no_email = self.is_email && !is_email(text);
        let broken = [
            validators::max_length(text, self.max_length),
            validators::null_characters(text),
            surrogates,
            no_email.then(|| ErrorDetail::new(INVALID_EMAIL, "invalid")),
        ];
        broken.into_iter().flatten().collect()
    }

    fn refuse_file(&self, _: &str) -> ErrorDetail {
        not_a_string()
    }

    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
        let ValueRef::Text(text) = value else { return Err(cannot_show()) };
        write_str(out, text);
        Ok(())
    }
}

/// DRF's message for a blank text where there must be one.
pub(crate) fn blank() -> ErrorDetail {
    ErrorDetail::new("This field may not be blank.", "blank")
}

/// DRF's message for what is no text.
pub(crate) fn not_a_string() -> ErrorDetail {
    ErrorDetail::new("Not a valid string.", "invalid")
}
