//! Several rows of another model: DRF's `ManyRelatedField`.

use std::borrow::Cow;

use belleville_db::json::Json;
use belleville_db::{Result, Value, ValueRef};

use super::{Hyperlink, Related, TextRelated};
use crate::Context;
use crate::fields::{Field, Messages, Reading, Shape, ValidationError, cannot_show};
use crate::input::{Form, Given};
use crate::value::Validated;

/// Several rows of another model.
#[derive(Debug)]
pub(crate) struct ManyRelated {
    pub(crate) child: Box<dyn Field>,
    pub(crate) allow_empty: bool,
    /// The messages of the declaration: what is said of an item is among them too.
    pub(crate) messages: Vec<(&'static str, String)>,
}

impl Field for ManyRelated {
    fn error_messages(&self) -> Messages {
        &[
            ("not_a_list", "Expected a list of items but got type \"{input_type}\"."),
            ("empty", "This list may not be empty."),
        ]
    }

    fn shape(&self) -> Shape {
        Shape::new("field")
    }

    fn initial_value(&self) -> Json {
        Vec::<Json>::new().into()
    }

    /// The name several times. A form without it means no rows, unless it is a part of the fields.
    fn in_form<'a>(&self, name: &str, form: &Form<'a>, partial: bool) -> Option<Given<'a>> {
        if partial && !form.contains(name) {
            return Some(Given::Missing);
        }
        Some(Given::List(form.get_list(name).iter().map(|value| Given::from(*value)).collect()))
    }

    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err(ValidationError::of("invalid"))
    }

    fn read_at_once(&self, data: &Json) -> Option<Validated> {
        let Json::List(items) = data else { return None };
        if items.is_empty() && !self.allow_empty {
            return None;
        }
        let items = items.iter().map(|item| self.child.read_at_once(item));
        items.collect::<Option<Vec<_>>>().map(Validated::List)
    }

    /// The first item that names no row ends it, as in DRF.
    fn read(&self, given: &Given<'_>, reading: &mut Reading<'_>) -> Result<Validated, ValidationError> {
        let items: Vec<Given<'_>> = match given {
            Given::List(items) => items.clone(),
            Given::Value(json) => match &**json {
                Json::List(items) => items.iter().map(Given::from).collect(),
                // Python's loop over a dictionary goes over its keys.
                Json::Dict(dict) => dict.iter().map(|(key, _)| Given::text(key)).collect(),
                _ => return Err(self.refuse(given)),
            },
            given => return Err(self.refuse(given)),
        };
        if items.is_empty() && !self.allow_empty {
            return Err(ValidationError::of("empty"));
        }
        let refused = |invalid: ValidationError| {
            ValidationError::from(invalid.detail(&self.messages, self.child.error_messages()))
        };
        let row = |item: &Given<'_>| self.child.read(item, reading).map_err(refused);
        items.iter().map(row).collect::<Result<Vec<_>, _>>().map(Validated::List)
    }

    fn refuse(&self, given: &Given<'_>) -> ValidationError {
        ValidationError::of("not_a_list").with("input_type", given.python_type_name())
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        self.child.to_representation(value, out)
    }

    fn represent(&self, value: &Validated, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        let items: Cow<'_, [Validated]> = match value {
            Validated::List(items) => Cow::Borrowed(items),
            Validated::Value(Value::Array(items)) => items.iter().cloned().map(Validated::Value).collect(),
            _ => return Err(cannot_show()),
        };
        out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            match item.is_null() {
                true => out.extend_from_slice(b"null"),
                false => self.child.represent(item, context, out)?,
            }
        }
        out.push(b']');
        Ok(())
    }

    fn relation(&self) -> Option<&Related> {
        self.child.relation()
    }

    fn link(&self) -> Option<&Hyperlink> {
        self.child.link()
    }

    fn text(&self) -> Option<&TextRelated> {
        self.child.text()
    }
}
