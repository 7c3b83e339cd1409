//! `GROUP BY` and `HAVING`.

use super::select::conjuncts;
use super::{Negation, Writer, push_number};
use crate::ModelMeta;
use crate::query::node::Node;
use crate::query::path::Path;
use crate::query::scope::{Call, LAST};
use crate::query::select::{Part, Query};
use crate::query::statement::Asked;

impl Writer {
    /// The groups: the rows of the model (with the rows that they refer to), or the values selected that are no
    /// functions of many rows. What the order and `HAVING` use beside them belongs to a group too.
    pub(super) fn group_by(&mut self, query: &Query, asked: Asked<'_>, by_row: bool) {
        let mut groups = Groups { by_row, nodes: Vec::new() };
        if by_row {
            groups.nodes.push(Node::Column(Path::field(query.meta.pk_position())));
        }
        query.groups.iter().for_each(|node| groups.add(node));
        match &query.selected {
            Some(nodes) => nodes.iter().for_each(|node| groups.add(node)),
            None => query.annotations().for_each(|node| groups.add(node)),
        }
        query.each_order(|by| groups.add(&by.node));
        query.filters().filter(|node| node.has_aggregate()).for_each(|node| groups.add_compared(node));
        if groups.nodes.is_empty() && query.related.is_empty() {
            return;
        }
        self.push(" GROUP BY ");
        self.list(&groups.nodes, |writer, node| writer.in_list(query, asked, node));
        let depth = self.depth();
        if by_row {
            // The key of a child says nothing of its parents' columns to the database.
            let parents = self.tables_of(depth, None, query.meta).split_off(1);
            self.keys_of(parents);
        }
        for hops in &query.related {
            let mut new = String::new();
            let (join, meta, _) = self.scopes[depth].follow(hops, &mut new);
            let tables = self.tables_of(depth, join, meta);
            self.keys_of(tables);
        }
    }

    fn keys_of(&mut self, tables: Vec<(Option<usize>, &'static ModelMeta)>) {
        for (join, meta) in tables {
            self.push(", ");
            self.column_of(self.depth(), join, meta.pk().column);
        }
    }

    /// An expression of `GROUP BY` or `ORDER BY`. What is selected is named by its number: written a second time, with
    /// parameters of its own, PostgreSQL takes it for another expression.
    pub(super) fn in_list(&mut self, query: &Query, asked: Asked<'_>, node: &Node) {
        let is_computed = !matches!(node, Node::Column(_) | Node::Value(_));
        match query.position_of(node).filter(|_| is_computed && matches!(asked, Asked::Rows)) {
            Some(number) => push_number(&mut self.sql, number),
            None => self.node(node, Negation::default()),
        }
    }

    pub(super) fn having(&mut self, query: &Query) {
        let mut first = true;
        for (number, part) in query.parts.iter().enumerate() {
            let Part::Filter(node) = part else { continue };
            self.set_call(Call { number, is_filter: true });
            conjuncts(node, &mut |node| {
                if node.has_aggregate() {
                    self.push(if first { " HAVING " } else { " AND " });
                    first = false;
                    self.node(node, Negation::default());
                }
            });
        }
        self.set_call(LAST);
    }
}

struct Groups {
    /// The rows of the model are the groups: its own columns belong to them.
    by_row: bool,
    nodes: Vec<Node>,
}

impl Groups {
    /// Adds an expression, or the parts of it that are no functions of many rows.
    fn add(&mut self, node: &Node) {
        match node {
            Node::Aggregate(_) | Node::Value(_) | Node::Outer(_) => {}
            Node::Window(_) => node.children(&mut |child| self.add(child)),
            _ if node.has_aggregate() => node.children(&mut |child| self.add(child)),
            _ if self.by_row && !node.any(&|node| matches!(node, Node::Column(path) if !path.is_local())) => {
            }
            _ if self.nodes.contains(node) => {}
            _ => self.nodes.push(node.clone()),
        }
    }

    /// Adds what a condition compares. A whole comparison would have a parameter of its own here, and be another expression than the one of
    /// `HAVING`.
    fn add_compared(&mut self, node: &Node) {
        match node {
            Node::Compare(_) | Node::All(_) | Node::Any(_) | Node::Odd(_) | Node::Not(_) => {
                node.children(&mut |child| self.add_compared(child));
            }
            _ => self.add(node),
        }
    }
}

impl Query {
    /// Whether its groups are the rows of the model.
    pub(super) fn is_grouped_by_row(&self) -> bool {
        self.selected.is_none() && self.is_grouped()
    }

    /// Whether the values selected are made of groups.
    pub(super) fn groups_values(&self, asked: Asked<'_>) -> bool {
        matches!(asked, Asked::Rows)
            && (self.is_grouped_by_values()
                || (self.selected.is_some() && self.filters().any(Node::has_aggregate)))
    }
}
