//! The input of one serializer.

use belleville_db::{Detail, Error, Result, Rows};

use super::slots::{Fields, Slot, Slots};
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
    about: About,
    /// The position of its input among all.
    input: usize,
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

/// What a serializer is about.
pub(super) type AboutOf<'b> = &'b dyn Fn(&Source<'_>, &Reading<'_>) -> About;

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
        let about = about(&source, reading);
        if let Source::Values(made) = source {
            let beside = Beside { made, ..Beside::default() };
            let input = slots.add_input(Fields::Slots(0..0));
            return Self { class, about, input, beside: Some(Box::new(beside)) };
        }
        let has_validators = !class.validators.is_empty() && !about.is_unknown;
        let input = slots.read_fields(class, &source, &about, reading);
        Self { class, about, input, beside: has_validators.then(Box::default) }
    }

    /// Asks for the rows that the validators of whole serializers look for, of all the drafts before any of them is finished. A
    /// value that a method changes later is asked about again.
    pub(super) fn ask(&mut self, slots: &mut Slots<'a>, reading: &mut Reading<'_>) {
        let own = slots.of_input(self.input);
        slots.each_inside(own.clone(), |slot, slots| slot.ask(slots, reading));
        if !self.has_validators() || slots.all[own].iter().any(|slot| matches!(slot, Slot::Invalid(_))) {
            return;
        }
        let validators = &self.class.validators;
        let beside = self.beside.get_or_insert_default();
        let outer = reading.set_about(self.about.clone());
        beside.defaults = self.class.read_only_defaults(reading);
        reading.set_about(outer);
        let mut values = beside.made.clone();
        match slots.fields(self.input) {
            Fields::AtOnce(at_once) => {
                for (name, value) in at_once.values.iter().filter(|(name, _)| validators.reads(name)) {
                    values.set(name.to_owned(), value.clone());
                }
            }
            Fields::Slots(own) => {
                for (field, slot) in self.class.writable_fields().zip(&slots.all[own.clone()]) {
                    if let (Some(value), [name]) = (slot.value(), field.source.names())
                        && validators.reads(name)
                    {
                        values.set(*name, value.clone());
                    }
                }
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
        slots.each_inside(slots.of_input(self.input), |slot, slots| slot.learn(slots, answers));
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
        let gathered = match self.class.waits_for_nothing() {
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
        if let Some(values) = slots.take_values(self.input) {
            return Ok(values);
        }
        let own = slots.of_input(self.input);
        values.reserve(own.len());
        let mut errors = Vec::new();
        for (slot, field) in slots.all[own].iter_mut().zip(self.class.writable_fields()) {
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
        let own = slots.spread(self.class, self.input);
        values.reserve(own.len());
        let mut errors = Vec::new();
        for (at, field) in own.zip(self.class.writable_fields()) {
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
