//! Input that is right as it stands, which nearly all is: its values are known before the database answers, and are what they
//! are if no answer refuses them.

use std::ops::Range;

use belleville_db::Value;
use belleville_db::json::{Dict, Json};

use super::slots::Slots;
use super::source::Source;
use crate::SerializerClass;
use crate::fields::Outcome;
use crate::input::{Given, Input};
use crate::plan::{PlannedField, Role};
use crate::reading::{About, Answers, Place, Reading};
use crate::value::{Validated, ValidatedData};

/// An input that is right as it stands.
pub(super) struct AtOnce<'a> {
    class: &'a SerializerClass,
    about: About,
    dict: &'a Dict,
    pub(super) values: ValidatedData,
    /// Where its questions begin among those that are open, and where they end.
    pub(super) questions: Range<usize>,
}

impl<'a> AtOnce<'a> {
    /// Reads an input, and asks the database what it wants to know of the values; `None` where it takes more to say what they are,
    /// or what is wrong with them.
    pub(super) fn read(
        class: &'a SerializerClass,
        source: &Source<'a>,
        about: &About,
        input: usize,
        reading: &mut Reading<'_>,
    ) -> Option<Self> {
        let Source::Sent(Input::Json(Json::Dict(dict))) = source else { return None };
        let outer = reading.set_about(about.clone());
        let values = values(class, dict, reading);
        let about = reading.set_about(outer);
        let values = values?;
        let first = reading.open_questions();
        for (at, field, value) in asked(class, &values) {
            field.bound.ask(value, Place { input, value: at }, &about, reading);
        }
        let questions = first..reading.open_questions();
        Some(Self { class, about, dict, values, questions })
    }

    /// The value at a position.
    pub(super) fn value(&self, at: usize) -> Option<&Value> {
        self.values.at(at)?.1.value()
    }

    /// Reads the fields again, with the answers, into slots.
    pub(super) fn read_again(
        self,
        answers: &Answers,
        slots: &mut Slots<'a>,
        reading: &mut Reading<'_>,
    ) -> Range<usize> {
        let Self { class, about, dict, values, questions } = self;
        let mut asked = asked(class, &values).peekable();
        let (mut first, mut place) = (questions.start, 0);
        let own = slots.add(class.writable_fields().count());
        let outer = reading.set_about(about.clone());
        for (at, field) in own.clone().zip(class.writable_fields()) {
            let is_it = |(_, asking, _): &(usize, &PlannedField, &Validated)| std::ptr::eq(*asking, field);
            let count =
                asked.next_if(is_it).map_or(0, |(_, _, value)| field.bound.count_questions(value, &about));
            let known = answers.of_all(first..first + count).collect();
            first += count;
            let given = match field.role {
                Role::Hidden => Given::Missing,
                _ => dict.get_from(&mut place, &field.bound.input_key).map_or(Given::Missing, Given::from),
            };
            slots.read_value(at, &field.bound, given, known, reading);
        }
        reading.set_about(outer);
        own
    }
}

/// The values of the fields, without the database.
fn values(class: &SerializerClass, dict: &Dict, reading: &mut Reading<'_>) -> Option<ValidatedData> {
    let at_once = class.at_once.as_ref()?;
    let mut values = ValidatedData::with_capacity(at_once.fields);
    let mut place = 0;
    for field in class.writable_fields() {
        let given = match field.role {
            Role::Hidden => None,
            _ => dict.get_from(&mut place, &field.bound.input_key),
        };
        let value = match given {
            Some(Json::Null) if field.bound.allow_null => Validated::NULL,
            Some(Json::Null) => return None,
            Some(json) => field.bound.read_at_once(json, reading)?,
            None if reading.is_partial() => continue,
            None if field.bound.required => return None,
            None => match field.bound.default(reading) {
                Outcome::Valid(value) => value,
                Outcome::Skip => continue,
                Outcome::Waiting(_) => return None,
            },
        };
        field.source.set(&mut values, value);
    }
    Some(values)
}

/// The values that the database is asked about, with their positions and their fields.
fn asked<'b>(
    class: &'b SerializerClass,
    values: &'b ValidatedData,
) -> impl Iterator<Item = (usize, &'b PlannedField, &'b Validated)> {
    let all = class.at_once.iter().flat_map(|at_once| at_once.asking.iter().map(move |at| (at_once, at)));
    all.filter_map(|(at_once, (at, position))| {
        let field = class.fields().get(*at)?;
        // Nothing is left out where there are as many values as fields.
        if values.len() == at_once.fields {
            return Some((*position, field, &values.at(*position)?.1));
        }
        let (at, value) = values.find(field.source.names().first()?)?;
        Some((at, field, value))
    })
}
