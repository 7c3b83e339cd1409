//! Input that is being validated: what is known of each field until the database has answered.

use std::borrow::Cow;

use belleville_db::json::Json;
use belleville_db::{Detail, Error, ErrorDetail, Result, Rows, Value};

use crate::fields::{BoundField, Invalid, Outcome, in_list};
use crate::input::{Given, Input};
use crate::methods::of_serializer;
use crate::nested::NestedField;
use crate::plan::{PlannedField, Role};
use crate::reading::{About, Answer, Reading};
use crate::relations::Related;
use crate::uniqueness::{Known, Object};
use crate::value::{Slug, Validated, ValidatedData};
use crate::{Context, SerializerClass};

/// The input of one serializer.
pub(super) struct Draft<'a> {
    class: &'a SerializerClass,
    about: About,
    slots: Vec<(&'a PlannedField, Slot<'a>)>,
    /// What the validators of the class know beside the fields' values.
    beside: Beside,
}

/// What validators of a whole serializer know beside the values of its fields.
#[derive(Default)]
struct Beside {
    /// The defaults of fields that are read-only.
    defaults: ValidatedData,
    /// The rows that they have asked for.
    asked: Vec<Rows>,
    /// Where these questions begin among those that are open.
    first: usize,
    /// The answers.
    known: Known,
}

/// What is known of a field.
enum Slot<'a> {
    Skip,
    /// A value, and what input has named the rows by whose keys are in it.
    Valid(Validated, Vec<Slug>),
    Invalid(Detail),
    Waiting(Waiting<'a>),
    Nested(Box<Draft<'a>>),
    Many(Vec<Item<'a>>),
}

/// One of several inputs of a serializer, or null where that is taken; or why it is neither.
pub(super) type Item<'a> = Result<Option<Draft<'a>>, Detail>;

/// A field that has asked the database.
struct Waiting<'a> {
    given: Given<'a>,
    /// The answers to what it asked before.
    known: Vec<Answer>,
    /// Where its questions begin among those that are open, and where they end.
    questions: std::ops::Range<usize>,
}

impl<'a> Draft<'a> {
    /// Reads every field, without the database.
    pub(super) fn read(class: &'a SerializerClass, input: &Input<'a>, reading: &mut Reading<'_>) -> Self {
        let about = reading.about().clone();
        let slot = |field: &'a PlannedField| (field, Slot::read(field, input, reading));
        Self { class, about, slots: class.writable_fields().map(slot).collect(), beside: Beside::default() }
    }

    /// The same of what may be no input of a serializer at all.
    fn of_given(
        class: &'a SerializerClass,
        given: Given<'a>,
        reading: &mut Reading<'_>,
    ) -> Result<Self, Detail> {
        Ok(Self::read(class, &input_of(given)?, reading))
    }

    /// The same inside of another serializer.
    fn of_nested(
        nested: &'a NestedField,
        given: Given<'a>,
        reading: &mut Reading<'_>,
    ) -> Result<Self, Detail> {
        let input = input_of(given)?;
        let outer = reading.set_about(about(nested, &input, reading.is_update()));
        let draft = Self::read(&nested.class, &input, reading);
        reading.set_about(outer);
        Ok(draft)
    }

    /// Several inputs.
    pub(super) fn read_items(
        class: &'a SerializerClass,
        items: impl IntoIterator<Item = Given<'a>>,
        reading: &mut Reading<'_>,
    ) -> Vec<Item<'a>> {
        let item = |given| match given {
            Given::Null => Err(null()),
            given => Self::of_given(class, given, reading).map(Some),
        };
        items.into_iter().map(item).collect()
    }

    /// The same inside of another serializer.
    fn read_nested_items(
        nested: &'a NestedField,
        allow_null: bool,
        items: Vec<Given<'a>>,
        reading: &mut Reading<'_>,
    ) -> Vec<Item<'a>> {
        let item = |given| match given {
            // A list of them that may be null has items that may be.
            Given::Null if allow_null => Ok(None),
            Given::Null => Err(null()),
            given => Self::of_nested(nested, given, reading).map(Some),
        };
        items.into_iter().map(item).collect()
    }

    /// Reads the fields again that have asked the database.
    pub(super) fn read_on(&mut self, answers: &[Answer], reading: &mut Reading<'_>) {
        let outer = reading.set_about(self.about.clone());
        for (field, slot) in &mut self.slots {
            match slot {
                Slot::Waiting(_) => {
                    let Slot::Waiting(waiting) = std::mem::replace(slot, Slot::Skip) else { continue };
                    let mut known = waiting.known;
                    known.extend_from_slice(answers.get(waiting.questions).unwrap_or_default());
                    *slot = Slot::of(&field.bound, waiting.given, known, reading);
                }
                Slot::Nested(draft) => draft.read_on(answers, reading),
                Slot::Many(items) => {
                    items.iter_mut().flatten().flatten().for_each(|draft| draft.read_on(answers, reading));
                }
                Slot::Skip | Slot::Valid(..) | Slot::Invalid(_) => {}
            }
        }
        reading.set_about(outer);
    }

    /// Asks for the rows that the validators of whole serializers look for, of all the drafts before any of them is finished. A
    /// value that a method changes later is asked about again.
    pub(super) fn ask(&mut self, reading: &mut Reading<'_>) -> Result<()> {
        for (_, slot) in &mut self.slots {
            match slot {
                Slot::Nested(draft) => draft.ask(reading)?,
                Slot::Many(items) => {
                    items.iter_mut().flatten().flatten().try_for_each(|draft| draft.ask(reading))?;
                }
                _ => {}
            }
        }
        let is_invalid = |(_, slot): &(_, Slot<'_>)| matches!(slot, Slot::Invalid(_));
        if !self.has_validators() || self.slots.iter().any(is_invalid) {
            return Ok(());
        }
        let outer = reading.set_about(self.about.clone());
        self.beside.defaults = self.class.read_only_defaults(reading);
        reading.set_about(outer);
        let mut values = ValidatedData::new();
        for (field, slot) in &self.slots {
            if let (Slot::Valid(value, _), [name]) = (slot, field.source.names())
                && self.class.validators.reads(name)
            {
                values.set(*name, value.clone());
            }
        }
        let values = self.class.validators.values(&self.beside.defaults, &values);
        let object = self.about.object.as_ref();
        self.beside.asked = self.class.validators.questions(values, object, reading.context())?;
        self.beside.first = reading.open_questions();
        self.beside.asked.iter().for_each(|rows| reading.ask(rows.clone()));
        Ok(())
    }

    /// Whether validators look at its values. Where only saving finds out which object is meant, the database has the last word.
    fn has_validators(&self) -> bool {
        !self.class.validators.is_empty() && !self.about.is_unknown
    }

    /// Takes the answers to what [`Draft::ask`] has asked.
    pub(super) fn learn(&mut self, answers: &[Answer]) {
        for (_, slot) in &mut self.slots {
            match slot {
                Slot::Nested(draft) => draft.learn(answers),
                Slot::Many(items) => {
                    items.iter_mut().flatten().flatten().for_each(|draft| draft.learn(answers))
                }
                _ => {}
            }
        }
        let asked = std::mem::take(&mut self.beside.asked);
        let answers = answers.get(self.beside.first..).unwrap_or_default();
        let known = asked.into_iter().zip(answers).filter_map(|(rows, answer)| match answer {
            Answer::Found(is_found) => Some((rows, *is_found)),
            Answer::Row(_) => None,
        });
        self.beside.known.extend(known);
    }

    /// The values, or what is wrong by field: calls the serializer's own methods, and its validators in between.
    pub(super) async fn finish(self, context: &Context<'_>) -> Result<Result<ValidatedData, Detail>> {
        let has_validators = self.has_validators();
        let mut values = ValidatedData::with_capacity(self.slots.len());
        let mut errors = Vec::new();
        for (field, slot) in self.slots {
            let value = match slot {
                Slot::Valid(value, slugs) => {
                    values.remember(slugs);
                    Ok(value)
                }
                Slot::Invalid(detail) => Err(detail),
                Slot::Skip | Slot::Waiting(_) => continue,
                Slot::Nested(draft) => Box::pin(draft.finish(context)).await?.map(Validated::Dict),
                Slot::Many(items) => Box::pin(finish_items(items, context)).await?.map(Validated::List),
            };
            let value = match (value, self.class.methods.of_field(field.bound.name)) {
                (Ok(value), Some(method)) => match method.call(value, context).await {
                    Ok(value) => Ok(value),
                    Err(Error::Invalid(detail)) => Err(in_list(detail)),
                    Err(error) => return Err(error),
                },
                (value, _) => value,
            };
            match value {
                Ok(value) => field.source.set(&mut values, value),
                Err(detail) => errors.push((field.bound.name.to_owned(), detail)),
            }
        }
        if !errors.is_empty() {
            return Ok(Err(Detail::Dict(errors)));
        }
        if has_validators {
            let (validators, object) = (&self.class.validators, self.about.object.as_ref());
            let Beside { defaults, known, .. } = &self.beside;
            let looked_at = validators.values(defaults, &values);
            // Boxed, so that serializers without them do not take the memory of a query.
            if let Err(detail) = Box::pin(validators.run(looked_at, object, known, context)).await? {
                return Ok(Err(detail));
            }
        }
        if let Some(method) = &self.class.methods.validate {
            match method.call(&mut values, context).await.map_err(of_serializer) {
                Ok(()) => {}
                Err(Error::Invalid(detail)) => return Ok(Err(detail)),
                Err(error) => return Err(error),
            }
        }
        Ok(Ok(values))
    }
}

/// The values of each input, or what is wrong with them, by their positions in the list: DRF's
/// `LIST_SERIALIZER_ERRORS_AS_DICT`.
pub(super) async fn finish_items(
    items: Vec<Item<'_>>,
    context: &Context<'_>,
) -> Result<Result<Vec<Validated>, Detail>> {
    let mut values = Vec::with_capacity(items.len());
    let mut errors = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let outcome = match item {
            Ok(Some(draft)) => draft.finish(context).await?.map(Validated::Dict),
            Ok(None) => Ok(Validated::NULL),
            Err(detail) => Err(detail),
        };
        match outcome {
            Ok(value) => values.push(value),
            Err(detail) => errors.push((index.to_string(), detail)),
        }
    }
    Ok(if errors.is_empty() { Ok(values) } else { Err(Detail::Dict(errors)) })
}

/// What is said of input that is neither an object nor a form.
pub(super) fn no_dictionary(found: &str) -> Detail {
    let text = format!("Invalid data. Expected a dictionary, but got {found}.");
    Detail::non_field(ErrorDetail::new(text, "invalid"))
}

fn null() -> Detail {
    Detail::message(ErrorDetail::new("This field may not be null.", "null"))
}

fn input_of(given: Given<'_>) -> Result<Input<'_>, Detail> {
    match given {
        Given::Value(Cow::Borrowed(json @ Json::Dict(_))) => Ok(Input::Json(json)),
        Given::Form(form) => Ok(Input::Form(form)),
        other => Err(no_dictionary(other.python_type_name())),
    }
}

/// What the input of a nested serializer is about: the object with its key, where it is saved by its key.
fn about(nested: &NestedField, input: &Input<'_>, is_update: bool) -> About {
    if nested.writes.is_none() {
        return About::default();
    }
    if !nested.many {
        return About { object: None, is_unknown: is_update };
    }
    let pk = nested.class.meta().pk().name;
    let field = nested.class.writable_fields().find(|field| field.source.is(pk));
    let key = field.and_then(|field| match field.bound.given(input, false) {
        Given::Value(json) => field.bound.field.to_internal_value(&json).ok(),
        _ => None,
    });
    About { object: key.and_then(|key| key.value().cloned()).map(Object::of_key), is_unknown: false }
}

impl<'a> Slot<'a> {
    fn read(field: &'a PlannedField, input: &Input<'a>, reading: &mut Reading<'_>) -> Self {
        let given = match field.role {
            Role::Hidden => Given::Missing,
            _ => field.bound.given(input, reading.is_partial()),
        };
        let has_value = match given {
            Given::Missing => false,
            // What stands for the whole object is not null, even where null is taken.
            Given::Null => field.source.is_object() && field.bound.allow_null,
            _ => true,
        };
        match &field.role {
            Role::Nested(nested) if has_value => Self::nested(&field.bound, nested, given, reading),
            _ => Self::of(&field.bound, given, Vec::new(), reading),
        }
    }

    fn nested(
        field: &BoundField,
        nested: &'a NestedField,
        given: Given<'a>,
        reading: &mut Reading<'_>,
    ) -> Self {
        if !nested.many {
            let draft = Draft::of_nested(nested, given, reading);
            return draft.map_or_else(Self::Invalid, |draft| Self::Nested(Box::new(draft)));
        }
        match items(given) {
            Err(found) => {
                let invalid = Invalid::of("not_a_list").with("input_type", found);
                Self::Invalid(field.message(invalid).of_serializer())
            }
            Ok(items) => match nested.limits.broken(items.len()) {
                Some(invalid) => Self::Invalid(field.message(invalid).of_serializer()),
                None => Self::Many(Draft::read_nested_items(nested, field.allow_null, items, reading)),
            },
        }
    }

    fn of(field: &BoundField, given: Given<'a>, known: Vec<Answer>, reading: &mut Reading<'_>) -> Self {
        let first = reading.open_questions();
        reading.begin(known);
        let outcome = field.run_validation(&given, reading);
        let known = reading.end();
        match outcome {
            Ok(Outcome::Waiting) => {
                Self::Waiting(Waiting { given, known, questions: first..reading.open_questions() })
            }
            Ok(Outcome::Valid(value)) => {
                let slugs = slugs(field, &given, &value);
                Self::Valid(value, slugs)
            }
            Ok(Outcome::Skip) => Self::Skip,
            Err(detail) => Self::Invalid(detail),
        }
    }
}

/// What input has named the rows by whose keys a value has, where that is something else.
fn slugs(field: &BoundField, given: &Given<'_>, value: &Validated) -> Vec<Slug> {
    if field.field.relation().is_none_or(Related::is_kept) {
        return Vec::new();
    }
    let slug = |given: &Json, key: &Value| Slug { key: key.clone(), given: given.clone() };
    match (given, value) {
        (Given::Value(json), Validated::Value(key)) => vec![slug(json, key)],
        (Given::Value(json), Validated::List(keys)) => {
            let Json::List(items) = &**json else { return Vec::new() };
            let keys = keys.iter().filter_map(Validated::value);
            items.iter().zip(keys).map(|(given, key)| slug(given, key)).collect()
        }
        (Given::List(items), Validated::List(keys)) => {
            let given = items.iter().map(|item| match item {
                Given::Value(json) => (**json).clone(),
                _ => Json::Null,
            });
            let keys = keys.iter().filter_map(Validated::value);
            given.zip(keys).map(|(given, key)| slug(&given, key)).collect()
        }
        _ => Vec::new(),
    }
}

/// The items of a list, or Python's name of what is none.
pub(super) fn items(given: Given<'_>) -> Result<Vec<Given<'_>>, &'static str> {
    match given {
        Given::List(items) => Ok(items),
        Given::Form(form) => Ok(form.list("").unwrap_or_default()),
        Given::Value(Cow::Borrowed(Json::List(items))) => Ok(items.iter().map(Given::from).collect()),
        other => Err(other.python_type_name()),
    }
}
