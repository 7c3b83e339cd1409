//! Input that is being validated: what is known of each field until the database has answered.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use belleville_db::json::{Dict, Json};
use belleville_db::{Detail, Error, ErrorDetail, Result, Rows, Value};

use crate::belonging::BelongingQuestion;
use crate::fields::{BoundField, Outcome, ValidationError, in_list};
use crate::input::{Given, Input};
use crate::list::{Found, ListChild, ListSerializerClass};
use crate::methods::{Internal, of_serializer};
use crate::nested::{Limits, NestedField, Saved};
use crate::plan::{PlannedField, Role};
use crate::reading::{About, Answer, Answers, Reading};
use crate::relations::Related;
use crate::uniqueness::Known;
use crate::value::{Slug, Validated, ValidatedData};
use crate::{Context, SerializerClass};

/// What is known of all fields of an input, of serializers and lists inside of each other: each has a row of slots.
#[derive(Default)]
pub(super) struct Slots<'a> {
    all: Vec<Slot<'a>>,
    /// The fields that have asked the database.
    waiting: Vec<Waiting<'a>>,
    /// What is nested, and is about rows that are being looked for.
    looking: Vec<Looking<'a>>,
}

/// The input of one serializer.
pub(super) struct Draft<'a> {
    class: &'a SerializerClass,
    about: About,
    /// The slots of its fields that input sets, in their order.
    slots: Range<usize>,
    /// Of a serializer that has more than fields.
    beside: Option<Box<Beside>>,
}

/// What a serializer has beside its fields.
#[derive(Default)]
struct Beside {
    /// What its own `to_internal_value` has made instead of the fields.
    made: ValidatedData,
    /// The defaults of fields that are read-only, which its validators know beside the values.
    defaults: ValidatedData,
    /// The rows that they have asked for.
    asked: Vec<Rows>,
    /// Where these questions begin among those that are open.
    first: usize,
    /// The answers.
    known: Known,
}

/// What is known of a field, or of an item of a list.
enum Slot<'a> {
    Skip,
    /// A value. That of a field that waits is what it is if no answer refuses it.
    Valid(Validated),
    /// A value, and what input has named the rows by whose keys are in it.
    Named(Box<(Validated, Vec<Slug>)>),
    Invalid(Detail),
    Nested(Draft<'a>),
    List(ListDraft<'a>),
}

/// A field that has asked the database.
struct Waiting<'a> {
    /// Its slot.
    at: usize,
    field: &'a BoundField,
    given: Given<'a>,
    about: About,
    /// The answers to what it asked before.
    known: Vec<Answer>,
    /// Its slot has a value, which is right unless an answer refuses it.
    is_read: bool,
    /// Where its questions begin among those that are open, and where they end.
    questions: Range<usize>,
}

/// What is nested, and is about rows that are being looked for.
struct Looking<'a> {
    /// Its slot.
    at: usize,
    about: About,
    /// Where its questions begin among those that are open, and where they end.
    questions: Range<usize>,
    what: LookedFor<'a>,
}

enum LookedFor<'a> {
    /// A serializer, about the one row that there is.
    One(&'a SerializerClass, Source<'a>),
    /// A list, with the keys by which its items name rows.
    Items(&'a ListSerializerClass, Vec<ItemSource<'a>>, Vec<Option<Value>>),
}

/// The inputs of a list.
pub(super) struct ListDraft<'a> {
    class: &'a ListSerializerClass,
    /// The slots of its items.
    items: Range<usize>,
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

    /// What there is for a field. It is looked for at a place first, which is then that behind it.
    fn given(&self, field: &BoundField, partial: bool, place: &mut usize) -> Given<'a> {
        match self {
            Self::Sent(Input::Json(Json::Dict(dict))) => {
                dict.get_from(place, field.name).map_or(Given::Missing, Given::from)
            }
            Self::Sent(input) => field.given(input, partial),
            Self::Made(dict) => {
                dict.get_from(place, field.name).map_or(Given::Missing, |json| Given::made(json.clone()))
            }
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

impl<'a> Draft<'a> {
    /// Reads what is given for a serializer, without the database.
    ///
    /// # Errors
    /// What is wrong with the input as a whole.
    pub(super) fn read(
        class: &'a SerializerClass,
        given: Given<'a>,
        about: AboutOf<'_>,
        slots: &mut Slots<'a>,
        reading: &mut Reading<'_>,
    ) -> Result<Self, Detail> {
        let source = Source::of(class, given, reading)?;
        Ok(Self::of(class, source, about, slots, reading))
    }

    fn of(
        class: &'a SerializerClass,
        source: Source<'a>,
        about: AboutOf<'_>,
        slots: &mut Slots<'a>,
        reading: &mut Reading<'_>,
    ) -> Self {
        let about = about(&source, reading);
        let source = match source {
            Source::Values(made) => {
                let beside = Some(Box::new(Beside { made, ..Beside::default() }));
                return Self { class, about, slots: 0..0, beside };
            }
            source => source,
        };
        let outer = reading.set_about(about.clone());
        let own = slots.add(class.writable_fields().count());
        let mut place = 0;
        for (at, field) in own.clone().zip(class.writable_fields()) {
            slots.read_field(at, field, &source, &mut place, reading);
        }
        reading.set_about(outer);
        let has_validators = !class.validators.is_empty() && !about.is_unknown;
        Self { class, about, slots: own, beside: has_validators.then(Box::default) }
    }

    /// Asks for the rows that the validators of whole serializers look for, of all the drafts before any of them is finished. A
    /// value that a method changes later is asked about again.
    pub(super) fn ask(&mut self, slots: &mut Slots<'a>, reading: &mut Reading<'_>) {
        slots.each_inside(self.slots.clone(), |slot, slots| slot.ask(slots, reading));
        let own = &slots.all[self.slots.clone()];
        if !self.has_validators() || own.iter().any(|slot| matches!(slot, Slot::Invalid(_))) {
            return;
        }
        let validators = &self.class.validators;
        let beside = self.beside.get_or_insert_default();
        let outer = reading.set_about(self.about.clone());
        beside.defaults = self.class.read_only_defaults(reading);
        reading.set_about(outer);
        let mut values = beside.made.clone();
        for (field, slot) in self.class.writable_fields().zip(own) {
            if let (Some(value), [name]) = (slot.value(), field.source.names())
                && validators.reads(name)
            {
                values.set(*name, value.clone());
            }
        }
        let values = validators.values(&beside.defaults, &values);
        beside.first = reading.open_questions();
        match validators.questions(values, self.about.object.as_deref(), reading.context()) {
            Ok(asked) => beside.asked = asked,
            Err(error) => reading.fail(error),
        }
        beside.asked.iter().for_each(|rows| reading.ask(rows.clone()));
    }

    /// Whether validators look at its values. Where only saving finds out which object is meant, the database has the last word.
    fn has_validators(&self) -> bool {
        !self.class.validators.is_empty() && !self.about.is_unknown
    }

    /// Takes the answers to what [`Draft::ask`] has asked.
    pub(super) fn learn(&mut self, slots: &mut Slots<'a>, answers: &Answers) {
        slots.each_inside(self.slots.clone(), |slot, slots| slot.learn(slots, answers));
        let Some(beside) = &mut self.beside else { return };
        let asked = std::mem::take(&mut beside.asked);
        let questions = beside.first..beside.first + asked.len();
        beside.known.extend(asked.into_iter().zip(answers.of_all(questions)).filter_map(|(rows, answer)| {
            match answer {
                Answer::Found(is_found) => Some((rows, is_found)),
                Answer::Row(_) | Answer::Object(_) => None,
            }
        }));
    }

    /// The values, or what is wrong by field: calls the serializer's own methods, and its validators in between.
    pub(super) async fn finish(
        mut self,
        slots: &mut Slots<'a>,
        context: &Context<'_>,
    ) -> Result<Result<ValidatedData, Detail>> {
        let beside = self.beside.take();
        let has_validators = self.has_validators();
        let (made, defaults, known) = match beside {
            Some(beside) => (beside.made, beside.defaults, beside.known),
            None => (ValidatedData::new(), ValidatedData::new(), Known::new()),
        };
        let gathered = match self.class.is_read_at_once() {
            true => Ok(self.gather(made, slots)),
            // Boxed, because there may be serializers inside of serializers.
            false => Box::pin(self.gather_by_methods(made, slots, context)).await,
        };
        let mut values = match gathered? {
            Ok(values) => values,
            Err(detail) => return Ok(Err(detail)),
        };
        if has_validators {
            let (validators, object) = (&self.class.validators, self.about.object.as_deref());
            let looked_at = validators.values(&defaults, &values);
            // Boxed, so that serializers without them do not take the memory of a query.
            if let Err(detail) = Box::pin(validators.run(looked_at, object, &known, context)).await? {
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

    /// The values of the fields, or what is wrong with them, of a serializer of which nothing is to be waited for.
    fn gather(&self, mut values: ValidatedData, slots: &mut Slots<'a>) -> Result<ValidatedData, Detail> {
        values.reserve(self.slots.len());
        let mut errors = Vec::new();
        for (at, field) in self.slots.clone().zip(self.class.writable_fields()) {
            match slots.take(at) {
                Slot::Valid(value) => field.source.set(&mut values, value),
                Slot::Named(named) => {
                    let (value, slugs) = *named;
                    values.remember(slugs);
                    field.source.set(&mut values, value);
                }
                Slot::Invalid(detail) => errors.push((field.bound.name.to_owned(), detail)),
                Slot::Skip | Slot::Nested(_) | Slot::List(_) => {}
            }
        }
        if errors.is_empty() { Ok(values) } else { Err(Detail::Dict(errors)) }
    }

    /// The same of any serializer: calls the methods of the fields, and finishes what is inside of them.
    async fn gather_by_methods(
        &self,
        mut values: ValidatedData,
        slots: &mut Slots<'a>,
        context: &Context<'_>,
    ) -> Result<Result<ValidatedData, Detail>> {
        values.reserve(self.slots.len());
        let mut errors = Vec::new();
        for (at, field) in self.slots.clone().zip(self.class.writable_fields()) {
            let value = match slots.take(at) {
                Slot::Skip => continue,
                Slot::Valid(value) => Ok(value),
                Slot::Named(named) => {
                    let (value, slugs) = *named;
                    values.remember(slugs);
                    Ok(value)
                }
                Slot::Invalid(detail) => Err(detail),
                Slot::Nested(draft) => draft.finish(slots, context).await?.map(Validated::Dict),
                Slot::List(list) => list.finish(slots, context).await?.map(Validated::List),
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
        Ok(if errors.is_empty() { Ok(values) } else { Err(Detail::Dict(errors)) })
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
        refused: impl Fn(ValidationError) -> Detail,
        about: AboutOf<'_>,
        slots: &mut Slots<'a>,
        reading: &mut Reading<'_>,
    ) -> Result<Self, Detail> {
        let sources = Self::sources(class, given, refused, reading)?;
        Ok(Self::read(class, sources, about, slots, reading))
    }

    /// What there is for each item.
    ///
    /// # Errors
    /// That there is no list, or that it has too few or too many items.
    pub(super) fn sources(
        class: &'a ListSerializerClass,
        given: Given<'a>,
        refused: impl Fn(ValidationError) -> Detail,
        reading: &mut Reading<'_>,
    ) -> Result<Vec<ItemSource<'a>>, Detail> {
        let items = items(given).map_err(|found| {
            refused(ValidationError::of("not_a_list").with("input_type", found)).of_serializer()
        })?;
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
        slots: &mut Slots<'a>,
        reading: &mut Reading<'_>,
    ) -> Self {
        if let ListChild::Serializer { class, .. } = &class.child {
            slots.all.reserve(sources.len() * (1 + class.writable_fields().count()));
        }
        let items = slots.add(sources.len());
        for (at, source) in items.clone().zip(sources) {
            let slot = match (&class.child, source) {
                (_, ItemSource::Refused(detail)) => Slot::Invalid(detail),
                (ListChild::Serializer { class, .. }, ItemSource::Object(source)) => {
                    Slot::Nested(Draft::of(class, source, about, slots, reading))
                }
                (ListChild::Field(field), ItemSource::Value(given)) => {
                    slots.read_value(at, field, given, Vec::new(), reading);
                    continue;
                }
                (ListChild::List(list), ItemSource::Value(given)) if !matches!(given, Given::Null) => {
                    let refused = |invalid: ValidationError| invalid.detail(&[], Limits::MESSAGES);
                    Slot::of_list(Self::read_given(list, given, refused, about, slots, reading))
                }
                (ListChild::List(_), _) => Slot::Invalid(null()),
                (ListChild::Serializer { .. } | ListChild::Field(_), _) => Slot::Valid(Validated::NULL),
            };
            slots.all[at] = slot;
        }
        Self { class, items }
    }

    /// Reads each item, about the row that it names.
    pub(super) fn of_found(
        class: &'a ListSerializerClass,
        sources: Vec<ItemSource<'a>>,
        keys: &[Option<Value>],
        found: &Found<'_>,
        slots: &mut Slots<'a>,
        reading: &mut Reading<'_>,
    ) -> Self {
        let is_partial = reading.is_partial();
        let about = |source: &Source<'_>, _: &Reading<'_>| found.about(source, is_partial);
        let draft = Self::read(class, sources, &about, slots, reading);
        draft.refuse(slots, found.refused(keys));
        draft
    }

    /// Refuses some of the items, whatever their fields have.
    fn refuse(&self, slots: &mut Slots<'a>, refused: impl IntoIterator<Item = (usize, Detail)>) {
        for (index, detail) in refused {
            if let Some(item) = slots.all[self.items.clone()].get_mut(index) {
                *item = Slot::Invalid(detail);
            }
        }
    }

    pub(super) fn ask(&self, slots: &mut Slots<'a>, reading: &mut Reading<'_>) {
        slots.each_inside(self.items.clone(), |slot, slots| slot.ask(slots, reading));
    }

    pub(super) fn learn(&self, slots: &mut Slots<'a>, answers: &Answers) {
        slots.each_inside(self.items.clone(), |slot, slots| slot.learn(slots, answers));
    }

    /// The values of each input, or what is wrong with them, by their positions in the list: DRF's
    /// `LIST_SERIALIZER_ERRORS_AS_DICT`.
    pub(super) async fn finish(
        self,
        slots: &mut Slots<'a>,
        context: &Context<'_>,
    ) -> Result<Result<Vec<Validated>, Detail>> {
        let mut values = Vec::with_capacity(self.items.len());
        let mut errors = Vec::new();
        for (index, at) in self.items.enumerate() {
            let value = match slots.take(at) {
                Slot::Skip => Ok(Validated::NULL),
                Slot::Valid(value) => Ok(value),
                Slot::Named(named) => Ok(named.0),
                Slot::Invalid(detail) => Err(detail),
                Slot::Nested(draft) => draft.finish(slots, context).await?.map(Validated::Dict),
                Slot::List(list) => Box::pin(list.finish(slots, context)).await?.map(Validated::List),
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

impl<'a> Slots<'a> {
    /// Adds so many slots.
    fn add(&mut self, count: usize) -> Range<usize> {
        let first = self.all.len();
        self.all.resize_with(first + count, || Slot::Skip);
        first..self.all.len()
    }

    fn take(&mut self, at: usize) -> Slot<'a> {
        std::mem::replace(&mut self.all[at], Slot::Skip)
    }

    /// Does something with each of some slots that has others inside.
    fn each_inside(&mut self, slots: Range<usize>, mut each: impl FnMut(&mut Slot<'a>, &mut Self)) {
        for at in slots {
            if let Slot::Nested(_) | Slot::List(_) = &self.all[at] {
                let mut slot = self.take(at);
                each(&mut slot, self);
                self.all[at] = slot;
            }
        }
    }

    /// Reads a field of a serializer, which is looked for in an object at a place first.
    fn read_field(
        &mut self,
        at: usize,
        field: &'a PlannedField,
        source: &Source<'a>,
        place: &mut usize,
        reading: &mut Reading<'_>,
    ) {
        let given = match field.role {
            Role::Hidden => Given::Missing,
            _ => source.given(&field.bound, reading.is_partial(), place),
        };
        let has_value = match given {
            Given::Missing => false,
            // What stands for the whole object is not null, even where null is taken.
            Given::Null => field.source.is_object() && field.bound.allow_null,
            _ => true,
        };
        self.all[at] = match &field.role {
            Role::Nested(nested) if has_value => self.nested(at, &field.bound, nested, given, reading),
            Role::List(list) if has_value => self.list(&field.bound, list, given, reading),
            _ => return self.read_value(at, &field.bound, given, Vec::new(), reading),
        };
    }

    fn nested(
        &mut self,
        at: usize,
        field: &BoundField,
        nested: &'a NestedField,
        given: Given<'a>,
        reading: &mut Reading<'_>,
    ) -> Slot<'a> {
        match &nested.list {
            Some(list) => match &nested.saved {
                Some(saved) => self.items(at, field, list, saved, given, reading),
                None => self.list(field, list, given, reading),
            },
            None => match Source::of(&nested.class, given, reading) {
                Ok(source) => self.one(at, nested, source, reading),
                Err(detail) => Slot::Invalid(detail),
            },
        }
    }

    /// A serializer about the row that belongs to the object.
    fn one(
        &mut self,
        at: usize,
        nested: &'a NestedField,
        source: Source<'a>,
        reading: &mut Reading<'_>,
    ) -> Slot<'a> {
        let class = &nested.class;
        let about = match (&nested.saved, Owner::of(reading.about())) {
            (None, _) => reading.about().of_another(),
            (Some(_), Owner::New) => About::default(),
            (Some(_), Owner::Unknown) => About { is_unknown: true, ..reading.about().of_another() },
            (Some(saved), Owner::Known(owner)) => {
                let first = reading.open_questions();
                let question =
                    BelongingQuestion { class: Arc::clone(class), way: saved.way, owner, named: None };
                reading.ask_for(question);
                self.look(at, first, LookedFor::One(class, source), reading);
                return Slot::Skip;
            }
        };
        Slot::Nested(Draft::of(class, source, &|_, _| about.clone(), self, reading))
    }

    fn list(
        &mut self,
        field: &BoundField,
        list: &'a ListSerializerClass,
        given: Given<'a>,
        reading: &mut Reading<'_>,
    ) -> Slot<'a> {
        let about = |_: &Source<'_>, reading: &Reading<'_>| reading.about().of_another();
        let refused = |invalid: ValidationError| field.message(invalid);
        Slot::of_list(ListDraft::read_given(list, given, refused, &about, self, reading))
    }

    /// A list whose items name rows that belong to the object.
    fn items(
        &mut self,
        at: usize,
        field: &BoundField,
        list: &'a ListSerializerClass,
        saved: &Saved,
        given: Given<'a>,
        reading: &mut Reading<'_>,
    ) -> Slot<'a> {
        let sources = match ListDraft::sources(list, given, |invalid| field.message(invalid), reading) {
            Ok(sources) => sources,
            Err(detail) => return Slot::Invalid(detail),
        };
        let keys = list.keys_of(&sources);
        let found = match Owner::of(reading.about()) {
            Owner::New => Found::of_answers(list, []),
            Owner::Unknown => Found::unknown(list),
            Owner::Known(owner) => {
                let first = reading.open_questions();
                if let (Some(class), Some(by)) = (list.child(), list.key_position()) {
                    for key in keys.iter().flatten() {
                        let (class, owner) = (Arc::clone(class), owner.clone());
                        let named = Some((by, key.clone()));
                        reading.ask_for(BelongingQuestion { class, way: saved.way, owner, named });
                    }
                }
                if reading.open_questions() > first {
                    self.look(at, first, LookedFor::Items(list, sources, keys), reading);
                    return Slot::Skip;
                }
                Found::of_answers(list, [])
            }
        };
        Slot::List(ListDraft::of_found(list, sources, &keys, &found, self, reading))
    }

    /// Remembers what is to be read once the questions from the first on are answered.
    fn look(&mut self, at: usize, first: usize, what: LookedFor<'a>, reading: &Reading<'_>) {
        let questions = first..reading.open_questions();
        self.looking.push(Looking { at, about: reading.about().clone(), questions, what });
    }

    fn read_value(
        &mut self,
        at: usize,
        field: &'a BoundField,
        given: Given<'a>,
        known: Vec<Answer>,
        reading: &mut Reading<'_>,
    ) {
        let first = reading.open_questions();
        reading.begin(known);
        let outcome = field.run_validation(&given, reading);
        let known = reading.end();
        self.all[at] = match outcome {
            Ok(Outcome::Skip) => Slot::Skip,
            Ok(Outcome::Valid(value)) => Slot::of_value(field, &given, value),
            Ok(Outcome::Waiting(value)) => {
                let (is_read, questions) = (value.is_some(), first..reading.open_questions());
                let about = reading.about().clone();
                self.waiting.push(Waiting { at, field, given, about, known, is_read, questions });
                value.map_or(Slot::Skip, Slot::Valid)
            }
            Err(detail) => Slot::Invalid(detail),
        };
    }

    /// Reads the fields again of whose questions an answer is not what they took for granted, and what is about rows that were
    /// looked for.
    pub(super) fn read_on(&mut self, answers: &Answers, reading: &mut Reading<'_>) {
        let looking = std::mem::take(&mut self.looking);
        for waiting in std::mem::take(&mut self.waiting) {
            let Waiting { at, field, given, about, mut known, is_read, questions } = waiting;
            if is_read && answers.are_good(questions.clone()) {
                continue;
            }
            known.extend(answers.of_all(questions));
            let outer = reading.set_about(about);
            self.read_value(at, field, given, known, reading);
            reading.set_about(outer);
        }
        for Looking { at, about, questions, what } in looking {
            let outer = reading.set_about(about);
            let slot = self.read_found(what, answers.of_all(questions), reading);
            self.all[at] = slot;
            reading.set_about(outer);
        }
    }

    /// Reads what has been looked for, with the answers.
    fn read_found(
        &mut self,
        what: LookedFor<'a>,
        answers: impl Iterator<Item = Answer>,
        reading: &mut Reading<'_>,
    ) -> Slot<'a> {
        let mut objects = answers.map(|answer| match answer {
            Answer::Object(object) => object,
            Answer::Row(_) | Answer::Found(_) => None,
        });
        match what {
            LookedFor::One(class, source) => {
                let object = objects.next().flatten();
                let is_partial = reading.is_partial() && object.is_some();
                let about = About { object, is_unknown: false, is_partial };
                Slot::Nested(Draft::of(class, source, &|_, _| about.clone(), self, reading))
            }
            LookedFor::Items(list, sources, keys) => {
                let found = Found::of_answers(list, keys.iter().flatten().cloned().zip(objects));
                Slot::List(ListDraft::of_found(list, sources, &keys, &found, self, reading))
            }
        }
    }
}

impl<'a> Slot<'a> {
    fn of_list(draft: Result<ListDraft<'a>, Detail>) -> Self {
        draft.map_or_else(Self::Invalid, Self::List)
    }

    fn of_value(field: &BoundField, given: &Given<'_>, value: Validated) -> Self {
        if field.field.relation().is_none_or(Related::is_kept) {
            return Self::Valid(value);
        }
        let slugs = slugs(given, &value);
        if slugs.is_empty() { Self::Valid(value) } else { Self::Named(Box::new((value, slugs))) }
    }

    /// The value, where it is known.
    fn value(&self) -> Option<&Validated> {
        match self {
            Self::Valid(value) => Some(value),
            Self::Named(named) => Some(&named.0),
            Self::Skip | Self::Invalid(_) | Self::Nested(_) | Self::List(_) => None,
        }
    }

    fn ask(&mut self, slots: &mut Slots<'a>, reading: &mut Reading<'_>) {
        match self {
            Self::Nested(draft) => draft.ask(slots, reading),
            Self::List(list) => list.ask(slots, reading),
            _ => {}
        }
    }

    fn learn(&mut self, slots: &mut Slots<'a>, answers: &Answers) {
        match self {
            Self::Nested(draft) => draft.learn(slots, answers),
            Self::List(list) => list.learn(slots, answers),
            _ => {}
        }
    }
}

/// To which object nested rows belong.
enum Owner {
    /// One that is made, and has no rows.
    New,
    /// The one with this primary key.
    Known(Value),
    /// Only saving finds out.
    Unknown,
}

impl Owner {
    fn of(about: &About) -> Self {
        match &about.object {
            None if about.is_unknown => Self::Unknown,
            None => Self::New,
            Some(object) if object.pk.is_null() => Self::Unknown,
            Some(object) => Self::Known(object.pk.clone()),
        }
    }
}

/// What is said of input that is neither an object nor a form.
pub(crate) fn no_dictionary(found: &str) -> Detail {
    let text = format!("Invalid data. Expected a dictionary, but got {found}.");
    Detail::non_field(ErrorDetail::new(text, "invalid"))
}

fn null() -> Detail {
    Detail::message(ErrorDetail::new("This field may not be null.", "null"))
}

/// What input has named the rows by whose keys a value has.
fn slugs(given: &Given<'_>, value: &Validated) -> Vec<Slug> {
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
