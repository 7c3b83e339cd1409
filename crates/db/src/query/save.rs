//! Inserts and updates of whole rows, with Django's defaults.

use super::node::Node;
use super::path::Path;
use super::queryset::exists;
use super::select::Query;
use super::write;
use crate::error::Violation;
use crate::files::{self, StoredFiles, has_uploads};
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
    let written = completed(db, meta, given)?;
    match &meta.hooks {
        None => insert_row(db, meta, written).await,
        // Boxed, so that a row without them does not take the memory of a transaction.
        Some(hooks) => Box::pin(db.atomic(async || create_with_hooks(db, meta, hooks, written).await)).await,
    }
}

/// Inserts a row and returns all its values. New uploads are stored, and the row has their names.
async fn insert_row(
    db: &Database,
    meta: &'static ModelMeta,
    mut written: Vec<(usize, Value)>,
) -> Result<Vec<Value>> {
    if !(meta.has_files && has_uploads(&written)) {
        return insert_tables(db, meta, written).await;
    }
    // Boxed, so that a row without files does not take the memory of storing them.
    Box::pin(async move {
        let object = unsaved_row(meta, &written);
        let stored = files::store(db, meta, &mut written, &object).await?;
        stored.finish(db, insert_tables(db, meta, written).await).await
    })
    .await
}

/// A child's row is one in its own table and one in that of each parent, which comes first.
async fn insert_tables(
    db: &Database,
    meta: &'static ModelMeta,
    written: Vec<(usize, Value)>,
) -> Result<Vec<Value>> {
    let values = match meta.parent {
        None => insert(db, meta, written).await?,
        Some(_) => Box::pin(db.atomic(async || insert_lineage(db, meta, written).await)).await?,
    };
    Ok(row_of(meta, values))
}

async fn insert_lineage(
    db: &Database,
    meta: &'static ModelMeta,
    written: Vec<(usize, Value)>,
) -> Result<Vec<(usize, Value)>> {
    let mut all: Vec<(usize, Value)> = Vec::with_capacity(meta.fields.len());
    for table in from_the_first(meta) {
        let mut own = values_of_table(table, &written);
        own.extend(linked(table, &all));
        all.extend(insert(db, table, own).await?);
    }
    Ok(all)
}

/// The parents of a model, the first of them first, and the model.
pub(super) fn from_the_first(meta: &'static ModelMeta) -> impl Iterator<Item = &'static ModelMeta> {
    let lineage: Vec<_> = meta.lineage().collect();
    lineage.into_iter().rev()
}

/// Those of some values whose columns are in a model's own table. The link is none of them.
fn values_of_table(meta: &ModelMeta, values: &[(usize, Value)]) -> Vec<(usize, Value)> {
    let is_of_table = |field: usize| {
        meta.own_positions().contains(&field) && meta.parent.is_none_or(|parent| parent.link != field)
    };
    values.iter().filter(|(field, _)| is_of_table(*field)).cloned().collect()
}

/// The link of a child's row to its parent's, which is saved already.
fn linked(meta: &ModelMeta, saved: &[(usize, Value)]) -> Option<(usize, Value)> {
    let parent = meta.parent?;
    let pk = (parent.to)().pk_position();
    saved.iter().rev().find(|(field, _)| *field == pk).map(|(_, key)| (parent.link, key.clone()))
}

async fn create_with_hooks(
    db: &Database,
    meta: &'static ModelMeta,
    hooks: &Hooks,
    written: Vec<(usize, Value)>,
) -> Result<Vec<Value>> {
    let mut object = hooks.read(&unsaved_row(meta, &written))?;
    object.before_save(db).await?;
    let mut values = object.values();
    for (field, value) in written.into_iter().filter(|(field, _)| is_automatic_time(&meta.fields[*field])) {
        values[field] = value;
    }
    let no_key = auto_key(meta).filter(|key| values[*key] == Value::Int(0));
    let is_given = |field: usize| Some(field) != no_key && meta.fields[field].generated.is_none();
    let all = values.into_iter().enumerate();
    let created = insert_row(db, meta, all.filter(|(field, _)| is_given(*field)).collect()).await?;
    hooks.read(&created)?.after_save(db, true).await?;
    Ok(created)
}

/// The position of the key that the database makes, if it makes one: a child has that of its first parent.
fn auto_key(meta: &'static ModelMeta) -> Option<usize> {
    let first = meta.lineage().last().unwrap_or(meta);
    first.pk().kind.is_auto().then(|| first.pk_position())
}

/// A row of some values; the others are NULL.
fn row_of(meta: &ModelMeta, values: Vec<(usize, Value)>) -> Vec<Value> {
    let mut row: Vec<Value> = meta.fields.iter().map(|_| Value::Null).collect();
    for (field, value) in values {
        row[field] = value;
    }
    row
}

/// The values of an object that has no key yet.
fn unsaved_row(meta: &'static ModelMeta, written: &[(usize, Value)]) -> Vec<Value> {
    let mut row = row_of(meta, written.to_vec());
    if let Some(key) = auto_key(meta).filter(|key| row[*key].is_null()) {
        row[key] = Value::Int(0);
    }
    row
}

/// Whether saving sets the field, whatever the object has in it.
fn is_automatic_time(field: &FieldMeta) -> bool {
    field.auto_now || field.auto_now_add
}

/// The values of a new row, with the defaults of those fields that were not given.
pub(super) fn completed(
    db: &Database,
    meta: &'static ModelMeta,
    given: Vec<(usize, Value)>,
) -> Result<Vec<(usize, Value)>> {
    let mut row: Vec<Option<Value>> = meta.fields.iter().map(|_| None).collect();
    for (field, value) in given {
        row[field] = Some(value);
    }
    let mut written = Vec::with_capacity(row.len());
    complete(db, meta, |field| row[field].take(), |field, value| written.push((field, value)))?;
    Ok(written)
}

/// Calls `each` with the values of a new row in the order of their fields: those that are given, and the defaults of the others.
pub(super) fn complete(
    db: &Database,
    meta: &'static ModelMeta,
    mut given: impl FnMut(usize) -> Option<Value>,
    mut each: impl FnMut(usize, Value),
) -> Result<()> {
    let is_given = |field: &FieldMeta| field.generated.is_none() && !field.is_parent_link();
    for (index, field) in meta.fields.iter().enumerate().filter(|(_, field)| is_given(field)) {
        match given(index).or_else(|| Some(DefaultOf::field(field)?.value(db, field))) {
            Some(value) => each(index, value),
            None if field.kind.is_auto() => {}
            None => {
                return Err(Error::Integrity(Violation::not_null(meta.db_table, field.column)));
            }
        }
    }
    Ok(())
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
    !field.kind.is_auto()
        && field.generated.is_none()
        && !field.is_parent_link()
        && DefaultOf::field(field).is_none()
}

/// What a new row gets in a field that was not given.
enum DefaultOf {
    Now,
    Own(fn() -> Value),
    Null,
    Blank,
}

impl DefaultOf {
    fn field(field: &FieldMeta) -> Option<Self> {
        if field.auto_now || field.auto_now_add {
            return Some(Self::Now);
        }
        // A column's own default is what the database would put there.
        if let Some(default) = field.default.or(field.db_default) {
            return Some(Self::Own(default));
        }
        match field.kind {
            kind if kind.is_file() => Some(Self::Blank),
            _ if field.null => Some(Self::Null),
            // An enum of choices cannot hold an empty text that is none of them.
            _ if !field.holds_blank() => None,
            kind if kind.is_text() && !field.primary_key => Some(Self::Blank),
            _ => None,
        }
    }

    fn value(self, db: &Database, field: &FieldMeta) -> Value {
        match self {
            Self::Now => field.kind.now(db.time_zone()),
            Self::Own(default) => default(),
            Self::Null => Value::Null,
            Self::Blank => Value::Text(String::new()),
        }
    }
}

/// Inserts a row, and returns its values and what the database has made of it: the primary key, and what it computes.
async fn insert(
    db: &Database,
    meta: &'static ModelMeta,
    mut row: Vec<(usize, Value)>,
) -> Result<Vec<(usize, Value)>> {
    // The statement has the values until it has run.
    let values = row.iter_mut().map(|(_, value)| std::mem::replace(value, Value::Null)).collect();
    let statement = write::insert_one(db.target(), meta, row.iter().map(|(field, _)| *field), values)?;
    let each = &mut |made: &dyn Row| {
        row.push((meta.pk_position(), made.get(0)?.to_owned()));
        row.extend(computed(meta, made, 1)?);
        Ok(())
    };
    db.write(&statement, each).await.map_err(|error| error.in_table(meta.db_table))?;
    row.iter_mut().zip(statement.params).for_each(|((_, place), value)| *place = value);
    Ok(row)
}

/// Writes a row of a model's own table as it is, which is how fixtures are loaded: no hook is called, no time is set, and a
/// parent's row is written by itself. The row with the key gets the values; where there is none, or no key, a row is inserted.
/// Returns the key.
pub(crate) async fn write_row(
    db: &Database,
    meta: &'static ModelMeta,
    key: Option<Value>,
    values: &[(usize, Value)],
) -> Result<Value> {
    let pk = meta.pk_position();
    if let Some(key) = &key
        && update(db, &with_key(meta, key.clone()), values).await?.is_some()
    {
        return Ok(key.clone());
    }
    let mut row = values.to_vec();
    row.extend(key.map(|key| (pk, key)));
    let row = insert(db, meta, row).await?;
    let key = row.into_iter().rfind(|(field, _)| *field == pk).map(|(_, key)| key);
    key.ok_or_else(|| {
        Error::Database(format!("the database has told no key of the new row of {}", meta.label()))
    })
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
    let pk = M::meta().pk_position();
    if values.iter().any(|(field, value)| *field == pk && *value != object.pk().to_value()) {
        return Box::pin(create_beside(object, db, values)).await.map(Some);
    }
    with_present_time::<M>(db, &mut values);
    let rows = with_key(M::meta(), object.pk().to_value());
    change_among(rows, object, db, values).await
}

/// Adds the present time of `auto_now` fields that are not given.
pub(super) fn with_present_time<M: Model>(db: &Database, values: &mut Vec<(usize, Value)>) {
    for (index, field) in M::meta().fields.iter().enumerate() {
        if field.auto_now && !values.iter().any(|(given, _)| *given == index) {
            values.push((index, field.kind.now(db.time_zone())));
        }
    }
}

/// Makes a row of an object and other values, among them another primary key. Django saves what is another row then, and leaves
/// the one that the object was read from.
async fn create_beside<M: Model>(object: M, db: &Database, given: Vec<(usize, Value)>) -> Result<M> {
    let is_given = |at: usize| given.iter().any(|(field, _)| *field == at);
    let is_kept = |(at, field): &(usize, &FieldMeta)| !is_automatic_time(field) && !is_given(*at);
    let kept = M::meta().fields.iter().enumerate().filter(is_kept).map(|(at, _)| (at, object.value(at)));
    let values = kept.chain(given.iter().cloned()).collect();
    let mut other = M::from_row(&create_row(db, M::meta(), values).await?, 0)?;
    other.keep_related(object);
    Ok(other)
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

/// Sets values of a row. New uploads are stored, and the row has their names.
async fn change_row<M: Model>(
    rows: Query,
    object: M,
    db: &Database,
    mut values: Vec<(usize, Value)>,
) -> Result<Option<M>> {
    if !(M::meta().has_files && has_uploads(&values)) {
        return change_tables(rows, object, db, values).await;
    }
    Box::pin(async move {
        let changed = values_of(&with_values(object.clone(), values.clone())?);
        let stored = files::store(db, M::meta(), &mut values, &changed).await?;
        match change_tables(rows, object, db, values).await {
            // There is no such row, for which a file would be there.
            Ok(None) => {
                stored.remove().await;
                Ok(None)
            }
            outcome => stored.finish(db, outcome).await,
        }
    })
    .await
}

async fn change_tables<M: Model>(
    rows: Query,
    object: M,
    db: &Database,
    values: Vec<(usize, Value)>,
) -> Result<Option<M>> {
    let made = match M::meta().parent {
        None => update(db, &rows, &values).await?,
        Some(_) => {
            let key = object.pk().to_value();
            db.atomic(async || update_lineage(db, rows, key, &values).await).await?
        }
    };
    made.map(|made| with_values(object, values.into_iter().chain(made).collect())).transpose()
}

/// Sets some values of a child's row, in the tables that have them: the row with a key, if it is one of a query's.
async fn update_lineage(
    db: &Database,
    rows: Query,
    key: Value,
    values: &[(usize, Value)],
) -> Result<Option<Vec<(usize, Value)>>> {
    let meta = rows.meta;
    if (values.is_empty() || rows != with_key(meta, key.clone())) && !exists(&rows, db).await? {
        return Ok(None);
    }
    let mut all = Vec::new();
    for table in from_the_first(meta) {
        let own = values_of_table(table, values);
        if own.is_empty() {
            continue;
        }
        let Some(made) = update(db, &with_key(table, key.clone()), &own).await? else { return Ok(None) };
        all.extend(made);
    }
    Ok(Some(all))
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
    let statement = rows.update_returning(db.target(), &nodes)?;
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

/// Updates the object's row or inserts it; whether it is new. New uploads are stored, and the object has their names.
async fn write<M: Model>(object: &mut M, db: &Database) -> Result<bool> {
    if !M::meta().has_files {
        return write_lineage(object, db).await;
    }
    Box::pin(async move {
        let uploads = uploads_of(object);
        let stored = store_uploads(object, &uploads, db).await?;
        let outcome = stored.finish(db, write_lineage(object, db).await).await;
        if outcome.is_err() {
            // Their files are gone again: the object may be saved once more.
            set_values(object, uploads)?;
        }
        outcome
    })
    .await
}

/// The new uploads of an object.
pub(super) fn uploads_of<M: Model>(object: &M) -> Vec<(usize, Value)> {
    let files = M::meta().fields.iter().enumerate().filter(|(_, field)| field.kind.is_file());
    let values = files.map(|(field, _)| (field, object.value(field)));
    values.filter(|(_, value)| matches!(value, Value::File(_))).collect()
}

/// Stores the new uploads of an object, and gives it their names.
pub(super) async fn store_uploads<M: Model>(
    object: &mut M,
    uploads: &[(usize, Value)],
    db: &Database,
) -> Result<StoredFiles> {
    let mut named = uploads.to_vec();
    let stored = files::store(db, M::meta(), &mut named, &values_of(object)).await?;
    set_values(object, named)?;
    Ok(stored)
}

/// Sets some values of an object.
pub(super) fn set_values<M: Model>(object: &mut M, values: Vec<(usize, Value)>) -> Result<()> {
    if !values.is_empty() {
        *object = with_values(object.clone(), values)?;
    }
    Ok(())
}

/// A child's row is one in each table, the first parent's first.
async fn write_lineage<M: Model>(object: &mut M, db: &Database) -> Result<bool> {
    match M::meta().parent {
        None => write_tables(object, db).await,
        Some(_) => db.atomic(async || write_tables(object, db).await).await,
    }
}

async fn write_tables<M: Model>(object: &mut M, db: &Database) -> Result<bool> {
    let (mut all, mut is_new) = (Vec::with_capacity(M::meta().fields.len()), false);
    for table in from_the_first(M::meta()) {
        let key = match linked(table, &all) {
            Some((_, key)) => Some(key),
            None => {
                let key = object.value(table.pk_position());
                Some(key).filter(|key| !(table.pk().kind.is_auto() && *key == Value::Int(0)))
            }
        };
        // Nothing belongs to a row that was not there.
        let saved = write_table(object, table, key, is_new, db).await?;
        is_new = saved.is_new;
        all.extend(saved.values);
    }
    reread(object, all)?;
    Ok(is_new)
}

/// What saving has made of one table's row.
struct Saved {
    values: Vec<(usize, Value)>,
    is_new: bool,
}

async fn write_table<M: Model>(
    object: &M,
    table: &'static ModelMeta,
    key: Option<Value>,
    must_insert: bool,
    db: &Database,
) -> Result<Saved> {
    let pk = table.pk_position();
    if let Some(key) = key.as_ref().filter(|_| !must_insert) {
        let rest = values_to_save(db, object, table, false);
        if let Some(made) = update(db, &with_key(table, key.clone()), &rest).await? {
            let values = rest.into_iter().chain(made).chain([(pk, key.clone())]);
            return Ok(Saved { values: values.collect(), is_new: false });
        }
    }
    let mut values = values_to_save(db, object, table, true);
    values.extend(key.map(|key| (pk, key)));
    Ok(Saved { values: insert(db, table, values).await?, is_new: true })
}

/// What the database has computed of a row, in a result's columns from `offset` on.
pub(super) fn computed(meta: &ModelMeta, row: &dyn Row, offset: usize) -> Result<Vec<(usize, Value)>> {
    let value = |(at, field)| Ok((field, row.get(offset + at)?.to_owned()));
    meta.generated().enumerate().map(value).collect()
}

/// Every value of a table's row but the primary key and what is computed, with the present time where saving sets it;
/// `adding` a row sets it in `auto_now_add` fields too.
fn values_to_save<M: Model>(
    db: &Database,
    object: &M,
    table: &ModelMeta,
    adding: bool,
) -> Vec<(usize, Value)> {
    let value = |index: usize| {
        let field = &table.fields[index];
        if field.auto_now || (field.auto_now_add && adding) {
            field.kind.now(db.time_zone())
        } else {
            object.value(index)
        }
    };
    let is_saved = |index: &usize| {
        let field = &table.fields[*index];
        !field.primary_key && field.generated.is_none()
    };
    table.own_positions().filter(is_saved).map(|index| (index, value(index))).collect()
}

/// An object's values of some fields, with the present time where saving sets it.
pub(super) fn values_to_insert<M: Model>(
    db: &Database,
    object: &M,
    fields: &[usize],
) -> impl Iterator<Item = Value> {
    fields.iter().map(|field| {
        let meta = &M::meta().fields[*field];
        if is_automatic_time(meta) { meta.kind.now(db.time_zone()) } else { object.value(*field) }
    })
}

/// Sets what saving has changed: the key that the database created, the times, and what the database computes.
fn reread<M: Model>(object: &mut M, saved: Vec<(usize, Value)>) -> Result<()> {
    let saved = M::from_row(&row_of(M::meta(), saved), 0)?;
    let before = std::mem::replace(object, saved);
    object.keep_related(before);
    Ok(())
}
