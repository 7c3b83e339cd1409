//! Inserts and updates of whole rows, with Django's defaults.

use super::node::Node;
use super::path::Path;
use super::queryset::exists;
use super::select::Query;
use super::write::{self, OnConflict};
use crate::error::Violation;
use crate::{Database, Error, FieldMeta, FieldValue, Model, ModelMeta, Result, Value};

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
    let pk = insert(db, meta, &written).await?;
    let mut values = vec![Value::Null; meta.fields.len()];
    for (field, value) in written {
        values[field] = value;
    }
    values[meta.pk_position()] = pk;
    Ok(values)
}

/// The values of a new row, with the defaults of those fields that were not given.
pub(super) fn completed(meta: &'static ModelMeta, given: Vec<(usize, Value)>) -> Result<Vec<(usize, Value)>> {
    let mut row = vec![None; meta.fields.len()];
    for (field, value) in given {
        row[field] = Some(value);
    }
    let mut written = Vec::with_capacity(row.len());
    for (index, field) in meta.fields.iter().enumerate() {
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
    !field.kind.is_auto() && default_of(field).is_none()
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

async fn insert(db: &Database, meta: &ModelMeta, row: &[(usize, Value)]) -> Result<Value> {
    let mut pk = Value::Null;
    let (fields, values): (Vec<usize>, Vec<Value>) = row.iter().cloned().unzip();
    let rows = std::iter::once(values.as_slice());
    let statement = write::insert(db.dialect(), meta, &fields, rows, &OnConflict::Fail)?;
    db.write(&statement, &mut |returned| {
        pk = returned.get(0)?.to_owned();
        Ok(())
    })
    .await
    .map_err(|error| error.in_table(meta.db_table))?;
    Ok(pk)
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
    let changed = db.execute(&query.update(db.dialect(), &nodes)?).await;
    let found = changed.map_err(|error| error.in_table(meta.db_table))? > 0;
    Ok(found.then_some(assignments))
}

pub(crate) async fn save<M: Model>(object: &mut M, db: &Database) -> Result<()> {
    let meta = M::meta();
    let pk_position = meta.pk_position();
    let pk = object.value(pk_position);
    let unsaved = meta.pk().kind.is_auto() && pk == Value::Int(0);
    if !unsaved {
        let rest = values_to_save(object, false);
        if update_row(db, meta, pk.clone(), rest.clone()).await?.is_some() {
            return reread(object, pk_position, pk, rest);
        }
    }
    let rest = values_to_save(object, true);
    let mut row = rest.clone();
    if !unsaved {
        row.push((pk_position, pk));
    }
    let pk = insert(db, meta, &row).await?;
    reread(object, pk_position, pk, rest)
}

/// Every value but the primary key, with the present time where saving sets it; `adding` a row sets it in
/// `auto_now_add` fields too.
fn values_to_save<M: Model>(object: &M, adding: bool) -> Vec<(usize, Value)> {
    let value = |index: usize, field: &FieldMeta| {
        if field.auto_now || (field.auto_now_add && adding) { field.kind.now() } else { object.value(index) }
    };
    let fields = M::meta().fields.iter().enumerate().filter(|(_, field)| !field.primary_key);
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

/// Sets what saving has changed: the key that the database created and the times.
fn reread<M: Model>(object: &mut M, pk_position: usize, pk: Value, rest: Vec<(usize, Value)>) -> Result<()> {
    let mut row = vec![Value::Null; M::meta().fields.len()];
    for (index, value) in rest {
        row[index] = value;
    }
    row[pk_position] = pk.clone();
    let pk = M::Pk::from_value(pk.as_ref())?;
    let mut saved = M::from_row(&row, 0)?;
    saved.set_pk(pk);
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
