//! New rows, several rows at once, and rows that may be there already.

use std::collections::BTreeMap;

use super::deletion::CHUNK;
use super::expr::Column;
use super::node::{Case, Function, Lookup, Node, Right};
use super::path::Path;
use super::queryset::{QuerySet, fetch, one_of};
use super::save;
use super::select::Query;
use super::statement::Asked;
use super::update;
use super::write::{self, OnConflict};
use crate::query::output::Objects;
use crate::{Assignment, Database, Error, FieldValue, Model, ModelMeta, Result, Value};

/// The most parameters of one statement: below the limits of both databases.
const PARAMETERS: usize = 30_000;

/// What `bulk_create` does with a row that breaks a unique constraint.
#[derive(Clone, Debug, Default)]
pub struct Conflicts(OnConflict);

impl Conflicts {
    /// The statement fails, and no row is written.
    pub fn fail() -> Self {
        Self::default()
    }

    /// The row is left out: Django's `ignore_conflicts`. On SQLite, as with Django, also one that breaks NOT NULL or a CHECK.
    pub fn ignore() -> Self {
        Self(OnConflict::Ignore)
    }

    /// The row that is there gets some values of the new one: Django's `update_conflicts`. `unique` are the fields of
    /// the constraint, `set` the fields that are set.
    pub fn update<M: Model>(
        unique: impl IntoIterator<Item = FieldOf<M>>,
        set: impl IntoIterator<Item = FieldOf<M>>,
    ) -> Self {
        let positions = |fields: Vec<FieldOf<M>>| fields.into_iter().map(|field| field.0).collect();
        Self(OnConflict::Update {
            unique: positions(unique.into_iter().collect()),
            set: positions(set.into_iter().collect()),
        })
    }
}

/// One of a model's own fields, whatever its type: `Book::TITLE.into()`.
#[derive(Debug)]
pub struct FieldOf<M>(usize, std::marker::PhantomData<fn() -> M>);

impl<M, T> From<Column<M, T>> for FieldOf<M> {
    fn from(column: Column<M, T>) -> Self {
        Self(column.field(), std::marker::PhantomData)
    }
}

fn values<M: Model>(assignments: impl IntoIterator<Item = Assignment<M>>) -> Result<Vec<(usize, Value)>> {
    assignments.into_iter().map(Assignment::into_parts).collect()
}

impl<M: Model> QuerySet<M> {
    /// Inserts a row with the given values; every other field gets its default.
    ///
    /// # Errors
    /// [`Error::Integrity`] when a constraint refuses it.
    pub async fn create(
        self,
        db: &Database,
        assignments: impl IntoIterator<Item = Assignment<M>>,
    ) -> Result<M> {
        let given = values(assignments)?;
        created(db, given).await
    }

    /// The row with these values, which is made when there is none. The other values are only for a new row. The answer
    /// says whether it is new.
    ///
    /// Two programs that do this at the same time get the same row, where a unique constraint covers the values.
    ///
    /// # Errors
    /// [`Error::MultipleObjectsReturned`] when there are several such rows.
    pub async fn get_or_create(
        self,
        db: &Database,
        wanted: impl IntoIterator<Item = Assignment<M>>,
        defaults: impl IntoIterator<Item = Assignment<M>>,
    ) -> Result<(M, bool)> {
        let (wanted, defaults) = (values(wanted)?, values(defaults)?);
        let query = self.with_values(&wanted);
        match found(&query, db).await {
            Err(Error::DoesNotExist(_)) => {}
            outcome => return Ok((outcome?, false)),
        }
        let given = wanted.into_iter().chain(defaults).collect();
        match db.atomic(async || created(db, given).await).await {
            Ok(object) => Ok((object, true)),
            // Another program was faster.
            Err(error) if error.is_integrity() => {
                found(&query, db).await.map(|object| (object, false)).map_err(|_| error)
            }
            Err(error) => Err(error),
        }
    }

    /// Updates the row with these values, or makes it. The answer says whether it is new.
    ///
    /// # Errors
    /// [`Error::MultipleObjectsReturned`] when there are several such rows.
    pub async fn update_or_create(
        self,
        db: &Database,
        wanted: impl IntoIterator<Item = Assignment<M>>,
        values: impl IntoIterator<Item = Assignment<M>>,
    ) -> Result<(M, bool)> {
        let (wanted, values) = (self::values(wanted)?, self::values(values)?);
        let locked = self.select_for_update();
        db.atomic(async || {
            let (object, is_new) = locked.get_or_create(db, assigned(&wanted), assigned(&values)).await?;
            if is_new {
                return Ok((object, true));
            }
            let changed = save::change(object, db, values).await?;
            Ok((changed.ok_or(Error::DoesNotExist(M::meta().name))?, false))
        })
        .await
    }

    /// Sets some values of an object and of its row, if that is one of these rows: Django's `save(update_fields=..)`. The
    /// answer is the object, or `None` when there is no such row.
    ///
    /// # Errors
    /// [`Error::Integrity`] when a constraint refuses it.
    pub async fn update_one(
        mut self,
        db: &Database,
        object: M,
        assignments: impl IntoIterator<Item = Assignment<M>>,
    ) -> Result<Option<M>> {
        let pk = Path::field(M::meta().pk_position());
        self.query.filter(Node::equals(pk, object.pk().to_value()));
        save::change_among(self.query, object, db, values(assignments)?).await
    }

    fn with_values(mut self, wanted: &[(usize, Value)]) -> Query {
        for (field, value) in wanted {
            let column = Path::field(*field);
            self.query.filter(match value {
                Value::Null => Node::compare(Node::Column(column), Lookup::IsNull, Right::Truth(true)),
                value => Node::equals(column, value.clone()),
            });
        }
        self.query
    }

    /// Inserts many rows with few statements, in one transaction, and gives the objects their keys (not where conflicts
    /// are ignored, as with Django). `save` is not called for them.
    ///
    /// # Errors
    /// [`Error::Integrity`] when a constraint refuses a row; no row is written then. [`Error::Database`] for a model with a
    /// parent, whose rows are in several tables: Django refuses it too.
    pub async fn bulk_create(self, db: &Database, objects: &mut [M], conflicts: Conflicts) -> Result<()> {
        if M::meta().parent.is_some() {
            return Err(Error::Database("Can't bulk create a multi-table inherited model".to_owned()));
        }
        let is_automatic = |object: &M| {
            M::meta().pk().kind.is_auto() && object.value(M::meta().pk_position()) == Value::Int(0)
        };
        let uploads: Vec<_> = match M::meta().has_files {
            true => objects.iter().map(save::uploads_of).collect(),
            false => Vec::new(),
        };
        let outcome = db.atomic(async || {
            for (object, uploads) in objects.iter_mut().zip(&uploads) {
                save::store_uploads(object, uploads, db).await?.keep(db);
            }
            // As in Django: those with a key of their own first.
            for automatic in [false, true] {
                let chosen: Vec<&mut M> =
                    objects.iter_mut().filter(|object| is_automatic(object) == automatic).collect();
                insert_all(db, chosen, automatic, &conflicts.0).await?;
            }
            Ok(())
        });
        let outcome = outcome.await;
        if outcome.is_err() {
            for (object, uploads) in objects.iter_mut().zip(uploads) {
                save::set_values(object, uploads)?;
            }
        }
        outcome
    }

    /// Sets some fields of many objects' rows, each to its object's value, with few statements, in one transaction, and
    /// returns how many rows there were.
    ///
    /// # Errors
    /// [`Error::Integrity`] when a constraint refuses it; nothing is changed then.
    pub async fn bulk_update(
        self,
        db: &Database,
        objects: &[M],
        fields: impl IntoIterator<Item = FieldOf<M>>,
    ) -> Result<u64> {
        let fields: Vec<usize> = fields.into_iter().map(|field| field.0).collect();
        if fields.is_empty() || objects.is_empty() {
            return Ok(0);
        }
        let most = (PARAMETERS / (2 * fields.len() + 1)).max(1);
        let most = if M::meta().parent.is_some() { most.min(CHUNK) } else { most };
        db.atomic(async || {
            let mut changed = 0;
            for chunk in objects.chunks(most) {
                let mut query = self.query.clone();
                let pk = Path::field(M::meta().pk_position());
                query.filter(Node::is_in(pk, chunk.iter().map(|object| object.pk().to_value())));
                let of_table = |table: &'static ModelMeta| {
                    let fields = fields.iter().filter(|field| table.own_positions().contains(field));
                    fields.map(|field| (*field, by_key(chunk, table, *field))).collect::<Vec<_>>()
                };
                changed += match M::meta().parent {
                    None => update::update(db, &query, &of_table(M::meta())).await?,
                    Some(_) => update::in_tables(db, &query, of_table).await?,
                };
            }
            Ok(changed)
        })
        .await
    }

    /// The objects that have one of these values in a field (a position in [`ModelMeta::fields`]): one statement for each 900 of
    /// them.
    ///
    /// # Errors
    /// Any database error, or when the query has a slice, which cannot be filtered.
    pub async fn with_any(&self, db: &Database, field: usize, values: &[Value]) -> Result<Vec<M>> {
        let mut objects = Vec::new();
        for chunk in values.chunks(CHUNK) {
            let query =
                self.query.clone().narrowed(Node::is_in(Path::field(field), chunk.iter().cloned()))?;
            objects.extend(fetch::<M, Objects>(&query, db, Asked::Rows).await?);
        }
        Ok(objects)
    }

    /// The objects with these primary keys, by key: one statement for each 900 of them.
    ///
    /// # Errors
    /// Any database error.
    pub async fn in_bulk(
        &self,
        db: &Database,
        keys: impl IntoIterator<Item = M::Pk>,
    ) -> Result<BTreeMap<M::Pk, M>>
    where
        M::Pk: Ord,
    {
        let keys: Vec<Value> = keys.into_iter().map(|key| key.to_value()).collect();
        let mut objects = BTreeMap::new();
        for chunk in keys.chunks(CHUNK) {
            let mut query = self.query.clone();
            query.filter(Node::is_in(Path::field(M::meta().pk_position()), chunk.iter().cloned()));
            let found = fetch::<M, Objects>(&query, db, Asked::Rows).await?;
            objects.extend(found.into_iter().map(|object| (object.pk().clone(), object)));
        }
        Ok(objects)
    }
}

/// Whether rows of a model can be written together: it is in one table, and nothing happens when one of them is saved.
pub fn saves_in_bulk(meta: &ModelMeta) -> bool {
    meta.parent.is_none() && meta.hooks.is_none() && !meta.has_files && meta.generated().next().is_none()
}

/// Inserts rows of a model that [`saves_in_bulk`], with a few statements for all of them, and returns all their values. What
/// is not given has its default. The caller has a transaction.
///
/// # Errors
/// [`Error::Integrity`] when a constraint refuses one of them.
pub async fn create_rows(
    db: &Database,
    meta: &'static ModelMeta,
    given: Vec<Vec<(usize, Value)>>,
) -> Result<Vec<Vec<Value>>> {
    let pk = meta.pk_position();
    let written = given.into_iter().map(|given| save::completed(db, meta, given));
    let mut written = written.collect::<Result<Vec<_>>>()?;
    let mut rows: Vec<Option<Vec<Value>>> = written.iter().map(|_| None).collect();
    let has_key = |at: &usize| written[*at].iter().any(|(field, _)| *field == pk);
    let (with_key, without): (Vec<usize>, Vec<usize>) = (0..written.len()).partition(has_key);
    for chosen in [with_key, without] {
        let Some(first) = chosen.first() else { continue };
        let fields: Vec<usize> = written[*first].iter().map(|(field, _)| *field).collect();
        for chunk in chosen.chunks((PARAMETERS / fields.len().max(1)).max(1)) {
            let mut values = Vec::with_capacity(chunk.len() * fields.len());
            for at in chunk {
                values.extend(std::mem::take(&mut written[*at]).into_iter().map(|(_, value)| value));
            }
            let statement = write::insert(db.target(), meta, &fields, values, &OnConflict::default())?;
            let mut keys = Vec::with_capacity(chunk.len());
            db.write(&statement, &mut |row| {
                keys.push(row.get(0)?.to_owned());
                Ok(())
            })
            .await
            .map_err(|error| error.in_table(meta.db_table))?;
            let mut values = statement.params.into_iter();
            for (at, key) in chunk.iter().zip(keys) {
                let mut row: Vec<Value> = meta.fields.iter().map(|_| Value::Null).collect();
                fields.iter().zip(values.by_ref()).for_each(|(field, value)| row[*field] = value);
                row[pk] = key;
                rows[*at] = Some(row);
            }
        }
    }
    let untold = || Error::Database(format!("the database has told no key of a new row of {}", meta.label()));
    rows.into_iter().map(|row| row.ok_or_else(untold)).collect()
}

/// Sets some values of objects and of their rows, each its own, and returns the objects: one statement for all that set the
/// same fields of a model that [`saves_in_bulk`]. `auto_now` fields get the present time unless they are given. The caller has
/// a transaction.
///
/// # Errors
/// [`Error::Integrity`] when a constraint refuses one of them, and [`Error::DoesNotExist`] when one is not there any more.
pub async fn change_all<M: Model>(db: &Database, changes: Vec<(M, Vec<(usize, Value)>)>) -> Result<Vec<M>> {
    let mut by_fields: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    let mut objects = Vec::with_capacity(changes.len());
    for (index, (object, mut values)) in changes.into_iter().enumerate() {
        save::with_present_time::<M>(db, &mut values);
        let mut fields: Vec<usize> = values.iter().map(|(field, _)| *field).collect();
        fields.sort_unstable();
        by_fields.entry(fields).or_default().push(index);
        objects.push(save::with_values(object, values)?);
    }
    for (fields, indexes) in by_fields {
        let chosen: Vec<M> = indexes.into_iter().map(|index| objects[index].clone()).collect();
        let expected = chosen.len() as u64;
        let fields = fields.into_iter().map(|field| FieldOf(field, std::marker::PhantomData));
        let fields: Vec<FieldOf<M>> = fields.collect();
        if !fields.is_empty() && M::objects().bulk_update(db, &chosen, fields).await? < expected {
            return Err(Error::DoesNotExist(M::meta().name));
        }
    }
    Ok(objects)
}

fn assigned<M>(values: &[(usize, Value)]) -> Vec<Assignment<M>> {
    values.iter().map(|(field, value)| Assignment::of(*field, Node::Value(value.clone()))).collect()
}

async fn found<M: Model>(query: &Query, db: &Database) -> Result<M> {
    let mut query = query.clone();
    query.slice(0, 2);
    one_of(M::meta(), fetch::<M, Objects>(&query, db, Asked::Rows).await?)
}

async fn created<M: Model>(db: &Database, given: Vec<(usize, Value)>) -> Result<M> {
    let row = save::create_row(db, M::meta(), given).await?;
    M::from_row(&row, 0)
}

/// Inserts the objects, without their keys where the database makes these.
async fn insert_all<M: Model>(
    db: &Database,
    mut objects: Vec<&mut M>,
    automatic: bool,
    on_conflict: &OnConflict,
) -> Result<()> {
    let pk = M::meta().pk_position();
    let is_written =
        |field: usize| !(automatic && field == pk) && M::meta().fields[field].generated.is_none();
    let fields: Vec<usize> = (0..M::meta().fields.len()).filter(|field| is_written(*field)).collect();
    for chunk in objects.chunks_mut((PARAMETERS / fields.len().max(1)).max(1)) {
        let values = chunk.iter().flat_map(|object| save::values_to_insert(db, &**object, &fields)).collect();
        let statement = write::insert(db.target(), M::meta(), &fields, values, on_conflict)?;
        let mut made = Vec::with_capacity(chunk.len());
        db.write(&statement, &mut |row| {
            made.push((M::Pk::from_value(row.get(0)?)?, save::computed(M::meta(), row, 1)?));
            Ok(())
        })
        .await
        .map_err(|error| error.in_table(M::meta().db_table))?;
        for (object, (key, computed)) in chunk.iter_mut().zip(made) {
            if !computed.is_empty() {
                **object = save::with_values((**object).clone(), computed)?;
            }
            object.set_pk(key);
        }
    }
    Ok(())
}

/// The value of a field, chosen by the primary key of the table that has it.
fn by_key<M: Model>(objects: &[M], table: &ModelMeta, field: usize) -> Node {
    let pk = Path::field(table.pk_position());
    let when = objects
        .iter()
        .map(|object| (Node::equals(pk, object.pk().to_value()), Node::Value(object.value(field))));
    let case = Node::Case(Box::new(Case { when: when.collect(), otherwise: None }));
    let kind = M::meta().fields[field].value_kind();
    Node::Call(Function::AsColumn(kind), vec![case])
}
