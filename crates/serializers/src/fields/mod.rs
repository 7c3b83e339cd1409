//! The fields of serializers. Each kind is a module with one [`Field`]; what is common to all of them (`required`, `source`,
//! `default` ...) are the [`Options`](declared::Declared) beside it.

mod binary;
mod boolean;
mod bound;
mod char;
mod choice;
mod collections;
pub(crate) mod date;
pub(crate) mod datetime;
mod decimal;
mod declared;
mod duration;
mod file;
mod file_path;
mod float;
mod formats;
mod integer;
mod json;
mod messages;
mod of_model;
mod primitive;
mod range;
pub(crate) mod read_only;
mod shape;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod tests;
pub(crate) mod time;
mod uuid;

use std::fmt;

use belleville_db::json::{Json, write_str};
use belleville_db::{Error, FieldMeta, Result, ValueRef};

use crate::Context;
use crate::input::{Form, Given};
use crate::relations::{Hyperlink, Related, TextRelated};
use crate::value::Validated;

pub use crate::reading::Reading;
pub use belleville_db::Protocol;
pub use boolean::BooleanField;
pub(crate) use boolean::write_bool;
pub use bound::BoundField;
pub(crate) use bound::{Outcome, label};
pub use char::{
    AnyText, CHAR_MESSAGES, CharField, Email, EmailField, IPAddressField, IpAddress, Pattern, RegexField,
    RuledText, Slug, SlugField, TextRule, URLField, Url,
};
pub use choice::{ChoiceField, MultipleChoiceField};
pub use collections::{DictField, HStoreField, ListField};
pub(crate) use collections::{show_array, show_child};
pub use date::DateField;
pub(crate) use date::write_iso_date;
pub use datetime::DateTimeField;
pub(crate) use datetime::write_plain_datetime;
pub use decimal::DecimalField;
pub use declared::{
    CreateOnlyDefault, CurrentUserDefault, Declared, DefaultValue, ExtraKwargs, FieldOptions, HiddenField,
    Validate,
};
pub(crate) use declared::{Kind, Options};
pub use duration::DurationField;
pub(crate) use duration::DurationFormat;
pub use file::{FileField, ImageField};
pub use file_path::FilePathField;
pub use float::FloatField;
pub(crate) use formats::{InputFormats, OutputFormat};
pub use integer::{BigIntegerField, IntegerField, WholeNumber};
pub use json::JSONField;
pub(crate) use messages::in_list;
pub use messages::{Messages, ValidationError};
pub(crate) use of_model::{label_of, of_model};
pub(crate) use primitive::{of_column, write_validated};
pub use read_only::ReadOnlyField;
pub use shape::{Choice, FieldShape, HtmlCutoff, Shape};
pub use time::TimeField;
pub use uuid::{UUIDField, UuidFormat};

/// A kind of field: what it makes of input, and how it shows a value. DRF's `Field`.
///
/// One's own field is a type with [`to_internal_value`](Field::to_internal_value) and
/// [`to_representation`](Field::to_representation); everything else has a default.
pub trait Field: fmt::Debug + Send + Sync + 'static {
    /// The value that input stands for. It is not null.
    ///
    /// # Errors
    /// Why it stands for none: [`ValidationError::of`] one of the field's messages, or a text.
    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError>;

    /// Writes a value, which is not null, as JSON.
    ///
    /// # Errors
    /// When the value is not of this kind.
    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()>;

    /// The same, of a field that asks the context about a value. The default asks nothing.
    ///
    /// # Errors
    /// As [`to_representation`](Field::to_representation).
    fn show(&self, value: ValueRef<'_>, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        let _ = context;
        self.to_representation(value, out)
    }

    /// Writes what validation has made, which is not null, as JSON.
    ///
    /// # Errors
    /// When it is not of this kind.
    fn represent(&self, value: &Validated, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        match value {
            Validated::Value(value) => self.show(value.as_ref(), context, out),
            Validated::Noted(noted) => self.show(noted.value.as_ref(), context, out),
            Validated::List(_) | Validated::Dict(_) => Err(cannot_show()),
        }
    }

    /// The messages of the field by their codes, in which `{name}` stands for what is said of the input: DRF's
    /// `default_error_messages`.
    fn error_messages(&self) -> Messages {
        &[]
    }

    /// What the field says of itself: its type, its limits, its choices.
    fn shape(&self) -> Shape {
        Shape::new("field")
    }

    /// What a form begins with: DRF's `initial`.
    fn initial_value(&self) -> Json {
        Json::Null
    }

    /// What a form has for a field that it writes with several names.
    fn in_form<'a>(&self, name: &str, form: &Form<'a>, partial: bool) -> Option<Given<'a>> {
        let _ = (name, form, partial);
        None
    }

    /// What a form means that does not have the field: DRF's `default_empty_html`.
    fn absent_in_form(&self) -> Given<'static> {
        Given::Missing
    }

    /// Whether an empty text of a form is a text, where it could also be nothing: DRF's `allow_blank`.
    fn allows_blank(&self) -> bool {
        false
    }

    /// What a text is before it is read: a blank one may be no value.
    fn blank(&self, text: &str) -> Blank {
        let _ = text;
        Blank::Value
    }

    /// Whether a file stands for its name, which is Python's text of it.
    fn takes_names_of_files(&self) -> bool {
        false
    }

    /// The value that input of any sort stands for. The default hands a value to
    /// [`to_internal_value`](Field::to_internal_value), and a file's name where the field takes that.
    ///
    /// # Errors
    /// As [`to_internal_value`](Field::to_internal_value).
    fn read(&self, given: &Given<'_>, reading: &mut Reading<'_>) -> Result<Validated, ValidationError> {
        let _ = reading;
        match given {
            Given::Value(json) => self.to_internal_value(json),
            Given::File(file) if self.takes_names_of_files() => {
                self.to_internal_value(&Json::from(file.name()))
            }
            given => Err(self.refuse(given)),
        }
    }

    /// The same of input that is, or stands for, this text, so that it need not be looked for again.
    ///
    /// # Errors
    /// As [`read`](Field::read).
    #[doc(hidden)]
    fn read_text(
        &self,
        text: &str,
        given: &Given<'_>,
        reading: &mut Reading<'_>,
    ) -> Result<Validated, ValidationError> {
        let _ = text;
        self.read(given, reading)
    }

    /// The value of input that [`read`](Field::read) makes the same value of, and [`validate`](Field::validate) says nothing about, so
    /// that neither is called: nearly all input is like that. It is not null. `None` where they are to be asked.
    #[doc(hidden)]
    fn read_at_once(&self, data: &Json) -> Option<Validated> {
        let _ = data;
        None
    }

    /// What is said about a file, or about several values, where one value belongs.
    fn refuse(&self, given: &Given<'_>) -> ValidationError {
        ValidationError::of("invalid").with("input_type", given.python_type_name())
    }

    /// What is wrong with a value of the right type; `given` is what it was read from. DRF's validators of the kind, such
    /// as `max_length`.
    fn validate(&self, value: &Validated, given: &Given<'_>) -> Vec<ValidationError> {
        let _ = (value, given);
        Vec::new()
    }

    /// Which values it shows as they are.
    #[doc(hidden)]
    fn as_is(&self) -> AsIs {
        AsIs::Nothing
    }

    /// Whether it shows a document of JSON: a text inside of one is then given as a document too.
    fn is_document(&self) -> bool {
        false
    }

    /// Whether input can set it.
    fn takes_input(&self) -> bool {
        true
    }

    /// Called once, at start, with the options that the field was declared with.
    fn bind(&mut self, options: &Bind<'_>) {
        let _ = options;
    }

    /// The relation, where it is one.
    fn relation(&self) -> Option<&Related> {
        None
    }

    /// The field of what is inside of it, where it is a list or a dictionary.
    fn child_field(&self) -> Option<&BoundField> {
        None
    }

    /// The URL, where it is one that is shown.
    #[doc(hidden)]
    fn link(&self) -> Option<&Hyperlink> {
        None
    }

    /// The other row's text, where that is what is shown.
    #[doc(hidden)]
    fn text(&self) -> Option<&TextRelated> {
        None
    }
}

/// Values that a field shows as they are, so that it need not be asked for each of them.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsIs {
    /// None.
    Nothing,
    /// Texts.
    Text,
    /// Whole numbers.
    Whole,
    /// Whole numbers, where no setting makes texts of them.
    BigWhole,
    /// Truth, which SQLite has as 0 and 1.
    Truth,
    /// Dates, where the settings show them as they are.
    Date,
    /// Points in time, where the settings and the time zone show them as they are.
    DateTime,
}

/// What a field may have to know of its declaration.
#[derive(Debug)]
pub struct Bind<'a> {
    /// Its name.
    pub name: &'a str,
    /// `null` is one of its values.
    pub allow_null: bool,
    /// Input must have it, or need not, where the declaration says so.
    pub required: Option<bool>,
    /// The model's field that it shows and sets.
    pub model_field: Option<&'static FieldMeta>,
}

/// What a text is for a field before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blank {
    /// A value like any other.
    Value,
    /// Blank, which is the empty text.
    Allowed,
    /// Blank, which the field does not take.
    Refused,
    /// Blank, which stands for null.
    Null,
}

/// The error of a value that a field cannot show.
pub(crate) fn cannot_show() -> Error {
    Error::Decode("a serializer cannot show a value of this kind".to_owned())
}

/// The name of a member of the output, ready to be written.
fn key(name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len() + 3);
    write_str(&mut key, name);
    key.push(b':');
    key
}
