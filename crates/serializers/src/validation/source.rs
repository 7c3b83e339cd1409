//! What serializers and the items of lists are read from.

use std::borrow::Cow;

use belleville_db::json::{Dict, Json};
use belleville_db::{Detail, Error, ErrorDetail, Value};

use crate::SerializerClass;
use crate::fields::BoundField;
use crate::input::{Given, Input};
use crate::methods::Internal;
use crate::plan::PlannedField;
use crate::reading::Reading;
use crate::value::ValidatedData;

/// What a serializer is read from.
pub(crate) enum Source<'a> {
    /// What was sent.
    Sent(Input<'a>),
    /// What the serializer's own `to_internal_value` has made of it, for its fields.
    Made(Dict),
    /// What it has made instead of the fields.
    Values(ValidatedData),
}

/// What an item of a list is read from.
pub(crate) enum ItemSource<'a> {
    /// Of a list of serializers.
    Object(Source<'a>),
    /// Of a list of values or of lists.
    Value(Given<'a>),
    /// It cannot be read.
    Refused(Detail),
}

impl<'a> Source<'a> {
    /// What there is for a serializer.
    ///
    /// # Errors
    /// What is wrong with the input as a whole.
    pub(super) fn of(
        class: &SerializerClass,
        given: Given<'a>,
        reading: &mut Reading<'_>,
    ) -> Result<Self, Detail> {
        let Some(method) = &class.methods.to_internal_value else { return Self::of_fields(given) };
        match method(given.into_json(), reading.context()) {
            Ok(Internal::Input(json)) => Self::of_fields(Given::made(json)),
            Ok(Internal::Values(values)) => Ok(Self::Values(values)),
            Err(Error::Invalid(detail)) => Err(detail.of_serializer()),
            Err(error) => {
                reading.fail(error);
                Err(Detail::Dict(Vec::new()))
            }
        }
    }

    /// # Errors
    /// What is said of input that is neither an object nor a form.
    fn of_fields(given: Given<'a>) -> Result<Self, Detail> {
        match given {
            Given::Value(Cow::Borrowed(json @ Json::Dict(_))) => Ok(Self::Sent(Input::Json(json))),
            Given::Value(Cow::Owned(Json::Dict(dict))) => Ok(Self::Made(dict)),
            Given::Form(form) => Ok(Self::Sent(Input::Form(form))),
            other => Err(no_dictionary(other.python_type_name())),
        }
    }

    /// What there is for a field. It is looked for at a place first, which is then that behind it.
    pub(super) fn given(&self, field: &BoundField, partial: bool, place: &mut usize) -> Given<'a> {
        match self {
            Self::Sent(Input::Json(Json::Dict(dict))) => {
                dict.get_from(place, &field.input_key).map_or(Given::Missing, Given::from)
            }
            Self::Sent(input) => field.given(input, partial),
            Self::Made(dict) => dict
                .get_from(place, &field.input_key)
                .map_or(Given::Missing, |json| Given::made(json.clone())),
            Self::Values(_) => Given::Missing,
        }
    }

    /// The value of a field, where it is one that a column could have.
    pub(crate) fn value(&self, field: &PlannedField) -> Option<Value> {
        match self {
            Self::Values(values) => field.source.find(values)?.value().cloned(),
            Self::Sent(_) | Self::Made(_) => match self.given(&field.bound, false, &mut 0) {
                Given::Value(json) => field.bound.field.to_internal_value(&json).ok()?.value().cloned(),
                _ => None,
            },
        }
    }
}

/// What is said of input that is neither an object nor a form.
pub(crate) fn no_dictionary(found: &str) -> Detail {
    let text = format!("Invalid data. Expected a dictionary, but got {found}.");
    Detail::non_field(ErrorDetail::new(text, "invalid"))
}

pub(super) fn null() -> Detail {
    Detail::message(ErrorDetail::new("This field may not be null.", "null"))
}

/// The items of a list.
pub(super) enum Items<'a> {
    /// As they were sent.
    Sent(std::slice::Iter<'a, Json>),
    /// Of a form, or made by the program.
    Made(std::vec::IntoIter<Given<'a>>),
}

impl<'a> Items<'a> {
    /// # Errors
    /// Python's name of what is no list.
    pub(super) fn of(given: Given<'a>) -> Result<Self, &'static str> {
        let made = |items: Vec<Given<'a>>| Ok(Self::Made(items.into_iter()));
        match given {
            Given::List(items) => made(items),
            Given::Form(form) => made(form.list("").unwrap_or_default()),
            Given::Value(Cow::Borrowed(Json::List(items))) => Ok(Self::Sent(items.iter())),
            Given::Value(Cow::Owned(Json::List(items))) => made(items.into_iter().map(Given::made).collect()),
            other => Err(other.python_type_name()),
        }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Given<'a>;

    fn next(&mut self) -> Option<Given<'a>> {
        match self {
            Self::Sent(items) => items.next().map(Given::from),
            Self::Made(items) => items.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Sent(items) => items.size_hint(),
            Self::Made(items) => items.size_hint(),
        }
    }
}

impl ExactSizeIterator for Items<'_> {}
