//! The inputs of a list.

use std::ops::Range;

use belleville_db::{Detail, Error, Result, Value};

use super::draft::{AboutOf, Draft};
use super::refused;
use super::slots::{Slot, Slots};
use super::source::{ItemSource, Items, Source, null};
use crate::Context;
use crate::fields::ValidationError;
use crate::input::Given;
use crate::list::{Found, ListChild, ListItem, ListSerializerClass};
use crate::reading::{Answers, Reading};
use crate::value::{Validated, ValidatedData};

/// The inputs of a list.
pub(super) struct ListDraft<'a> {
    class: &'a ListSerializerClass,
    /// The slots of its items.
    items: Range<usize>,
}

impl<'a> ListDraft<'a> {
    /// Reads what is given for a list. `refused` has the words for what is no list, or has too few or too many items.
    ///
    /// # Errors
    /// That it is none, or has too few or too many items.
    pub(super) fn read_given(
        class: &'a ListSerializerClass,
        given: Given<'a>,
        refused: impl Fn(ValidationError) -> Detail,
        about: AboutOf<'_>,
        slots: &mut Slots<'a>,
        reading: &mut Reading<'_>,
    ) -> Result<Self, Detail> {
        let items = Self::items(class, given, refused)?;
        Ok(Self::read(class, items, Self::source, about, slots, reading))
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
        let items = Self::items(class, given, refused)?;
        Ok(items.map(|given| Self::source(class, given, reading)).collect())
    }

    fn items(
        class: &'a ListSerializerClass,
        given: Given<'a>,
        refused: impl Fn(ValidationError) -> Detail,
    ) -> Result<Items<'a>, Detail> {
        let items = Items::of(given).map_err(|found| {
            refused(ValidationError::of("not_a_list").with("input_type", found)).of_serializer()
        })?;
        if let Some(invalid) = class.limits.broken(items.len()) {
            return Err(refused(invalid).of_serializer());
        }
        Ok(items)
    }

    /// What there is for an item.
    fn source(class: &'a ListSerializerClass, given: Given<'a>, reading: &mut Reading<'_>) -> ItemSource<'a> {
        match (&class.child, given) {
            // A list of them that may be null has items that may be.
            (ListChild::Serializer { allow_null: false, .. }, Given::Null) => ItemSource::Refused(null()),
            (ListChild::Serializer { allow_null: true, .. }, Given::Null) => ItemSource::Value(Given::Null),
            (ListChild::Serializer { class, .. }, given) => {
                Source::of(class, given, reading).map_or_else(ItemSource::Refused, ItemSource::Object)
            }
            (ListChild::Field(_) | ListChild::List(_), given) => ItemSource::Value(given),
        }
    }

    /// Reads each item, without the database.
    fn read<T>(
        class: &'a ListSerializerClass,
        all: impl ExactSizeIterator<Item = T>,
        source: fn(&'a ListSerializerClass, T, &mut Reading<'_>) -> ItemSource<'a>,
        about: AboutOf<'_>,
        slots: &mut Slots<'a>,
        reading: &mut Reading<'_>,
    ) -> Self {
        let items = slots.add(all.len());
        if let Some(at_once) = class.child().and_then(|child| child.at_once.as_ref()) {
            slots.reserve_inputs(all.len());
            reading.reserve_questions(all.len() * at_once.asking.len());
        }
        for (at, item) in items.clone().zip(all) {
            let slot = match (&class.child, source(class, item, reading)) {
                (_, ItemSource::Refused(detail)) => Slot::Invalid(detail),
                (ListChild::Serializer { class: child, .. }, ItemSource::Object(source)) => {
                    Slot::Nested(Draft::of(child, source, about, slots, reading))
                }
                (ListChild::Field(field), ItemSource::Value(given)) => {
                    slots.read_value(at, field, given, Vec::new(), reading);
                    continue;
                }
                (ListChild::List(list), ItemSource::Value(given)) if !matches!(given, Given::Null) => {
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
        let draft = Self::read(class, sources.into_iter(), |_, source, _| source, &about, slots, reading);
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

    /// Whether there is nothing to its items but the fields of a serializer.
    fn is_flat(&self) -> bool {
        self.class.child().is_some_and(|class| class.is_flat())
    }

    pub(super) fn ask(&self, slots: &mut Slots<'a>, reading: &mut Reading<'_>) {
        if !self.is_flat() {
            slots.each_inside(self.items.clone(), |slot, slots| slot.ask(slots, reading));
        }
    }

    pub(super) fn learn(&self, slots: &mut Slots<'a>, answers: &Answers) {
        if !self.is_flat() {
            slots.each_inside(self.items.clone(), |slot, slots| slot.learn(slots, answers));
        }
    }

    /// The values of each input, or what is wrong with them, by their positions in the list: DRF's
    /// `LIST_SERIALIZER_ERRORS_AS_DICT`.
    pub(super) async fn finish(
        self,
        slots: &mut Slots<'a>,
        context: &Context<'_>,
    ) -> Result<Result<Vec<Validated>, Detail>> {
        let mut values = match self.finish_items(slots, context).await? {
            Ok(values) => values,
            Err(detail) => return Ok(Err(detail)),
        };
        let Some(method) = &self.class.methods.validate else { return Ok(Ok(values)) };
        match method(&mut values, context).await {
            Ok(()) => Ok(Ok(values)),
            Err(Error::Invalid(detail)) => Ok(Err(detail.of_serializer())),
            Err(error) => Err(error),
        }
    }

    /// The same without the list's own method.
    pub(super) async fn finish_items<T: ListItem>(
        &self,
        slots: &mut Slots<'a>,
        context: &Context<'_>,
    ) -> Result<Result<Vec<T>, Detail>> {
        let is_flat = self.is_flat();
        let mut values = Vec::with_capacity(self.items.len());
        let mut errors = Vec::new();
        for (index, at) in self.items.clone().enumerate() {
            let value = match slots.take(at) {
                Slot::Skip => Ok(Validated::NULL),
                Slot::Valid(value) => Ok(value),
                Slot::Named(named) => Ok(named.0),
                Slot::Invalid(detail) => Err(detail),
                Slot::Nested(draft) if is_flat => {
                    draft.gather(ValidatedData::new(), slots).map(Validated::Dict)
                }
                Slot::Nested(draft) => draft.finish(slots, context).await?.map(Validated::Dict),
                Slot::List(list) => Box::pin(list.finish(slots, context)).await?.map(Validated::List),
            };
            match value {
                Ok(value) => values.push(T::of(value)?),
                Err(detail) => errors.push((index.to_string(), detail)),
            }
        }
        Ok(if errors.is_empty() { Ok(values) } else { Err(Detail::Dict(errors)) })
    }
}
