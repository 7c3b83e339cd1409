//! `UNION`, `INTERSECT` and `EXCEPT`.

use super::{Writer, push_number};
use crate::query::select::{Combinator, Query};
use crate::query::statement::Asked;

impl Writer {
    pub(super) fn combined(&mut self, query: &Query, asked: Asked<'_>) {
        match asked {
            Asked::Exists => self.around_combined("SELECT 1 FROM (", query),
            Asked::Fields(_) => self.around_combined("SELECT * FROM (", query),
            _ => self.members(query),
        }
    }

    fn around_combined(&mut self, before: &str, query: &Query) {
        self.push(before);
        self.members(query);
        self.push(") \"subquery\"");
    }

    fn members(&mut self, query: &Query) {
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
        self.query(&query, Asked::Rows);
        self.push(")");
        self.push(self.dialect.subquery_alias());
    }

    /// The order of combined rows names the columns by their numbers.
    fn combined_order(&mut self, query: &Query, first: &Query) {
        let order = query.order.as_deref().unwrap_or_default();
        for (index, by) in order.iter().enumerate() {
            self.push(if index == 0 { " ORDER BY " } else { ", " });
            match first.position_of(&by.node) {
                Some(at) => push_number(&mut self.sql, at),
                None => self.refuse("the order of a union names something that its queries do not select"),
            }
            self.direction(by, query.reversed);
        }
    }
}
