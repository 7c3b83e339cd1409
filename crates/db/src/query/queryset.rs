//! Lazy queries: which rows, in which order. The database is not asked before a method such as `all` or `get` is
//! awaited.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use super::batches::ObjectIterator;
use super::deletion;
use super::expr::{Column, Expr, Order, Orders, Q, Reference, Related, way};
use super::node::{Node, OrderNode};
use super::output::{
    Annotated, Columns, Fields, Objects, OfObjects, Output, Reading, Record, RecordOf, WithOne,
};
use super::path::{Path, end_of};
use super::rows::Rows;
use super::select::{Distinct, Lock, Part, Query};
use super::sliced::Sliced;
use super::statement::Asked;
use super::update;
use crate::{
    Assignment, Database, Deleted, Error, FieldMeta, FieldValue, Model, ModelMeta, Result, Row, Value,
};

/// A query for rows of `M`. `Out` says what is read of each: whole objects, objects with annotations, or values.
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
pub struct QuerySet<M, Out = Objects> {
    pub(super) query: Query,
    types: PhantomData<fn() -> (M, Out)>,
}

impl<M, Out> Clone for QuerySet<M, Out> {
    fn clone(&self) -> Self {
        Self::of(self.query.clone())
    }
}

impl<M, Out> std::fmt::Debug for QuerySet<M, Out> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QuerySet").field("query", &self.query).finish()
    }
}

impl<M, Out> QuerySet<M, Out> {
    pub(super) const fn of(query: Query) -> Self {
        Self { query, types: PhantomData }
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Query)) -> Self {
        change(&mut self.query);
        self
    }

    /// The same rows, of which something else is read.
    fn reading<Other>(self, change: impl FnOnce(&mut Query)) -> QuerySet<M, Other> {
        QuerySet::of(self.with(change).query)
    }

    pub(super) fn into_query(self) -> Query {
        self.query
    }
}

impl<M: Model> QuerySet<M> {
    pub(crate) fn new() -> Self {
        Self::of(Query::new(M::meta()))
    }

    /// No rows, found without asking the database for any.
    pub fn none(self) -> Self {
        self.filter(Q::none())
    }

    /// Also loads the row that a foreign key refers to, in the same query: `ForeignKey::get` returns it.
    pub fn select_related<T: Reference, Of>(self, key: Column<M, T, Of>) -> Self {
        self.with(|query| query.select_related(&way(key)))
    }

    /// Also reads values that the database computes for each row: a number of related rows, a sum, whether another row
    /// exists. The items are then pairs of an object and the values.
    pub fn annotate<C: Columns<M>>(self, columns: C) -> QuerySet<M, Annotated<C::Row>> {
        let nodes = columns.selected().0;
        self.reading(|query| query.parts.extend(nodes.into_iter().map(Part::Annotation)))
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
        let query = &self.query;
        let models: Vec<_> = std::iter::once(M::meta())
            .chain(query.related.iter().map(|hops| end_of(M::meta(), hops)))
            .collect();
        let mut objects = Vec::new();
        let reading = Reading::new(query);
        let each = &mut |row: &dyn Row| {
            objects.push(<Objects as Output<M>>::read(&clamped(row, &models)?, &reading)?);
            Ok(())
        };
        query.select(db, Asked::AtMost(2), each).await?;
        one_of(M::meta(), objects)
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
        let assignments: Vec<(usize, Node)> = assignments.into_iter().map(|it| (it.field, it.node)).collect();
        if assignments.is_empty() {
            return self.count(db).await;
        }
        if self.query.finds_nothing() {
            return Ok(0);
        }
        update::update(db, &self.query, &assignments).await
    }

    /// Deletes the rows and the rows that depend on them, in one transaction, by the rules of
    /// [`OnDelete`](crate::OnDelete).
    ///
    /// # Errors
    /// [`Error::Protected`] when a row is referred to by a protected key; nothing is deleted then.
    pub async fn delete(&self, db: &Database) -> Result<Deleted> {
        deletion::delete(db, &self.query).await
    }

    /// Rows of columns, without objects: a list response is written from them.
    pub fn rows(self) -> Rows {
        Rows::of(self.query)
    }
}

impl<M: Model, Out: Output<M> + OfObjects> QuerySet<M, Out> {
    /// Also reads the row that refers to each object by a one-to-one key, in the same query: Django's `select_related`
    /// of the key's `related_name`. The items are then pairs of an object and the row, if there is one.
    /// `Author::objects().select_related_one(Profile::AUTHOR.reverse())`
    pub fn select_related_one<R: Model, Of>(self, way: Related<M, R, Of>) -> QuerySet<M, WithOne<Out, R>> {
        let hops = way.path.hops(M::meta());
        self.reading(|query| query.related.push(hops))
    }
}

impl<M: Model, Out: Output<M>> QuerySet<M, Out> {
    /// Only the rows that also match the condition.
    ///
    /// As in Django, one call of `filter` asks for one related row that meets all of its conditions, and two calls for
    /// two rows that may differ.
    pub fn filter(self, q: Q<M>) -> Self {
        self.with(|query| query.filter(q.node))
    }

    /// Only the rows that don't match the condition; a row whose column is NULL stays.
    pub fn exclude(self, q: Q<M>) -> Self {
        self.with(|query| query.exclude(q.node))
    }

    /// Only the row whose primary key has this value.
    pub fn filter_pk(self, pk: M::Pk) -> Self {
        self.filter_field(M::meta().pk_position(), pk.to_value())
    }

    /// Only the rows that have this value in a field (a position in [`ModelMeta::fields`](crate::ModelMeta::fields)).
    pub fn filter_field(self, field: usize, value: Value) -> Self {
        self.with(|query| query.filter(Node::equals(Path::field(field), value)))
    }

    /// Sets the order, instead of the model's default.
    pub fn order_by(self, order: impl IntoIterator<Item = Order<M>>) -> Self {
        let order = order.into_iter().map(|order| order.by).collect();
        self.with(|query| {
            query.order = Some(order);
            query.reversed = false;
        })
    }

    /// Turns the order round.
    pub fn reverse(self) -> Self {
        self.with(|query| query.reversed = !query.reversed)
    }

    /// Each row once, where relations to many rows would repeat it.
    pub fn distinct(self) -> Self {
        self.with(|query| query.distinct = Distinct::Yes)
    }

    /// The first row for each value of some columns, by which the query must be ordered first. PostgreSQL only, as with
    /// Django.
    pub fn distinct_on<C: Columns<M>>(self, columns: C) -> Self {
        self.with(|query| query.distinct = Distinct::On(columns.selected().0))
    }

    /// Only the rows of a range, counted from 0 in the query's order. The result can be read, but not filtered,
    /// ordered, updated or deleted: Django raises a `TypeError` for that, here it does not compile.
    pub fn slice(self, range: Range<u64>) -> Sliced<M, Out> {
        Sliced(self).slice(range)
    }

    /// Locks the rows until the transaction ends. On SQLite, where a transaction keeps other writers out, nothing is
    /// added.
    pub fn select_for_update(self) -> Self {
        self.with(|query| query.lock = Some(Lock::default()))
    }

    /// As [`QuerySet::select_for_update`], with what else PostgreSQL can do about rows that are locked already.
    pub fn select_for_update_with(self, lock: Lock) -> Self {
        self.with(|query| query.lock = Some(lock))
    }

    /// Some columns and expressions instead of whole objects: Django's `values_list`. One column gives plain values,
    /// a tuple gives tuples. Beside a function of many rows (`Book::ID.count()`) the other columns make the groups. With
    /// names, see [`QuerySet::only`].
    pub fn values<C: Columns<M>>(self, columns: C) -> QuerySet<M, Fields<C::Row>> {
        let nodes = columns.selected().0;
        self.reading(|query| {
            query.selected = Some(nodes);
            query.related.clear();
        })
    }

    /// Structs of some columns instead of whole objects: Django's `only`, and the other side of its `defer`. What is not read
    /// is not there, so that nothing is read later, row by row: the columns of a struct are those that its fields name.
    /// `Book::objects().only::<BookTitle>()`
    pub fn only<R: RecordOf<M>>(self) -> QuerySet<M, Fields<R>> {
        self.reading(|query| {
            query.selected = Some(R::columns().0);
            query.related.clear();
        })
    }

    /// One item for each value of these columns, beside those that `values` names: where the columns of the groups are not
    /// themselves asked for, as in a subquery. `Book::objects().values(Book::ID.count()).group_by(Book::AUTHOR)`.
    pub fn group_by<C: Columns<M>>(self, columns: C) -> Self {
        self.with(|query| query.groups.extend(columns.selected().0))
    }

    /// All the items: objects, or what `values` and `annotate` ask for.
    ///
    /// # Errors
    /// Any database error, or a column value that is not of its field's type.
    pub async fn all(&self, db: &Database) -> Result<Vec<Out::Item>> {
        fetch::<M, Out>(&self.query, db, Asked::Rows).await
    }

    /// Calls `each` with one item after the other, without keeping them: Django's `iterator`.
    ///
    /// # Errors
    /// As [`QuerySet::all`], or the first error that `each` returns.
    pub async fn for_each(
        &self,
        db: &Database,
        mut each: impl FnMut(Out::Item) -> Result<()> + Send,
    ) -> Result<()> {
        let reading = Reading::new(&self.query);
        self.query.select(db, Asked::Rows, &mut |row| each(Out::read(row, &reading)?)).await
    }

    /// The items, read in batches of so many, so that they are never all in memory: Django's `iterator(chunk_size=...)`. The loop's
    /// body may wait, and ask the database for other things.
    ///
    /// ```
    /// # extern crate belleville_db as belleville;
    /// # use belleville_db::{Database, Model};
    /// # #[derive(Model, Clone, Debug)]
    /// # #[model(app = "projects")]
    /// # struct Project { #[field(primary_key)] id: i64, #[field(max_length = 100)] name: String }
    /// # async fn example(db: &Database) -> belleville_db::Result<()> {
    /// let mut projects = Project::objects().iterator(db, 2000).await?;
    /// while let Some(mut project) = projects.next().await? {
    ///     project.name = project.name.to_uppercase();
    ///     project.save(db).await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// The query sees the rows as they were when it began. Until its last row, or until the iterator is dropped, it has a
    /// connection to itself: on PostgreSQL one of the pool, with a cursor in a transaction that only reads (at most half of the
    /// pool's connections are used so; a further query waits for `pool_timeout`), on SQLite a reading one, of at most 32,
    /// which lets the file's log grow meanwhile. In a transaction of PostgreSQL the cursor is one of that transaction. In a
    /// transaction of SQLite, in a database in memory and with `pool_size=1` there is one connection for everything, and all
    /// rows are one batch.
    ///
    /// # Errors
    /// As [`QuerySet::all`]; [`Error::Busy`] and [`Error::PoolTimeout`] when too many others hold a connection.
    pub async fn iterator(&self, db: &Database, size: usize) -> Result<ObjectIterator<M, Out>> {
        ObjectIterator::open(self.query.clone(), db, size).await
    }

    /// The items of a range, and how many there are in all: what a page shows. PostgreSQL gets both queries before its first
    /// answer.
    ///
    /// # Errors
    /// As [`QuerySet::all`].
    pub async fn page(&self, db: &Database, range: std::ops::Range<u64>) -> Result<(Vec<Out::Item>, u64)> {
        let mut slice = self.query.clone();
        slice.slice(range.start, range.end);
        if slice.finds_nothing() {
            return Ok((Vec::new(), count(&self.query, db).await?));
        }
        let rows = slice.statement(db.target(), Asked::Rows)?;
        let all = self.query.statement(db.target(), Asked::Count)?;
        let (mut items, mut count) = (Vec::new(), 0);
        let reading = Reading::new(&slice);
        let mut each = |row: &dyn Row| {
            items.push(Out::read(row, &reading)?);
            Ok(())
        };
        let mut counted = |row: &dyn Row| {
            count = i64::from_value(row.get(0)?)?;
            Ok(())
        };
        db.select_all(&mut [(&rows, &mut each), (&all, &mut counted)]).await?;
        Ok((items, u64::try_from(count).unwrap_or_default()))
    }

    /// The one item that matches.
    ///
    /// # Errors
    /// [`Error::DoesNotExist`] and [`Error::MultipleObjectsReturned`], besides what the database reports.
    pub async fn get(&self, db: &Database) -> Result<Out::Item> {
        one_of(M::meta(), fetch::<M, Out>(&self.query, db, Asked::AtMost(2)).await?)
    }

    /// The first item, if there is any. Without an order, the one with the lowest primary key.
    ///
    /// # Errors
    /// Any database error.
    pub async fn first(&self, db: &Database) -> Result<Option<Out::Item>> {
        let mut query = self.query.clone();
        if !query.is_ordered() && !query.is_grouped_by_values() {
            query.order = Some(vec![by_pk(M::meta())]);
        }
        query.slice(0, 1);
        Ok(fetch::<M, Out>(&query, db, Asked::Rows).await?.pop())
    }

    /// The last item, if there is any. Without an order, the one with the highest primary key.
    ///
    /// # Errors
    /// Any database error.
    pub async fn last(&self, db: &Database) -> Result<Option<Out::Item>> {
        let mut query = self.query.clone();
        if !query.is_ordered() {
            query.order = Some(vec![by_pk(M::meta())]);
        }
        query.reversed = !query.reversed;
        query.slice(0, 1);
        Ok(fetch::<M, Out>(&query, db, Asked::Rows).await?.pop())
    }

    /// The item with the greatest value of a column, or of several: Django's `latest`. With `()`, of those that the model
    /// names by `get_latest_by`.
    ///
    /// # Errors
    /// [`Error::DoesNotExist`] when there is no row.
    pub async fn latest(&self, db: &Database, by: impl Orders<M>) -> Result<Out::Item> {
        self.at_end(db, by.orders(), true).await
    }

    /// The item with the least value of a column: Django's `earliest`. See [`QuerySet::latest`].
    ///
    /// # Errors
    /// [`Error::DoesNotExist`] when there is no row.
    pub async fn earliest(&self, db: &Database, by: impl Orders<M>) -> Result<Out::Item> {
        self.at_end(db, by.orders(), false).await
    }

    async fn at_end(&self, db: &Database, by: Vec<Order<M>>, reversed: bool) -> Result<Out::Item> {
        if by.is_empty() {
            let text = format!("{} has no get_latest_by, so that a column must be given", M::meta().label());
            return Err(Error::Database(text));
        }
        let mut query = self.query.clone();
        query.order = Some(by.into_iter().map(|order| order.by).collect());
        query.reversed = reversed;
        query.slice(0, 1);
        fetch::<M, Out>(&query, db, Asked::Rows).await?.pop().ok_or(Error::DoesNotExist(M::meta().name))
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// Any database error.
    pub async fn count(&self, db: &Database) -> Result<u64> {
        count(&self.query, db).await
    }

    /// Whether there is any row.
    ///
    /// # Errors
    /// Any database error.
    pub async fn exists(&self, db: &Database) -> Result<bool> {
        exists(&self.query, db).await
    }

    /// Functions of all the rows: `Book::objects().aggregate((Book::PRICE.avg(), Book::ID.count()))`.
    ///
    /// # Errors
    /// Any database error.
    pub async fn aggregate<C: Columns<M>>(&self, db: &Database, columns: C) -> Result<C::Row> {
        let nodes = columns.selected().0;
        let mut found = None;
        let each = &mut |row: &dyn Row| {
            found = Some(C::Row::read(row, 0, &[]).map_err(|(_, error)| error)?);
            Ok(())
        };
        self.query.select(db, Asked::Aggregates(&nodes), each).await?;
        found.ok_or(Error::DoesNotExist(M::meta().name))
    }

    /// Whether the query finds a row, as a condition of the query around it. Columns of that one are named with
    /// [`outer`](crate::functions::outer).
    pub fn is_found<O>(self) -> Q<O> {
        Q::new(Node::Exists(Arc::new(self.query)))
    }

    /// What the database plans to do for the query, in its own words.
    ///
    /// # Errors
    /// Any database error.
    pub async fn explain(&self, db: &Database) -> Result<String> {
        let statement = self.query.statement(db.target(), Asked::Rows)?.explained(db.dialect());
        let mut lines = Vec::new();
        db.select(&statement, &mut |row| {
            lines.push(super::statement::plan_line(row)?);
            Ok(())
        })
        .await?;
        Ok(lines.join("\n"))
    }
}

impl<M: Model, V: Record> QuerySet<M, Fields<V>>
where
    V: FieldValue,
{
    /// The one value that the query finds, as an expression of the query around it; NULL when it finds none. Columns of
    /// that one are named with [`outer`](crate::functions::outer).
    pub fn subquery<O>(self) -> Expr<O, V::Optional> {
        Expr::new(Node::Subquery(Arc::new(self.query)))
    }
}

pub(super) async fn fetch<M: Model, Out: Output<M>>(
    query: &Query,
    db: &Database,
    asked: Asked<'_>,
) -> Result<Vec<Out::Item>> {
    let reading = Reading::new(query);
    let mut items = Vec::new();
    let each = &mut |row: &dyn Row| {
        items.push(Out::read(row, &reading)?);
        Ok(())
    };
    query.select(db, asked, each).await?;
    Ok(items)
}

pub(crate) async fn count(query: &Query, db: &Database) -> Result<u64> {
    let mut count = 0;
    let each = &mut |row: &dyn Row| {
        count = i64::from_value(row.get(0)?)?;
        Ok(())
    };
    query.select(db, Asked::Count, each).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

pub(super) async fn exists(query: &Query, db: &Database) -> Result<bool> {
    let mut found = false;
    let each = &mut |_: &dyn Row| {
        found = true;
        Ok(())
    };
    query.select(db, Asked::Exists, each).await?;
    Ok(found)
}

fn by_pk(meta: &ModelMeta) -> OrderNode {
    OrderNode { node: Node::Column(Path::field(meta.pk_position())), descending: false, nulls_first: None }
}

pub(super) fn one_of<T>(meta: &ModelMeta, mut found: Vec<T>) -> Result<T> {
    match (found.pop(), found.pop()) {
        (Some(item), None) => Ok(item),
        (None, _) => Err(Error::DoesNotExist(meta.name)),
        (Some(_), Some(_)) => Err(Error::MultipleObjectsReturned(meta.name)),
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
