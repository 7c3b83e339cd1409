//! Texts that were written before. Plain statements that differ only in their values have the same text, so that it is
//! written once a thread: comparisons of columns with values, an order by columns, a page; rows inserted and changed.
//!
//! A statement is looked up by its [`Shape`]: all that its text depends on, as numbers. What has no shape is written
//! anew each time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::node::{Compare, Lookup, Node, OrderNode, Right};
use super::path::{Hop, Path, address};
use super::select::{Distinct, Part, Query};
use super::statement::{Asked, Statement};
use super::write::OnConflict;
use crate::dialect::{Dialect, Target};
use crate::{ModelMeta, Result, Value};

/// How many numbers a shape may have.
const LONGEST: usize = 96;

/// How many new rows are few.
const FEW_ROWS: usize = 8;

/// How many texts a thread keeps. A program has about as many as its source has queries.
const MOST: usize = 1024;

type Texts = HashMap<Box<[usize]>, Arc<str>, BuildHasherDefault<Mixer>>;

thread_local! {
    static TEXTS: RefCell<Texts> = RefCell::default();
}

/// The statement of the shape that `describe` finds: its text from memory, or `write`'s.
///
/// # Errors
/// Those of `write`.
pub(super) fn statement(
    describe: impl FnOnce(&mut Shape) -> Option<()>,
    write: impl FnOnce() -> Result<Statement>,
) -> Result<Statement> {
    let mut shape = Shape::new();
    if describe(&mut shape).is_none() {
        return write();
    }
    if let Some(sql) = shape.text() {
        return Ok(Statement::new(sql, shape.values));
    }
    let statement = write()?;
    if statement.params == shape.values {
        shape.remember(&statement.sql);
    }
    Ok(statement)
}

/// The same of values that are handed to the statement instead of copied. `describe` leaves them out.
///
/// # Errors
/// Those of `write`.
pub(super) fn statement_with(
    values: Vec<Value>,
    describe: impl FnOnce(&mut Shape) -> Option<()>,
    write: impl FnOnce(&[Value]) -> Result<Statement>,
) -> Result<Statement> {
    let mut shape = Shape::new();
    let is_plain = describe(&mut shape).is_some();
    if let Some(sql) = shape.text().filter(|_| is_plain) {
        return Ok(Statement::new(sql, values));
    }
    let statement = write(&values)?;
    if is_plain && statement.params == values {
        shape.remember(&statement.sql);
    }
    Ok(statement)
}

/// All that the text of a statement depends on, and the values of its parameters in the text's order.
pub(super) struct Shape {
    numbers: [usize; LONGEST],
    len: usize,
    values: Vec<Value>,
    /// What follows stands under a `NOT`, where a relation to many rows becomes a subquery.
    is_negated: bool,
}

impl Shape {
    fn new() -> Self {
        Self { numbers: [0; LONGEST], len: 0, values: Vec::new(), is_negated: false }
    }

    /// The text that was written of it before.
    fn text(&self) -> Option<Arc<str>> {
        TEXTS.with_borrow(|texts| texts.get(self.numbers()).map(Arc::clone))
    }

    fn remember(&self, sql: &Arc<str>) {
        TEXTS.with_borrow_mut(|texts| {
            if texts.len() >= MOST {
                texts.clear();
            }
            texts.insert(self.numbers().into(), Arc::clone(sql));
        });
    }

    /// Of a query; `None` when it is not plain.
    pub(super) fn query(&mut self, query: &Query, target: Target, asked: Asked<'_>) -> Option<()> {
        self.begin(1, target, query.meta)?;
        self.asked(asked)?;
        self.filters(query)?;
        self.selected(query)?;
        self.order(query)?;
        self.range(query, asked)
    }

    /// Of the question of each of several queries whether it finds a row.
    pub(super) fn existing(&mut self, queries: &[&Query], target: Target) -> Option<()> {
        self.push(5 << 1)?;
        self.push(queries.len())?;
        queries.iter().try_for_each(|query| self.query(query, target, Asked::Exists))
    }

    /// Of values that are looked up by a column, and another one that is read. SQLite alone has it.
    pub(super) fn looked_up(&mut self, meta: &'static ModelMeta, columns: [Path; 2]) -> Option<()> {
        self.push(6 << 1)?;
        self.push(address(meta))?;
        columns.iter().try_for_each(|column| self.push(column.last()))
    }

    /// Of an `UPDATE` or a `DELETE` of a query's rows.
    pub(super) fn change(
        &mut self,
        query: &Query,
        target: Target,
        assignments: Option<&[(usize, Node)]>,
        returning: bool,
    ) -> Option<()> {
        self.begin(2, target, query.meta)?;
        let count = assignments.map_or(0, |assignments| assignments.len() + 1);
        self.push(count << 1 | usize::from(returning))?;
        for (field, node) in assignments.unwrap_or_default() {
            let Node::Value(value) = node else { return None };
            self.push(*field)?;
            self.values.push(value.clone());
        }
        self.filters(query)?;
        // A subquery for the rows has these too.
        let has_more = query.is_sliced()
            || !query.combined.is_empty()
            || !query.groups.is_empty()
            || query.distinct != Distinct::No
            || query.lock.is_some();
        (!has_more).then_some(())
    }

    /// Of an `INSERT` of one row.
    pub(super) fn insert(
        &mut self,
        meta: &'static ModelMeta,
        target: Target,
        mut fields: impl Iterator<Item = usize>,
    ) -> Option<()> {
        self.begin(3, target, meta)?;
        fields.try_for_each(|field| self.push(field))
    }

    /// Of an `INSERT` of a few rows. Of many, hardly two have the same number.
    pub(super) fn insert_few(
        &mut self,
        meta: &'static ModelMeta,
        target: Target,
        fields: &[usize],
        rows: usize,
        on_conflict: &OnConflict,
    ) -> Option<()> {
        if rows > FEW_ROWS {
            return None;
        }
        self.begin(4, target, meta)?;
        self.push(match on_conflict {
            OnConflict::Fail => 0,
            OnConflict::Ignore => 1,
            OnConflict::Update { .. } => return None,
        })?;
        self.push(fields.len())?;
        fields.iter().try_for_each(|field| self.push(*field))?;
        self.push(rows)
    }

    fn begin(&mut self, kind: usize, target: Target, meta: &'static ModelMeta) -> Option<()> {
        self.push(kind << 1 | usize::from(target.dialect == Dialect::Postgres))?;
        self.push(address(meta))
    }

    fn numbers(&self) -> &[usize] {
        &self.numbers[..self.len]
    }

    fn push(&mut self, number: usize) -> Option<()> {
        *self.numbers.get_mut(self.len)? = number;
        self.len += 1;
        Some(())
    }

    fn asked(&mut self, asked: Asked<'_>) -> Option<()> {
        match asked {
            Asked::Rows | Asked::AtMost(_) => self.push(1),
            Asked::Count => self.push(2),
            Asked::Exists => self.push(3),
            Asked::Fields(fields) => {
                self.push(4)?;
                self.push(fields.len())?;
                fields.iter().try_for_each(|field| self.push(*field))
            }
            Asked::Aggregates(_) => None,
        }
    }

    fn filters(&mut self, query: &Query) -> Option<()> {
        self.push(query.parts.len())?;
        query.parts.iter().try_for_each(|part| match part {
            Part::Filter(node) => self.condition(node),
            Part::Annotation(_) => None,
        })
    }

    fn condition(&mut self, node: &Node) -> Option<()> {
        match node {
            Node::Compare(compare) => self.comparison(compare),
            Node::All(nodes) => self.conditions(1, nodes),
            Node::Any(nodes) => self.conditions(2, nodes),
            Node::Not(node) => {
                self.push(3)?;
                let around = std::mem::replace(&mut self.is_negated, true);
                self.condition(node)?;
                self.is_negated = around;
                Some(())
            }
            _ => None,
        }
    }

    fn conditions(&mut self, connector: usize, nodes: &[Node]) -> Option<()> {
        self.push(nodes.len() << 3 | connector)?;
        nodes.iter().try_for_each(|node| self.condition(node))
    }

    fn comparison(&mut self, compare: &Compare) -> Option<()> {
        let (Node::Column(path), Some(lookup)) = (&compare.left, number_of(compare.lookup)) else {
            return None;
        };
        let kind = match &compare.right {
            Right::One(Node::Value(value)) => self.compared(value)?,
            Right::Truth(truth) => usize::from(*truth),
            Right::List(nodes) => self.list(nodes)?,
            _ => return None,
        };
        if self.is_negated && path.is_to_many() {
            return None;
        }
        self.push(kind << 8 | lookup << 3 | 4)?;
        self.path(path)
    }

    /// The values of a comparison with several, which are all of one kind. Only numbers of them that statements are padded to
    /// have a shape: see [`Node::is_among`].
    fn list(&mut self, nodes: &[Node]) -> Option<usize> {
        if !nodes.len().is_power_of_two() {
            return None;
        }
        let mut kinds = nodes.iter().map(|node| match node {
            Node::Value(value) => self.compared(value),
            _ => None,
        });
        let first = kinds.next()??;
        kinds.all(|kind| kind == Some(first)).then_some(nodes.len() << 8 | first)
    }

    /// The value of a comparison. How its parameter is written depends on its kind.
    fn compared(&mut self, value: &Value) -> Option<usize> {
        let kind = match value {
            Value::Bool(_) => 2,
            Value::Int(_) => 3,
            Value::Float(_) => 4,
            Value::Text(_) => 5,
            Value::DateTime(_) => 6,
            Value::Date(_) => 7,
            Value::Time(_) => 8,
            Value::Duration(_) => 9,
            Value::Decimal(_) => 10,
            Value::Uuid(_) => 11,
            _ => return None,
        };
        self.values.push(value.clone());
        Some(kind)
    }

    fn path(&mut self, path: &Path) -> Option<()> {
        path.numbers(|number| self.push(number))
    }

    fn selected(&mut self, query: &Query) -> Option<()> {
        if !query.groups.is_empty() || !query.combined.is_empty() || query.distinct != Distinct::No {
            return None;
        }
        self.push(query.related.len())?;
        for hops in &query.related {
            self.push(hops.len())?;
            for hop in hops {
                let (number, model) = match *hop {
                    Hop::Forward(key) => (key << 2, None),
                    Hop::Reverse(model, key) => (key << 2 | 1, Some(model)),
                    Hop::Generic(model, relation) => (relation << 2 | 2, Some(model)),
                    Hop::GenericBack(model, relation) => (relation << 2 | 3, Some(model)),
                };
                self.push(number)?;
                model.map_or(Some(()), |model| self.push(address(model)))?;
            }
        }
        let Some(nodes) = &query.selected else { return self.push(0) };
        self.push(nodes.len() + 1)?;
        nodes.iter().try_for_each(|node| match node {
            Node::Column(path) => self.path(path),
            _ => None,
        })
    }

    fn order(&mut self, query: &Query) -> Option<()> {
        let Some(order) = &query.order else { return self.push(usize::from(query.reversed)) };
        self.push(order.len() << 2 | 2 | usize::from(query.reversed))?;
        order.iter().try_for_each(|OrderNode { node, descending, nulls_first }| {
            let Node::Column(path) = node else { return None };
            let nulls = nulls_first.map_or(0, |first| 1 + usize::from(first));
            self.push(nulls << 1 | usize::from(*descending))?;
            self.path(path)
        })
    }

    fn range(&mut self, query: &Query, asked: Asked<'_>) -> Option<()> {
        let limit = match asked {
            Asked::Exists => Some(query.limit.unwrap_or(1).min(1)),
            Asked::AtMost(most) => Some(query.limit.map_or(most, |limit| limit.min(most))),
            _ => query.limit,
        };
        let offset = Some(query.offset).filter(|offset| *offset > 0);
        let lock = query.lock.as_ref().map_or(0, |lock| {
            let flags = [lock.nowait, lock.skip_locked, lock.no_key, lock.of_self];
            flags.iter().fold(1, |number, flag| number << 1 | usize::from(*flag))
        });
        self.push(lock << 2 | usize::from(limit.is_some()) << 1 | usize::from(offset.is_some()))?;
        let rows = |rows: u64| Value::Int(i64::try_from(rows).unwrap_or(i64::MAX));
        self.values.extend(limit.into_iter().chain(offset).map(rows));
        Some(())
    }
}

/// The comparisons that are written with nothing but the column, a sign and the values.
fn number_of(lookup: Lookup) -> Option<usize> {
    Some(match lookup {
        Lookup::Exact => 1,
        Lookup::Lt => 2,
        Lookup::Lte => 3,
        Lookup::Gt => 4,
        Lookup::Gte => 5,
        Lookup::IsNull => 6,
        Lookup::In => 7,
        _ => return None,
    })
}

/// Mixes the numbers of a shape. They come from the program's source and not from clients, so that nobody can choose
/// them to be slow.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (numbers, rest) = bytes.as_chunks();
        numbers.iter().for_each(|number| self.write_u64(u64::from_le_bytes(*number)));
        rest.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TimeZone;
    use crate::{ForeignKey, Model, QuerySet};

    #[derive(Clone, Debug, Model)]
    #[model(app = "known")]
    struct Owner {
        #[field(primary_key)]
        id: i64,
        #[field(max_length = 9)]
        name: String,
    }

    #[derive(Clone, Debug, Model)]
    #[model(app = "known", ordering = ["-title"])]
    struct Note {
        #[field(primary_key)]
        id: i64,
        #[field(max_length = 9)]
        title: String,
        size: i64,
        #[field(on_delete = Cascade)]
        owner: Option<ForeignKey<Owner>>,
    }

    fn of<M: Model>(set: QuerySet<M>) -> Query {
        set.into_query()
    }

    /// Plain queries with these values.
    fn queries(a: i64, b: i64, text: &str) -> Vec<Query> {
        let notes = Note::objects;
        let mut queries = vec![
            of(notes()),
            of(notes().filter(Note::SIZE.eq(a))),
            of(notes().filter(Note::TITLE.eq(text))),
            of(notes().filter(Note::ID.eq(a))),
            of(notes().filter(Note::SIZE.lt(a))),
            of(notes().filter(Note::SIZE.gte(a) & Note::ID.eq(b))),
            of(notes().filter(Note::SIZE.gte(a)).filter(Note::ID.eq(b))),
            of(notes().filter(Note::SIZE.gte(a) | Note::ID.eq(b))),
            of(notes().filter(!(Note::SIZE.gte(a) | Note::OWNER.to(Owner::NAME).eq(text)))),
            of(notes().exclude(Note::OWNER.eq(a))),
            of(notes().filter(Note::OWNER.is_null(true))),
            of(notes().filter(Note::OWNER.is_null(false))),
            of(notes().filter(Note::SIZE.is_in([a]))),
            of(notes().filter(Note::SIZE.is_in([a, b]))),
            of(notes().filter(Note::ID.is_in([b, a, a, b]))),
            of(notes().filter(Note::TITLE.is_in([text, "x"]))),
            of(notes().filter(Note::OWNER.to(Owner::NAME).eq(text)).filter(Note::ID.eq(b))),
            of(notes().filter(Note::SIZE.eq(a)).select_related(Note::OWNER)),
            of(notes().filter(Note::SIZE.eq(a)).order_by([Note::ID.asc()])),
            of(notes().filter(Note::SIZE.eq(a)).order_by([Note::ID.desc()])),
            of(notes().filter(Note::SIZE.eq(a)).order_by([Note::ID.asc()]).reverse()),
            of(notes().filter(Note::SIZE.eq(a)).order_by([Note::ID.asc().nulls_first()])),
            of(notes().filter(Note::SIZE.eq(a)).order_by([Note::ID.asc().nulls_last()])),
            of(notes().filter(Note::SIZE.eq(a)).select_for_update()),
            of(Owner::objects().filter(Note::OWNER.reverse().to(Note::SIZE).eq(a))),
            notes().filter(Note::SIZE.eq(a)).values((Note::ID, Note::OWNER.to(Owner::NAME))).into_query(),
        ];
        let mut page = of(notes().filter(Note::SIZE.eq(a)));
        page.slice(b.unsigned_abs(), b.unsigned_abs() + 20);
        queries.push(page);
        queries
    }

    fn target(dialect: Dialect) -> Target {
        Target { dialect, time_zone: TimeZone::UTC }
    }

    #[test]
    fn a_query_with_a_subquery_is_written_anew() {
        let sizes = Note::OWNER.reverse().to(Note::SIZE);
        let without = of(Owner::objects().exclude(sizes.eq(1)));
        assert!(Shape::new().query(&without, target(Dialect::Sqlite), Asked::Rows).is_none());
    }

    #[test]
    fn a_change_of_distinct_rows_is_not_taken_for_one_of_all_rows() {
        let all =
            of(Note::objects().filter(Note::OWNER.to(Owner::NAME).eq("x")).order_by([Note::SIZE.asc()]));
        let mut one_of_each = all.clone();
        one_of_each.distinct = Distinct::On(vec![Node::Column(Path::field(2))]);
        let text = |query: &Query| query.delete(target(Dialect::Postgres)).expect("a statement").sql;
        assert!(!text(&all).contains("DISTINCT"));
        assert!(text(&one_of_each).contains("DISTINCT ON"));
    }

    #[test]
    fn statements_that_differ_in_their_values_share_a_text_that_fits_all_of_them() {
        let asked = [Asked::Rows, Asked::AtMost(2), Asked::Count, Asked::Exists, Asked::Fields(&[1, 0])];
        let change = |value| [(1, Node::Value(Value::Int(value)))];
        let row = |value: i64| vec![Value::Int(value), Value::Text(format!("t{value}"))];
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            let target = target(dialect);
            let mut texts = Vec::new();
            for (before, now) in queries(1, 2, "x").iter().zip(&queries(3, 4, "y")) {
                for asked in asked {
                    let before = before.statement(target, asked).expect("a statement");
                    let known = now.statement(target, asked).expect("a statement");
                    let written = now.written(target, asked).expect("a statement");
                    assert_eq!((&*known.sql, &known.params), (&*written.sql, &written.params));
                    assert!(Arc::ptr_eq(&before.sql, &known.sql), "written twice: {}", known.sql);
                    texts.push(known.sql);
                }
                let update =
                    |query: &Query, value| query.update(target, &change(value)).expect("a statement");
                let (earlier, known) = (update(before, 5), update(now, 6));
                let written = now.written_update(target, &change(6), false).expect("a statement");
                assert_eq!((&*known.sql, &known.params), (&*written.sql, &written.params));
                let is_plain = !now.is_sliced() && now.lock.is_none();
                assert_eq!(Arc::ptr_eq(&earlier.sql, &known.sql), is_plain);
                let delete = |query: &Query| query.delete(target).expect("a statement");
                let (_, known) = (delete(before), delete(now));
                let written = now.written_delete(target).expect("a statement");
                assert_eq!((&*known.sql, &known.params), (&*written.sql, &written.params));
            }
            let insert =
                |value| super::super::write::insert_one(target, Note::META, [2, 1].into_iter(), row(value));
            let (before, known) = (insert(7).expect("a statement"), insert(8).expect("a statement"));
            assert!(Arc::ptr_eq(&before.sql, &known.sql));
            assert_eq!(known.params, [Value::Int(8), Value::Text("t8".to_owned())]);
            let mut known: Vec<_> = texts.iter().map(|text| Arc::as_ptr(text).addr()).collect();
            let mut written: Vec<_> = texts.iter().collect();
            known.sort_unstable();
            known.dedup();
            written.sort_unstable();
            written.dedup();
            assert!(written.len() <= known.len(), "two statements have one shape");
        }
    }
}
