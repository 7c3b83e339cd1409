//! What is known of the fields of an input until the database has answered.

use std::ops::Range;

use belleville_db::json::Json;
use belleville_db::{Detail, Value};

use super::at_once::AtOnce;
use super::draft::Draft;
use super::inside::Looking;
use super::list::ListDraft;
use super::source::Source;
use crate::SerializerClass;
use crate::fields::{BoundField, Outcome};
use crate::input::Given;
use crate::plan::{PlannedField, Role};
use crate::reading::{About, Answer, Answers, Place, Reading};
use crate::relations::Related;
use crate::value::{Slug, Validated, ValidatedData};

/// What is known of all fields of an input, of serializers and lists inside of each other.
#[derive(Default)]
pub(super) struct Slots<'a> {
    pub(super) all: Vec<Slot<'a>>,
    /// The inputs of serializers.
    inputs: Vec<Fields<'a>>,
    /// How many of them no answer refuses any more.
    settled: usize,
    /// The fields that have asked the database.
    waiting: Vec<Waiting<'a>>,
    /// What is nested, and is about rows that are being looked for.
    pub(super) looking: Vec<Looking<'a>>,
}

/// Where the fields of an input of a serializer are.
pub(super) enum Fields<'a> {
    /// All of them are right as they stand.
    AtOnce(AtOnce<'a>),
    /// Each has a slot.
    Slots(Range<usize>),
}

/// What is known of a field, or of an item of a list.
pub(super) enum Slot<'a> {
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

impl<'a> Slots<'a> {
    /// Adds so many slots.
    pub(super) fn add(&mut self, count: usize) -> Range<usize> {
        let first = self.all.len();
        self.all.resize_with(first + count, || Slot::Skip);
        first..self.all.len()
    }

    pub(super) fn take(&mut self, at: usize) -> Slot<'a> {
        std::mem::replace(&mut self.all[at], Slot::Skip)
    }

    /// Does something with each of some slots that has others inside.
    pub(super) fn each_inside(
        &mut self,
        slots: Range<usize>,
        mut each: impl FnMut(&mut Slot<'a>, &mut Self),
    ) {
        for at in slots {
            if let Slot::Nested(_) | Slot::List(_) = &self.all[at] {
                let mut slot = self.take(at);
                each(&mut slot, self);
                self.all[at] = slot;
            }
        }
    }

    /// Reads the fields of an input of a serializer; the position of the input.
    pub(super) fn read_fields(
        &mut self,
        class: &'a SerializerClass,
        source: &Source<'a>,
        about: &About,
        reading: &mut Reading<'_>,
    ) -> usize {
        let input = self.inputs.len();
        if let Some(at_once) = AtOnce::read(class, source, about, input, reading) {
            self.inputs.push(Fields::AtOnce(at_once));
            return input;
        }
        let own = self.add(class.writable_fields().count());
        let input = self.add_input(Fields::Slots(own.clone()));
        let (outer, mut place) = (reading.set_about(about.clone()), 0);
        for (at, field) in own.zip(class.writable_fields()) {
            self.read_field(at, field, source, &mut place, reading);
        }
        reading.set_about(outer);
        input
    }

    /// Adds an input of a serializer; its position.
    pub(super) fn add_input(&mut self, fields: Fields<'a>) -> usize {
        self.inputs.push(fields);
        self.inputs.len() - 1
    }

    /// Makes room for the inputs of a list.
    pub(super) fn reserve_inputs(&mut self, count: usize) {
        self.inputs.reserve(count);
    }

    /// The fields of an input.
    pub(super) fn fields(&self, input: usize) -> &Fields<'a> {
        &self.inputs[input]
    }

    /// The slots of the fields of an input; none where all of them are right as they stand.
    pub(super) fn of_input(&self, input: usize) -> Range<usize> {
        match &self.inputs[input] {
            Fields::AtOnce(_) => 0..0,
            Fields::Slots(own) => own.clone(),
        }
    }

    /// Takes the values of an input where all of them are right as they stand.
    pub(super) fn take_values(&mut self, input: usize) -> Option<ValidatedData> {
        match &mut self.inputs[input] {
            Fields::AtOnce(at_once) => Some(std::mem::take(&mut at_once.values)),
            Fields::Slots(_) => None,
        }
    }

    /// The slots of the fields of an input, which also get the values where all of them are right as they stand.
    pub(super) fn spread(&mut self, class: &SerializerClass, input: usize) -> Range<usize> {
        let Some(mut values) = self.take_values(input) else { return self.of_input(input) };
        let own = self.add(class.writable_fields().count());
        for (slot, field) in self.all[own.clone()].iter_mut().zip(class.writable_fields()) {
            let value = field.source.names().first().and_then(|name| values.take(name));
            *slot = value.map_or(Slot::Skip, Slot::Valid);
        }
        self.inputs[input] = Fields::Slots(own.clone());
        own
    }

    /// The value at a place.
    pub(super) fn value_at(&self, place: Place) -> Option<&Value> {
        match self.inputs.get(place.input)? {
            Fields::AtOnce(at_once) => at_once.value(place.value),
            Fields::Slots(_) => None,
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
        let has_value = || match given {
            Given::Missing => false,
            // What stands for the whole object is not null, even where null is taken.
            Given::Null => field.source.is_object() && field.bound.allow_null,
            _ => true,
        };
        self.all[at] = match &field.role {
            Role::Nested(nested) if has_value() => self.nested(at, &field.bound, nested, given, reading),
            Role::List(list) if has_value() => self.list(&field.bound, list, given, reading),
            _ => return self.read_value(at, &field.bound, given, Vec::new(), reading),
        };
    }

    pub(super) fn read_value(
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
        let are_all_good = answers.are_all_good();
        let asking = std::mem::replace(&mut self.settled, self.inputs.len())..self.inputs.len();
        if !are_all_good {
            asking.for_each(|input| self.read_again(input, answers, reading));
        }
        for waiting in std::mem::take(&mut self.waiting) {
            if waiting.is_read && (are_all_good || answers.are_good(waiting.questions.clone())) {
                continue;
            }
            let Waiting { at, field, given, about, mut known, questions, .. } = waiting;
            known.extend(answers.of_all(questions));
            let outer = reading.set_about(about);
            self.read_value(at, field, given, known, reading);
            reading.set_about(outer);
        }
        for looking in looking {
            self.read_found(looking, answers, reading);
        }
    }

    /// Reads an input again of which an answer refuses a value.
    fn read_again(&mut self, input: usize, answers: &Answers, reading: &mut Reading<'_>) {
        let Some(Fields::AtOnce(at_once)) = self.inputs.get(input) else { return };
        if answers.are_good(at_once.questions.clone()) {
            return;
        }
        let fields = std::mem::replace(&mut self.inputs[input], Fields::Slots(0..0));
        if let Fields::AtOnce(at_once) = fields {
            let own = at_once.read_again(answers, self, reading);
            self.inputs[input] = Fields::Slots(own);
        }
    }
}

impl<'a> Slot<'a> {
    pub(super) fn of_list(draft: Result<ListDraft<'a>, Detail>) -> Self {
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
    pub(super) fn value(&self) -> Option<&Validated> {
        match self {
            Self::Valid(value) => Some(value),
            Self::Named(named) => Some(&named.0),
            Self::Skip | Self::Invalid(_) | Self::Nested(_) | Self::List(_) => None,
        }
    }

    pub(super) fn ask(&mut self, slots: &mut Slots<'a>, reading: &mut Reading<'_>) {
        match self {
            Self::Nested(draft) => draft.ask(slots, reading),
            Self::List(list) => list.ask(slots, reading),
            _ => {}
        }
    }

    pub(super) fn learn(&mut self, slots: &mut Slots<'a>, answers: &Answers) {
        match self {
            Self::Nested(draft) => draft.learn(slots, answers),
            Self::List(list) => list.learn(slots, answers),
            _ => {}
        }
    }
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
