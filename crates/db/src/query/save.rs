//! Inserts and updates of whole rows, with Django's defaults.

use super::node::Node;
use super::path::Path;
use super::queryset::exists;
use super::select::Query;
use super::write::{self, OnConflict};
use crate::error::Violation;
use crate::{Database, Error, FieldMeta, Model, ModelMeta, Result, Row, Value};

/// Inserts a row from some of its values and returns all of them, in the order of [`ModelMeta::fields`].
///
/// A field without a given value gets its default, the present time (`auto_now`, `auto_now_add`), an empty text or
/// NULL, as in Django.
///
/// # Errors
/// [`Error::Integrity`] when a value is missing or a constraint refuses the row.
pub async fn create_row(
    db: &Database,
    meta: &'static ModelMeta,
    given: Vec<(usize, Value)>,
) -> Result<Vec<Value>> {
    let written = completed(meta, given)?;
    let made = insert(db, meta, &written).await?;
    let mut values = vec![Value::Null; meta.fields.len()];
    for (field, value) in written.into_iter().chain(made) {
        values[field] = value;
    }
    Ok(values)
}

/// The values of a new row, with the defaults of those fields that were not given.
pub(super) fn completed(meta: &'static ModelMeta, given: Vec<(usize, Value)>) -> Result<Vec<(usize, Value)>> {
    let mut row = vec![None; meta.fields.len()];
    for (field, value) in given {
        row[field] = Some(value);
    }
    let mut written = Vec::with_capacity(row.len());
    for (index, field) in meta.fields.iter().enumerate().filter(|(_, field)| field.generated.is_none()) {
        match row[index].take().or_else(|| default_of(field)) {
            Some(value) => written.push((index, value)),
            None if field.kind.is_auto() => {}
            None => {
                return Err(Error::Integrity(Violation::not_null(meta.db_table, field.column)));
            }
        }
    }
    Ok(written)
}

/// The first required field of a new row that is not among those given: it has no default, is not automatic and may
/// not be NULL.
pub fn missing_field(meta: &'static ModelMeta, given: &[(usize, Value)]) -> Option<&'static FieldMeta> {
    let is_given = |index: usize| given.iter().any(|(field, _)| *field == index);
    let mut fields = meta.fields.iter().enumerate();
    let missing = fields.find(|(index, field)| !is_given(*index) && needs_value(field));
    missing.map(|(_, field)| field)
}

/// Whether a new row must be given a value of this field.
pub fn needs_value(field: &FieldMeta) -> bool {
    !field.kind.is_auto() && field.generated.is_none() && default_of(field).is_none()
}

fn default_of(field: &FieldMeta) -> Option<Value> {
    if field.auto_now || field.auto_now_add {
        return Some(field.kind.now());
    }
    // A column's own default is what the database would put there.
    if let Some(default) = field.default.or(field.db_default) {
        return Some(default());
    }
    match field.kind {
        _ if field.null => Some(Value::Null),
        kind if kind.is_text() && !field.primary_key => Some(Value::Text(String::new())),
        _ => None,
    }
}

/// Inserts a row and returns what the database has made of it: the primary key, and what it computes.
async fn insert(db: &Database, meta: &ModelMeta, row: &[(usize, Value)]) -> Result<Vec<(usize, Value)>> {
    let mut made = Vec::new();
    let (fields, values): (Vec<usize>, Vec<Value>) = row.iter().cloned().unzip();
    let rows = std::iter::once(values.as_slice());
    let statement = write::insert(db.dialect(), meta, &fields, rows, &OnConflict::Fail)?;
    db.write(&statement, &mut |returned| {
        made.push((meta.pk_position(), returned.get(0)?.to_owned()));
        made.extend(computed(meta, returned, 1)?);
        Ok(())
    })
    .await
    .map_err(|error| error.in_table(meta.db_table))?;
    Ok(made)
}

/// Updates a row by its primary key and returns what was set, or `None` when the row does not exist. `auto_now`
/// fields get the present time unless they are given.
///
/// # Errors
/// [`Error::Integrity`] when a constraint refuses it.
pub async fn update_row(
    db: &Database,
    meta: &'static ModelMeta,
    pk: Value,
    mut assignments: Vec<(usize, Value)>,
) -> Result<Option<Vec<(usize, Value)>>> {
    for (index, field) in meta.fields.iter().enumerate() {
        if field.auto_now && !assignments.iter().any(|(given, _)| *given == index) {
            assignments.push((index, field.kind.now()));
        }
    }
    let mut query = Query::new(meta);
    query.filter(Node::equals(Path::field(meta.pk_position()), pk));
    if assignments.is_empty() {
        return Ok(exists(&query, db).await?.then_some(assignments));
    }
    let nodes: Vec<(usize, Node)> =
        assignments.iter().map(|(field, value)| (*field, Node::Value(value.clone()))).collect();
    let statement = query.update_returning(db.dialect(), &nodes)?;
    let mut found = false;
    let outcome = if meta.generated().next().is_none() {
        db.execute(&statement).await.map(|changed| found = changed > 0)
    } else {
        let each = &mut |returned: &dyn Row| {
            found = true;
            assignments.extend(computed(meta, returned, 0)?);
            Ok(())
        };
        db.write(&statement, each).await
    };
    outcome.map_err(|error| error.in_table(meta.db_table))?;
    Ok(found.then_some(assignments))
}

pub(crate) async fn save<M: Model>(object: &mut M, db: &Database) -> Result<()> {
    let meta = M::meta();
    let pk_position = meta.pk_position();
    let pk = object.value(pk_position);
    let unsaved = meta.pk().kind.is_auto() && pk == Value::Int(0);
    if !unsaved {
        let rest = values_to_save(object, false);
        if let Some(mut set) = update_row(db, meta, pk.clone(), rest).await? {
            set.push((pk_position, pk));
            return reread(object, set);
        }
    }
    let mut row = values_to_save(object, true);
    if !unsaved {
        row.push((pk_position, pk));
    }
    let made = insert(db, meta, &row).await?;
    row.extend(made);
    reread(object, row)
}

/// What the database has computed of a row, in a result's columns from `offset` on.
pub(super) fn computed(meta: &ModelMeta, row: &dyn Row, offset: usize) -> Result<Vec<(usize, Value)>> {
    let value = |(at, field)| Ok((field, row.get(offset + at)?.to_owned()));
    meta.generated().enumerate().map(value).collect()
}

/// Every value but the primary key and what is computed, with the present time where saving sets it; `adding` a row sets it in
/// `auto_now_add` fields too.
fn values_to_save<M: Model>(object: &M, adding: bool) -> Vec<(usize, Value)> {
    let value = |index: usize, field: &FieldMeta| {
        if field.auto_now || (field.auto_now_add && adding) { field.kind.now() } else { object.value(index) }
    };
    let is_saved = |field: &FieldMeta| !field.primary_key && field.generated.is_none();
    let fields = M::meta().fields.iter().enumerate().filter(|(_, field)| is_saved(field));
    fields.map(|(index, field)| (index, value(index, field))).collect()
}

/// An object's values of some fields, with the present time where saving sets it.
pub(super) fn values_to_insert<M: Model>(object: &M, fields: &[usize]) -> Vec<Value> {
    let value = |field: &usize| {
        let meta = &M::meta().fields[*field];
        if meta.auto_now || meta.auto_now_add { meta.kind.now() } else { object.value(*field) }
    };
    fields.iter().map(value).collect()
}

/// Sets what saving has changed: the key that the database created, the times, and what the database computes.
fn reread<M: Model>(object: &mut M, saved: Vec<(usize, Value)>) -> Result<()> {
    let mut row = vec![Value::Null; M::meta().fields.len()];
    for (index, value) in saved {
        row[index] = value;
    }
    let saved = M::from_row(&row, 0)?;
    let before = std::mem::replace(object, saved);
    object.keep_related(before);
    Ok(())
}

/// Whether a row other than that of `except` (a primary key) has this value in a field.
///
/// # Errors
/// Any database error.
pub async fn row_exists(
    db: &Database,
    meta: &'static ModelMeta,
    field: usize,
    value: &Value,
    except: Option<&Value>,
) -> Result<bool> {
    let mut query = Query::new(meta);
    query.filter(Node::equals(Path::field(field), value.clone()));
    if let Some(pk) = except {
        query.exclude(Node::equals(Path::field(meta.pk_position()), pk.clone()));
    }
    exists(&query, db).await
}
