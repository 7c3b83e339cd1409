//! What a model says of values that no two rows share, and what follows from it for a serializer's fields: DRF's
//! `get_unique_together_validators`, `get_unique_for_date_validators` and `get_uniqueness_extra_kwargs`.

use belleville_db::{
    Condition, ConstraintRule, Family, FieldKind, FieldMeta, IndexKeys, ModelMeta, Period, Value, now,
};

use super::Among;
use super::period::{Periods, UniqueFor};
use super::together::{Member, Together};
use crate::PlannedField;
use crate::fields::{CreateOnlyDefault, DefaultValue};
use crate::value::Validated;

/// What a model says of values that no two rows share.
#[derive(Debug)]
pub(crate) struct ModelSets {
    meta: &'static ModelMeta,
    sets: Vec<ModelSet>,
}

/// Fields whose values no two rows share, among those that meet a condition.
#[derive(Debug)]
struct ModelSet {
    /// Their positions.
    fields: Vec<usize>,
    /// Those of the fields of the condition.
    condition_fields: Vec<usize>,
    condition: Option<Condition>,
    nulls_distinct: Option<bool>,
    message: Option<&'static str>,
    code: Option<&'static str>,
}

/// What follows for a field that takes part.
#[derive(Clone, Debug)]
pub(crate) enum Implied {
    /// Input must have it.
    Required,
    /// It has the model's default.
    Default(DefaultValue),
}

impl ModelSet {
    fn all(&self) -> impl Iterator<Item = usize> {
        self.fields.iter().chain(&self.condition_fields).copied()
    }
}

impl ModelSets {
    pub(crate) fn of(meta: &'static ModelMeta) -> Self {
        let mut sets = Vec::new();
        for meta in meta.lineage() {
            sets.extend(meta.unique_together.iter().filter_map(|names| {
                let fields = names.iter().map(|name| meta.position(name)).collect::<Option<_>>()?;
                Some(ModelSet {
                    fields,
                    condition_fields: Vec::new(),
                    condition: None,
                    nulls_distinct: None,
                    message: None,
                    code: None,
                })
            }));
            for constraint in (meta.constraints)() {
                let ConstraintRule::Unique(unique) = constraint.rule else { continue };
                let IndexKeys::Fields(names) = &unique.keys else { continue };
                let positions = |names: &mut dyn Iterator<Item = &str>| -> Option<Vec<usize>> {
                    names.map(|name| meta.position(name)).collect()
                };
                let condition_names = unique.condition.iter().flat_map(Condition::field_names);
                let (Some(fields), Some(condition_fields)) = (
                    positions(&mut names.iter().map(|name| &**name)),
                    positions(&mut condition_names.into_iter()),
                ) else {
                    continue;
                };
                let first = fields.first();
                // Of one field alone it is a validator of the field.
                if fields.iter().chain(&condition_fields).all(|at| Some(at) == first) {
                    continue;
                }
                sets.push(ModelSet {
                    fields,
                    condition_fields,
                    condition: unique.condition,
                    nulls_distinct: unique.nulls_distinct,
                    message: unique.violation_error_message,
                    code: unique.violation_error_code,
                });
            }
        }
        Self { meta, sets }
    }

    /// What follows for fields that take part, of a serializer that has these fields of the model: DRF's
    /// `get_uniqueness_extra_kwargs`.
    pub(crate) fn implied(&self, shown: &[usize]) -> Vec<(usize, Implied)> {
        let mut taking_part: Vec<usize> = Vec::new();
        let whole = self.sets.iter().filter(|set| set.all().all(|at| shown.contains(&at)));
        let dates = shown.iter().flat_map(|at| self.dates_of(*at));
        for at in dates.chain(whole.flat_map(ModelSet::all)) {
            if !taking_part.contains(&at) {
                taking_part.push(at);
            }
        }
        let implied = |at: usize| match default_of(&self.meta.fields[at]) {
            Some(default) => Some((at, Implied::Default(default))),
            // What the serializer does not have, and the model has no default for, is not checked.
            None => shown.contains(&at).then_some((at, Implied::Required)),
        };
        taking_part.into_iter().filter_map(implied).collect()
    }

    fn dates_of(&self, at: usize) -> impl Iterator<Item = usize> {
        self.meta.fields[at].unique_for.iter().filter_map(|(_, date)| self.meta.position(date))
    }

    /// # Panics
    /// At start, when several fields set the same field of the model.
    pub(super) fn together(&self, fields: &[PlannedField], owner: &str) -> Vec<Together> {
        let among = Among::All(self.meta);
        let validator = |set: &ModelSet| {
            let members = |positions: &[usize]| -> Option<Vec<Member>> {
                positions.iter().map(|at| self.member(*at, fields, owner)).collect()
            };
            let (own, conditions) = (members(&set.fields), members(&set.condition_fields));
            let together = Together::new(among.clone(), own?, set.message, set.code);
            Some(Together {
                condition_fields: conditions?,
                condition: set.condition.clone(),
                nulls_distinct: set.nulls_distinct,
                ..together
            })
        };
        self.sets.iter().filter_map(validator).collect()
    }

    /// The field that sets a field of the model, or that has a default for it.
    fn member(&self, at: usize, fields: &[PlannedField], owner: &str) -> Option<Member> {
        let source = self.meta.fields[at].name;
        let sets = |field: &&PlannedField| {
            field.source.is(source) && (!field.bound.read_only || field.bound.default.is_some())
        };
        let mut setting = fields.iter().filter(sets);
        let field = setting.next()?;
        assert!(
            setting.next().is_none(),
            "{owner} has several fields for `{source}` of {}, whose values are unique together with others: take one of them \
             away, or say `validators` with the field that is meant",
            self.meta.label()
        );
        Some(Member { name: field.bound.name, source, position: at, own: Some(at) })
    }

    pub(super) fn periods(&self, fields: &[PlannedField], owner: &str) -> Vec<UniqueFor> {
        let has = |name: &str| fields.iter().any(|field| field.source.is(name));
        let named = |name: &str| fields.iter().any(|field| field.bound.name == name);
        let mut all = Vec::new();
        for field in self.meta.fields.iter().filter(|field| has(field.name)) {
            for wanted in [Period::Date, Period::Month, Period::Year] {
                for (period, date) in field.unique_for.iter().filter(|(period, _)| *period == wanted) {
                    assert!(
                        named(field.name) && named(date),
                        "{owner}: `{}` is unique for `{date}`, which it has under another name: say `validators`",
                        field.name
                    );
                    let declared = Periods {
                        field: field.name,
                        date_field: date,
                        period: *period,
                        among: None,
                        message: None,
                    };
                    all.push(UniqueFor::new(declared, fields, self.meta, owner));
                }
            }
        }
        all
    }
}

/// The value of a field that input leaves out, where there is one.
fn default_of(field: &FieldMeta) -> Option<DefaultValue> {
    let is_file = matches!(field.kind, FieldKind::FileField { .. } | FieldKind::ImageField { .. });
    let is_text = field.kind.row().family == Family::Text && !is_file;
    if field.auto_now_add {
        Some(CreateOnlyDefault::new(DefaultValue::OfModel(present)).into())
    } else if field.auto_now {
        Some(DefaultValue::OfModel(present))
    } else if let Some(default) = field.default {
        Some(DefaultValue::OfModel(default))
    } else if field.null {
        Some(DefaultValue::Value(Validated::NULL))
    } else if field.blank && is_text {
        Some(DefaultValue::Value(Validated::from(String::new())))
    } else {
        None
    }
}

fn present() -> Value {
    Value::DateTime(now())
}
