//! What is nested in a serializer: other serializers, about the rows that belong to the object.

use std::ops::Range;
use std::sync::Arc;

use belleville_db::Value;

use super::draft::Draft;
use super::list::ListDraft;
use super::slots::{Slot, Slots};
use super::source::{ItemSource, Source};
use crate::SerializerClass;
use crate::belonging::BelongingQuestion;
use crate::fields::{BoundField, ValidationError};
use crate::input::Given;
use crate::list::{Found, ListSerializerClass};
use crate::nested::{NestedField, Saved};
use crate::reading::{About, Answer, Answers, Reading};

/// What is nested, and is about rows that are being looked for.
pub(super) struct Looking<'a> {
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

impl<'a> Slots<'a> {
    pub(super) fn nested(
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

    pub(super) fn list(
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

    /// Reads what has been looked for, with the answers.
    pub(super) fn read_found(&mut self, looking: Looking<'a>, answers: &Answers, reading: &mut Reading<'_>) {
        let Looking { at, about, questions, what } = looking;
        let outer = reading.set_about(about);
        let slot = self.found(what, answers.of_all(questions), reading);
        self.all[at] = slot;
        reading.set_about(outer);
    }

    fn found(
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
