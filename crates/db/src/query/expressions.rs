//! Expressions as SQL: columns and values, arithmetic, aggregates, cases and windows.

use super::node::{Aggregate, Case, Node, Operator, Window, WindowFunction};
use super::statement::Asked;
use super::writer::{Negation, Writer, push_number};
use crate::Value;

impl Writer {
    /// An expression.
    pub(crate) fn node(&mut self, node: &Node, negation: Negation) {
        match node {
            Node::Column(path) => self.column(path),
            Node::Outer(outer) => self.outer(outer.meta, &outer.path),
            Node::Value(value) => self.literal(value),
            Node::Selected(index) => {
                self.push("\"c");
                push_number(&mut self.sql, *index);
                self.push("\"");
            }
            Node::Compare(compare) => self.compare(compare, negation),
            Node::All(nodes) => self.joined(nodes, " AND ", "TRUE", negation),
            Node::Any(nodes) => self.joined(nodes, " OR ", "FALSE", negation),
            Node::Odd(nodes) => self.odd(nodes, negation),
            Node::Not(node) => {
                self.push("NOT (");
                self.node(node, Negation { odd: !negation.odd, any: true });
                self.push(")");
            }
            Node::Arithmetic(operator, nodes) => self.arithmetic(*operator, nodes),
            Node::Call(function, nodes) => self.call(function, nodes),
            Node::Aggregate(aggregate) => self.sharing(|writer| writer.aggregate(aggregate)),
            Node::Case(case) => self.case(case),
            Node::Subquery(query) => self.subquery(query, Asked::Rows),
            Node::Exists(query) => {
                self.push("EXISTS");
                self.subquery(query, Asked::Exists);
            }
            Node::Window(window) => self.window(window),
        }
    }

    /// An expression that is part of another one.
    pub(super) fn part(&mut self, node: &Node) {
        self.node(node, Negation::default());
    }

    fn joined(&mut self, nodes: &[Node], connector: &str, empty: &str, negation: Negation) {
        if nodes.is_empty() {
            return self.push(empty);
        }
        self.push("(");
        for (index, node) in nodes.iter().enumerate() {
            if index > 0 {
                self.push(connector);
            }
            self.node(node, negation);
        }
        self.push(")");
    }

    /// That one of them is true at all makes it NULL where Django's is.
    fn odd(&mut self, nodes: &[Node], negation: Negation) {
        self.push("(");
        self.joined(nodes, " OR ", "FALSE", negation);
        self.push(" AND (");
        for (index, node) in nodes.iter().enumerate() {
            self.push(if index > 0 { " + (CASE WHEN " } else { "(CASE WHEN " });
            self.node(node, negation);
            self.push(" THEN 1 ELSE 0 END)");
        }
        self.push(") % 2 = 1)");
    }

    fn arithmetic(&mut self, operator: Operator, nodes: &[Node; 2]) {
        let text = match operator {
            Operator::Add => " + ",
            Operator::Subtract => " - ",
            Operator::Multiply => " * ",
            Operator::Divide => " / ",
            Operator::Modulo => " % ",
            Operator::TimeAdd | Operator::TimeSubtract | Operator::TimeBetween => {
                return self.special_operator(operator, nodes);
            }
        };
        self.push("(");
        self.part(&nodes[0]);
        self.push(text);
        self.part(&nodes[1]);
        self.push(")");
    }

    pub(super) fn aggregate(&mut self, aggregate: &Aggregate) {
        let (name, cast) = self.dialect.aggregate(aggregate.function);
        if cast.is_some() {
            self.push("(");
        }
        self.push(name);
        self.push("(");
        if aggregate.distinct {
            self.push("DISTINCT ");
        }
        match &aggregate.of {
            Some(node) => self.part(node),
            None => self.push("*"),
        }
        self.push(")");
        if let Some(filter) = &aggregate.filter {
            self.push(" FILTER (WHERE ");
            self.part(filter);
            self.push(")");
        }
        if let Some(cast) = cast {
            self.push(")::");
            self.push(cast);
        }
    }

    fn case(&mut self, case: &Case) {
        self.push("CASE");
        for (condition, value) in &case.when {
            self.push(" WHEN ");
            self.part(condition);
            self.push(" THEN ");
            self.part(value);
        }
        self.push(" ELSE ");
        match &case.otherwise {
            Some(node) => self.part(node),
            None => self.push("NULL"),
        }
        self.push(" END");
    }

    fn window(&mut self, window: &Window) {
        match &window.function {
            WindowFunction::RowNumber => self.push("ROW_NUMBER()"),
            WindowFunction::Rank => self.push("RANK()"),
            WindowFunction::DenseRank => self.push("DENSE_RANK()"),
            WindowFunction::PercentRank => self.push("PERCENT_RANK()"),
            WindowFunction::CumeDist => self.push("CUME_DIST()"),
            WindowFunction::Ntile(buckets) => {
                self.push("NTILE(");
                push_number(&mut self.sql, *buckets as usize);
                self.push(")");
            }
            WindowFunction::Lag(node, rows) => self.shifted("LAG(", node, *rows),
            WindowFunction::Lead(node, rows) => self.shifted("LEAD(", node, *rows),
            WindowFunction::FirstValue(node) => self.of_window("FIRST_VALUE(", node),
            WindowFunction::LastValue(node) => self.of_window("LAST_VALUE(", node),
            WindowFunction::Aggregate(aggregate) => self.aggregate_over(aggregate, window),
        }
        if !matches!(window.function, WindowFunction::Aggregate(_)) {
            self.over(window);
        }
    }

    fn of_window(&mut self, function: &str, node: &Node) {
        self.push(function);
        self.part(node);
        self.push(")");
    }

    fn shifted(&mut self, function: &str, node: &Node, rows: u32) {
        self.push(function);
        self.part(node);
        self.push(", ");
        push_number(&mut self.sql, rows as usize);
        self.push(")");
    }

    /// The cast of an aggregate's value stands behind `OVER`.
    fn aggregate_over(&mut self, aggregate: &Aggregate, window: &Window) {
        let (name, cast) = self.dialect.aggregate(aggregate.function);
        if cast.is_some() {
            self.push("(");
        }
        self.push(name);
        self.push("(");
        match &aggregate.of {
            Some(node) => self.part(node),
            None => self.push("*"),
        }
        self.push(")");
        self.over(window);
        if let Some(cast) = cast {
            self.push(")::");
            self.push(cast);
        }
    }

    fn over(&mut self, window: &Window) {
        self.push(" OVER (");
        if !window.partition_by.is_empty() {
            self.push("PARTITION BY ");
            self.list(&window.partition_by, Self::part);
        }
        for (index, by) in window.order_by.iter().enumerate() {
            let first = if window.partition_by.is_empty() { "ORDER BY " } else { " ORDER BY " };
            self.push(if index == 0 { first } else { ", " });
            self.part(&by.node);
            self.direction(by, false);
        }
        self.push(")");
    }

    /// A value that stands in an expression, where the database must know its type.
    fn literal(&mut self, value: &Value) {
        if value.is_null() {
            return self.push("NULL");
        }
        let cast = self.dialect.literal_cast(value);
        self.cast_bind(value, cast);
    }

    pub(super) fn cast_bind(&mut self, value: &Value, (before, after): (&str, &str)) {
        self.push(before);
        self.bind(value.clone());
        self.push(after);
    }
}
