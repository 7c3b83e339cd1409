//! Writes a query as SQL: one walk, which pushes text into one buffer and parameters into one list.
//!
//! Parameters have numbers (`?1`, `$1`), so that a join that is found late can be written where it belongs. How a
//! comparison or a function is called is the dialect's; its place in the statement is decided here.

use std::sync::Arc;

use super::node::{Compare, Node, OrderNode};
use super::path::{Hop, Path};
use super::scope::{Call, Scope, quote};
use super::select::{Combinator, Distinct, Part, Query};
use super::statement::{Asked, Statement};
use crate::dialect::Dialect;
use crate::{Error, ModelMeta, Result, Value};

/// A statement that is being written.
pub(crate) struct Writer {
    pub(super) dialect: Dialect,
    pub(super) sql: String,
    pub(super) params: Vec<Value>,
    /// The query that is being written, after those around it.
    scopes: Vec<Scope>,
    pub(super) call: Call,
    /// The first thing that was wrong. The text is of no use then.
    error: Option<Error>,
}

/// Where an expression stands under `NOT`s.
#[derive(Clone, Copy, Default)]
pub(super) struct Negation {
    /// Under an odd number of them.
    pub(super) odd: bool,
    /// Under any of them.
    pub(super) any: bool,
}

/// A call that comes after all of the query's own: it shares every join.
const LAST: Call = Call { number: usize::MAX, is_filter: false };

impl Writer {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            sql: String::with_capacity(256),
            params: Vec::new(),
            scopes: Vec::with_capacity(1),
            call: LAST,
            error: None,
        }
    }

    pub(crate) fn finish(self) -> Result<Statement> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(Statement { sql: Arc::from(self.sql), params: self.params }),
        }
    }

    pub(super) fn refuse(&mut self, what: &str) {
        self.error.get_or_insert_with(|| Error::Database(what.to_owned()));
    }

    pub(super) fn push(&mut self, text: &str) {
        self.sql.push_str(text);
    }

    pub(super) fn ident(&mut self, name: &str) {
        quote(&mut self.sql, name);
    }

    /// Writes `each` of some items with commas in between.
    pub(super) fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            each(self, item);
        }
    }

    /// A parameter.
    pub(crate) fn bind(&mut self, value: Value) {
        self.params.push(value);
        self.sql.push(self.dialect.mark());
        let number = self.params.len();
        push_number(&mut self.sql, number);
    }

    /// The query that is being written now. There is one whenever an expression is written.
    pub(super) fn scope(&mut self) -> &mut Scope {
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    /// A column of the query at this depth.
    fn column_at(&mut self, depth: usize, path: &Path, call: Call) -> (Option<usize>, &'static str, bool) {
        let mut new = String::new();
        let found = self.scopes[depth].column(path, call, &mut new);
        self.add_joins(depth, &new);
        (found.join, found.field.column, found.nullable)
    }

    /// Writes joins where they belong, which may be before text that is written already.
    fn add_joins(&mut self, depth: usize, text: &str) {
        if text.is_empty() {
            return;
        }
        let Some(at) = self.scopes[depth].joins_end else {
            self.scopes[depth].early_joins.push_str(text);
            return;
        };
        self.sql.insert_str(at, text);
        for scope in &mut self.scopes[depth..] {
            if let Some(end) = scope.joins_end.as_mut().filter(|end| **end >= at) {
                *end += text.len();
            }
        }
    }

    fn write_column(&mut self, depth: usize, path: &Path, call: Call) {
        if path.is_local() {
            let column = self.scopes[depth].meta.fields[path.last()].column;
            quote(&mut self.sql, &self.scopes[depth].alias);
            self.sql.push('.');
            quote(&mut self.sql, column);
            return;
        }
        let (join, column, _) = self.column_at(depth, path, call);
        quote(&mut self.sql, self.scopes[depth].alias(join));
        self.sql.push('.');
        quote(&mut self.sql, column);
    }

    /// A column by its path.
    pub(super) fn column(&mut self, path: &Path) {
        self.write_column(self.scopes.len() - 1, path, self.call);
    }

    /// Whether a column may be NULL in the query.
    pub(super) fn is_nullable(&mut self, path: &Path) -> bool {
        self.column_at(self.scopes.len() - 1, path, self.call).2
    }

    /// A column of the query around this one.
    pub(super) fn outer(&mut self, meta: &'static ModelMeta, path: &Path) {
        let around = self.scopes[..self.scopes.len() - 1]
            .iter()
            .rposition(|scope| scope.meta.db_table == meta.db_table);
        match around {
            Some(depth) => {
                let call = if depth + 2 == self.scopes.len() { self.call } else { LAST };
                self.write_column(depth, path, call);
            }
            None => self.refuse(&format!(
                "`outer` names a column of {}, and the query around the subquery is of another model",
                meta.label()
            )),
        }
    }

    /// A query in parentheses, inside an expression.
    pub(super) fn subquery(&mut self, query: &Query, asked: Asked<'_>) {
        self.push("(");
        self.nested(query, asked);
        self.push(")");
    }

    fn nested(&mut self, query: &Query, asked: Asked<'_>) {
        let call = self.call;
        self.query(query, asked);
        self.call = call;
    }

    /// A whole query.
    pub(crate) fn query(&mut self, query: &Query, asked: Asked<'_>) {
        match asked {
            Asked::Count if query.must_be_counted_inside() => self.count_inside(query),
            Asked::Aggregates(nodes) if query.must_be_counted_inside() || nodes.iter().any(of_aggregate) => {
                self.aggregate_inside(query, nodes);
            }
            _ if !query.combined.is_empty() => self.combined(query, asked),
            _ => self.select(query, asked),
        }
    }

    fn count_inside(&mut self, query: &Query) {
        self.push("SELECT COUNT(*) FROM (");
        self.nested(&query.to_be_counted(), Asked::Rows);
        self.push(") \"subquery\"");
    }

    /// Functions of all the rows of a query that is grouped, sliced or distinct: its rows are found first.
    fn aggregate_inside(&mut self, query: &Query, nodes: &[Node]) {
        let mut inner = query.clone();
        let mut selected: Vec<Node> = Vec::new();
        let outer: Vec<Node> = nodes.iter().map(|node| node.lifted(&mut selected)).collect();
        let is_distinct = query.distinct != Distinct::No;
        if is_distinct || selected.is_empty() {
            // What makes rows different are the columns that were asked for.
            selected.extend(query.selected.clone().unwrap_or_else(|| {
                (0..query.meta.fields.len()).map(|index| Node::Column(Path::field(index))).collect()
            }));
        }
        inner.related.clear();
        inner.parts.retain(|part| matches!(part, Part::Filter(_)) || !part.node().has_aggregate());
        let is_grouped = query.is_grouped();
        inner.selected = Some(selected);
        self.push("SELECT ");
        self.list(&outer, |writer, node| writer.node(node, Negation::default()));
        self.push(" FROM (");
        let call = self.call;
        self.select_as(&inner, Asked::Rows, is_grouped && query.selected.is_none(), true);
        self.call = call;
        self.push(") \"subquery\"");
    }

    fn combined(&mut self, query: &Query, asked: Asked<'_>) {
        if matches!(asked, Asked::Exists | Asked::Fields(_)) {
            let text = if matches!(asked, Asked::Exists) { "SELECT 1 FROM (" } else { "SELECT * FROM (" };
            self.push(text);
            self.combined(query, Asked::Rows);
            self.push(") \"subquery\"");
            return;
        }
        let mut first = query.clone();
        first.combined = Vec::new();
        (first.order, first.reversed, first.limit, first.offset) = (Some(Vec::new()), false, None, 0);
        self.member(&first);
        for (combinator, other) in &query.combined {
            self.push(match combinator {
                Combinator::Union { all: false } => " UNION ",
                Combinator::Union { all: true } => " UNION ALL ",
                Combinator::Intersection => " INTERSECT ",
                Combinator::Difference => " EXCEPT ",
            });
            self.member(other);
        }
        self.combined_order(query, &first);
        self.limits(query);
    }

    /// One of the queries of a combined one. SQLite takes no parentheses there, so that a member with an order or a
    /// limit of its own is selected from.
    fn member(&mut self, query: &Query) {
        self.push("SELECT * FROM (");
        let mut query = query.clone();
        if !query.is_sliced() {
            query.order = Some(Vec::new());
        }
        self.nested(&query, Asked::Rows);
        self.push(")");
        self.push(self.dialect.subquery_alias());
    }

    /// The order of combined rows names the columns by their numbers.
    fn combined_order(&mut self, query: &Query, first: &Query) {
        let order = query.order.as_deref().unwrap_or_default();
        let columns = first.all_selected();
        for (index, by) in order.iter().enumerate() {
            self.push(if index == 0 { " ORDER BY " } else { ", " });
            match columns.iter().position(|node| *node == by.node) {
                Some(at) => push_number(&mut self.sql, at + 1),
                None => self.refuse("the order of a union names something that its queries do not select"),
            }
            self.direction(by, query.reversed);
        }
    }

    fn select(&mut self, query: &Query, asked: Asked<'_>) {
        let is_grouped = query.is_grouped() && !matches!(asked, Asked::Count | Asked::Aggregates(_));
        self.select_as(query, asked, is_grouped && query.selected.is_none(), false);
    }

    /// One `SELECT`. `by_row` says that the rows of the model are the groups; `named` that columns are called `c0`,
    /// `c1` and so on.
    fn select_as(&mut self, query: &Query, asked: Asked<'_>, by_row: bool, named: bool) {
        self.scopes.push(Scope::new(query.meta, self.scopes.len()));
        self.find_joins(query);
        self.call = LAST;
        self.push("SELECT ");
        self.columns(query, asked, named);
        self.from(query);
        self.conditions(query, asked, by_row);
        if !matches!(asked, Asked::Count | Asked::Aggregates(_)) {
            self.order(query, asked);
            match asked {
                Asked::Exists => self.limit_and_offset(Some(query.limit.unwrap_or(1).min(1)), query.offset),
                _ => self.limits(query),
            }
            self.lock(query);
        }
        self.scopes.pop();
    }

    /// Finds the joins of filters and annotations in the order of their calls: an annotation shares those of the
    /// filters before it, and not those of the filters after it.
    fn find_joins(&mut self, query: &Query) {
        if query.annotations().next().is_none() && query.selected.is_none() {
            return;
        }
        for (number, part) in query.parts.iter().enumerate() {
            let call = Call { number, is_filter: matches!(part, Part::Filter(_)) };
            self.find_joins_of(part.node(), call, false);
        }
    }

    fn find_joins_of(&mut self, node: &Node, call: Call, negated: bool) {
        match node {
            Node::Column(path) if !(path.is_local() || negated && path.is_to_many()) => {
                self.column_at(self.scopes.len() - 1, path, call);
            }
            Node::Aggregate(_) => {
                node.children(&mut |child| {
                    self.find_joins_of(child, Call { is_filter: false, ..call }, negated)
                });
            }
            Node::Not(child) => self.find_joins_of(child, call, true),
            _ => node.children(&mut |child| self.find_joins_of(child, call, negated)),
        }
    }

    fn columns(&mut self, query: &Query, asked: Asked<'_>, named: bool) {
        match asked {
            Asked::Count => self.push("COUNT(*)"),
            Asked::Exists => self.push("1 AS \"a\""),
            Asked::Aggregates(nodes) => {
                self.list(nodes, |writer, node| writer.node(node, Negation::default()))
            }
            Asked::Fields(fields) => {
                self.list(fields, |writer, field| writer.column(&Path::field(*field)));
            }
            Asked::Rows => {
                match query.distinct {
                    Distinct::No => {}
                    Distinct::Yes => self.push("DISTINCT "),
                    Distinct::On(ref nodes) => self.distinct_on(nodes),
                }
                self.rows(query, named);
            }
        }
    }

    fn distinct_on(&mut self, nodes: &[Node]) {
        if !self.dialect.has_distinct_on() {
            self.refuse("DISTINCT ON fields is not supported by this database backend");
        }
        self.push("DISTINCT ON (");
        self.list(nodes, |writer, node| writer.node(node, Negation::default()));
        self.push(") ");
    }

    fn rows(&mut self, query: &Query, named: bool) {
        let Some(selected) = &query.selected else {
            self.objects(query);
            return;
        };
        self.list(selected.iter().enumerate(), |writer, (index, node)| {
            writer.selected(node);
            if named {
                writer.push(" AS \"c");
                push_number(&mut writer.sql, index);
                writer.push("\"");
            }
        });
        let hidden = query.order_beside(selected);
        for node in hidden {
            self.push(", ");
            self.selected(node);
        }
    }

    fn objects(&mut self, query: &Query) {
        self.list(0..query.meta.fields.len(), |writer, index| writer.column(&Path::field(index)));
        for hops in &query.related {
            let depth = self.scopes.len() - 1;
            let mut new = String::new();
            let (join, meta, _) = self.scopes[depth].follow(hops, LAST, &mut new);
            self.add_joins(depth, &new);
            for field in meta.fields {
                self.push(", ");
                quote(&mut self.sql, self.scopes[depth].alias(join));
                self.sql.push('.');
                quote(&mut self.sql, field.column);
            }
        }
        for (number, part) in query.parts.iter().enumerate() {
            if let Part::Annotation(node) = part {
                self.call = Call { number, is_filter: false };
                self.push(", ");
                self.selected(node);
            }
        }
        self.call = LAST;
        for node in query.order_beside(&[]) {
            self.push(", ");
            self.selected(node);
        }
    }

    /// An expression whose value is read.
    fn selected(&mut self, node: &Node) {
        self.node(node, Negation::default());
    }

    fn from(&mut self, query: &Query) {
        self.push(" FROM ");
        self.ident(query.meta.db_table);
        let scope = self.scope();
        let early = std::mem::take(&mut scope.early_joins);
        let alias = scope.alias.clone();
        if alias != query.meta.db_table {
            self.push(" ");
            self.ident(&alias);
        }
        self.push(&early);
        let end = self.sql.len();
        self.scope().joins_end = Some(end);
    }

    /// `WHERE`, `GROUP BY` and `HAVING`.
    fn conditions(&mut self, query: &Query, asked: Asked<'_>, by_row: bool) {
        let mut first = true;
        let mut having = false;
        for (number, part) in query.parts.iter().enumerate() {
            let Part::Filter(node) = part else { continue };
            self.call = Call { number, is_filter: true };
            conjuncts(node, &mut |node| {
                if node.has_aggregate() {
                    having = true;
                    return;
                }
                self.push(if first { " WHERE " } else { " AND " });
                first = false;
                self.condition(node);
            });
        }
        self.call = LAST;
        if by_row || query.groups_values(asked) || having {
            self.group_by(query, by_row || (having && query.selected.is_none()));
        }
        if having {
            self.having(query);
        }
    }

    fn having(&mut self, query: &Query) {
        let mut first = true;
        for (number, part) in query.parts.iter().enumerate() {
            let Part::Filter(node) = part else { continue };
            self.call = Call { number, is_filter: true };
            conjuncts(node, &mut |node| {
                if node.has_aggregate() {
                    self.push(if first { " HAVING " } else { " AND " });
                    first = false;
                    self.condition(node);
                }
            });
        }
        self.call = LAST;
    }

    /// The groups: the rows of the model (with the rows that they refer to), or the values selected that are no
    /// functions of many rows. What the order and `HAVING` use beside them belongs to a group too.
    fn group_by(&mut self, query: &Query, by_row: bool) {
        let mut groups: Vec<Node> = Vec::new();
        let mut add = |node: &Node| {
            if !node.has_aggregate() && !matches!(node, Node::Value(_)) && !groups.contains(node) {
                groups.push(node.clone());
            }
        };
        if by_row {
            add(&Node::Column(Path::field(query.meta.pk_position())));
        }
        query.selected.iter().flatten().for_each(&mut add);
        if query.selected.is_none() {
            query.annotations().for_each(&mut add);
        }
        for by in query.order.iter().flatten() {
            ungrouped(&by.node, by_row, &mut add);
        }
        for node in query.filters().filter(|node| node.has_aggregate()) {
            ungrouped(node, by_row, &mut add);
        }
        if groups.is_empty() && query.related.is_empty() {
            return;
        }
        self.push(" GROUP BY ");
        self.list(&groups, |writer, node| writer.node(node, Negation::default()));
        for hops in &query.related {
            let depth = self.scopes.len() - 1;
            let mut new = String::new();
            let (join, meta, _) = self.scopes[depth].follow(hops, LAST, &mut new);
            self.push(", ");
            quote(&mut self.sql, self.scopes[depth].alias(join));
            self.sql.push('.');
            quote(&mut self.sql, meta.pk().column);
        }
    }

    fn order(&mut self, query: &Query, asked: Asked<'_>) {
        if matches!(asked, Asked::Exists) && !query.is_sliced() {
            return;
        }
        if let Some(order) = &query.order {
            for (index, by) in order.iter().enumerate() {
                self.push(if index == 0 { " ORDER BY " } else { ", " });
                self.node(&by.node, Negation::default());
                self.direction(by, query.reversed);
            }
            return;
        }
        // As in Django, groups have no order unless one is asked for.
        if query.is_grouped() {
            return;
        }
        for (index, by) in query.meta.ordering.iter().enumerate() {
            self.push(if index == 0 { " ORDER BY " } else { ", " });
            self.column(&Path::field(by.field));
            self.push(if by.descending == query.reversed { " ASC" } else { " DESC" });
        }
    }

    pub(super) fn direction(&mut self, by: &OrderNode, reversed: bool) {
        self.push(if by.descending == reversed { " ASC" } else { " DESC" });
        match by.nulls_first.map(|first| first != reversed) {
            Some(true) => self.push(" NULLS FIRST"),
            Some(false) => self.push(" NULLS LAST"),
            None => {}
        }
    }

    fn limits(&mut self, query: &Query) {
        self.limit_and_offset(query.limit, query.offset);
    }

    fn limit_and_offset(&mut self, limit: Option<u64>, offset: u64) {
        if let Some(limit) = limit {
            self.push(" LIMIT ");
            self.count(limit);
        } else if offset > 0 {
            self.push(self.dialect.no_limit());
        }
        if offset > 0 {
            self.push(" OFFSET ");
            self.count(offset);
        }
    }

    /// A number of rows, cut to what databases can count. It is a parameter, so that every page has the same text.
    fn count(&mut self, rows: u64) {
        self.bind(Value::Int(i64::try_from(rows).unwrap_or(i64::MAX)));
    }

    fn lock(&mut self, query: &Query) {
        let Some(lock) = query.lock.as_ref().filter(|_| self.dialect.has_row_locks()) else { return };
        self.push(if lock.no_key { " FOR NO KEY UPDATE" } else { " FOR UPDATE" });
        if lock.of_self {
            self.push(" OF ");
            let alias = self.scope().alias.clone();
            self.ident(&alias);
        }
        if lock.nowait {
            self.push(" NOWAIT");
        } else if lock.skip_locked {
            self.push(" SKIP LOCKED");
        }
    }

    /// A condition of a filter.
    fn condition(&mut self, node: &Node) {
        self.node(node, Negation::default());
    }

    /// Whether an earlier part of this filter follows the same relation.
    pub(super) fn is_followed(&mut self, hop: Hop) -> bool {
        let call = self.call;
        call.is_filter && self.scope().is_followed_by(hop, call)
    }

    /// The model of the query that is being written.
    pub(super) fn model(&mut self) -> &'static ModelMeta {
        self.scope().meta
    }

    /// Writes with joins that everything shares.
    pub(super) fn sharing(&mut self, write: impl FnOnce(&mut Self)) {
        let call = self.call;
        self.call.is_filter = false;
        write(self);
        self.call = call;
    }

    /// `UPDATE` or `DELETE`: the columns have no table in front of them, and there are no joins.
    pub(super) fn begin_plain(&mut self, meta: &'static ModelMeta) {
        self.scopes.push(Scope::new(meta, 0));
    }

    pub(super) fn end_plain(&mut self) {
        if self.scopes.pop().is_some_and(|scope| scope.has_joins()) {
            self.refuse("joined columns are not permitted in this query");
        }
    }
}

pub(super) fn push_number(sql: &mut String, number: usize) {
    if number < 10 {
        sql.push(char::from(b'0' + number as u8));
    } else {
        sql.push_str(&number.to_string());
    }
}

/// The conditions that all must hold.
fn conjuncts<'a>(node: &'a Node, each: &mut dyn FnMut(&'a Node)) {
    match node {
        Node::All(nodes) => nodes.iter().for_each(|node| conjuncts(node, each)),
        node => each(node),
    }
}

/// The columns that an expression uses outside of functions of many rows. Those of the model itself belong to its row.
fn ungrouped(node: &Node, by_row: bool, add: &mut dyn FnMut(&Node)) {
    match node {
        Node::Column(path) if by_row && path.is_local() => {}
        Node::Column(_) => add(node),
        Node::Aggregate(_) | Node::Value(_) => {}
        _ => node.children(&mut |child| ungrouped(child, by_row, add)),
    }
}

fn of_aggregate(node: &Node) -> bool {
    node.any(&|node| match node {
        Node::Aggregate(aggregate) => aggregate.of.as_ref().is_some_and(Node::has_aggregate),
        _ => false,
    })
}

impl Query {
    /// Whether the rows must be found before they are counted.
    fn must_be_counted_inside(&self) -> bool {
        self.is_sliced()
            || !self.combined.is_empty()
            || self.distinct != Distinct::No
            || self.filters().any(Node::has_aggregate)
            || self.selected.as_ref().is_some_and(|nodes| nodes.iter().any(Node::has_aggregate))
    }

    /// The same rows with as few columns as possible.
    fn to_be_counted(&self) -> Self {
        let mut query = self.clone();
        query.related.clear();
        if query.combined.is_empty() && query.distinct == Distinct::No && query.selected.is_none() {
            query.selected = Some(vec![Node::Column(Path::field(self.meta.pk_position()))]);
            query.parts.retain(|part| matches!(part, Part::Filter(_)) || !part.node().has_aggregate());
        }
        if !query.is_sliced() {
            query.order = Some(Vec::new());
        }
        query
    }

    /// Whether the values selected are made of groups.
    fn groups_values(&self, asked: Asked<'_>) -> bool {
        matches!(asked, Asked::Rows)
            && self.selected.as_ref().is_some_and(|nodes| {
                nodes.iter().any(Node::has_aggregate) || self.filters().any(Node::has_aggregate)
            })
    }

    /// What distinct rows are ordered by beside what is selected: `SELECT DISTINCT` must select it too.
    fn order_beside(&self, selected: &[Node]) -> Vec<&Node> {
        if self.distinct == Distinct::No {
            return Vec::new();
        }
        let is_object = self.selected.is_none();
        let nodes = self.order.iter().flatten().map(|by| &by.node);
        nodes
            .filter(|node| {
                let is_own = is_object && matches!(node, Node::Column(path) if path.is_local());
                !is_own && !selected.contains(node) && !self.annotations().any(|known| known == *node)
            })
            .collect()
    }

    /// Everything that is selected, in order.
    fn all_selected(&self) -> Vec<Node> {
        self.selected.clone().unwrap_or_else(|| {
            let own = (0..self.meta.fields.len()).map(|index| Node::Column(Path::field(index)));
            own.chain(self.annotations().cloned()).collect()
        })
    }
}

impl Node {
    /// The expression over the columns of a subquery that selects what its aggregates are functions of.
    fn lifted(&self, selected: &mut Vec<Self>) -> Self {
        match self {
            Self::Aggregate(aggregate) => {
                let mut aggregate = aggregate.clone();
                for part in [&mut aggregate.of, &mut aggregate.filter] {
                    if let Some(node) = part.take() {
                        let at = selected.iter().position(|known| *known == node).unwrap_or_else(|| {
                            selected.push(node);
                            selected.len() - 1
                        });
                        *part = Some(Self::Selected(at));
                    }
                }
                Self::Aggregate(aggregate)
            }
            Self::Arithmetic(operator, nodes) => {
                Self::Arithmetic(*operator, Box::new([nodes[0].lifted(selected), nodes[1].lifted(selected)]))
            }
            Self::Call(function, nodes) => {
                Self::Call(function.clone(), nodes.iter().map(|node| node.lifted(selected)).collect())
            }
            other => other.clone(),
        }
    }

    /// The same comparison, for a subquery: columns of the query around it on the right side.
    pub(super) fn as_outer(&self, meta: &'static ModelMeta) -> Self {
        match self {
            Self::Column(path) => Self::Outer(super::node::Outer { meta, path: *path }),
            Self::Arithmetic(operator, nodes) => {
                Self::Arithmetic(*operator, Box::new([nodes[0].as_outer(meta), nodes[1].as_outer(meta)]))
            }
            Self::Call(function, nodes) => {
                Self::Call(function.clone(), nodes.iter().map(|node| node.as_outer(meta)).collect())
            }
            other => other.clone(),
        }
    }
}

impl Compare {
    /// The path of the column compared, where it is one, or a transform of one (its year, its length).
    pub(super) fn column(&self) -> Option<Path> {
        column_of(&self.left)
    }
}

fn column_of(node: &Node) -> Option<Path> {
    match node {
        Node::Column(path) => Some(*path),
        Node::Call(_, nodes) => nodes.first().and_then(column_of),
        _ => None,
    }
}
