//! One of a few values: DRF's `ChoiceField`.

use belleville_db::json::{Json, ObjectWriter, write_f64, write_i64, write_str};
use belleville_db::{
    self as db, ChoiceValue, Detail, ErrorDetail, FieldMeta, Result, Value, ValueRef, python,
};

use super::boolean::write_bool;
use super::{FieldType, cannot_show};

#[derive(Debug)]
pub(super) struct Choice {
    pub(super) choices: &'static [db::Choice],
    /// An empty text is accepted. It is no value where it is none of the choices.
    pub(super) allow_blank: bool,
}

impl Choice {
    pub(super) fn of(field: &FieldMeta) -> Self {
        let can_hold_blank = field.kind.is_text() && (field.null || field.has_blank_choice());
        Self { choices: field.choices, allow_blank: field.blank && can_hold_blank }
    }
}

impl FieldType for Choice {
    fn name(&self) -> &'static str {
        "choice"
    }

    fn describe(&self, facts: &mut ObjectWriter<'_>) {
        facts.key("choices").list(|list| {
            self.choices.iter().for_each(|choice| list.item().object(|object| write_choice(object, choice)));
        });
    }

    fn allows_blank(&self) -> bool {
        self.allow_blank
    }

    /// The choice whose value is written as the input is: `"1"` is the number 1, as in DRF.
    fn to_internal_value(&self, given: &Json) -> Result<Value, Detail> {
        let text = python::str_of(given);
        let found = self.choices.iter().find(|choice| match choice.value {
            ChoiceValue::Text(value) => value == text,
            ChoiceValue::Int(value) => value.to_string() == text,
        });
        match found {
            Some(choice) => Ok(choice.value.to_ref().to_owned()),
            None if text.is_empty() && self.allow_blank => Ok(Value::Null),
            None => Err(not_a_choice(&text).into()),
        }
    }

    fn refuse_file(&self, name: &str) -> ErrorDetail {
        not_a_choice(name)
    }

    fn write(&self, out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
        match value {
            ValueRef::Text(text) => write_str(out, text),
            ValueRef::Int(n) => write_i64(out, n),
            ValueRef::Bool(b) => write_bool(out, b),
            ValueRef::Float(x) => write_f64(out, x),
            _ => return Err(cannot_show()),
        }
        Ok(())
    }
}

fn not_a_choice(text: &str) -> ErrorDetail {
    ErrorDetail::new(format!("\"{text}\" is not a valid choice."), "invalid_choice")
}

fn write_choice(object: &mut ObjectWriter<'_>, choice: &db::Choice) {
    match choice.value {
        ChoiceValue::Text(text) => object.key("value").text(text),
        ChoiceValue::Int(number) => object.key("value").number(number),
    }
    object.key("display_name").text(choice.label);
}
