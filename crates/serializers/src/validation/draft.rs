//! Input that is being validated: what is known of each field until the database has answered.

use std::borrow::Cow;

use belleville_db::json::{Dict, Json};
use belleville_db::{Detail, Error, ErrorDetail, Result, Rows, Value};

use crate::fields::{BoundField, Invalid, Outcome, in_list};
use crate::input::{Given, Input};
use crate::list::{ListChild, ListSerializerClass};
use crate::methods::{Internal, of_serializer};
use crate::nested::{Limits, NestedField};
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
    /// What the serializer's own `to_internal_value` has made instead of the fields.
    made: ValidatedData,
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

/// What is known of a field, or of an item of a list.
pub(super) enum Slot<'a> {
    Skip,
    /// A value, and what input has named the rows by whose keys are in it.
    Valid(Validated, Vec<Slug>),
    Invalid(Detail),
    Waiting(Waiting<'a>),
    Nested(Box<Draft<'a>>),
    List(ListDraft<'a>),
}

/// A field that has asked the database.
pub(super) struct Waiting<'a> {
    field: &'a BoundField,
    given: Given<'a>,
    /// The answers to what it asked before.
    known: Vec<Answer>,
    /// Where its questions begin among those that are open, and where they end.
    questions: std::ops::Range<usize>,
}

/// The inputs of a list.
pub(super) struct ListDraft<'a> {
    class: &'a ListSerializerClass,
    items: Vec<Slot<'a>>,
}

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

/// What a serializer is about.
pub(super) type AboutOf<'b> = &'b dyn Fn(&Source<'_>, &Reading<'_>) -> About;

impl<'a> Source<'a> {
    /// What there is for a serializer.
    ///
    /// # Errors
    /// What is wrong with the input as a whole.
    fn of(class: &SerializerClass, given: Given<'a>, reading: &mut Reading<'_>) -> Result<Self, Detail> {
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

    /// What there is for a field.
    fn given(&self, field: &BoundField, partial: bool) -> Given<'a> {
        match self {
            Self::Sent(input) => field.given(input, partial),
            Self::Made(dict) => dict.get(field.name).map_or(Given::Missing, |json| Given::made(json.clone())),
            Self::Values(_) => Given::Missing,
        }
    }

    /// The value of a field, where it is one that a column could have.
    pub(crate) fn value(&self, field: &PlannedField) -> Option<Value> {
        match self {
            Self::Values(values) => field.source.find(values)?.value().cloned(),
            Self::Sent(_) | Self::Made(_) => match self.given(&field.bound, false) {
                Given::Value(json) => field.bound.field.to_internal_value(&json).ok()?.value().cloned(),
                _ => None,
            },
        }
    }
}

impl<'a> Draft<'a> {
    /// Reads what is given for a serializer, without the database.
    ///
    /// # Errors
    /// What is wrong with the input as a whole.
    pub(super) fn read(
        class: &'a SerializerClass,
        given: Given<'a>,
        about: AboutOf<'_>,
        reading: &mut Reading<'_>,
    ) -> Result<Self, Detail> {
        let source = Source::of(class, given, reading)?;
        Ok(Self::of(class, source, about, reading))
    }

    fn of(
        class: &'a SerializerClass,
        source: Source<'a>,
        about: AboutOf<'_>,
        reading: &mut Reading<'_>,
    ) -> Self {
        let about = about(&source, reading);
        let beside = Beside::default();
        if let Source::Values(made) = source {
            return Self { class, about, made, slots: Vec::new(), beside };
        }
        let outer = reading.set_about(about.clone());
        let slot = |field: &'a PlannedField| (field, Slot::read(field, &source, reading));
        let slots = class.writable_fields().map(slot).collect();
        reading.set_about(outer);
        Self { class, about, made: ValidatedData::new(), slots, beside }
    }

    /// Reads the fields again that have asked the database.
    pub(super) fn read_on(&mut self, answers: &[Answer], reading: &mut Reading<'_>) {
        let outer = reading.set_about(self.about.clone());
        self.slots.iter_mut().for_each(|(_, slot)| slot.read_on(answers, reading));
        reading.set_about(outer);
    }

    /// Asks for the rows that the validators of whole serializers look for, of all the drafts before any of them is finished. A
    /// value that a method changes later is asked about again.
    pub(super) fn ask(&mut self, reading: &mut Reading<'_>) -> Result<()> {
        self.slots.iter_mut().try_for_each(|(_, slot)| slot.ask(reading))?;
        let is_invalid = |(_, slot): &(_, Slot<'_>)| matches!(slot, Slot::Invalid(_));
        if !self.has_validators() || self.slots.iter().any(is_invalid) {
            return Ok(());
        }
        let outer = reading.set_about(self.about.clone());
        self.beside.defaults = self.class.read_only_defaults(reading);
        reading.set_about(outer);
        let mut values = self.made.clone();
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
        self.slots.iter_mut().for_each(|(_, slot)| slot.learn(answers));
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
        let mut values = self.made;
        values.reserve(self.slots.len());
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
                Slot::List(list) => Box::pin(list.finish(context)).await?.map(Validated::List),
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

impl<'a> ListDraft<'a> {
    /// Reads what is given for a list. `refused` has the words for what is no list, or has too few or too many items.
    ///
    /// # Errors
    /// That it is none, or has too few or too many items.
    fn read_given(
        class: &'a ListSerializerClass,
        given: Given<'a>,
        refused: impl Fn(Invalid) -> Detail,
        about: AboutOf<'_>,
        reading: &mut Reading<'_>,
    ) -> Result<Self, Detail> {
        let sources = Self::sources(class, given, refused, reading)?;
        Ok(Self::read(class, sources, about, reading))
    }

    /// What there is for each item.
    ///
    /// # Errors
    /// That there is no list, or that it has too few or too many items.
    pub(super) fn sources(
        class: &'a ListSerializerClass,
        given: Given<'a>,
        refused: impl Fn(Invalid) -> Detail,
        reading: &mut Reading<'_>,
    ) -> Result<Vec<ItemSource<'a>>, Detail> {
        let items = items(given)
            .map_err(|found| refused(Invalid::of("not_a_list").with("input_type", found)).of_serializer())?;
        if let Some(invalid) = class.limits.broken(items.len()) {
            return Err(refused(invalid).of_serializer());
        }
        let source = |given| match (&class.child, given) {
            // A list of them that may be null has items that may be.
            (ListChild::Serializer { allow_null: false, .. }, Given::Null) => ItemSource::Refused(null()),
            (ListChild::Serializer { allow_null: true, .. }, Given::Null) => ItemSource::Value(Given::Null),
            (ListChild::Serializer { class, .. }, given) => {
                Source::of(class, given, reading).map_or_else(ItemSource::Refused, ItemSource::Object)
            }
            (ListChild::Field(_) | ListChild::List(_), given) => ItemSource::Value(given),
        };
        Ok(items.into_iter().map(source).collect())
    }

    /// Reads each item, without the database.
    pub(super) fn read(
        class: &'a ListSerializerClass,
        sources: Vec<ItemSource<'a>>,
        about: AboutOf<'_>,
        reading: &mut Reading<'_>,
    ) -> Self {
        let item = |source| match (&class.child, source) {
            (_, ItemSource::Refused(detail)) => Slot::Invalid(detail),
            (ListChild::Serializer { class, .. }, ItemSource::Object(source)) => {
                Slot::Nested(Box::new(Draft::of(class, source, about, reading)))
            }
            (ListChild::Field(field), ItemSource::Value(given)) => {
                Slot::of(field, given, Vec::new(), reading)
            }
            (ListChild::List(list), ItemSource::Value(given)) if !matches!(given, Given::Null) => {
                let refused = |invalid: Invalid| invalid.detail(&[], Limits::MESSAGES);
                Slot::of_list(ListDraft::read_given(list, given, refused, about, reading))
            }
            (ListChild::List(_), _) => Slot::Invalid(null()),
            (ListChild::Serializer { .. } | ListChild::Field(_), _) => {
                Slot::Valid(Validated::NULL, Vec::new())
            }
        };
        Self { class, items: sources.into_iter().map(item).collect() }
    }

    /// Refuses some of the items, whatever their fields have.
    pub(super) fn refuse(&mut self, refused: impl IntoIterator<Item = (usize, Detail)>) {
        for (index, detail) in refused {
            if let Some(item) = self.items.get_mut(index) {
                *item = Slot::Invalid(detail);
            }
        }
    }

    pub(super) fn read_on(&mut self, answers: &[Answer], reading: &mut Reading<'_>) {
        self.items.iter_mut().for_each(|item| item.read_on(answers, reading));
    }

    pub(super) fn ask(&mut self, reading: &mut Reading<'_>) -> Result<()> {
        self.items.iter_mut().try_for_each(|item| item.ask(reading))
    }

    pub(super) fn learn(&mut self, answers: &[Answer]) {
        self.items.iter_mut().for_each(|item| item.learn(answers));
    }

    /// The values of each input, or what is wrong with them, by their positions in the list: DRF's
    /// `LIST_SERIALIZER_ERRORS_AS_DICT`.
    pub(super) async fn finish(self, context: &Context<'_>) -> Result<Result<Vec<Validated>, Detail>> {
        let mut values = Vec::with_capacity(self.items.len());
        let mut errors = Vec::new();
        for (index, item) in self.items.into_iter().enumerate() {
            let value = match item {
                Slot::Valid(value, _) => Ok(value),
                Slot::Invalid(detail) => Err(detail),
                Slot::Skip | Slot::Waiting(_) => Ok(Validated::NULL),
                Slot::Nested(draft) => draft.finish(context).await?.map(Validated::Dict),
                Slot::List(list) => Box::pin(list.finish(context)).await?.map(Validated::List),
            };
            match value {
                Ok(value) => values.push(value),
                Err(detail) => errors.push((index.to_string(), detail)),
            }
        }
        if !errors.is_empty() {
            return Ok(Err(Detail::Dict(errors)));
        }
        let Some(method) = &self.class.methods.validate else { return Ok(Ok(values)) };
        match method(&mut values, context).await {
            Ok(()) => Ok(Ok(values)),
            Err(Error::Invalid(detail)) => Ok(Err(detail.of_serializer())),
            Err(error) => Err(error),
        }
    }
}

impl<'a> Slot<'a> {
    fn read(field: &'a PlannedField, source: &Source<'a>, reading: &mut Reading<'_>) -> Self {
        let given = match field.role {
            Role::Hidden => Given::Missing,
            _ => source.given(&field.bound, reading.is_partial()),
        };
        let has_value = match given {
            Given::Missing => false,
            // What stands for the whole object is not null, even where null is taken.
            Given::Null => field.source.is_object() && field.bound.allow_null,
            _ => true,
        };
        match &field.role {
            Role::Nested(nested) if has_value => Self::nested(&field.bound, nested, given, reading),
            Role::List(list) if has_value => Self::list(&field.bound, list, given, reading),
            _ => Self::of(&field.bound, given, Vec::new(), reading),
        }
    }

    fn nested(
        field: &BoundField,
        nested: &'a NestedField,
        given: Given<'a>,
        reading: &mut Reading<'_>,
    ) -> Self {
        match &nested.list {
            Some(list) => Self::list(field, list, given, reading),
            None => {
                let about = |_: &Source<'_>, reading: &Reading<'_>| match nested.writes {
                    Some(_) => About { is_unknown: reading.is_update(), ..reading.about().of_another() },
                    None => reading.about().of_another(),
                };
                Self::of_draft(Draft::read(&nested.class, given, &about, reading))
            }
        }
    }

    fn list(
        field: &BoundField,
        list: &'a ListSerializerClass,
        given: Given<'a>,
        reading: &mut Reading<'_>,
    ) -> Self {
        let about = |source: &Source<'_>, reading: &Reading<'_>| match &list.child {
            ListChild::Serializer { class, writes: Some(_), .. } => about_key(class, source, reading),
            _ => reading.about().of_another(),
        };
        Self::of_list(ListDraft::read_given(list, given, |invalid| field.message(invalid), &about, reading))
    }

    fn of_draft(draft: Result<Draft<'a>, Detail>) -> Self {
        draft.map_or_else(Self::Invalid, |draft| Self::Nested(Box::new(draft)))
    }

    fn of_list(draft: Result<ListDraft<'a>, Detail>) -> Self {
        draft.map_or_else(Self::Invalid, Self::List)
    }

    fn of(field: &'a BoundField, given: Given<'a>, known: Vec<Answer>, reading: &mut Reading<'_>) -> Self {
        let first = reading.open_questions();
        reading.begin(known);
        let outcome = field.run_validation(&given, reading);
        let known = reading.end();
        match outcome {
            Ok(Outcome::Waiting) => {
                Self::Waiting(Waiting { field, given, known, questions: first..reading.open_questions() })
            }
            Ok(Outcome::Valid(value)) => {
                let slugs = slugs(field, &given, &value);
                Self::Valid(value, slugs)
            }
            Ok(Outcome::Skip) => Self::Skip,
            Err(detail) => Self::Invalid(detail),
        }
    }

    fn read_on(&mut self, answers: &[Answer], reading: &mut Reading<'_>) {
        match self {
            Self::Waiting(_) => {
                let Self::Waiting(waiting) = std::mem::replace(self, Self::Skip) else { return };
                let mut known = waiting.known;
                known.extend_from_slice(answers.get(waiting.questions).unwrap_or_default());
                *self = Self::of(waiting.field, waiting.given, known, reading);
            }
            Self::Nested(draft) => draft.read_on(answers, reading),
            Self::List(list) => list.read_on(answers, reading),
            Self::Skip | Self::Valid(..) | Self::Invalid(_) => {}
        }
    }

    fn ask(&mut self, reading: &mut Reading<'_>) -> Result<()> {
        match self {
            Self::Nested(draft) => draft.ask(reading),
            Self::List(list) => list.ask(reading),
            _ => Ok(()),
        }
    }

    fn learn(&mut self, answers: &[Answer]) {
        match self {
            Self::Nested(draft) => draft.learn(answers),
            Self::List(list) => list.learn(answers),
            _ => {}
        }
    }
}

/// An item that is saved by its key is about the object with its key.
fn about_key(class: &SerializerClass, source: &Source<'_>, reading: &Reading<'_>) -> About {
    let pk = class.meta().pk().name;
    let field = class.writable_fields().find(|field| field.source.is(pk));
    let object = field.and_then(|field| source.value(field)).map(Object::of_key);
    About { object, ..reading.about().of_another() }
}

/// What is said of input that is neither an object nor a form.
pub(crate) fn no_dictionary(found: &str) -> Detail {
    let text = format!("Invalid data. Expected a dictionary, but got {found}.");
    Detail::non_field(ErrorDetail::new(text, "invalid"))
}

fn null() -> Detail {
    Detail::message(ErrorDetail::new("This field may not be null.", "null"))
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
fn items(given: Given<'_>) -> Result<Vec<Given<'_>>, &'static str> {
    match given {
        Given::List(items) => Ok(items),
        Given::Form(form) => Ok(form.list("").unwrap_or_default()),
        Given::Value(Cow::Borrowed(Json::List(items))) => Ok(items.iter().map(Given::from).collect()),
        Given::Value(Cow::Owned(Json::List(items))) => Ok(items.into_iter().map(Given::made).collect()),
        other => Err(other.python_type_name()),
    }
}
