//! Questions about all the rows of a query whose rows must be found first: they are grouped, sliced, distinct or combined.

use std::borrow::Cow;

use super::{Negation, Writer};
use crate::query::node::Node;
use crate::query::path::Path;
use crate::query::select::{Distinct, Part, Query};
use crate::query::statement::Asked;

impl Writer {
    pub(super) fn count_inside(&mut self, query: &Query) {
        self.push("SELECT COUNT(*) FROM (");
        if query.combined.is_empty() {
            self.select_as(&query.to_be_counted(), Asked::Rows, query.is_grouped_by_row(), false);
        } else {
            self.query(&query.to_be_counted(), Asked::Rows);
        }
        self.push(") \"subquery\"");
    }

    pub(super) fn exists_inside(&mut self, query: &Query) {
        self.push("SELECT 1 AS \"a\" FROM (");
        self.query(query, Asked::Rows);
        self.push(") \"subquery\" LIMIT 1");
    }

    pub(super) fn aggregate_inside(&mut self, query: &Query, nodes: &[Node]) {
        let mut inner = query.without_groups().into_owned();
        inner.related.clear();
        let mut selected: Vec<Node> = Vec::new();
        let outer: Vec<Node> = nodes.iter().map(|node| node.lifted(&mut selected)).collect();
        if query.distinct != Distinct::No || selected.is_empty() {
            // What makes rows different are the columns that were asked for.
            selected.extend(query.all_selected());
        }
        inner.selected = Some(selected);
        self.push("SELECT ");
        self.list(&outer, |writer, node| writer.node(node, Negation::default()));
        self.push(" FROM (");
        self.select_as(&inner, Asked::Rows, query.is_grouped_by_row(), true);
        self.push(") \"subquery\"");
    }
}

/// Whether it is an aggregate of what is an aggregate itself.
pub(super) fn of_aggregate(node: &Node) -> bool {
    node.any(&|node| match node {
        Node::Aggregate(aggregate) => aggregate.of.as_ref().is_some_and(Node::has_aggregate),
        _ => false,
    })
}

impl Query {
    /// Whether the rows must be found before they are counted.
    pub(super) fn must_be_found_first(&self) -> bool {
        self.is_sliced()
            || !self.combined.is_empty()
            || self.distinct != Distinct::No
            || self.filters().any(Node::has_aggregate)
            || self.is_grouped_by_values()
            || (self.is_grouped_by_row() && self.without_groups().repeats_rows())
    }

    /// Whether a relation to many rows may repeat a row.
    fn repeats_rows(&self) -> bool {
        let is_to_many = |node: &Node| matches!(node, Node::Column(path) if path.is_to_many());
        self.parts.iter().any(|part| part.node().any(&is_to_many))
    }

    /// The same rows without what only their groups were made for.
    pub(super) fn without_groups(&self) -> Cow<'_, Self> {
        let is_of_groups = |part: &Part| matches!(part, Part::Annotation(node) if node.has_aggregate());
        if !self.parts.iter().any(is_of_groups) {
            return Cow::Borrowed(self);
        }
        let mut query = self.clone();
        query.parts.retain(|part| !is_of_groups(part));
        Cow::Owned(query)
    }

    /// The same rows with as few columns as possible.
    pub(super) fn to_be_counted(&self) -> Self {
        let is_plain = self.combined.is_empty() && self.distinct == Distinct::No && self.selected.is_none();
        let mut query = if is_plain { self.without_groups().into_owned() } else { self.clone() };
        query.related.clear();
        if is_plain {
            query.selected = Some(vec![Node::Column(Path::field(self.meta.pk_position()))]);
        }
        if !query.is_sliced() {
            query.order = Some(Vec::new());
        }
        query
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
}
