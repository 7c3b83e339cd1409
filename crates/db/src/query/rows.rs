//! Querysets without types: what serializers, filters and pages read.

use super::batches::RowBatches;
use super::deletion::{self, Deleted};
use super::known;
use super::named::{self, LookupName, OrderName, WrongValue};
use super::node::{Lookup, Node, Right};
use super::path::Path;
use super::queryset::{QuerySet, count, exists};
use super::row_condition::RowCondition;
use super::select::{Distinct, Query};
use super::statement::{Asked, Statement};
use super::ways::{ColumnPath, Selection};
use super::writer::Writer;
use crate::constraints::{Comparison, Condition, Operand};
use crate::dialect::{Dialect, Target};
use crate::json::{Json, JsonWriter};
use crate::{Database, Error, FieldValue, Model, ModelMeta, Result, Row, Uuid, Value};

/// Of how many querysets one statement can say whether they have a row: it has a column for each.
const MOST_AT_ONCE: usize = 500;

/// About how many values one statement is asked at most: as many as lists of values are filled up to.
const MOST_AMONG: usize = 1024;

/// A queryset without its type.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    query: Query,
}

impl Rows {
    pub(super) const fn of(query: Query) -> Self {
        Self { query }
    }

    pub(super) fn query(&self) -> &Query {
        &self.query
    }

    /// Every row of a model, in its default order.
    pub fn all(meta: &'static ModelMeta) -> Self {
        Self::of(Query::new(meta))
    }

    /// The model whose rows they are.
    pub fn meta(&self) -> &'static ModelMeta {
        self.query.meta
    }

    /// Only those that also match a lookup with a value of JSON.
    ///
    /// # Errors
    /// When the value is not of the field's kind, the lookup is of another model, or the query has a slice.
    pub fn filter(self, lookup: &LookupName, value: &Json) -> Result<Self, WrongValue> {
        let node = lookup.condition(value)?;
        self.narrowed(lookup, node)
    }

    /// As [`Rows::filter`], with a value written as text.
    ///
    /// # Errors
    /// As [`Rows::filter`].
    pub fn filter_text(self, lookup: &LookupName, text: &str) -> Result<Self, WrongValue> {
        let node = lookup.text_condition(text)?;
        self.narrowed(lookup, node)
    }

    /// Only those that also meet a condition.
    ///
    /// # Errors
    /// When the condition is on rows of another model, or the query has a slice.
    pub fn matching(self, condition: impl Into<RowCondition>) -> Result<Self> {
        let condition = condition.into();
        if condition.meta.db_table != self.meta().db_table {
            return Err(of_another_model(condition.meta, self.meta()));
        }
        self.query.narrowed(condition.node).map(Self::of)
    }

    /// The same with the model's type, to be read as objects.
    ///
    /// # Errors
    /// When they are rows of another model.
    pub fn into_queryset<M: Model>(self) -> Result<QuerySet<M>> {
        if M::meta().db_table == self.meta().db_table {
            Ok(QuerySet::of(self.query))
        } else {
            Err(of_another_model(M::meta(), self.meta()))
        }
    }

    /// Whether they are all of the model's rows.
    pub fn are_all(&self) -> bool {
        let query = &self.query;
        query.parts.is_empty()
            && query.combined.is_empty()
            && !query.is_sliced()
            && query.distinct == Distinct::No
    }

    /// Sets the order, instead of the model's default.
    ///
    /// # Errors
    /// When a name is of another model.
    pub fn order_by<'a>(self, names: impl IntoIterator<Item = &'a OrderName>) -> Result<Self, WrongValue> {
        let mut order = Vec::new();
        for name in names {
            named::of_model(name.model(), self.meta())?;
            order.extend_from_slice(name.nodes());
        }
        Ok(self.with(|query| (query.order, query.reversed) = (Some(order), false)))
    }

    /// Each row once, where relations to many rows would repeat it.
    #[must_use]
    pub fn distinct(self) -> Self {
        self.with(|query| query.distinct = Distinct::Yes)
    }

    /// Only the rows of a range, counted from 0 in the query's order.
    #[must_use]
    pub fn slice(self, range: std::ops::Range<u64>) -> Self {
        self.with(|query| query.slice(range.start, range.end))
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// Any database error.
    pub async fn count(&self, db: &Database) -> Result<u64> {
        count(&self.query, db).await
    }

    fn narrowed(self, lookup: &LookupName, node: Node) -> Result<Self, WrongValue> {
        named::of_model(lookup.model(), self.meta())?;
        let narrowed = self.query.narrowed(node);
        narrowed.map(Self::of).map_err(|error| WrongValue::new(error.to_string()))
    }

    fn with(mut self, change: impl FnOnce(&mut Query)) -> Self {
        change(&mut self.query);
        self
    }

    /// Only those with these values in fields (positions in [`ModelMeta::fields`]); NULL is one of them.
    ///
    /// # Errors
    /// When the query has a slice, which cannot be filtered.
    pub fn with_values(self, values: impl IntoIterator<Item = (usize, Value)>) -> Result<Self> {
        let equal = |(field, value): (usize, Value)| match value {
            Value::Null => {
                Node::compare(Node::Column(Path::field(field)), Lookup::IsNull, Right::Truth(true))
            }
            value => Node::equals(Path::field(field), value),
        };
        let equal = Node::All(values.into_iter().map(equal).collect());
        self.query.narrowed(equal).map(Self::of)
    }

    /// Only those that meet the condition of a constraint.
    ///
    /// # Errors
    /// As [`Rows::with_values`], or when the model lacks a field of the condition.
    pub fn meeting(self, condition: &Condition) -> Result<Self> {
        let node = met(self.meta(), condition)?;
        self.query.narrowed(node).map(Self::of)
    }

    /// All of them but the one with this primary key.
    ///
    /// # Errors
    /// As [`Rows::with_values`].
    pub fn except(self, pk: Value) -> Result<Self> {
        let is_it = Node::equals(Path::field(self.meta().pk_position()), pk);
        self.query.narrowed(Node::Not(Box::new(is_it))).map(Self::of)
    }

    /// Whether there are any.
    ///
    /// # Errors
    /// Any database error.
    pub async fn exists(&self, db: &Database) -> Result<bool> {
        exists(&self.query, db).await
    }

    /// Of each of several querysets whether it has a row: in one statement for some hundreds of them.
    ///
    /// # Errors
    /// Any database error.
    pub async fn exist(db: &Database, all: &[&Self]) -> Result<Vec<bool>> {
        let mut found = Vec::with_capacity(all.len());
        for some in all.chunks(MOST_AT_ONCE) {
            let queries: Vec<&Query> = some.iter().map(|rows| &rows.query).collect();
            let statement = existing(&queries, db.target())?;
            let each = &mut |row: &dyn Row| {
                for index in 0..some.len() {
                    found.push(bool::from_value(row.get(index)?)?);
                }
                Ok(())
            };
            db.select(&statement, each).await?;
        }
        Ok(found)
    }

    /// Whether one of them has this value in a field (a position in [`ModelMeta::fields`]).
    ///
    /// # Errors
    /// Any database error, or when the query has a slice, which cannot be filtered.
    pub async fn contains(&self, db: &Database, field: usize, value: &Value) -> Result<bool> {
        let equal = Node::equals(Path::field(field), value.clone());
        exists(&self.query.clone().narrowed(equal)?, db).await
    }

    /// The value of one column of those that have this value in another one: of two of them at most.
    ///
    /// # Errors
    /// Any database error, or when the query has a slice, which cannot be filtered.
    pub async fn find(
        &self,
        db: &Database,
        by: ColumnPath,
        value: &Value,
        wanted: ColumnPath,
    ) -> Result<Vec<Value>> {
        let mut query = self.query.clone().narrowed(Node::equals(by.0, value.clone()))?;
        query.slice(0, 2);
        query.selected = Some(vec![Node::Column(wanted.0)]);
        let mut found = Vec::new();
        let each = &mut |row: &dyn Row| {
            found.push(row.get(0)?.to_owned());
            Ok(())
        };
        query.select(db, Asked::Rows, each).await?;
        Ok(found)
    }

    /// The same of several values at once: each that a row has, with the value of the wanted column.
    ///
    /// # Errors
    /// As [`Rows::find`].
    pub async fn find_all(
        &self,
        db: &Database,
        by: ColumnPath,
        values: &[Value],
        wanted: ColumnPath,
    ) -> Result<Vec<(Value, Value)>> {
        let mut found = Vec::new();
        let each = &mut |row: &dyn Row| {
            found.push((row.get(0)?.to_owned(), row.get(1)?.to_owned()));
            Ok(())
        };
        if let Some(statement) = self.look_up_each(by, wanted, values, db.target())? {
            db.select(&statement, each).await?;
            return Ok(found);
        }
        for values in values.chunks(MOST_AMONG) {
            let mut query = self.query.clone().narrowed(Node::is_among(by.0, values.iter().cloned()))?;
            query.order = Some(Vec::new());
            query.selected = Some(vec![Node::Column(by.0), Node::Column(wanted.0)]);
            query.select(db, Asked::Rows, each).await?;
        }
        Ok(found)
    }

    /// Those of several values that a row has in a column.
    ///
    /// # Errors
    /// As [`Rows::find`].
    pub async fn find_values(&self, db: &Database, by: ColumnPath, values: &[&Value]) -> Result<Vec<Value>> {
        let Some(statement) = self.look_up_each(by, by, values.iter().copied(), db.target())? else {
            let values: Vec<Value> = values.iter().map(|value| (*value).clone()).collect();
            let found = self.find_all(db, by, &values, by).await?;
            return Ok(found.into_iter().map(|(value, _)| value).collect());
        };
        let mut found = Vec::new();
        let each = &mut |row: &dyn Row| {
            found.push(row.get(0)?.to_owned());
            Ok(())
        };
        db.select(&statement, each).await?;
        Ok(found)
    }

    /// The statement that looks up several values one by one, where SQLite can: it makes a table of those of an `IN` first and sorts them,
    /// which takes three times as long as to find each of them by an index.
    fn look_up_each<'a>(
        &self,
        by: ColumnPath,
        wanted: ColumnPath,
        values: impl IntoIterator<Item = &'a Value>,
        target: Target,
    ) -> Result<Option<Statement>> {
        let meta = self.meta();
        let is_own = |path: Path| path.is_local() && meta.is_own(path.last());
        let field = &meta.fields[by.0.last()];
        let can_be = target.dialect == Dialect::Sqlite
            && self.query.is_all_rows()
            && is_own(by.0)
            && is_own(wanted.0)
            && (field.unique || field.primary_key);
        match can_be.then(|| json_list(values)).flatten() {
            Some(values) => look_up_each(meta, by.0, wanted.0, values, target).map(Some),
            None => Ok(None),
        }
    }

    /// Only those with one of these primary keys.
    #[must_use]
    pub fn with_keys(self, keys: impl IntoIterator<Item = Value>) -> Self {
        let pk = self.meta().pk_position();
        self.with_any(pk, keys)
    }

    /// Only those with one of these values in a field (a position in [`ModelMeta::fields`]).
    #[must_use]
    pub fn with_any(self, field: usize, values: impl IntoIterator<Item = Value>) -> Self {
        let values = Node::is_in(Path::field(field), values);
        self.with(|query| query.filter(values))
    }

    /// Deletes them, and the rows that depend on them.
    ///
    /// # Errors
    /// As [`QuerySet::delete`](crate::QuerySet::delete).
    pub async fn delete(&self, db: &Database) -> Result<Deleted> {
        deletion::delete(db, &self.query).await
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
        self.query.select(db, Asked::Fields(fields), each).await
    }

    /// What is selected of each row, read in batches of so many, as [`QuerySet::iterator`] reads them.
    ///
    /// # Errors
    /// As [`QuerySet::iterator`].
    pub async fn batches(&self, db: &Database, selection: &Selection, size: usize) -> Result<RowBatches> {
        let mut query = self.query.clone();
        query.selected = Some(selection.0.clone());
        RowBatches::open(&query, db, Asked::Rows, size).await
    }

    /// Calls `each` with what is selected of each row, in order.
    ///
    /// # Errors
    /// As [`Rows::for_each`].
    pub async fn select(
        &self,
        db: &Database,
        selection: &Selection,
        each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send),
    ) -> Result<()> {
        let mut query = self.query.clone();
        query.selected = Some(selection.0.clone());
        query.select(db, Asked::Rows, each).await
    }
}

/// The question for the rows that have one of some values in a column, each of which is looked up. They are one parameter, a list
/// of JSON, which takes SQLite a third of the time that as many parameters take.
fn look_up_each(
    meta: &'static ModelMeta,
    by: Path,
    wanted: Path,
    values: String,
    target: Target,
) -> Result<Statement> {
    let write = |values: &[Value]| {
        let mut writer = Writer::new(target);
        let column = |writer: &mut Writer, path: Path| {
            writer.ident(meta.db_table);
            writer.push(".");
            writer.ident(meta.fields[path.last()].column);
        };
        writer.push("SELECT ");
        column(&mut writer, by);
        writer.push(", ");
        column(&mut writer, wanted);
        writer.push(" FROM json_each(");
        values.iter().for_each(|values| writer.bind(values.clone()));
        // SQLite goes through the tables of a CROSS JOIN in their order.
        writer.push(") AS looked_up CROSS JOIN ");
        writer.ident(meta.db_table);
        writer.push(" WHERE ");
        column(&mut writer, by);
        writer.push(" = looked_up.value");
        writer.finish()
    };
    known::statement_with(vec![Value::Text(values)], |shape| shape.looked_up(meta, [by, wanted]), write)
}

/// Whole numbers, texts and UUIDs as a list of JSON, each as SQLite stores it; `None` where there is anything else. SQLite ends a text of
/// JSON at a null character.
fn json_list<'a>(values: impl IntoIterator<Item = &'a Value>) -> Option<String> {
    let values = values.into_iter();
    // A usual code of a book or a number takes less.
    let (mut out, mut is_plain) = (Vec::with_capacity(values.size_hint().0 * 16), true);
    JsonWriter::new(&mut out).list(|list| {
        for value in values {
            match value {
                Value::Int(number) => list.item().number(*number),
                Value::Text(text) => list.item().text(text),
                Value::Uuid(uuid) => list.item().text(uuid.simple().encode_lower(&mut Uuid::encode_buffer())),
                _ => is_plain = false,
            }
        }
    });
    // That is how a null character is written.
    String::from_utf8(out).ok().filter(|list| is_plain && !list.contains("\\u0000"))
}

fn of_another_model(asked: &ModelMeta, own: &ModelMeta) -> Error {
    Error::Database(format!("rows of {} are no rows of {}", own.label(), asked.label()))
}

/// The question of each of some queries whether it finds a row.
fn existing(queries: &[&Query], target: Target) -> Result<Statement> {
    let write = || {
        let mut writer = Writer::new(target);
        writer.push("SELECT ");
        writer.list(queries, |writer, query| {
            writer.push("EXISTS");
            writer.subquery(query, Asked::Exists);
        });
        writer.finish()
    };
    known::statement(|shape| shape.existing(queries, target), write)
}

/// The condition of a constraint, of the rows of a query.
fn met(meta: &'static ModelMeta, condition: &Condition) -> Result<Node> {
    let column = |name: &str| {
        let position = meta.position(name);
        let unknown = || Error::Database(format!("{} has no field `{name}`", meta.label()));
        position.map(|at| Node::Column(Path::field(at))).ok_or_else(unknown)
    };
    let all = |parts: &[Condition]| parts.iter().map(|part| met(meta, part)).collect::<Result<Vec<_>>>();
    Ok(match condition {
        Condition::Compare(name, comparison, with) => {
            let lookup = match comparison {
                Comparison::Equal => Lookup::Exact,
                Comparison::Less => Lookup::Lt,
                Comparison::LessOrEqual => Lookup::Lte,
                Comparison::Greater => Lookup::Gt,
                Comparison::GreaterOrEqual => Lookup::Gte,
            };
            let with = match with {
                Operand::Value(value) => Node::Value(value.clone()),
                Operand::Field(other) => column(other)?,
            };
            Node::compare(column(name)?, lookup, Right::One(with))
        }
        Condition::In(name, values) => {
            let values = values.iter().cloned().map(Node::Value).collect();
            Node::compare(column(name)?, Lookup::In, Right::List(values))
        }
        Condition::IsNull(name, is_null) => {
            Node::compare(column(name)?, Lookup::IsNull, Right::Truth(*is_null))
        }
        Condition::And(parts) => Node::All(all(parts)?),
        Condition::Or(parts) => Node::Any(all(parts)?),
        Condition::Not(part) => Node::Not(Box::new(met(meta, part)?)),
    })
}
