//! A field whose values no two rows share: DRF's `UniqueValidator`.

use std::collections::HashSet;
use std::sync::Arc;

use belleville_db::json::Json;
use belleville_db::{
    ColumnPath, Condition, ConstraintRule, Dialect, ErrorDetail, Family, FieldMeta, IndexKeys, LookupName,
    ModelMeta, Result, Rows, Value,
};

use super::declared::UniqueValidator;
use super::{Among, compared};
use crate::Context;
use crate::key::Key;

/// A field whose values no two rows share.
#[derive(Clone, Debug)]
pub(crate) struct UniqueRule {
    pub(crate) among: Among,
    /// The position of the field.
    pub(crate) field: usize,
    /// Among the rows that meet this alone.
    condition: Option<Condition>,
    /// How values are compared, where not by `exact`.
    lookup: Option<LookupName>,
    /// The rows that have one of several values can be looked for at once, because the database finds the values equal that are equal in
    /// memory.
    pub(crate) compares_exactly: bool,
    message: String,
}

impl UniqueRule {
    /// What a model says of the values of one of its fields: that the field is unique, or a constraint.
    pub(crate) fn of_model(meta: &'static ModelMeta, field: usize) -> Vec<Arc<Self>> {
        // A parent's field is unique among all the parent's rows.
        let owner = meta.owner(field);
        let rule = |condition| {
            Arc::new(Self {
                among: Among::All(owner),
                field,
                condition,
                lookup: None,
                compares_exactly: is_exact(owner, field),
                message: message(owner, &owner.fields[field]),
            })
        };
        let mut rules: Vec<Arc<Self>> = Vec::new();
        if owner.fields[field].unique {
            rules.push(rule(None));
        }
        // DRF has these of fields that are no relations.
        if owner.fields[field].relation.is_some() {
            return rules;
        }
        for constraint in (owner.constraints)() {
            let ConstraintRule::Unique(unique) = constraint.rule else { continue };
            let IndexKeys::Fields(names) = &unique.keys else { continue };
            let is_it = |name: &str| owner.position(name) == Some(field);
            let is_of_field = matches!(&**names, [name] if is_it(name))
                && unique.condition.iter().flat_map(Condition::field_names).all(is_it);
            if is_of_field && rules.iter().all(|known| known.condition != unique.condition) {
                rules.push(rule(unique.condition));
            }
        }
        rules
    }

    /// What a serializer declares of a field, whose source has this name at its end.
    ///
    /// # Panics
    /// At start, when the model has no such field or lookup.
    pub(crate) fn declared(validator: UniqueValidator, source: &str) -> Self {
        let UniqueValidator { among, message, lookup } = validator;
        let meta = among.meta();
        let Some(field) = meta.position(source) else {
            panic!("UniqueValidator: {} has no field `{source}`", meta.label())
        };
        let lookup = lookup.filter(|lookup| *lookup != "exact").map(|lookup| {
            let name = format!("{source}__{lookup}");
            let registry = belleville_db::Registry::default();
            LookupName::parse(meta, &registry, &name).unwrap_or_else(|why| panic!("UniqueValidator: {why}"))
        });
        let message = message.unwrap_or_else(|| "This field must be unique.".to_owned());
        let compares_exactly = lookup.is_none() && is_exact(meta, field);
        Self { among, field, condition: None, lookup, compares_exactly, message }
    }

    /// The rows that must not be there; `None` where a value has no such rows.
    ///
    /// # Errors
    /// Those of a queryset.
    pub(crate) fn rows(
        &self,
        value: &Value,
        except: Option<&Value>,
        context: &Context<'_>,
    ) -> Result<Option<Rows>> {
        if cannot_be_asked(value, context) {
            return Ok(None);
        }
        let mut rows = self.among.rows(context)?;
        rows = match (&self.lookup, value) {
            (None, value) => rows.with_values([(self.field, compared(value.clone()))])?,
            (Some(lookup), value) => {
                let Some(json) = json_of(value) else { return Ok(None) };
                // As in DRF, a value that a lookup cannot compare with has no rows.
                let Ok(rows) = rows.filter(lookup, &json) else { return Ok(None) };
                rows
            }
        };
        if let Some(condition) = &self.condition {
            rows = rows.meeting(condition)?;
        }
        if let Some(pk) = except {
            rows = rows.except(pk.clone())?;
        }
        Ok(Some(rows))
    }

    /// Of each of several values whether a row has it; `None` where no row has any of them.
    ///
    /// # Errors
    /// Any database error, and those of a queryset.
    pub(crate) async fn taken(&self, values: &[&Value], context: &Context<'_>) -> Result<Option<Vec<bool>>> {
        let mut rows = self.among.rows(context)?;
        if let Some(condition) = &self.condition {
            rows = rows.meeting(condition)?;
        }
        let field = ColumnPath::field(self.field);
        let found = match values.iter().any(|value| cannot_be_asked(value, context)) {
            true => {
                let asked = values.iter().copied().filter(|value| !cannot_be_asked(value, context));
                rows.find_values(context.db(), field, &asked.collect::<Vec<_>>()).await?
            }
            false => rows.find_values(context.db(), field, values).await?,
        };
        if found.is_empty() {
            return Ok(None);
        }
        let found: HashSet<Key> = found.iter().map(Key::of).collect();
        Ok(Some(values.iter().map(|value| found.contains(&Key::of(value))).collect()))
    }

    /// The message about a value that another row has.
    pub(crate) fn message(&self) -> ErrorDetail {
        ErrorDetail::new(self.message.clone(), "unique")
    }
}

/// Whether a database finds the values of a field equal that are equal in memory.
fn is_exact(meta: &ModelMeta, field: usize) -> bool {
    matches!(meta.fields[field].value_kind().row().family, Family::Integer | Family::Text | Family::Uuid)
}

/// PostgreSQL refuses to look for a text that it cannot hold.
fn cannot_be_asked(value: &Value, context: &Context<'_>) -> bool {
    matches!(value, Value::Text(text) if context.db().dialect() == Dialect::Postgres && text.contains('\0'))
}

/// Django's message of a field that is unique.
pub(super) fn message(meta: &ModelMeta, field: &FieldMeta) -> String {
    let text =
        field.error_message("unique").unwrap_or("%(model_name)s with this %(field_label)s already exists.");
    text.replace("%(model_name)s", meta.verbose_name).replace("%(field_label)s", field.verbose_name)
}

fn json_of(value: &Value) -> Option<Json> {
    Some(match value {
        Value::Text(text) => Json::from(&**text),
        Value::Int(number) => Json::from(*number),
        Value::Bool(value) => Json::from(*value),
        Value::Float(number) => Json::from(*number),
        Value::Uuid(uuid) => Json::from(uuid.to_string()),
        Value::Date(date) => Json::from(date.to_string()),
        Value::File(upload) => Json::from(upload.name()),
        _ => return None,
    })
}
