//! The way from a query's model to a column: over foreign keys in both directions and many-to-many fields, then a field.

use crate::ModelMeta;

/// How many relations the path to one column may follow.
const LONGEST: usize = 8;

/// How many of them may lead back to the models that refer to this one.
const MOST_REVERSE: usize = 3;

/// One join of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hop {
    /// The foreign key at this position, to the row that it refers to.
    Forward(usize),
    /// Back to the rows of a model that refer to this one by the foreign key at this position.
    Reverse(&'static ModelMeta, usize),
    /// From this model to the rows that refer to it by a generic foreign key: over its generic relation at this position.
    Generic(&'static ModelMeta, usize),
    /// The other way: to the object of this model that a generic foreign key refers to.
    GenericBack(&'static ModelMeta, usize),
}

impl Hop {
    /// It may lead to several rows.
    pub(crate) fn is_to_many(self) -> bool {
        match self {
            Self::Forward(_) | Self::GenericBack(..) => false,
            Self::Reverse(model, key) => !model.fields[key].unique,
            Self::Generic(..) => true,
        }
    }

    /// The position of the field that the foreign key refers to, in the model that it refers to: the primary key, or the
    /// key's `to_field`.
    pub(crate) fn target_of(holder: &'static ModelMeta, key: usize) -> usize {
        let Some(relation) = holder.fields.get(key).and_then(|field| field.relation.as_ref()) else {
            return 0;
        };
        let to = (relation.to)();
        relation.to_field.unwrap_or_else(|| to.pk_position())
    }

    /// The model that it leads to.
    pub(crate) fn end(self, from: &'static ModelMeta) -> &'static ModelMeta {
        match self {
            Self::Forward(key) => {
                let relation = from.fields.get(key).and_then(|field| field.relation.as_ref());
                relation.map_or(from, |relation| (relation.to)())
            }
            Self::Reverse(model, _) | Self::GenericBack(model, _) => model,
            Self::Generic(model, relation) => (model.generic_relations[relation].to)(),
        }
    }
}

impl PartialEq for Hop {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Forward(one), Self::Forward(two)) => one == two,
            // The same model may be at several addresses.
            (Self::Reverse(one, a), Self::Reverse(two, b))
            | (Self::Generic(one, a), Self::Generic(two, b))
            | (Self::GenericBack(one, a), Self::GenericBack(two, b)) => {
                a == b && one.db_table == two.db_table
            }
            _ => false,
        }
    }
}

/// The address of a model's description: that of no other model.
pub(super) fn address(meta: &'static ModelMeta) -> usize {
    std::ptr::from_ref(meta).addr()
}

/// One relation of a path. Positions of fields are small, and models are beside the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Forward(u8),
    Reverse(u8),
    /// The many-to-many field at this position of the model.
    Many(u8),
    /// Back over the many-to-many field of another model.
    ManyReverse(u8),
    /// The generic relation at this position of the model.
    Generic(u8),
    /// Back over the generic relation of another model.
    GenericReverse(u8),
}

impl Step {
    /// It is stored with the model that it leads to.
    const fn has_model(self) -> bool {
        matches!(self, Self::Reverse(_) | Self::ManyReverse(_) | Self::GenericReverse(_))
    }
}

/// The path to a column, small enough to be copied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path {
    steps: [Step; LONGEST],
    len: u8,
    /// The models of the steps back, in their order.
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
        self.pushed(Step::Forward(self.field), None).then_field(next)
    }

    /// From the model that `model`'s foreign key refers to, back to the primary key (at `pk`) of `model`.
    pub(crate) const fn reverse(model: &'static ModelMeta, key: usize, pk: usize) -> Self {
        assert!(key < 256, "a model has at most 255 fields");
        Self::field(pk).pushed(Step::Reverse(key as u8), Some(model))
    }

    /// Over a many-to-many field, to the primary key (at `pk`) of the model on the other side.
    pub(crate) const fn many(index: usize, pk: usize) -> Self {
        assert!(index < 256, "a model has at most 255 many-to-many fields");
        Self::field(pk).pushed(Step::Many(index as u8), None)
    }

    /// Back over a many-to-many field of `model`, to the primary key (at `pk`) of that.
    pub(crate) const fn many_reverse(model: &'static ModelMeta, index: usize, pk: usize) -> Self {
        assert!(index < 256, "a model has at most 255 many-to-many fields");
        Self::field(pk).pushed(Step::ManyReverse(index as u8), Some(model))
    }

    /// Over a generic relation, to the primary key (at `pk`) of the model with the generic foreign key.
    pub(crate) const fn generic(index: usize, pk: usize) -> Self {
        assert!(index < 256, "a model has at most 255 generic relations");
        Self::field(pk).pushed(Step::Generic(index as u8), None)
    }

    /// Back over a generic relation of `model`, to the primary key (at `pk`) of that.
    pub(crate) const fn generic_reverse(model: &'static ModelMeta, index: usize, pk: usize) -> Self {
        assert!(index < 256, "a model has at most 255 generic relations");
        Self::field(pk).pushed(Step::GenericReverse(index as u8), Some(model))
    }

    /// The same relations and those of `next`, to its field.
    pub(crate) const fn then_field(mut self, next: Self) -> Self {
        let mut at = 0;
        while at < next.len as usize {
            self = self.pushed(next.steps[at], next.model_of(at));
            at += 1;
        }
        self.field = next.field;
        self
    }

    const fn pushed(mut self, step: Step, model: Option<&'static ModelMeta>) -> Self {
        assert!((self.len as usize) < LONGEST, "a column is reached through eight relations at most");
        if model.is_some() {
            let count = self.back_steps(self.len as usize);
            assert!(count < MOST_REVERSE, "a column is reached through three reverse relations at most");
            self.models[count] = model;
        }
        self.steps[self.len as usize] = step;
        self.len += 1;
        self
    }

    /// How many of the first steps lead back.
    const fn back_steps(&self, first: usize) -> usize {
        let (mut at, mut count) = (0, 0);
        while at < first {
            if self.steps[at].has_model() {
                count += 1;
            }
            at += 1;
        }
        count
    }

    const fn model_of(&self, at: usize) -> Option<&'static ModelMeta> {
        if self.steps[at].has_model() { self.models[self.back_steps(at)] } else { None }
    }

    /// The path of these joins to a field; `None` when it is too long.
    pub(crate) fn of(hops: &[Hop], field: usize) -> Option<Self> {
        let backs = hops.iter().filter(|hop| matches!(hop, Hop::Reverse(..) | Hop::GenericBack(..))).count();
        if hops.len() > LONGEST || backs > MOST_REVERSE {
            return None;
        }
        let mut path = Self::field(0);
        for hop in hops {
            path = match *hop {
                Hop::Forward(key) => path.pushed(Step::Forward(u8::try_from(key).ok()?), None),
                Hop::Reverse(model, key) => path.pushed(Step::Reverse(u8::try_from(key).ok()?), Some(model)),
                Hop::Generic(_, relation) => path.pushed(Step::Generic(u8::try_from(relation).ok()?), None),
                Hop::GenericBack(model, relation) => {
                    path.pushed(Step::GenericReverse(u8::try_from(relation).ok()?), Some(model))
                }
            };
        }
        path.field = u8::try_from(field).ok()?;
        Some(path)
    }

    /// Calls `each` with numbers that together are this path and no other one.
    pub(super) fn numbers(&self, mut each: impl FnMut(usize) -> Option<()>) -> Option<()> {
        each(usize::from(self.len) << 8 | usize::from(self.field))?;
        for at in 0..usize::from(self.len) {
            match self.steps[at] {
                Step::Forward(key) => each(usize::from(key) << 3)?,
                Step::Reverse(key) => each(usize::from(key) << 3 | 1)?,
                Step::Many(index) => each(usize::from(index) << 3 | 2)?,
                Step::ManyReverse(index) => each(usize::from(index) << 3 | 3)?,
                Step::Generic(relation) => each(usize::from(relation) << 3 | 4)?,
                Step::GenericReverse(relation) => each(usize::from(relation) << 3 | 5)?,
            }
        }
        self.models.iter().flatten().try_for_each(|model| each(address(model)))
    }

    /// The position of the field at the end.
    pub(crate) const fn last(&self) -> usize {
        self.field as usize
    }

    /// The position of the field of the first relation.
    pub(crate) const fn first_step(&self) -> usize {
        match self.steps[0] {
            Step::Forward(at)
            | Step::Reverse(at)
            | Step::Many(at)
            | Step::ManyReverse(at)
            | Step::Generic(at)
            | Step::GenericReverse(at) => at as usize,
        }
    }

    /// Whether a field of the model is the first thing on it, or none that belongs to the model alone: a many-to-many field or
    /// a generic relation.
    pub(crate) const fn begins_with_a_field(&self) -> bool {
        self.len == 0 || matches!(self.steps[0], Step::Forward(_) | Step::Reverse(_))
    }

    /// Whether it is a column of the model itself.
    pub(crate) fn is_local(&self) -> bool {
        self.len == 0
    }

    /// Whether it leads to several rows.
    pub(crate) fn is_to_many(&self) -> bool {
        (0..usize::from(self.len)).any(|at| match self.steps[at] {
            Step::Forward(_) | Step::GenericReverse(_) => false,
            Step::Many(_) | Step::ManyReverse(_) | Step::Generic(_) => true,
            Step::Reverse(key) => {
                self.model_of(at).is_some_and(|model| !model.fields[usize::from(key)].unique)
            }
        })
    }

    /// The joins, in order. A many-to-many field is two of them: back from the table between the models, and forward.
    pub(crate) fn hops(&self, from: &'static ModelMeta) -> Vec<Hop> {
        let mut hops = Vec::with_capacity(usize::from(self.len));
        let mut model = from;
        for at in 0..usize::from(self.len) {
            match (self.steps[at], self.model_of(at)) {
                (Step::Forward(key), _) => hops.push(Hop::Forward(usize::from(key))),
                (Step::Reverse(key), Some(back)) => hops.extend(back_over(back, usize::from(key))),
                (Step::Many(index), _) => {
                    let link = model.many.get(usize::from(index)).and_then(|many| many.link());
                    if let Some((own, other)) = link {
                        hops.extend([Hop::Reverse(own.model(), own.index()), Hop::Forward(other.index())]);
                    }
                }
                (Step::ManyReverse(index), Some(back)) => {
                    let link = back.many.get(usize::from(index)).and_then(|many| many.link());
                    if let Some((own, other)) = link {
                        hops.extend([Hop::Reverse(other.model(), other.index()), Hop::Forward(own.index())]);
                    }
                }
                (Step::Generic(relation), _) => hops.push(Hop::Generic(model, usize::from(relation))),
                (Step::GenericReverse(relation), Some(back)) => {
                    hops.push(Hop::GenericBack(back, usize::from(relation)));
                }
                // A step back is stored with its model.
                (Step::Reverse(_) | Step::ManyReverse(_) | Step::GenericReverse(_), None) => {}
            }
            model = hops.last().map_or(model, |_| end_of(from, &hops));
        }
        hops
    }

    /// The relations and, as the last of them, the foreign key at the end: the way to the row it refers to.
    pub(crate) fn hops_through(&self, from: &'static ModelMeta) -> Vec<Hop> {
        let mut hops = self.hops(from);
        hops.push(Hop::Forward(self.last()));
        hops
    }

    /// The model of the field at the end, from a query's model.
    pub(crate) fn model(&self, from: &'static ModelMeta) -> &'static ModelMeta {
        end_of(from, &self.hops(from))
    }
}

/// Back over a foreign key. Where a child has it of a parent, the way goes over the parent's row.
fn back_over(model: &'static ModelMeta, key: usize) -> impl Iterator<Item = Hop> {
    let lineage: Vec<_> = model.lineage().take_while(|meta| !meta.is_own(key)).collect();
    let children = lineage.into_iter().rev();
    let links = children.map(|child| Hop::Reverse(child, child.pk_position()));
    std::iter::once(Hop::Reverse(model.owner(key), key)).chain(links)
}

/// The model at the end of some joins.
pub(crate) fn end_of(from: &'static ModelMeta, hops: &[Hop]) -> &'static ModelMeta {
    hops.iter().fold(from, |model, hop| hop.end(model))
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        let len = usize::from(self.len);
        let same_model = |at: usize| {
            self.model_of(at).map(|model| model.db_table) == other.model_of(at).map(|model| model.db_table)
        };
        self.field == other.field
            && self.len == other.len
            && self.steps[..len] == other.steps[..len]
            && (0..len).all(same_model)
    }
}
