//! Input that is being validated: what is known of each field until the database has answered.

use belleville_db::Detail;

use crate::SerializerClass;
use crate::fields::{BoundField, Outcome};
use crate::input::{Given, Input};
use crate::plan::PlannedField;
use crate::reading::{Answer, Reading};
use crate::value::{Validated, ValidatedData};

/// The input of one serializer.
pub(super) struct Draft<'a> {
    slots: Vec<(&'a PlannedField, Slot<'a>)>,
}

/// What is known of a field.
enum Slot<'a> {
    Skip,
    Valid(Validated),
    Invalid(Detail),
    Waiting(Waiting<'a>),
}

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
        let partial = reading.is_partial();
        let slot = |field: &'a PlannedField| {
            let given = field.bound.given(input, partial);
            (field, Slot::of(&field.bound, given, Vec::new(), reading))
        };
        Self { slots: class.writable_fields().map(slot).collect() }
    }

    /// Reads the fields again that have asked the database.
    pub(super) fn read_on(&mut self, answers: &[Answer], reading: &mut Reading<'_>) {
        for (field, slot) in &mut self.slots {
            if matches!(slot, Slot::Waiting(_))
                && let Slot::Waiting(waiting) = std::mem::replace(slot, Slot::Skip)
            {
                let mut known = waiting.known;
                known.extend_from_slice(answers.get(waiting.questions).unwrap_or_default());
                *slot = Slot::of(&field.bound, waiting.given, known, reading);
            }
        }
    }

    /// The values, or what is wrong by field.
    pub(super) fn finish(self) -> Result<ValidatedData, Detail> {
        let mut values = ValidatedData::with_capacity(self.slots.len());
        let mut errors = Vec::new();
        for (field, slot) in self.slots {
            match slot {
                Slot::Valid(value) => values.push(field.source, value),
                Slot::Invalid(detail) => errors.push((field.bound.name.to_owned(), detail)),
                Slot::Skip | Slot::Waiting(_) => {}
            }
        }
        if errors.is_empty() { Ok(values) } else { Err(Detail::Dict(errors)) }
    }
}

impl<'a> Slot<'a> {
    fn of(field: &BoundField, given: Given<'a>, known: Vec<Answer>, reading: &mut Reading<'_>) -> Self {
        let first = reading.open_questions();
        reading.begin(known);
        let outcome = field.run_validation(&given, reading);
        let known = reading.end();
        match outcome {
            Ok(Outcome::Skip) => Self::Skip,
            Ok(Outcome::Valid(value)) => Self::Valid(value),
            Ok(Outcome::Waiting) => {
                Self::Waiting(Waiting { given, known, questions: first..reading.open_questions() })
            }
            Err(detail) => Self::Invalid(detail),
        }
    }
}
