//! Lazy queries: which rows, in which order. The database is not asked before a method such as `all` or `get` is
//! awaited.

use std::marker::PhantomData;
use std::ops::Range;

use crate::column::{Columns, Condition, Lookup, Path};
use crate::compile::Selection;
use crate::statements::Asked;
use crate::{
    Assignment, Column, Database, Deleted, Error, FieldMeta, FieldValue, ForeignKey, Model, ModelMeta, Order,
    Q, Result, Row, Value, deletion, save,
};

/// A query for rows of `M`.
///
/// ```
/// # extern crate belleville_db as belleville;
/// # use belleville_db::{Database, Model, Registry};
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "projects")]
/// # struct Project { #[field(primary_key)] id: i64, #[field(max_length = 100)] name: String }
/// # async fn example(db: &Database) -> belleville_db::Result<()> {
/// let firsts = Project::objects()
///     .filter(Project::NAME.starts_with("First"))
///     .order_by([Project::NAME.asc()])
///     .all(db)
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct QuerySet<M> {
    selection: Selection,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for QuerySet<M> {
    fn clone(&self) -> Self {
        Self { selection: self.selection.clone(), model: PhantomData }
    }
}

impl<M: Model> QuerySet<M> {
    pub(crate) fn new() -> Self {
        Self { selection: Selection::new(M::META), model: PhantomData }
    }

    fn with(mut self, change: impl FnOnce(&mut Selection)) -> Self {
        change(&mut self.selection);
        self
    }

    /// Only the rows that also match the condition.
    pub fn filter(self, q: Q<M>) -> Self {
        self.with(|selection| selection.conditions.push(q.condition))
    }

    /// Only the rows that don't match the condition; a row whose column is NULL stays.
    pub fn exclude(self, q: Q<M>) -> Self {
        self.with(|selection| selection.conditions.push(Condition::Not(Box::new(q.condition))))
    }

    /// Only the row whose primary key has this value.
    pub fn filter_pk(self, pk: M::Pk) -> Self
    where
        M::Pk: FieldValue,
    {
        let column: Column<M, M::Pk> = Column::new(M::META.pk_position());
        self.filter(column.eq(pk))
    }

    /// Sets the order, instead of the model's default.
    pub fn order_by(self, order: impl IntoIterator<Item = Order<M>>) -> Self {
        let order = order.into_iter().map(|by| (by.path, by.descending)).collect();
        self.with(|selection| selection.order = Some(order))
    }

    /// Only the rows of a range, counted from 0 in the query's order. The result can be read, but not filtered,
    /// ordered, updated or deleted: Django raises a `TypeError` for that, here it does not compile.
    pub fn slice(self, range: Range<u64>) -> Sliced<M> {
        Sliced(self).slice(range)
    }

    /// Also loads the row that a foreign key refers to, in the same query: `ForeignKey::get` returns it.
    pub fn select_related<T, Of>(self, key: Column<M, T, Of>) -> Self
    where
        T: crate::column::Reference,
    {
        let steps: Vec<usize> = key.path.steps().collect();
        self.with(|selection| {
            for end in 1..=steps.len() {
                if !selection.related.iter().any(|path| path == &steps[..end]) {
                    selection.related.push(steps[..end].to_vec());
                }
            }
        })
    }

    /// Also loads, in one more query, the rows that refer to these by a foreign key.
    pub fn prefetch_related<R: Model>(self, key: Column<R, ForeignKey<M>>) -> Prefetched<M, R>
    where
        M::Pk: Ord,
    {
        Prefetched { objects: self, related: R::objects(), key }
    }

    /// Some columns instead of whole objects.
    pub fn values<C: Columns<M>>(self, columns: C) -> Values<M, C> {
        Values { queryset: self, columns }
    }

    /// All the objects.
    ///
    /// # Errors
    /// Any database error, or a column value that is not of its field's type.
    pub async fn all(&self, db: &Database) -> Result<Vec<M>> {
        let statement = self.selection.statement(Asked::Objects);
        let mut objects = Vec::new();
        db.select(&statement, &mut |row| {
            objects.push(self.read(row)?);
            Ok(())
        })
        .await?;
        Ok(objects)
    }

    fn read(&self, row: &dyn Row) -> Result<M> {
        let mut object = M::from_row(row, 0)?;
        let mut offset = M::META.fields.len();
        for path in &self.selection.related {
            object.load_related(path, row, offset)?;
            offset += end_of(M::META, path).fields.len();
        }
        Ok(object)
    }

    /// The one object that matches.
    ///
    /// # Errors
    /// [`Error::DoesNotExist`] and [`Error::MultipleObjectsReturned`], besides what the database reports.
    pub async fn get(&self, db: &Database) -> Result<M> {
        one_of(self.clone().slice(0..2).all(db).await?)
    }

    /// As [`QuerySet::get`], for a row that another program may have written: a whole number that the field's Rust
    /// type cannot hold is replaced by the nearest that it can. Keys are never replaced: they would name another row.
    ///
    /// Use the object for its key and its owner. Read what is shown from the columns ([`QuerySet::rows`]), and do not
    /// call [`Model::save`], which would write the replaced numbers.
    ///
    /// # Errors
    /// As [`QuerySet::get`].
    pub async fn get_clamped(&self, db: &Database) -> Result<M> {
        let Sliced(query) = self.clone().slice(0..2);
        let models: Vec<_> = std::iter::once(M::META)
            .chain(self.selection.related.iter().map(|path| end_of(M::META, path)))
            .collect();
        let mut objects = Vec::new();
        db.select(&query.selection.statement(Asked::Objects), &mut |row| {
            objects.push(self.read(&clamped(row, &models)?)?);
            Ok(())
        })
        .await?;
        one_of(objects)
    }

    /// The first object, if there is any. Without an order, the one with the lowest primary key.
    ///
    /// # Errors
    /// Any database error.
    pub async fn first(&self, db: &Database) -> Result<Option<M>> {
        let mut query = self.clone();
        let unordered = query.selection.order.as_ref().map_or(M::META.ordering.is_empty(), Vec::is_empty);
        if unordered {
            query = query.order_by([Column::<M, M::Pk>::new(M::META.pk_position()).asc()]);
        }
        Ok(query.slice(0..1).all(db).await?.pop())
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// Any database error.
    pub async fn count(&self, db: &Database) -> Result<u64> {
        let mut count = 0;
        db.select(&self.selection.statement(Asked::Count), &mut |row| {
            count = i64::from_value(row.get(0)?)?;
            Ok(())
        })
        .await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Whether there is any row.
    ///
    /// # Errors
    /// Any database error.
    pub async fn exists(&self, db: &Database) -> Result<bool> {
        let mut found = false;
        db.select(&self.selection.statement(Asked::Exists), &mut |_| {
            found = true;
            Ok(())
        })
        .await?;
        Ok(found)
    }

    /// Sets columns of all the rows in one statement, and returns how many rows there were.
    ///
    /// # Errors
    /// [`Error::Integrity`] when a constraint refuses it; nothing is changed then.
    pub async fn update(
        &self,
        db: &Database,
        assignments: impl IntoIterator<Item = Assignment<M>>,
    ) -> Result<u64> {
        let assignments: Vec<(usize, Value)> = assignments.into_iter().map(Assignment::into_parts).collect();
        if assignments.is_empty() {
            return self.count(db).await;
        }
        let changed = db.execute(&self.selection.update(&assignments)).await;
        changed.map_err(|error| error.in_table(M::META.db_table))
    }

    /// Deletes the rows and the rows that depend on them, in one transaction, by the rules of
    /// [`OnDelete`](crate::OnDelete).
    ///
    /// # Errors
    /// [`Error::Protected`] when a row is referred to by a protected key; nothing is deleted then.
    pub async fn delete(&self, db: &Database) -> Result<Deleted> {
        deletion::delete(db, &self.selection).await
    }

    /// Inserts a row with the given values; every other field gets its default.
    ///
    /// # Errors
    /// [`Error::Integrity`] when a constraint refuses it.
    pub async fn create(
        self,
        db: &Database,
        assignments: impl IntoIterator<Item = Assignment<M>>,
    ) -> Result<M> {
        let given = assignments.into_iter().map(Assignment::into_parts).collect();
        let row = save::create_row(db, M::META, given).await?;
        M::from_row(&row, 0)
    }

    /// Rows of columns, without objects: a list response is written from them.
    pub fn rows(self) -> Rows {
        Rows { selection: self.selection }
    }
}

fn one_of<M: Model>(mut found: Vec<M>) -> Result<M> {
    match (found.pop(), found.pop()) {
        (Some(object), None) => Ok(object),
        (None, _) => Err(Error::DoesNotExist(M::META.name)),
        (Some(_), Some(_)) => Err(Error::MultipleObjectsReturned(M::META.name)),
    }
}

/// A row of some models' columns, whose whole numbers fit into the types of their fields.
fn clamped(row: &dyn Row, models: &[&'static ModelMeta]) -> Result<Vec<Value>> {
    let fields = models.iter().flat_map(|meta| meta.fields);
    let value = |(index, field): (usize, &FieldMeta)| {
        Ok(match (row.get(index)?.to_owned(), field.type_range) {
            (Value::Int(n), Some((least, greatest))) if !field.primary_key => {
                Value::Int(n.clamp(least, greatest))
            }
            (value, _) => value,
        })
    };
    fields.enumerate().map(value).collect()
}

/// Says which column it was that could not be read.
fn in_path(error: Error, meta: &'static ModelMeta, path: &Path) -> Error {
    let steps: Vec<usize> = path.steps().collect();
    let Some((field, keys)) = steps.split_last() else { return error };
    let meta = end_of(meta, keys);
    error.in_column(meta.db_table, meta.fields[*field].column)
}

/// The model at the end of a path of foreign keys.
fn end_of(mut meta: &'static ModelMeta, path: &[usize]) -> &'static ModelMeta {
    for step in path {
        if let Some(relation) = meta.fields.get(*step).and_then(|field| field.relation.as_ref()) {
            meta = (relation.to)();
        }
    }
    meta
}

/// Some rows of a query, counted from 0: [`QuerySet::slice`].
///
/// It cannot be filtered, on purpose. SQL would apply a condition after a slice as if it came before it, and find
/// rows that the slice leaves out: a viewset with a sliced queryset would show them by their keys. So filter and
/// order first, then slice.
#[derive(Debug)]
pub struct Sliced<M>(QuerySet<M>);

impl<M> Clone for Sliced<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// A query that was not sliced yet. `Sliced` is none, so that its `filter`, `exclude` and `order_by` say why they cannot be.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "cannot filter or reorder a query once a slice has been taken",
    label = "call this before `slice`"
)]
pub trait Unsliced {}

#[doc(hidden)]
impl<M: Model> Sliced<M> {
    pub fn filter(self, _: Q<M>) -> Self
    where
        Self: Unsliced,
    {
        self
    }

    pub fn exclude(self, _: Q<M>) -> Self
    where
        Self: Unsliced,
    {
        self
    }

    pub fn order_by(self, _: impl IntoIterator<Item = Order<M>>) -> Self
    where
        Self: Unsliced,
    {
        self
    }
}

impl<M: Model> Sliced<M> {
    /// Only the rows of a range of these.
    pub fn slice(self, range: Range<u64>) -> Self {
        Self(self.0.with(|selection| {
            let length = range.end.saturating_sub(range.start);
            let left = selection.limit.map_or(u64::MAX, |limit| limit.saturating_sub(range.start));
            selection.offset = selection.offset.saturating_add(range.start);
            selection.limit = Some(length.min(left));
        }))
    }

    /// As [`QuerySet::select_related`].
    pub fn select_related<T, Of>(self, key: Column<M, T, Of>) -> Self
    where
        T: crate::column::Reference,
    {
        Self(self.0.select_related(key))
    }

    /// As [`QuerySet::values`].
    pub fn values<C: Columns<M>>(self, columns: C) -> Values<M, C> {
        self.0.values(columns)
    }

    /// As [`QuerySet::all`].
    ///
    /// # Errors
    /// As [`QuerySet::all`].
    pub async fn all(&self, db: &Database) -> Result<Vec<M>> {
        self.0.all(db).await
    }

    /// As [`QuerySet::get`].
    ///
    /// # Errors
    /// As [`QuerySet::get`].
    pub async fn get(&self, db: &Database) -> Result<M> {
        one_of(self.clone().slice(0..2).all(db).await?)
    }

    /// As [`QuerySet::count`].
    ///
    /// # Errors
    /// As [`QuerySet::count`].
    pub async fn count(&self, db: &Database) -> Result<u64> {
        self.0.count(db).await
    }

    /// As [`QuerySet::exists`].
    ///
    /// # Errors
    /// As [`QuerySet::exists`].
    pub async fn exists(&self, db: &Database) -> Result<bool> {
        self.0.exists(db).await
    }

    /// As [`QuerySet::rows`].
    pub fn rows(self) -> Rows {
        self.0.rows()
    }
}

/// A queryset without its type.
#[derive(Clone, Debug)]
pub struct Rows {
    selection: Selection,
}

impl<M: Model> From<QuerySet<M>> for Rows {
    fn from(queryset: QuerySet<M>) -> Self {
        queryset.rows()
    }
}

impl<M: Model> From<Sliced<M>> for Rows {
    fn from(sliced: Sliced<M>) -> Self {
        sliced.rows()
    }
}

impl Rows {
    /// The model whose rows they are.
    pub fn meta(&self) -> &'static ModelMeta {
        self.selection.meta
    }

    /// Whether the row with this primary key is one of them.
    ///
    /// # Errors
    /// Any database error, or when the query has a slice, which cannot be filtered.
    pub async fn contains(&self, db: &Database, pk: &Value) -> Result<bool> {
        if self.selection.is_sliced() {
            return Err(Error::Database("cannot filter a query once a slice has been taken".to_owned()));
        }
        let mut one = self.selection.clone();
        let key = Column::<(), ()>::new(one.meta.pk_position()).path;
        one.conditions.push(Condition::Lookup(key, Lookup::Exact(pk.clone())));
        let mut found = false;
        db.select(&one.statement(Asked::Exists), &mut |_| {
            found = true;
            Ok(())
        })
        .await?;
        Ok(found)
    }

    /// Calls `each` with each row's values of the given fields (positions in [`ModelMeta::fields`]), in order.
    ///
    /// # Errors
    /// Any database error, or the first error that `each` returns.
    pub async fn for_each(
        &self,
        db: &Database,
        fields: &[usize],
        each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send),
    ) -> Result<()> {
        db.select(&self.selection.statement(Asked::Fields(fields)), each).await
    }
}

/// A query for some columns.
#[derive(Debug)]
pub struct Values<M, C> {
    queryset: QuerySet<M>,
    columns: C,
}

impl<M: Model, C: Columns<M>> Values<M, C>
where
    C::Row: Send,
{
    /// The tuples of the columns' values.
    ///
    /// # Errors
    /// Any database error.
    pub async fn all(&self, db: &Database) -> Result<Vec<C::Row>> {
        let paths: Vec<_> = self.columns.paths().iter().map(|column| column.path).collect();
        let statement = self.queryset.selection.statement(Asked::Columns(&paths));
        let mut rows = Vec::new();
        db.select(&statement, &mut |row| {
            rows.push(C::read(row).map_err(|(index, error)| in_path(error, M::META, &paths[index]))?);
            Ok(())
        })
        .await?;
        Ok(rows)
    }
}

/// A query for objects, each with the objects that refer to it.
#[derive(Debug)]
pub struct Prefetched<M: Model, R> {
    objects: QuerySet<M>,
    related: QuerySet<R>,
    key: Column<R, ForeignKey<M>>,
}

impl<M: Model, R: Model> Prefetched<M, R>
where
    M::Pk: Ord,
{
    /// The objects, each with those that refer to it in their own order. Two queries for up to 900 objects,
    /// and one for each 900 more.
    ///
    /// # Errors
    /// Any database error.
    pub async fn all(&self, db: &Database) -> Result<Vec<(M, Vec<R>)>> {
        let objects = self.objects.all(db).await?;
        let mut of = std::collections::BTreeMap::<M::Pk, Vec<R>>::new();
        for chunk in objects.chunks(crate::deletion::CHUNK) {
            let keys = chunk.iter().map(ForeignKey::from);
            for related in self.related.clone().filter(self.key.is_in(keys)).all(db).await? {
                let pk = M::Pk::from_value(related.value_ref(self.key.field()))?;
                of.entry(pk).or_default().push(related);
            }
        }
        Ok(objects
            .into_iter()
            .map(|object| {
                let related = of.remove(object.pk()).unwrap_or_default();
                (object, related)
            })
            .collect())
    }
}
