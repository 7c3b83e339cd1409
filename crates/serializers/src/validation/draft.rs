//! The input of one serializer.

use std::ops::Range;

use belleville_db::{Detail, Error, Result, Rows};

use super::slots::{Slot, Slots};
use super::source::Source;
use crate::fields::in_list;
use crate::input::Given;
use crate::methods::of_serializer;
use crate::reading::{About, Answer, Answers, Reading};
use crate::uniqueness::Known;
use crate::value::{Validated, ValidatedData};
use crate::{Context, SerializerClass};

/// The input of one serializer.
pub(super) struct Draft<'a> {
    class: &'a SerializerClass,
    pub(super) about: About,
    /// The slots of its fields that input sets, in their order.
    slots: Range<usize>,
    /// Of a serializer that has more than fields.
    beside: Option<Box<Beside>>,
}

/// An input whose fields are being read.
pub(super) struct Item<'a> {
    pub(super) source: Source<'a>,
    pub(super) draft: Draft<'a>,
    /// Where the next field is looked for in an object first.
    pub(super) place: usize,
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

/// What a serializer is about.
pub(super) type AboutOf<'b> = &'b dyn Fn(&Source<'_>, &Reading<'_>) -> About;

impl<'a> Item<'a> {
    pub(super) fn new(
        class: &'a SerializerClass,
        source: Source<'a>,
        about: AboutOf<'_>,
        slots: &mut Slots<'a>,
        reading: &Reading<'_>,
    ) -> Self {
        let about = about(&source, reading);
        let (source, own, beside) = match source {
            Source::Values(made) => {
                let beside = Beside { made, ..Beside::default() };
                (Source::Values(ValidatedData::new()), 0..0, Some(Box::new(beside)))
            }
            source => {
                let has_validators = !class.validators.is_empty() && !about.is_unknown;
                (source, slots.add(class.writable_fields().count()), has_validators.then(Box::default))
            }
        };
        Self { source, draft: Draft { class, about, slots: own, beside }, place: 0 }
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

    pub(super) fn of(
        class: &'a SerializerClass,
        source: Source<'a>,
        about: AboutOf<'_>,
        slots: &mut Slots<'a>,
        reading: &mut Reading<'_>,
    ) -> Self {
        let mut item = Item::new(class, source, about, slots, reading);
        slots.read_fields(class, std::slice::from_mut(&mut item), reading);
        item.draft
    }

    /// The slot of a field that input sets, by its position among them.
    pub(super) fn slot(&self, position: usize) -> Option<usize> {
        let at = self.slots.start + position;
        (at < self.slots.end).then_some(at)
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
    pub(super) fn gather(
        &self,
        mut values: ValidatedData,
        slots: &mut Slots<'a>,
    ) -> Result<ValidatedData, Detail> {
        values.reserve(self.slots.len());
        let mut errors = Vec::new();
        let own = slots.all[self.slots.clone()].iter_mut();
        for (slot, field) in own.zip(self.class.writable_fields()) {
            match std::mem::replace(slot, Slot::Skip) {
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
