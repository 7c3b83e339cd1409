//! What is known of the fields of an input until the database has answered.

use std::ops::Range;

use belleville_db::json::Json;
use belleville_db::{Detail, Value};

use super::draft::{Draft, Item};
use super::inside::Looking;
use super::list::ListDraft;
use super::source::Source;
use crate::SerializerClass;
use crate::fields::{AtOnce, BoundField, Outcome};
use crate::input::Given;
use crate::plan::{PlannedField, Role};
use crate::reading::{About, Answer, Answers, Lent, Reading};
use crate::relations::Related;
use crate::value::{Slug, Validated};

/// What is known of all fields of an input, of serializers and lists inside of each other: each has a row of slots.
#[derive(Default)]
pub(super) struct Slots<'a> {
    pub(super) all: Vec<Slot<'a>>,
    /// The fields that have asked the database.
    waiting: Vec<Waiting<'a>>,
    /// What is nested, and is about rows that are being looked for.
    pub(super) looking: Vec<Looking<'a>>,
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

    /// Reads the fields of some inputs of a serializer, one after the other, each of all the inputs.
    pub(super) fn read_fields(
        &mut self,
        class: &'a SerializerClass,
        items: &mut [Item<'a>],
        reading: &mut Reading<'_>,
    ) {
        for (position, field) in class.writable_fields().enumerate() {
            let at_once = match field.role {
                Role::Value => field.bound.at_once(reading),
                _ => None,
            };
            for item in &mut *items {
                let Some(at) = item.draft.slot(position) else { continue };
                if at_once.as_ref().is_none_or(|at_once| !self.read_at_once(at, at_once, item, reading)) {
                    let outer = reading.set_about(std::mem::take(&mut item.draft.about));
                    self.read_field(at, field, &item.source, &mut item.place, reading);
                    item.draft.about = reading.set_about(outer);
                }
            }
        }
    }

    /// Reads what was sent for a field, where it is right as it stands; whether it is.
    fn read_at_once(
        &mut self,
        at: usize,
        field: &AtOnce<'a>,
        item: &mut Item<'a>,
        reading: &mut Reading<'_>,
    ) -> bool {
        let Some((json, behind)) = item.source.sent(field.name(), item.place) else { return false };
        let first = reading.open_questions();
        let Some(value) = field.read(json, at, &item.draft.about, reading) else { return false };
        item.place = behind;
        let questions = first..reading.open_questions();
        if !questions.is_empty() {
            let (field, given, about) = (field.bound(), Given::from(json), item.draft.about.clone());
            let known = Vec::new();
            self.waiting.push(Waiting { at, field, given, about, known, is_read: true, questions });
        }
        self.all[at] = Slot::Valid(value);
        true
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

    /// Exchanges the values in some slots for those that questions have in their place.
    pub(super) fn exchange(&mut self, lent: &mut Lent) {
        for (at, other) in lent.values() {
            if let Some(Slot::Valid(Validated::Value(value))) = self.all.get_mut(at) {
                std::mem::swap(value, other);
            }
        }
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
