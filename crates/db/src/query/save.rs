//! Inserts and updates of whole rows, with Django's defaults.

use super::node::Node;
use super::path::Path;
use super::queryset::exists;
use super::select::Query;
use super::write;
use crate::error::Violation;
use crate::hooks::{Hooks, values_of};
use crate::{Database, Error, FieldMeta, FieldValue, Model, ModelMeta, Result, Row, Value};

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
    match &meta.hooks {
        None => insert_row(db, meta, written).await,
        Some(hooks) => db.atomic(async || create_with_hooks(db, meta, hooks, written).await).await,
    }
}

/// Inserts a row and returns all its values.
async fn insert_row(
    db: &Database,
    meta: &'static ModelMeta,
    mut written: Vec<(usize, Value)>,
) -> Result<Vec<Value>> {
    written.extend(insert(db, meta, &written).await?);
    let values = row_of(meta, written);
    Ok(values)
}

async fn create_with_hooks(
    db: &Database,
    meta: &'static ModelMeta,
    hooks: &Hooks,
    written: Vec<(usize, Value)>,
) -> Result<Vec<Value>> {
    let mut row = row_of(meta, written.clone());
    let pk = meta.pk_position();
    if meta.pk().kind.is_auto() && row[pk].is_null() {
        row[pk] = Value::Int(0);
    }
    let mut object = hooks.read(&row)?;
    object.before_save(db).await?;
    let mut values = object.values();
    for (field, value) in written.into_iter().filter(|(field, _)| is_automatic_time(&meta.fields[*field])) {
        values[field] = value;
    }
    let has_no_key = meta.pk().kind.is_auto() && values[pk] == Value::Int(0);
    let all = values.into_iter().enumerate();
    let created =
        insert_row(db, meta, all.filter(|(field, _)| !has_no_key || *field != pk).collect()).await?;
    hooks.read(&created)?.after_save(db, true).await?;
    Ok(created)
}

/// A row of some values; the others are NULL.
fn row_of(meta: &ModelMeta, values: Vec<(usize, Value)>) -> Vec<Value> {
    let mut row = vec![Value::Null; meta.fields.len()];
    for (field, value) in values {
        row[field] = value;
    }
    row
}

/// Whether saving sets the field, whatever the object has in it.
fn is_automatic_time(field: &FieldMeta) -> bool {
    field.auto_now || field.auto_now_add
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
        // The type of choices cannot hold an empty text that is none of them.
        _ if !field.choices.is_empty() && !field.has_blank_choice() => None,
        kind if kind.is_text() && !field.primary_key => Some(Value::Text(String::new())),
        _ => None,
    }
}

/// Inserts a row and returns what the database has made of it: the primary key, and what it computes.
async fn insert(
    db: &Database,
    meta: &'static ModelMeta,
    row: &[(usize, Value)],
) -> Result<Vec<(usize, Value)>> {
    let mut made = Vec::new();
    let statement = write::insert_one(db.dialect(), meta, row)?;
    db.write(&statement, &mut |returned| {
        made.push((meta.pk_position(), returned.get(0)?.to_owned()));
        made.extend(computed(meta, returned, 1)?);
        Ok(())
    })
    .await
    .map_err(|error| error.in_table(meta.db_table))?;
    Ok(made)
}

/// Sets some values of an object and of its row, and returns the object, or `None` when the row does not exist. `auto_now`
/// fields get the present time unless they are given.
///
/// # Errors
/// [`Error::Integrity`] when a constraint refuses it.
pub async fn change<M: Model>(
    object: M,
    db: &Database,
    mut values: Vec<(usize, Value)>,
) -> Result<Option<M>> {
    for (index, field) in M::meta().fields.iter().enumerate() {
        if field.auto_now && !values.iter().any(|(given, _)| *given == index) {
            values.push((index, field.kind.now()));
        }
    }
    let rows = with_key(M::meta(), object.pk().to_value());
    change_among(rows, object, db, values).await
}

/// Sets some values of an object and of its row, if that is one of a query's rows.
pub(super) async fn change_among<M: Model>(
    rows: Query,
    object: M,
    db: &Database,
    values: Vec<(usize, Value)>,
) -> Result<Option<M>> {
    match &M::meta().hooks {
        None => change_row(rows, object, db, values).await,
        Some(hooks) => db.atomic(async || change_with_hooks(rows, object, hooks, db, values).await).await,
    }
}

async fn change_row<M: Model>(
    rows: Query,
    object: M,
    db: &Database,
    values: Vec<(usize, Value)>,
) -> Result<Option<M>> {
    let made = update(db, &rows, &values).await?;
    made.map(|made| with_values(object, values.into_iter().chain(made).collect())).transpose()
}

async fn change_with_hooks<M: Model>(
    rows: Query,
    object: M,
    hooks: &Hooks,
    db: &Database,
    values: Vec<(usize, Value)>,
) -> Result<Option<M>> {
    let before = values_of(&object);
    let mut object = with_values(object, values.clone())?;
    hooks.before_save(&mut object, db).await?;
    let is_written = |field: usize, value: &Value| {
        let meta = &M::meta().fields[field];
        let is_given = values.iter().any(|(given, _)| *given == field);
        is_given || (*value != before[field] && !meta.primary_key && !is_automatic_time(meta))
    };
    let after = values_of(&object).into_iter().enumerate();
    let changed = after.filter(|(field, value)| is_written(*field, value)).collect();
    let Some(mut object) = change_row(rows, object, db, changed).await? else { return Ok(None) };
    hooks.after_save(&mut object, db, false).await?;
    Ok(Some(object))
}

/// The object with other values in some fields. What it has loaded stays where the key is the same.
pub(super) fn with_values<M: Model>(object: M, set: Vec<(usize, Value)>) -> Result<M> {
    let mut row = values_of(&object);
    for (field, value) in set {
        row[field] = value;
    }
    let mut changed = M::from_row(&row, 0)?;
    changed.keep_related(object);
    Ok(changed)
}

fn with_key(meta: &'static ModelMeta, pk: Value) -> Query {
    let mut query = Query::new(meta);
    query.filter(Node::equals(Path::field(meta.pk_position()), pk));
    query
}

/// Sets some values in a row, and returns what the database has computed of it; `None` when there is no such row.
async fn update(
    db: &Database,
    rows: &Query,
    values: &[(usize, Value)],
) -> Result<Option<Vec<(usize, Value)>>> {
    if values.is_empty() {
        return Ok(exists(rows, db).await?.then(Vec::new));
    }
    let nodes: Vec<(usize, Node)> =
        values.iter().map(|(field, value)| (*field, Node::Value(value.clone()))).collect();
    let statement = rows.update_returning(db.dialect(), &nodes)?;
    let mut found = None;
    let outcome = if rows.meta.generated().next().is_none() {
        db.execute(&statement).await.map(|changed| found = (changed > 0).then(Vec::new))
    } else {
        let each = &mut |returned: &dyn Row| {
            found = Some(computed(rows.meta, returned, 0)?);
            Ok(())
        };
        db.write(&statement, each).await
    };
    outcome.map_err(|error| error.in_table(rows.meta.db_table))?;
    Ok(found)
}

pub(crate) async fn save<M: Model>(object: &mut M, db: &Database) -> Result<()> {
    match &M::meta().hooks {
        None => write(object, db).await.map(drop),
        Some(hooks) => db.atomic(async || save_with_hooks(object, hooks, db).await).await,
    }
}

async fn save_with_hooks<M: Model>(object: &mut M, hooks: &Hooks, db: &Database) -> Result<()> {
    hooks.before_save(object, db).await?;
    let created = write(object, db).await?;
    hooks.after_save(object, db, created).await
}

/// Updates the object's row or inserts it; whether it is new.
async fn write<M: Model>(object: &mut M, db: &Database) -> Result<bool> {
    let meta = M::meta();
    let pk_position = meta.pk_position();
    let pk = object.value(pk_position);
    let unsaved = meta.pk().kind.is_auto() && pk == Value::Int(0);
    if !unsaved {
        let rest = values_to_save(object, false);
        if let Some(made) = update(db, &with_key(meta, pk.clone()), &rest).await? {
            let set = rest.into_iter().chain(made).chain([(pk_position, pk)]);
            reread(object, set.collect())?;
            return Ok(false);
        }
    }
    let mut row = values_to_save(object, true);
    if !unsaved {
        row.push((pk_position, pk));
    }
    let made = insert(db, meta, &row).await?;
    row.extend(made);
    reread(object, row)?;
    Ok(true)
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
        if is_automatic_time(meta) { meta.kind.now() } else { object.value(*field) }
    };
    fields.iter().map(value).collect()
}

/// Sets what saving has changed: the key that the database created, the times, and what the database computes.
fn reread<M: Model>(object: &mut M, saved: Vec<(usize, Value)>) -> Result<()> {
    let saved = M::from_row(&row_of(M::meta(), saved), 0)?;
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
