//! A field as it is declared: its kind, and the options that every field has.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use belleville_db::json::Json;
use belleville_db::python::Rounding;
use belleville_db::validators::{self, Limit, Validator};
use belleville_db::{Detail, Result, Value};

use super::Field;
use crate::Context;
use crate::list::ListSerializerClass;
use crate::method::{Method, OfValues};
use crate::nested::Nested;
use crate::relations::{DeclaredRelation, Link};
use crate::uniqueness::{FieldValidator, UniqueValidator};
use crate::value::Validated;

/// A field of a serializer, as it is declared: what a derive writes for `#[field(..)]`.
///
/// The options are DRF's, by the same names. What is not said follows from the kind and from the model.
#[derive(Debug)]
pub struct Declared {
    pub(crate) kind: Kind,
    pub(crate) options: Options,
}

/// What a declared field is.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A value.
    Field(Box<dyn Field>),
    /// A row of another model, or several.
    Related(DeclaredRelation),
    /// Another serializer.
    Nested(Nested),
    /// A list of a serializer or of values, inside of so many serializers.
    List(fn(u8) -> Arc<ListSerializerClass>),
    /// What a method of the serializer says of the object.
    Method(Method),
    /// What a method says of some values of the row.
    MethodOfValues(OfValues),
    /// The URL of the object.
    Identity(Link),
    /// A value that no input sets: DRF's `HiddenField`.
    Hidden,
    /// The field that follows from the model, to which only options are added.
    OfModel(ExtraKwargs),
}

/// The options of the kind of a field that follows from the model: DRF's `extra_kwargs`.
#[derive(Debug, Default)]
pub struct ExtraKwargs {
    pub(crate) min_length: Option<u64>,
    pub(crate) max_length: Option<u64>,
    pub(crate) min_value: Option<Limit>,
    pub(crate) max_value: Option<Limit>,
    pub(crate) allow_blank: Option<bool>,
    pub(crate) trim_whitespace: Option<bool>,
    pub(crate) allow_empty: Option<bool>,
    pub(crate) allow_empty_file: Option<bool>,
    pub(crate) use_url: Option<bool>,
    pub(crate) format: Option<&'static str>,
    pub(crate) input_formats: Option<Vec<&'static str>>,
    pub(crate) coerce_to_string: Option<bool>,
    pub(crate) rounding: Option<Rounding>,
    pub(crate) normalize_output: Option<bool>,
    pub(crate) link: Link,
}

impl ExtraKwargs {
    /// No options.
    pub fn new() -> Self {
        <Self as Default>::default()
    }

    /// The fewest characters.
    #[must_use]
    pub fn min_length(self, characters: u64) -> Self {
        Self { min_length: Some(characters), ..self }
    }

    /// The most characters.
    #[must_use]
    pub fn max_length(self, characters: u64) -> Self {
        Self { max_length: Some(characters), ..self }
    }

    /// The least value.
    #[must_use]
    pub fn min_value(self, least: impl Into<Limit>) -> Self {
        Self { min_value: Some(least.into()), ..self }
    }

    /// The greatest value.
    #[must_use]
    pub fn max_value(self, greatest: impl Into<Limit>) -> Self {
        Self { max_value: Some(greatest.into()), ..self }
    }

    /// A blank text is one of the values, or is not.
    #[must_use]
    pub fn allow_blank(self, allow_blank: bool) -> Self {
        Self { allow_blank: Some(allow_blank), ..self }
    }

    /// White space at the ends is cut off, or is not.
    #[must_use]
    pub fn trim_whitespace(self, trim_whitespace: bool) -> Self {
        Self { trim_whitespace: Some(trim_whitespace), ..self }
    }

    /// Of several rows: none at all is one of the values, or is not.
    #[must_use]
    pub fn allow_empty(self, allow_empty: bool) -> Self {
        Self { allow_empty: Some(allow_empty), ..self }
    }

    /// Of a file: one without a content is taken, or is not.
    #[must_use]
    pub fn allow_empty_file(self, allow_empty_file: bool) -> Self {
        Self { allow_empty_file: Some(allow_empty_file), ..self }
    }

    /// Of a file: it is shown as its URL, or as its name.
    #[must_use]
    pub fn use_url(self, use_url: bool) -> Self {
        Self { use_url: Some(use_url), ..self }
    }

    /// How a date, a time or a length of time is shown.
    #[must_use]
    pub fn format(self, format: &'static str) -> Self {
        Self { format: Some(format), ..self }
    }

    /// What input of a date or a time may look like.
    #[must_use]
    pub fn input_formats(self, formats: impl IntoIterator<Item = &'static str>) -> Self {
        Self { input_formats: Some(formats.into_iter().collect()), ..self }
    }

    /// A decimal is shown in a text, or as a number of JSON.
    #[must_use]
    pub fn coerce_to_string(self, coerce_to_string: bool) -> Self {
        Self { coerce_to_string: Some(coerce_to_string), ..self }
    }

    /// How a decimal with more places is rounded where it is shown.
    #[must_use]
    pub fn rounding(self, rounding: Rounding) -> Self {
        Self { rounding: Some(rounding), ..self }
    }

    /// Zeros at the end of a decimal are not shown, or are.
    #[must_use]
    pub fn normalize_output(self, normalize_output: bool) -> Self {
        Self { normalize_output: Some(normalize_output), ..self }
    }

    /// The name of the URL of a hyperlinked serializer's field.
    #[must_use]
    pub fn view_name(mut self, name: &'static str) -> Self {
        self.link.view_name = Some(name);
        self
    }

    /// The field that stands in the URL.
    #[must_use]
    pub fn lookup_field(mut self, name: &'static str) -> Self {
        self.link.lookup_field = name;
        self
    }
}

impl From<ExtraKwargs> for Declared {
    fn from(options: ExtraKwargs) -> Self {
        Self::of(Kind::OfModel(options))
    }
}

/// The options that every field has.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) source: Option<&'static str>,
    pub(crate) read_only: Option<bool>,
    pub(crate) write_only: bool,
    pub(crate) required: Option<bool>,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) allow_null: Option<bool>,
    pub(crate) initial: Option<Json>,
    pub(crate) label: Option<Cow<'static, str>>,
    pub(crate) help_text: Option<Cow<'static, str>>,
    pub(crate) style: Vec<(&'static str, Json)>,
    pub(crate) error_messages: Vec<(&'static str, String)>,
    pub(crate) validators: Option<Vec<Validate>>,
    pub(crate) unique: Vec<UniqueValidator>,
}

/// The value of a field that the input leaves out.
#[derive(Clone)]
#[non_exhaustive]
pub enum DefaultValue {
    /// A value.
    Value(Validated),
    /// What a function says of the request.
    Function(fn(&Context<'_>) -> Result<Validated>),
    /// The same, for new objects only: DRF's `CreateOnlyDefault`.
    CreateOnly(Box<DefaultValue>),
    /// The default of a model's field.
    OfModel(fn() -> Value),
}

impl fmt::Debug for DefaultValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => f.debug_tuple("Value").field(value).finish(),
            Self::CreateOnly(default) => f.debug_tuple("CreateOnly").field(default).finish(),
            Self::Function(_) | Self::OfModel(_) => f.write_str("Function(..)"),
        }
    }
}

/// A rule about a validated value.
#[derive(Clone)]
pub struct Validate(Arc<Rule>);

type Rule = dyn Fn(&Validated, &Context<'_>) -> Result<(), Detail> + Send + Sync;

impl fmt::Debug for Validate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Validate(..)")
    }
}

impl Validate {
    /// A rule.
    pub fn new(
        rule: impl Fn(&Validated, &Context<'_>) -> Result<(), Detail> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(rule))
    }

    /// Asks it.
    ///
    /// # Errors
    /// Why the value is refused.
    pub(crate) fn check(&self, value: &Validated, context: &Context<'_>) -> Result<(), Detail> {
        (self.0)(value, context)
    }
}

/// Django's validators, as the models have them. What is no value of a column they do not see.
impl From<Validator> for Validate {
    fn from(validator: Validator) -> Self {
        Self::new(move |value, _| match value.value() {
            Some(value) => validator.check(value.as_ref()).map_err(Detail::from),
            None => Ok(()),
        })
    }
}

impl From<validators::Rule> for Validate {
    fn from(rule: validators::Rule) -> Self {
        Validator::new(rule).into()
    }
}

impl<F: Field> From<F> for Declared {
    fn from(field: F) -> Self {
        Self::of(Kind::Field(Box::new(field)))
    }
}

impl Declared {
    pub(crate) fn of(kind: Kind) -> Self {
        Self { kind, options: Options::default() }
    }
}

/// The options of a field, one by one. Every kind of field has them: `IntegerField::new().min_value(1).required(false)`.
pub trait FieldOptions: Into<Declared> {
    /// Where the value comes from and goes to, where that is not the field's name: `author.name`, or `*` for the whole
    /// object.
    fn source(self, source: &'static str) -> Declared {
        with(self, |options| options.source = Some(source))
    }

    /// It is in the output but not accepted as input.
    fn read_only(self) -> Declared {
        with(self, |options| options.read_only = Some(true))
    }

    /// It is accepted as input, where the model alone would only have it shown: DRF's `read_only=False`.
    fn writable(self) -> Declared {
        with(self, |options| options.read_only = Some(false))
    }

    /// It is accepted as input but not in the output.
    fn write_only(self) -> Declared {
        with(self, |options| options.write_only = true)
    }

    /// Input must have it (which is what happens without a default), or need not.
    fn required(self, required: bool) -> Declared {
        with(self, |options| options.required = Some(required))
    }

    /// The value where input leaves the field out.
    fn default(self, default: impl Into<DefaultValue>) -> Declared {
        let default = default.into();
        with(self, |options| options.default = Some(default))
    }

    /// `null` is one of its values, or is not.
    fn allow_null(self, allow_null: bool) -> Declared {
        with(self, |options| options.allow_null = Some(allow_null))
    }

    /// What a form begins with.
    fn initial(self, initial: impl Into<Json>) -> Declared {
        let initial = initial.into();
        with(self, |options| options.initial = Some(initial))
    }

    /// What people read.
    fn label(self, label: impl Into<Cow<'static, str>>) -> Declared {
        let label = label.into();
        with(self, |options| options.label = Some(label))
    }

    /// A hint for people who fill a form.
    fn help_text(self, text: impl Into<Cow<'static, str>>) -> Declared {
        let text = text.into();
        with(self, |options| options.help_text = Some(text))
    }

    /// How a form shows it: `style("base_template", "textarea.html")`.
    fn style(self, name: &'static str, value: impl Into<Json>) -> Declared {
        let value = value.into();
        with(self, |options| options.style.push((name, value)))
    }

    /// The message of a code, instead of the usual one.
    fn error_message(self, code: &'static str, text: impl Into<String>) -> Declared {
        let text = text.into();
        with(self, |options| options.error_messages.push((code, text)))
    }

    /// A rule about its values, beside those of its kind. The first one replaces those that come from the model.
    fn validator(self, validator: impl Into<FieldValidator>) -> Declared {
        let validator = validator.into();
        with(self, |options| {
            let rules = options.validators.get_or_insert_default();
            match validator {
                FieldValidator::Rule(rule) => rules.push(rule),
                FieldValidator::Unique(unique) => options.unique.push(unique),
            }
        })
    }
}

impl<T: Into<Declared>> FieldOptions for T {}

fn with(field: impl Into<Declared>, change: impl FnOnce(&mut Options)) -> Declared {
    let mut declared = field.into();
    change(&mut declared.options);
    declared
}

impl<T: Into<Validated>> From<T> for DefaultValue {
    fn from(value: T) -> Self {
        Self::Value(value.into())
    }
}

/// The user of the request: DRF's `CurrentUserDefault`.
#[derive(Clone, Copy, Debug)]
pub struct CurrentUserDefault;

impl From<CurrentUserDefault> for DefaultValue {
    fn from(_: CurrentUserDefault) -> Self {
        Self::Function(|context| context.user().map(Validated::Value))
    }
}

/// A default for new objects only; where an object is changed, the field is left out. DRF's `CreateOnlyDefault`:
/// `CreateOnlyDefault::new(CurrentUserDefault)`.
#[derive(Clone, Debug)]
pub struct CreateOnlyDefault(DefaultValue);

impl CreateOnlyDefault {
    /// This default.
    pub fn new(default: impl Into<DefaultValue>) -> Self {
        Self(default.into())
    }
}

impl From<CreateOnlyDefault> for DefaultValue {
    fn from(default: CreateOnlyDefault) -> Self {
        Self::CreateOnly(Box::new(default.0))
    }
}

/// A value that no input sets, and that is not shown: it is always its default. DRF's `HiddenField`.
#[derive(Clone, Copy, Debug, Default)]
pub struct HiddenField;

impl HiddenField {
    /// A field, whose `default` must be said.
    pub const fn new() -> Self {
        Self
    }
}

impl From<HiddenField> for Declared {
    fn from(_: HiddenField) -> Self {
        Self::of(Kind::Hidden)
    }
}
