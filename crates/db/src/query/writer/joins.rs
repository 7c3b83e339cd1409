//! Finds the joins of a query before its text comes to them, in the order in which Django does.

use super::Writer;
use crate::query::node::Node;
use crate::query::promotion::taken_to_be_there;
use crate::query::scope::{Call, LAST};
use crate::query::select::{Part, Query};
use crate::query::statement::Asked;

impl Writer {
    /// The joins of filters and annotations in the order of their calls: an annotation shares those of the filters
    /// before it, and not those of the filters after it. Then those of what is selected: they may repeat a row, so that
    /// they count when it is only counted.
    pub(super) fn find_joins(&mut self, query: &Query, asked: Asked<'_>) {
        self.scope().taken_to_be_there = taken_to_be_there(query);
        self.scope().is_ahead = true;
        for (number, part) in query.parts.iter().enumerate() {
            self.set_call(Call { number, is_filter: matches!(part, Part::Filter(_)) });
            self.find_joins_of(part.node(), false);
        }
        self.set_call(LAST);
        if !matches!(asked, Asked::Fields(_) | Asked::Aggregates(_)) {
            query.selected.iter().flatten().for_each(|node| self.find_joins_of(node, false));
        }
        self.scope().is_ahead = false;
    }

    fn find_joins_of(&mut self, node: &Node, negated: bool) {
        match node {
            // Under a `NOT`, a relation to many rows is a subquery.
            Node::Column(path) if !(path.is_local() || negated && path.is_to_many()) => {
                self.column_at(self.depth(), path);
            }
            Node::Aggregate(_) => self.sharing(|writer| {
                node.children(&mut |child| writer.find_joins_of(child, negated));
            }),
            Node::Not(child) => self.find_joins_of(child, true),
            _ => node.children(&mut |child| self.find_joins_of(child, negated)),
        }
    }
}
