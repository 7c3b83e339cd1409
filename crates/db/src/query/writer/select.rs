//! One `SELECT`.

use super::inside::of_aggregate;
use super::{Negation, Writer, push_number};
use crate::Value;
use crate::query::node::{Function, Node, OrderNode};
use crate::query::path::{Path, end_of};
use crate::query::scope::{Call, LAST, Scope};
use crate::query::select::{Distinct, Part, Query};
use crate::query::statement::Asked;

impl Writer {
    /// A whole query.
    pub(crate) fn query(&mut self, query: &Query, asked: Asked<'_>) {
        match asked {
            Asked::Count if query.must_be_found_first() => self.count_inside(query),
            Asked::Count => self.select_as(&query.without_groups(), asked, false, false),
            Asked::Aggregates(nodes) if query.must_be_found_first() || nodes.iter().any(of_aggregate) => {
                self.aggregate_inside(query, nodes);
            }
            Asked::Aggregates(_) => self.select_as(&query.without_groups(), asked, false, false),
            _ if !query.combined.is_empty() => self.combined(query, asked),
            Asked::Exists if query.is_sliced() && query.is_grouped() => self.exists_inside(query),
            _ => self.select_as(query, asked, query.is_grouped_by_row(), false),
        }
    }

    /// `by_row` says that the rows of the model are the groups; `named` that columns are called `c0`, `c1` and so on.
    pub(super) fn select_as(&mut self, query: &Query, asked: Asked<'_>, by_row: bool, named: bool) {
        if matches!(query.distinct, Distinct::On(_)) && !self.dialect.has_distinct_on() {
            self.refuse("DISTINCT ON fields is not supported by this database backend");
        }
        self.scopes.push(Scope::new(query.meta, self.scopes.len(), self.dialect));
        self.find_joins(query, asked);
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
            Asked::Rows | Asked::AtMost(_) => {
                match query.distinct {
                    Distinct::No => {}
                    Distinct::Yes => self.push("DISTINCT "),
                    Distinct::On(ref nodes) => self.distinct_on(nodes),
                }
                match &query.selected {
                    Some(nodes) => self.values(nodes, named),
                    None => self.objects(query),
                }
                for node in query.order_beside() {
                    self.push(", ");
                    self.node(&node, Negation::default());
                }
            }
        }
    }

    fn distinct_on(&mut self, nodes: &[Node]) {
        self.push("DISTINCT ON (");
        self.list(nodes, |writer, node| writer.node(node, Negation::default()));
        self.push(") ");
    }

    fn values(&mut self, nodes: &[Node], named: bool) {
        self.list(nodes.iter().enumerate(), |writer, (index, node)| {
            writer.node(node, Negation::default());
            if named {
                writer.push(" AS \"c");
                push_number(&mut writer.sql, index);
                writer.push("\"");
            }
        });
    }

    fn objects(&mut self, query: &Query) {
        self.columns_of_model(self.depth(), None, query.meta);
        for hops in &query.related {
            if hops.iter().any(|hop| hop.is_to_many()) {
                self.refuse(
                    "select_related_one goes back over one-to-one keys, of which a row has one at most",
                );
            }
            let depth = self.depth();
            let mut new = String::new();
            let (join, meta, _) = self.scopes[depth].follow(hops, &mut new);
            self.add_joins(depth, &new);
            self.push(", ");
            self.columns_of_model(depth, join, meta);
        }
        for (number, part) in query.parts.iter().enumerate() {
            if let Part::Annotation(node) = part {
                self.set_call(Call { number, is_filter: false });
                self.push(", ");
                self.node(node, Negation::default());
            }
        }
        self.set_call(LAST);
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
            self.set_call(Call { number, is_filter: true });
            conjuncts(node, &mut |node| {
                if node.has_aggregate() {
                    having = true;
                    return;
                }
                self.push(if first { " WHERE " } else { " AND " });
                first = false;
                self.node(node, Negation::default());
            });
        }
        self.set_call(LAST);
        if by_row || query.groups_values(asked) || having {
            self.group_by(query, asked, by_row || (having && query.selected.is_none()));
        }
        if having {
            self.having(query);
        }
    }

    fn order(&mut self, query: &Query, asked: Asked<'_>) {
        if matches!(asked, Asked::Exists) && !query.is_sliced() {
            return;
        }
        let mut before = " ORDER BY ";
        query.each_order(|by| {
            self.push(before);
            before = ", ";
            match &by.node {
                node @ Node::Call(Function::JsonPath(_), _) => self.compared(node),
                node => self.in_list(query, asked, node),
            }
            self.direction(by, query.reversed);
        });
    }

    pub(in crate::query) fn direction(&mut self, by: &OrderNode, reversed: bool) {
        self.push(if by.descending == reversed { " ASC" } else { " DESC" });
        match by.nulls_first.map(|first| first != reversed) {
            Some(true) => self.push(" NULLS FIRST"),
            Some(false) => self.push(" NULLS LAST"),
            None => {}
        }
    }

    pub(super) fn limits(&mut self, query: &Query) {
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
}

/// The conditions that all must hold.
pub(super) fn conjuncts<'a>(node: &'a Node, each: &mut dyn FnMut(&'a Node)) {
    match node {
        Node::All(nodes) => nodes.iter().for_each(|node| conjuncts(node, each)),
        node => each(node),
    }
}

impl Query {
    /// What distinct rows are ordered by beside what is selected: `SELECT DISTINCT` must select it too.
    fn order_beside(&self) -> Vec<Node> {
        if self.distinct == Distinct::No {
            return Vec::new();
        }
        let mut beside = Vec::new();
        self.each_order(|by| {
            if self.position_of(&by.node).is_none() {
                beside.push(by.node.clone());
            }
        });
        beside
    }

    /// Everything that makes up a row, in order.
    pub(super) fn all_selected(&self) -> Vec<Node> {
        self.selected.clone().unwrap_or_else(|| {
            let own = (0..self.meta.fields.len()).map(|index| Node::Column(Path::field(index)));
            own.chain(self.annotations().cloned()).collect()
        })
    }

    /// The number of a selected expression, counted from 1.
    pub(super) fn position_of(&self, node: &Node) -> Option<usize> {
        if let Some(selected) = &self.selected {
            return selected.iter().position(|known| known == node).map(|at| at + 1);
        }
        match node {
            Node::Column(path) if path.is_local() => Some(path.last() + 1),
            node => {
                let related = self.related.iter().map(|hops| end_of(self.meta, hops).fields.len());
                let before = self.meta.fields.len() + related.sum::<usize>();
                self.annotations().position(|known| known == node).map(|at| before + at + 1)
            }
        }
    }
}
