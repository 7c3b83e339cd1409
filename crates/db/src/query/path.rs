//! The way from a query's model to a column: over foreign keys in both directions, then a field.

use crate::ModelMeta;

/// How many relations the path to one column may follow.
const LONGEST: usize = 8;

/// How many of them may lead back to the models that refer to this one.
const MOST_REVERSE: usize = 3;

/// One relation of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hop {
    /// The foreign key at this position, to the row that it refers to.
    Forward(usize),
    /// Back to the rows of a model that refer to this one by the foreign key at this position.
    Reverse(&'static ModelMeta, usize),
}

impl PartialEq for Hop {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Forward(one), Self::Forward(two)) => one == two,
            // The same model may be at several addresses.
            (Self::Reverse(one, a), Self::Reverse(two, b)) => a == b && one.db_table == two.db_table,
            _ => false,
        }
    }
}

/// A [`Hop`] as it is stored: positions of fields are small, and models are beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Forward(u8),
    Reverse(u8),
}

/// The path to a column, small enough to be copied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path {
    steps: [Step; LONGEST],
    len: u8,
    /// The models of the reverse steps, in their order.
    models: [Option<&'static ModelMeta>; MOST_REVERSE],
    /// The field at the end.
    field: u8,
}

impl Path {
    /// A field of the model itself.
    pub(crate) const fn field(index: usize) -> Self {
        assert!(index < 256, "a model has at most 255 fields");
        Self { steps: [Step::Forward(0); LONGEST], len: 0, models: [None; MOST_REVERSE], field: index as u8 }
    }

    /// The path over the foreign key at the end of this one, and on along `next`.
    pub(crate) const fn then(self, next: Self) -> Self {
        let key = Step::Forward(self.field);
        self.joined(key, None, next)
    }

    /// The path of no field, to which `reverse` adds the first step.
    const fn empty() -> Self {
        Self::field(0)
    }

    /// From the model that `model`'s foreign key refers to, back to the primary key (at `pk`) of `model`.
    pub(crate) const fn reverse(model: &'static ModelMeta, key: usize, pk: usize) -> Self {
        assert!(key < 256, "a model has at most 255 fields");
        Self::empty().joined(Step::Reverse(key as u8), Some(model), Self::field(pk))
    }

    /// The path whose last field (the key at the end of a relation) is replaced by what is found behind it.
    pub(crate) const fn then_field(mut self, next: Self) -> Self {
        // The relations of this path, then those of the next one.
        let mut at = 0;
        while at < next.len as usize {
            self = self.pushed(next.steps[at], next.model_of(at));
            at += 1;
        }
        self.field = next.field;
        self
    }

    const fn joined(self, step: Step, model: Option<&'static ModelMeta>, next: Self) -> Self {
        self.pushed(step, model).then_field(next)
    }

    const fn pushed(mut self, step: Step, model: Option<&'static ModelMeta>) -> Self {
        assert!((self.len as usize) < LONGEST, "a column is reached through eight relations at most");
        if model.is_some() {
            let count = self.reverse_count(self.len as usize);
            assert!(count < MOST_REVERSE, "a column is reached through three reverse relations at most");
            self.models[count] = model;
        }
        self.steps[self.len as usize] = step;
        self.len += 1;
        self
    }

    /// How many of the first steps lead back.
    const fn reverse_count(&self, first: usize) -> usize {
        let (mut at, mut count) = (0, 0);
        while at < first {
            if matches!(self.steps[at], Step::Reverse(_)) {
                count += 1;
            }
            at += 1;
        }
        count
    }

    const fn model_of(&self, at: usize) -> Option<&'static ModelMeta> {
        match self.steps[at] {
            Step::Forward(_) => None,
            Step::Reverse(_) => self.models[self.reverse_count(at)],
        }
    }

    /// Whether another step fits, of which `reverse` are steps back.
    fn has_room(&self, hop: Hop) -> bool {
        usize::from(self.len) < LONGEST
            && (matches!(hop, Hop::Forward(_)) || self.reverse_count(usize::from(self.len)) < MOST_REVERSE)
    }

    /// The path with one more relation, which ends at the key there; `None` when it is too long.
    pub(crate) fn followed(self, hop: Hop, field: usize) -> Option<Self> {
        if !self.has_room(hop) {
            return None;
        }
        let field = u8::try_from(field).ok()?;
        let mut longer = match hop {
            Hop::Forward(key) => self.pushed(Step::Forward(u8::try_from(key).ok()?), None),
            Hop::Reverse(model, key) => self.pushed(Step::Reverse(u8::try_from(key).ok()?), Some(model)),
        };
        longer.field = field;
        Some(longer)
    }

    /// The position of the field at the end.
    pub(crate) fn last(&self) -> usize {
        usize::from(self.field)
    }

    /// Whether it is a column of the model itself.
    pub(crate) fn is_local(&self) -> bool {
        self.len == 0
    }

    /// The relations, in order.
    pub(crate) fn hops(&self) -> impl ExactSizeIterator<Item = Hop> + '_ {
        let mut reverse = 0;
        self.steps[..usize::from(self.len)].iter().map(move |step| match *step {
            Step::Forward(key) => Hop::Forward(usize::from(key)),
            Step::Reverse(key) => {
                let model = self.models[reverse];
                reverse += 1;
                // A reverse step is stored with its model.
                model.map_or(Hop::Forward(usize::from(key)), |model| Hop::Reverse(model, usize::from(key)))
            }
        })
    }

    /// The relations and, as the last of them, the foreign key at the end: the way to the row it refers to.
    pub(crate) fn hops_through(&self) -> Vec<Hop> {
        self.hops().chain([Hop::Forward(self.last())]).collect()
    }

    /// The model of the field at the end, from a query's model.
    pub(crate) fn model(&self, from: &'static ModelMeta) -> &'static ModelMeta {
        self.hops().fold(from, end_of)
    }
}

/// The model at the end of a relation.
pub(crate) fn end_of(from: &'static ModelMeta, hop: Hop) -> &'static ModelMeta {
    match hop {
        Hop::Forward(key) => from
            .fields
            .get(key)
            .and_then(|field| field.relation.as_ref())
            .map_or(from, |relation| (relation.to)()),
        Hop::Reverse(model, _) => model,
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.field == other.field && self.len == other.len && self.hops().eq(other.hops())
    }
}

impl Path {
    /// The path without its first relation.
    pub(crate) fn without_first(&self) -> Self {
        let mut rest = Self::field(self.last());
        for (index, hop) in self.hops().enumerate().skip(1) {
            rest = match hop {
                Hop::Forward(_) => rest.pushed(self.steps[index], None),
                Hop::Reverse(model, _) => rest.pushed(self.steps[index], Some(model)),
            };
        }
        rest.field = self.field;
        rest
    }
}

impl Path {
    /// As [`Path::last`], in a constant.
    pub(crate) const fn last_const(&self) -> usize {
        self.field as usize
    }
}
