//! The validators of one serializer, prepared at start.

use belleville_db::{Detail, Model, ModelMeta, Result, Rows, Value};

use super::declared::SerializerValidator;
use super::period::UniqueFor;
use super::together::Together;
use super::{ModelSets, Verdict};
use crate::value::ValidatedData;
use crate::{Context, PlannedField};

/// The validators of a whole serializer.
#[derive(Debug, Default)]
pub(crate) struct Validators {
    all: Vec<Validator>,
    /// The names by which they look at values.
    reads: Vec<&'static str>,
    /// The positions of the fields whose values of the object they look at.
    positions: Vec<usize>,
}

#[derive(Debug)]
enum Validator {
    Together(Together),
    For(UniqueFor),
}

/// The object that is changed, as far as validators look at it.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) pk: Value,
    values: Vec<(usize, Value)>,
}

/// What the database has said: which rows there are.
pub(crate) type Known = Vec<(Rows, bool)>;

impl Object {
    /// One of which only the key is known.
    pub(crate) fn of_key(pk: Value) -> Self {
        Self { pk, values: Vec::new() }
    }

    /// One with its values of the fields that validators look at.
    pub(crate) fn new(pk: Value, values: Vec<(usize, Value)>) -> Self {
        Self { pk, values }
    }

    /// Its value of a field, where it is known.
    pub(super) fn value(&self, position: Option<usize>) -> Option<&Value> {
        self.values.iter().find(|(known, _)| Some(*known) == position).map(|(_, value)| value)
    }
}

impl Validators {
    /// Those that a serializer declares.
    ///
    /// # Panics
    /// At start, when one of them names a field that is not there.
    pub(crate) fn declared(
        declared: Vec<SerializerValidator>,
        fields: &[PlannedField],
        meta: &'static ModelMeta,
        owner: &str,
    ) -> Self {
        let validator = |declared| match declared {
            SerializerValidator::Together(together) => {
                Validator::Together(Together::declared(together, fields, meta, owner))
            }
            SerializerValidator::ForDate(date) => Validator::For(UniqueFor::new(date.0, fields, meta, owner)),
            SerializerValidator::ForMonth(date) => {
                Validator::For(UniqueFor::new(date.0, fields, meta, owner))
            }
            SerializerValidator::ForYear(date) => Validator::For(UniqueFor::new(date.0, fields, meta, owner)),
        };
        Self::of(declared.into_iter().map(validator).collect())
    }

    /// Those that follow from the model.
    ///
    /// # Panics
    /// At start, when several fields set the same field of the model.
    pub(crate) fn of_model(sets: &ModelSets, fields: &[PlannedField], owner: &str) -> Self {
        let together = sets.together(fields, owner).into_iter().map(Validator::Together);
        let periods = sets.periods(fields, owner).into_iter().map(Validator::For);
        Self::of(together.chain(periods).collect())
    }

    fn of(all: Vec<Validator>) -> Self {
        let mut validators = Self::default();
        for validator in &all {
            match validator {
                Validator::Together(together) => {
                    validators.reads.extend(together.reads());
                    validators.positions.extend(together.positions());
                }
                Validator::For(period) => validators.reads.extend(period.reads()),
            }
        }
        Self { all, ..validators }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether one of them looks at the values of this name.
    pub(crate) fn reads(&self, name: &str) -> bool {
        self.reads.contains(&name)
    }

    /// Of values those that they look at, beside those of fields that are read-only.
    pub(crate) fn values(&self, defaults: &ValidatedData, values: &ValidatedData) -> ValidatedData {
        let mut all = defaults.clone();
        for (name, value) in values.iter().filter(|(name, _)| self.reads(name)) {
            all.set(name.to_owned(), value.clone());
        }
        all
    }

    /// The positions of the fields whose values of the object they look at.
    pub(crate) fn positions(&self) -> &[usize] {
        &self.positions
    }

    /// What they look at of an object.
    pub(crate) fn object<M: Model>(&self, object: &M) -> Object {
        let values = self.positions.iter().map(|at| (*at, object.value(*at))).collect();
        Object { pk: object.value(M::meta().pk_position()), values }
    }

    /// The rows that they ask for.
    ///
    /// # Errors
    /// Those of querysets.
    pub(crate) fn questions(
        &self,
        mut values: ValidatedData,
        object: Option<&Object>,
        context: &Context<'_>,
    ) -> Result<Vec<Rows>> {
        let mut asked = Vec::new();
        for validator in &self.all {
            match validator.check(&mut values, object, context)? {
                Verdict::Valid => {}
                Verdict::Refused(_) => break,
                Verdict::UnlessFound(rows) => asked.push(rows),
            }
        }
        Ok(asked)
    }

    /// What is wrong with values: DRF's `run_validators`. What is not known yet is asked for.
    ///
    /// # Errors
    /// Any database error.
    pub(crate) async fn run(
        &self,
        mut values: ValidatedData,
        object: Option<&Object>,
        known: &Known,
        context: &Context<'_>,
    ) -> Result<Result<(), Detail>> {
        let mut messages = Vec::new();
        for validator in &self.all {
            let refusal = match validator.check(&mut values, object, context)? {
                Verdict::Valid => continue,
                Verdict::Refused(detail) => detail,
                Verdict::UnlessFound(rows) => {
                    let is_found = match known.iter().find(|(known, _)| *known == rows) {
                        Some((_, is_found)) => *is_found,
                        None => rows.exists(context.db()).await?,
                    };
                    if !is_found {
                        continue;
                    }
                    validator.refusal()
                }
            };
            match refusal {
                Detail::List(list) => messages.extend(list),
                // What is said of fields ends it.
                detail => return Ok(Err(detail.of_serializer())),
            }
        }
        Ok(if messages.is_empty() { Ok(()) } else { Err(Detail::List(messages).of_serializer()) })
    }

    /// The sets of fields that they compare together.
    pub(super) fn together(&self) -> impl Iterator<Item = &Together> {
        self.all.iter().filter_map(|validator| match validator {
            Validator::Together(together) => Some(together),
            Validator::For(_) => None,
        })
    }
}

impl Validator {
    fn check(
        &self,
        values: &mut ValidatedData,
        object: Option<&Object>,
        context: &Context<'_>,
    ) -> Result<Verdict> {
        match self {
            Self::Together(together) => together.check(values, object, context),
            Self::For(period) => period.check(values, object, context),
        }
    }

    fn refusal(&self) -> Detail {
        match self {
            Self::Together(together) => together.refusal(),
            Self::For(period) => period.refusal(),
        }
    }
}
