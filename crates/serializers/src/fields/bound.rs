//! A field in its place: with its name, its options and its rules, as it is prepared at start.

use std::borrow::Cow;
use std::sync::Arc;

use belleville_db::json::{Json, Text};
use belleville_db::{Detail, Dialect, FieldMeta, Value};

use super::declared::{DefaultValue, Kind, Options, Validate};
use super::{Bind, Blank, Declared, Field, FieldShape, Messages, Shape, ValidationError, in_list, key};
use crate::input::{Given, Input};
use crate::reading::{About, Compared, Place, Reading};
use crate::relations::Related;
use crate::uniqueness::{UniqueRule, UniqueValidator};
use crate::value::Validated;

/// A field of a serializer, or the child of a list, prepared at start.
#[derive(Debug)]
pub struct BoundField {
    /// Its name in input and output; empty for a child.
    pub name: &'static str,
    /// Its kind.
    pub field: Arc<dyn Field>,
    /// Its kind on PostgreSQL, where the column holds other values there.
    on_postgres: Option<Arc<dyn Field>>,
    /// The model's field that it shows and sets.
    pub model_field: Option<&'static FieldMeta>,
    /// It is in the output but not accepted as input.
    pub read_only: bool,
    /// It is accepted as input but not in the output.
    pub write_only: bool,
    /// Input must have it, except in a PATCH.
    pub required: bool,
    /// `null` is one of its values.
    pub allow_null: bool,
    /// What people read.
    pub label: Cow<'static, str>,
    /// A hint for people who fill a form.
    pub help_text: Cow<'static, str>,
    /// How a form shows it.
    pub style: Vec<(&'static str, Json)>,
    pub(crate) default: Option<DefaultValue>,
    initial: Option<Json>,
    error_messages: Vec<(&'static str, String)>,
    validators: Vec<Validate>,
    /// Those that a declaration has, until it is known which model's field is meant.
    declared_unique: Vec<UniqueValidator>,
    pub(crate) unique: Vec<Arc<UniqueRule>>,
    /// `"name":`, ready for the output.
    pub(crate) key: Vec<u8>,
    /// The name as a key of input.
    pub(crate) input_key: Text,
}

/// What validation has made of a field.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is left out.
    Skip,
    /// A value.
    Valid(Validated),
    /// The database is to be asked first: what was read is right unless an answer refuses it, or is to be read again.
    Waiting(Option<Validated>),
}

impl BoundField {
    pub(crate) fn new(name: &'static str, field: Box<dyn Field>, options: Options) -> Self {
        Self::of_model_field(name, field, options, None)
    }

    /// The same, of a field that shows or sets a model's field.
    pub(crate) fn of_model_field(
        name: &'static str,
        mut field: Box<dyn Field>,
        options: Options,
        model_field: Option<&'static FieldMeta>,
    ) -> Self {
        let allow_null = options.allow_null.unwrap_or(false);
        field.bind(&Bind { name, allow_null, required: options.required, model_field });
        let read_only = options.read_only.unwrap_or(!field.takes_input());
        let required = options.required.unwrap_or(!read_only && options.default.is_none());
        Self {
            name,
            field: field.into(),
            on_postgres: None,
            model_field,
            read_only,
            write_only: options.write_only,
            required,
            allow_null,
            label: options.label.unwrap_or_else(|| label(name).into()),
            help_text: options.help_text.unwrap_or_default(),
            style: options.style,
            default: options.default,
            initial: options.initial,
            error_messages: options.error_messages,
            validators: options.validators.unwrap_or_default(),
            declared_unique: options.unique,
            unique: Vec::new(),
            key: key(name),
            input_key: Text::from(name),
        }
    }

    /// The field of what is inside of a list or a dictionary.
    ///
    /// # Panics
    /// At start, when it is no field but a serializer or a method, or has a source.
    pub fn child(declared: impl Into<Declared>) -> Self {
        let Declared { kind, options } = declared.into();
        let field = match kind {
            Kind::Field(field) => field,
            Kind::Related(relation) => {
                relation.field("the child of a list or a dictionary", None, &options.error_messages)
            }
            _ => panic!("the child of a list or a dictionary is a field"),
        };
        assert!(options.source.is_none(), "the child of a list or a dictionary has no `source`");
        Self::new("", field, options)
    }

    /// Sets the kind on PostgreSQL.
    pub(crate) fn set_postgres_kind(&mut self, mut field: Box<dyn Field>) {
        field.bind(&Bind {
            name: self.name,
            allow_null: self.allow_null,
            required: Some(self.required),
            model_field: self.model_field,
        });
        self.on_postgres = Some(field.into());
    }

    /// Its kind on a database.
    fn kind(&self, dialect: impl FnOnce() -> Dialect) -> &dyn Field {
        match &self.on_postgres {
            Some(field) if dialect() == Dialect::Postgres => &**field,
            _ => &*self.field,
        }
    }

    /// Takes the rules about other rows that its declaration has, of the field that its source ends with.
    ///
    /// # Panics
    /// At start, when the model of a queryset has no such field.
    pub(crate) fn bind_unique(&mut self, source: &str) {
        let declared = std::mem::take(&mut self.declared_unique);
        self.unique
            .extend(declared.into_iter().map(|validator| Arc::new(UniqueRule::declared(validator, source))));
    }

    /// What there is for it: DRF's `Field.get_value`.
    pub(crate) fn given<'a>(&self, input: &Input<'a>, partial: bool) -> Given<'a> {
        match input {
            Input::Json(json) => json.get(self.name).map_or(Given::Missing, Given::from),
            Input::Form(form) => self.given_in_form(form, partial),
        }
    }

    /// A form cannot say false or null: a box that is not ticked is missing, and nothing is an empty text.
    fn given_in_form<'a>(&self, form: &crate::Form<'a>, partial: bool) -> Given<'a> {
        if let Some(given) = self.field.in_form(self.name, form, partial) {
            return given;
        }
        let Some(value) = form.get(self.name) else {
            return match partial {
                true => Given::Missing,
                false => self.absent_in_form(),
            };
        };
        let is_blank = matches!(value, crate::FormValue::Text(""));
        match is_blank && !self.field.allows_blank() {
            true if self.allow_null => Given::Null,
            true if !self.required => Given::Missing,
            _ => Given::from(value),
        }
    }

    fn absent_in_form(&self) -> Given<'static> {
        match self.field.absent_in_form() {
            // The default takes its place.
            Given::Value(_) | Given::Null if self.default.is_some() => Given::Missing,
            given => given,
        }
    }

    /// DRF's `Field.run_validation`.
    ///
    /// # Errors
    /// What is wrong with the value, as a list or by its places.
    pub(crate) fn run_validation(
        &self,
        given: &Given<'_>,
        reading: &mut Reading<'_>,
    ) -> Result<Outcome, Detail> {
        match given {
            Given::Null => self.null(),
            Given::Missing if reading.is_partial() => Ok(Outcome::Skip),
            Given::Missing if self.required => Err(self.refused(ValidationError::of("required"))),
            Given::Missing => Ok(self.default(reading)),
            given => {
                let text = given.python_str();
                match text.map_or(Blank::Value, |text| self.field.blank(text)) {
                    Blank::Value => self.read(given, text, reading),
                    Blank::Allowed => Ok(Outcome::Valid(Validated::from(String::new()))),
                    Blank::Refused => Err(self.refused(ValidationError::of("blank"))),
                    Blank::Null => self.null(),
                }
            }
        }
    }

    /// Whether its own input is all that it takes to read it, where that is right as it stands.
    pub(crate) fn may_be_read_at_once(&self) -> bool {
        let is_by_number = |related: &Related| self.field.link().is_none() && related.are_numbers();
        self.field.relation().is_none_or(is_by_number)
            && self.field.child_field().is_none_or(|child| !child.asks() && child.may_be_read_at_once())
    }

    /// Whether the database is asked something of its values.
    pub(crate) fn asks(&self) -> bool {
        !self.unique.is_empty() || self.field.relation().is_some()
    }

    /// The value of input that is right as it stands; `None` where it is not. It is not null. What the database is to be asked of the
    /// value stands in [`BoundField::questions`].
    #[inline(always)]
    pub(crate) fn read_at_once(&self, data: &Json, reading: &mut Reading<'_>) -> Option<Validated> {
        let kind = self.kind(|| reading.context().db().dialect());
        if self.validators.is_empty()
            && let Some(value) = kind.read_at_once(data)
        {
            return Some(value);
        }
        self.read_right(kind, data, reading)
    }

    /// The value that its kind makes of input as usual, if no rule refuses it. Rows of other models are not named in this way.
    #[inline(never)]
    fn read_right(&self, kind: &dyn Field, data: &Json, reading: &mut Reading<'_>) -> Option<Validated> {
        if self.field.relation().is_some() {
            return None;
        }
        let given = Given::from(data);
        let text = given.python_str();
        match text.map_or(Blank::Value, |text| self.field.blank(text)) {
            Blank::Value => {}
            Blank::Allowed => return Some(Validated::from(String::new())),
            Blank::Null => return self.allow_null.then_some(Validated::NULL),
            Blank::Refused => return None,
        }
        let value = match text {
            Some(text) => kind.read_text(text, &given, reading),
            None => kind.read(&given, reading),
        };
        let value = value.ok().filter(|value| self.takes_null(value))?;
        let is_right = self.validators.iter().all(|rule| rule.check(&value, reading.context()).is_ok())
            && kind.validate(&value, &given).is_empty();
        is_right.then_some(value)
    }

    /// Asks the database about a value that was read at once and stands at a place, in the order in which it is asked when the value
    /// is read again.
    pub(crate) fn ask(&self, value: &Validated, place: Place, about: &About, reading: &mut Reading<'_>) {
        if let Some(related) = self.field.relation() {
            numbers(value).for_each(|number| reading.ask_for_number(related.rows(), number));
        }
        for rule in &self.unique {
            if let Some(value) = compared(value, about) {
                reading.ask_whether_taken(rule, value, about, || Compared::At(place));
            }
        }
    }

    /// How many questions that is.
    pub(crate) fn count_questions(&self, value: &Validated, about: &About) -> usize {
        let rows = self.field.relation().map_or(0, |_| numbers(value).count());
        let rules = compared(value, about).map_or(0, |_| self.unique.len());
        rows + rules
    }

    fn null(&self) -> Result<Outcome, Detail> {
        if self.allow_null {
            Ok(Outcome::Valid(Validated::NULL))
        } else {
            Err(self.refused(ValidationError::of("null")))
        }
    }

    /// The default, where there is one: DRF's `get_default`.
    pub(crate) fn default(&self, reading: &mut Reading<'_>) -> Outcome {
        if reading.is_partial() {
            return Outcome::Skip;
        }
        self.default.as_ref().map_or(Outcome::Skip, |default| default_of(default, reading))
    }

    fn read(
        &self,
        given: &Given<'_>,
        text: Option<&str>,
        reading: &mut Reading<'_>,
    ) -> Result<Outcome, Detail> {
        let before = reading.open_questions();
        let read = self.read_value(given, text, reading);
        if reading.open_questions() == before {
            return read.map(Outcome::Valid);
        }
        // What is wrong with it may come after what an answer says.
        if read.is_err() {
            reading.guess();
        }
        Ok(Outcome::Waiting(read.ok().filter(|_| !reading.is_guess())))
    }

    /// What the field makes of input, which may have a text.
    fn read_value(
        &self,
        given: &Given<'_>,
        text: Option<&str>,
        reading: &mut Reading<'_>,
    ) -> Result<Validated, Detail> {
        let before = reading.open_questions();
        let kind = self.kind(|| reading.context().db().dialect());
        let value = match text {
            Some(text) => kind.read_text(text, given, reading),
            None => kind.read(given, reading),
        };
        let value = value.map_err(|invalid| self.refused(invalid))?;
        // The rules are asked about no row that may not be there.
        if reading.open_questions() > before && !self.validators.is_empty() {
            reading.guess();
        }
        if reading.is_guess() {
            return Ok(value);
        }
        if !self.takes_null(&value) {
            return Err(self.refused(ValidationError::of("null")));
        }
        // In DRF's order: the rules of the declaration or the model come first, then the model's uniqueness, then those of
        // the kind of field.
        let mut messages = Vec::new();
        for rule in &self.validators {
            match rule.check(&value, reading.context()) {
                Ok(()) => {}
                Err(Detail::List(list)) => messages.extend(list),
                Err(Detail::Text(text)) => messages.push(Detail::Text(text)),
                Err(by_place @ Detail::Dict(_)) => return Err(by_place),
            }
        }
        if !self.unique.is_empty()
            && let Some(value) = value.value()
        {
            let taken = self.unique.iter().filter(|rule| reading.is_taken(rule, value));
            messages.extend(taken.map(|rule| self.message(ValidationError::from(rule.message()))));
        }
        let broken = kind.validate(&value, given);
        if !broken.is_empty() {
            messages.extend(broken.into_iter().map(|invalid| self.message(invalid)));
        }
        if messages.is_empty() { Ok(value) } else { Err(Detail::List(messages)) }
    }

    /// Whether a value is not null, or null is taken. The text `null` in a form is no null that a column takes which must have a value.
    fn takes_null(&self, value: &Validated) -> bool {
        !value.is_null() || self.allow_null || self.model_field.is_none_or(|field| field.null)
    }

    /// The words for why a value is refused.
    pub(crate) fn message(&self, invalid: ValidationError) -> Detail {
        invalid.detail(&self.error_messages, self.field.error_messages())
    }

    /// The same as DRF has it about a field: a list, or details by place.
    pub(crate) fn refused(&self, invalid: ValidationError) -> Detail {
        in_list(self.message(invalid))
    }

    /// The same of what is inside of the field, with the messages of its kind.
    pub(crate) fn refused_by(&self, invalid: ValidationError, kind: Messages) -> Detail {
        in_list(invalid.detail(&self.error_messages, kind))
    }

    /// What a form begins with.
    pub fn initial(&self) -> Json {
        match &self.initial {
            Some(initial) => initial.clone(),
            None => self.field.initial_value(),
        }
    }

    /// What it says of itself.
    pub fn shape(&self) -> FieldShape {
        self.described(self.field.shape())
    }

    /// What it says of itself on a database.
    pub(crate) fn shape_on(&self, dialect: Dialect) -> FieldShape {
        self.described(self.kind(|| dialect).shape())
    }

    fn described(&self, shape: Shape) -> FieldShape {
        FieldShape {
            shape,
            required: self.required,
            read_only: self.read_only,
            write_only: self.write_only,
            allow_null: self.allow_null,
            label: self.label.clone(),
            help_text: self.help_text.clone(),
        }
    }

    /// The shape of its kind alone.
    pub fn kind_shape(&self) -> Shape {
        self.field.shape()
    }
}

/// The numbers of a value that names rows.
fn numbers(value: &Validated) -> impl Iterator<Item = i64> {
    let values = match value {
        Validated::List(items) => items,
        value => std::slice::from_ref(value),
    };
    values.iter().filter_map(|value| match value {
        Validated::Value(Value::Int(number)) => Some(*number),
        _ => None,
    })
}

/// The value that is compared with those of other rows, where it is.
fn compared<'a>(value: &'a Validated, about: &About) -> Option<&'a Value> {
    value.value().filter(|value| !value.is_null() && !about.is_unknown)
}

fn default_of(default: &DefaultValue, reading: &mut Reading<'_>) -> Outcome {
    match default {
        DefaultValue::Value(value) => Outcome::Valid(value.clone()),
        DefaultValue::OfModel(default) => Outcome::Valid(Validated::Value(default())),
        DefaultValue::CreateOnly(_) if reading.is_update() => Outcome::Skip,
        DefaultValue::CreateOnly(default) => default_of(default, reading),
        DefaultValue::Function(function) => match function(reading.context()) {
            Ok(value) => Outcome::Valid(value),
            Err(error) => {
                reading.fail(error);
                Outcome::Skip
            }
        },
    }
}

/// DRF's label of a name: `due date` of `due_date`, with a capital letter.
pub(crate) fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect()
    })
}
