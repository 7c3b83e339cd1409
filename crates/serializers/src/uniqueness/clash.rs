//! What the database refuses because of other requests, in the words of the validator that could have seen it.

use belleville_db::{
    ConstraintRule, Database, Detail, Error, ErrorDetail, ModelMeta, Value, Violation, ViolationKind, Way,
};

use super::rule;
use super::together::words;
use crate::fields::{Field as _, ValidationError};
use crate::value::{Slug, Validated, ValidatedData};
use crate::{PlannedField, Related, SerializerClass};

/// A field that names rows of another model, with their keys.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    field: &'a PlannedField,
    related: &'a Related,
    pub(crate) keys: Vec<Value>,
    /// What input has named them by, where that is something else.
    slugs: Vec<Slug>,
}

impl SerializerClass {
    /// The rows of other models that values name.
    pub(crate) fn named_rows<'a>(&'a self, data: &ValidatedData) -> Vec<Named<'a>> {
        let named = |field: &'a PlannedField| {
            let PlannedField { bound, source, .. } = field;
            let related = bound.field.relation()?;
            let keys = match source.find(data)? {
                Validated::Value(Value::Null) | Validated::Dict(_) => return None,
                Validated::Value(value) => vec![value.clone()],
                Validated::Noted(noted) => vec![noted.value.clone()],
                Validated::List(items) => items.iter().filter_map(Validated::value).cloned().collect(),
            };
            let slugs = if related.is_kept() { Vec::new() } else { data.slugs().to_vec() };
            Some(Named { field, related, keys, slugs })
        };
        self.writable_fields().filter_map(named).collect()
    }

    /// The same error, or the refusal of a validator that would have come to the same if it had been asked now.
    pub(crate) async fn explained(&self, error: Error, named: &[Named<'_>], db: &Database) -> Error {
        let Error::Integrity(violation) = &error else { return error };
        let detail = match violation.kind {
            ViolationKind::Unique | ViolationKind::PrimaryKey => self.clash(violation),
            ViolationKind::ForeignKey => self.vanished(violation, named, db).await,
            _ => None,
        };
        detail.map_or(error, Error::Invalid)
    }

    /// What is said of values that another row has.
    fn clash(&self, violation: &Violation) -> Option<Detail> {
        let (meta, positions) =
            self.meta().lineage().find_map(|meta| Some((meta, violation.fields_of(meta)?)))?;
        let name = |at: &usize| {
            let source = meta.fields[*at].name;
            let shown = self.fields().iter().find(|field| field.source.is(source));
            shown.map_or((source, false), |field| (field.bound.name, true))
        };
        let names: Vec<(&str, bool)> = positions.iter().map(name).collect();
        // Of what the serializer does not have, it has nothing to say.
        if !names.iter().any(|(_, is_shown)| *is_shown) {
            return None;
        }
        match (&*positions, &*names) {
            ([at], [(name, _)]) => Some(self.of_field(meta, *at, name)),
            _ => {
                let names: Vec<&str> = names.into_iter().map(|(name, _)| name).collect();
                Some(Detail::non_field(self.of_set(meta, violation, &positions, &names)))
            }
        }
    }

    /// What the validator of a field would have said.
    fn of_field(&self, meta: &'static ModelMeta, at: usize, name: &str) -> Detail {
        let field = &meta.fields[at];
        let shown = self.fields().iter().find(|known| known.source.is(field.name));
        let own = shown.and_then(|field| field.bound.unique.first()).map(|rule| rule.message());
        let message = own.unwrap_or_else(|| ErrorDetail::new(rule::message(meta, field), "unique"));
        Detail::Dict(vec![(name.to_owned(), Detail::message(message))])
    }

    /// What the validator of several fields would have said.
    fn of_set(
        &self,
        meta: &ModelMeta,
        violation: &Violation,
        positions: &[usize],
        names: &[&str],
    ) -> ErrorDetail {
        // The constraint's own words come first: there may be several of the same fields.
        if let Some(constraint) = violation.constraint_of(meta)
            && let ConstraintRule::Unique(unique) = constraint.rule
            && (unique.violation_error_message, unique.violation_error_code) != (None, None)
        {
            let text = words(unique.violation_error_message, names);
            return ErrorDetail::new(text, unique.violation_error_code.unwrap_or("unique"));
        }
        let is_of = |fields: &[super::together::Member]| {
            fields.len() == positions.len() && fields.iter().all(|field| positions.contains(&field.position))
        };
        match self.validators.together().find(|together| is_of(&together.fields)) {
            Some(together) => together.error(),
            None => ErrorDetail::new(words(None, names), "unique"),
        }
    }

    /// What is said of a row that input names, and that another request has deleted.
    async fn vanished(&self, violation: &Violation, named: &[Named<'_>], db: &Database) -> Option<Detail> {
        let mut errors = Vec::new();
        for named in named {
            let is_meant = named.is_meant(self.meta(), violation);
            if is_meant == Some(false) {
                continue;
            }
            for key in &named.keys {
                let rows = named.related.kept(key).ok()?;
                // A transaction that PostgreSQL has given up answers nothing. The database's word is taken then.
                let is_there = match rows.exists(db).await {
                    Ok(is_there) => is_there,
                    Err(_) => is_meant != Some(true),
                };
                if !is_there {
                    errors.extend(named.does_not_exist(key));
                    break;
                }
            }
        }
        (!errors.is_empty()).then_some(Detail::Dict(errors))
    }
}

impl Named<'_> {
    /// Whether its field is a many-to-many field of the model, by its relation.
    pub(crate) fn is_of(&self, way: Way) -> bool {
        way.many().is_some_and(|many| self.field.source.is(many.name))
    }

    /// What is said of a key; `None` where it is not known what input has named the row by.
    fn does_not_exist(&self, key: &Value) -> Option<(String, Detail)> {
        let field = &self.field.bound;
        let (invalid, messages) = match field.field.link() {
            Some(link) => (ValidationError::of("does_not_exist"), link.error_messages()),
            None => (self.related.vanished(key, &self.slugs)?, self.related.error_messages()),
        };
        Some((field.name.to_owned(), field.refused_by(invalid, messages)))
    }

    /// Whether the database means this field; `None` where it does not say.
    fn is_meant(&self, meta: &'static ModelMeta, violation: &Violation) -> Option<bool> {
        let table = violation.table.as_deref()?;
        let [column] = &*violation.columns else { return None };
        // Of a table between two models, the columns are not known here.
        let own = meta.lineage().find(|meta| meta.db_table == table)?;
        let at = own.position(column)?;
        Some(self.field.source.is(own.fields[at].name))
    }
}
