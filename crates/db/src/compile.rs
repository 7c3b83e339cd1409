//! A query's parts, written as SQL by sea-query.

use sea_query::{
    Alias, Cond, Expr, ExprTrait, JoinType, LikeExpr, Order, Query, SelectStatement, SqliteQueryBuilder,
};

use crate::column::{Condition, Lookup, Path};
use crate::statements::{Asked, Statement};
use crate::{FieldMeta, ModelMeta, Value};

/// Which rows, in which order: a queryset without its type.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) order: Option<Vec<(Path, bool)>>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: u64,
    pub(crate) related: Vec<Vec<usize>>,
}

impl Selection {
    pub(crate) fn new(meta: &'static ModelMeta) -> Self {
        Self { meta, conditions: Vec::new(), order: None, limit: None, offset: 0, related: Vec::new() }
    }

    pub(crate) fn is_sliced(&self) -> bool {
        self.limit.is_some() || self.offset > 0
    }

    /// Writes the SQL of a query.
    pub(crate) fn write(&self, asked: Asked<'_>) -> Statement {
        let mut joins = Joins::new(self.meta);
        let mut query = Query::select();
        match asked {
            Asked::Objects => self.write_objects(&mut query, &mut joins),
            Asked::Columns(paths) => {
                for path in paths {
                    query.expr(joins.column(path));
                }
            }
            Asked::Fields(fields) => {
                for field in fields {
                    query.column((
                        Alias::new(self.meta.db_table),
                        Alias::new(self.meta.fields[*field].column),
                    ));
                }
            }
            Asked::Count => return self.write_count(),
            Asked::Exists => {
                query.expr(Expr::cust("1"));
                let mut one = self.unordered();
                one.limit = Some(Ord::min(self.limit.unwrap_or(1), 1));
                return one.finish(query, joins);
            }
        }
        self.finish(query, joins)
    }

    fn write_objects(&self, query: &mut SelectStatement, joins: &mut Joins) {
        for field in self.meta.fields {
            query.column((Alias::new(self.meta.db_table), Alias::new(field.column)));
        }
        for path in &self.related {
            let (alias, meta) = joins.follow(path);
            for field in meta.fields {
                query.column((Alias::new(&alias), Alias::new(field.column)));
            }
        }
    }

    fn write_count(&self) -> Statement {
        let mut query = Query::select();
        query.expr(Expr::cust("COUNT(*)"));
        if !self.is_sliced() {
            return self.unordered().finish(query, Joins::new(self.meta));
        }
        let mut inner = Query::select();
        inner.column((Alias::new(self.meta.db_table), Alias::new(self.meta.pk().column)));
        let inner = self.assembled(inner, Joins::new(self.meta));
        query.from_subquery(inner, Alias::new("sliced"));
        built(query)
    }

    /// `UPDATE` of the rows selected.
    pub(crate) fn update(&self, assignments: &[(usize, Value)]) -> Statement {
        let mut query = Query::update();
        query.table(Alias::new(self.meta.db_table));
        for (field, value) in assignments {
            query.value(Alias::new(self.meta.fields[*field].column), parameter(value));
        }
        let plain = self.conditions.iter().all(is_local);
        if plain {
            let mut joins = Joins::new(self.meta);
            query.cond_where(condition(&self.conditions, &mut joins));
        } else {
            let mut keys = Query::select();
            keys.column((Alias::new(self.meta.db_table), Alias::new(self.meta.pk().column)));
            let keys = self.assembled(keys, Joins::new(self.meta));
            query.and_where(Expr::col(Alias::new(self.meta.pk().column)).in_subquery(keys));
        }
        statement(query.build(SqliteQueryBuilder))
    }

    fn unordered(&self) -> Self {
        let mut other = self.clone();
        if !other.is_sliced() {
            other.order = Some(Vec::new());
        }
        other
    }

    fn finish(&self, query: SelectStatement, joins: Joins) -> Statement {
        built(self.assembled(query, joins))
    }

    fn assembled(&self, mut query: SelectStatement, mut joins: Joins) -> SelectStatement {
        query.from(Alias::new(self.meta.db_table));
        if !self.conditions.is_empty() {
            query.cond_where(condition(&self.conditions, &mut joins));
        }
        self.write_order(&mut query, &mut joins);
        if let Some(limit) = self.limit {
            query.limit(limit_position(limit));
        } else if self.offset > 0 {
            // SQLite accepts an offset only behind a limit.
            query.limit(limit_position(u64::MAX));
        }
        if self.offset > 0 {
            query.offset(limit_position(self.offset));
        }
        joins.write(&mut query);
        query
    }

    fn write_order(&self, query: &mut SelectStatement, joins: &mut Joins) {
        let direction = |descending| if descending { Order::Desc } else { Order::Asc };
        match &self.order {
            Some(order) => {
                for (path, descending) in order {
                    query.order_by_expr(joins.column(path), direction(*descending));
                }
            }
            None => {
                for by in self.meta.ordering {
                    let column =
                        (Alias::new(self.meta.db_table), Alias::new(self.meta.fields[by.field].column));
                    query.order_by(column, direction(by.descending));
                }
            }
        }
    }
}

/// `INSERT ... RETURNING` the primary key.
pub(crate) fn insert(meta: &ModelMeta, row: &[(usize, Value)]) -> Statement {
    let mut query = Query::insert();
    query.into_table(Alias::new(meta.db_table));
    query.columns(row.iter().map(|(field, _)| Alias::new(meta.fields[*field].column)));
    query.values_panic(row.iter().map(|(_, value)| Expr::val(parameter(value))));
    query.returning_col(Alias::new(meta.pk().column));
    statement(query.build(SqliteQueryBuilder))
}

/// `DELETE` of the rows in which a column has one of these values.
pub(crate) fn delete_in(meta: &ModelMeta, field: &FieldMeta, values: &[Value]) -> Statement {
    let mut query = Query::delete();
    query
        .from_table(Alias::new(meta.db_table))
        .and_where(Expr::col(Alias::new(field.column)).is_in(values.iter().map(parameter)));
    statement(query.build(SqliteQueryBuilder))
}

fn statement((sql, params): (String, sea_query::Values)) -> Statement {
    let mut values = PARAMS.take();
    let params = params.0.into_iter().map(|param| match param {
        sea_query::Value::BigUnsigned(Some(at)) => std::mem::replace(&mut values[at as usize], Value::Null),
        sea_query::Value::String(Some(text)) => Value::Text(text),
        _ => Value::Null,
    });
    Statement { sql: sql.into(), params: params.collect() }
}

fn limit_position(rows: u64) -> u64 {
    match parameter(&crate::statements::count(rows)) {
        sea_query::Value::BigUnsigned(Some(at)) => at,
        _ => 0,
    }
}

thread_local! {
    static PARAMS: std::cell::RefCell<Vec<Value>> = const { std::cell::RefCell::new(Vec::new()) };
}

fn built(query: SelectStatement) -> Statement {
    statement(query.build(SqliteQueryBuilder))
}

/// A value on its way through sea-query, which has no kinds of its own for most of ours: its position.
fn parameter(value: &Value) -> sea_query::Value {
    PARAMS.with_borrow_mut(|params| {
        params.push(value.clone());
        sea_query::Value::BigUnsigned(Some(params.len() as u64 - 1))
    })
}

/// Whether a condition asks only for columns of the model itself.
fn is_local(condition: &Condition) -> bool {
    match condition {
        Condition::Lookup(path, _) => path.steps().len() == 1,
        Condition::All(parts) | Condition::Any(parts) => parts.iter().all(is_local),
        Condition::Not(part) => is_local(part),
    }
}

fn condition(parts: &[Condition], joins: &mut Joins) -> Cond {
    parts.iter().fold(Cond::all(), |all, part| all.add(written(part, joins, false)))
}

/// A condition; `negated` says whether it stands under an odd number of `NOT`s.
fn written(part: &Condition, joins: &mut Joins, negated: bool) -> Cond {
    match part {
        Condition::Lookup(path, lookup) => looked_up(path, lookup, joins, negated),
        Condition::All(parts) => {
            parts.iter().fold(Cond::all(), |all, part| all.add(written(part, joins, negated)))
        }
        Condition::Any(parts) => {
            parts.iter().fold(Cond::any(), |any, part| any.add(written(part, joins, negated)))
        }
        Condition::Not(part) => Cond::all().add(written(part, joins, !negated)).not(),
    }
}

/// One comparison. Under `NOT` a NULL does not match: excluding `x = 1` keeps the rows whose `x` is NULL, as Django
/// does.
fn looked_up(path: &Path, lookup: &Lookup, joins: &mut Joins, negated: bool) -> Cond {
    let compared = Cond::all().add(compared(joins.column(path), lookup));
    if negated && !matches!(lookup, Lookup::IsNull(_)) && joins.is_nullable(path) {
        return compared.add(joins.column(path).is_not_null());
    }
    compared
}

fn compared(column: Expr, lookup: &Lookup) -> Expr {
    match lookup {
        Lookup::Exact(value) => column.eq(parameter(value)),
        Lookup::In(values) if values.is_empty() => Expr::cust("FALSE"),
        Lookup::In(values) => column.is_in(values.iter().map(parameter)),
        Lookup::LessThan(value) => column.lt(parameter(value)),
        Lookup::LessThanOrEqual(value) => column.lte(parameter(value)),
        Lookup::GreaterThan(value) => column.gt(parameter(value)),
        Lookup::GreaterThanOrEqual(value) => column.gte(parameter(value)),
        Lookup::IsNull(true) => column.is_null(),
        Lookup::IsNull(false) => column.is_not_null(),
        Lookup::Like(pattern) => column.like(LikeExpr::new(pattern.clone()).escape('\\')),
    }
}

/// The tables that a query joins: one for each foreign key followed, however often it is followed.
struct Joins {
    meta: &'static ModelMeta,
    joined: Vec<Joined>,
}

struct Joined {
    path: Vec<usize>,
    from: String,
    key: &'static FieldMeta,
    to: &'static ModelMeta,
    alias: String,
    nullable: bool,
}

impl Joins {
    fn new(meta: &'static ModelMeta) -> Self {
        Self { meta, joined: Vec::new() }
    }

    /// The alias and the model at the end of a path of foreign keys.
    fn follow(&mut self, path: &[usize]) -> (String, &'static ModelMeta) {
        let mut alias = self.meta.db_table.to_owned();
        let mut meta = self.meta;
        let mut nullable = false;
        for end in 1..=path.len() {
            let key = &meta.fields[path[end - 1]];
            let Some(relation) = &key.relation else { break };
            nullable |= key.null;
            let to = (relation.to)();
            alias = self.joined_as(&path[..end], &alias, key, to, nullable);
            meta = to;
        }
        (alias, meta)
    }

    fn joined_as(
        &mut self,
        path: &[usize],
        from: &str,
        key: &'static FieldMeta,
        to: &'static ModelMeta,
        nullable: bool,
    ) -> String {
        if let Some(known) = self.joined.iter().find(|join| join.path == path) {
            return known.alias.clone();
        }
        // Django's own names for the second and later tables of a query.
        let alias = format!("T{}", self.joined.len() + 2);
        self.joined.push(Joined {
            path: path.to_vec(),
            from: from.to_owned(),
            key,
            to,
            alias: alias.clone(),
            nullable,
        });
        alias
    }

    /// A column by its path.
    fn column(&mut self, path: &Path) -> Expr {
        let steps: Vec<usize> = path.steps().collect();
        let Some((field, keys)) = steps.split_last() else { return Expr::null() };
        let (alias, meta) = self.follow(keys);
        Expr::col((Alias::new(alias), Alias::new(meta.fields[*field].column)))
    }

    fn is_nullable(&self, path: &Path) -> bool {
        let mut meta = self.meta;
        for step in path.steps() {
            let field = &meta.fields[step];
            if field.null {
                return true;
            }
            if let Some(relation) = &field.relation {
                meta = (relation.to)();
            }
        }
        false
    }

    fn write(self, query: &mut SelectStatement) {
        for join in self.joined {
            let on = Expr::col((Alias::new(&join.from), Alias::new(join.key.column)))
                .equals((Alias::new(&join.alias), Alias::new(join.to.pk().column)));
            let kind = if join.nullable { JoinType::LeftJoin } else { JoinType::InnerJoin };
            query.join_as(kind, Alias::new(join.to.db_table), Alias::new(&join.alias), on);
        }
    }
}
