//! Expressions as SQL: conditions with Django's rule for NULL, arithmetic, aggregates, cases and windows.

use std::sync::Arc;

use super::node::{
    Aggregate, AggregateFunction, Case, Class, Compare, Lookup, Node, Operator, Right, Window, WindowFunction,
};
use super::path::{Hop, Path};
use super::select::Query;
use super::statement::Asked;
use super::writer::{Negation, Writer, push_number};
use crate::Value;
use crate::dialect::Dialect;

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

    fn odd(&mut self, nodes: &[Node], negation: Negation) {
        self.push("(");
        for (index, node) in nodes.iter().enumerate() {
            self.push(if index > 0 { " + (CASE WHEN " } else { "(CASE WHEN " });
            self.node(node, negation);
            self.push(" THEN 1 ELSE 0 END)");
        }
        self.push(") % 2 = 1");
    }

    /// One comparison. Under `NOT` a NULL does not match: excluding `x = 1` keeps the rows whose `x` is NULL, as Django
    /// does. And under `NOT` a relation to many rows asks whether there is any such row.
    fn compare(&mut self, compare: &Compare, negation: Negation) {
        let column = compare.column();
        if negation.any && column.is_some_and(|path| path.is_to_many()) {
            return self.any_related(compare);
        }
        let null_matters = negation.odd && compare.lookup != Lookup::IsNull;
        let left = column.filter(|path| null_matters && self.is_nullable(path));
        let right = match &compare.right {
            Right::One(Node::Column(path)) if null_matters && self.is_nullable(path) => Some(*path),
            _ => None,
        };
        if left.is_none() && right.is_none() {
            return self.comparison(compare);
        }
        self.push("(");
        self.comparison(compare);
        if let Some(path) = left {
            self.push(" AND ");
            self.not_null(compare, &path);
        }
        if let Some(path) = right {
            self.push(" AND ");
            self.column(&path);
            self.push(" IS NOT NULL");
        }
        self.push(")");
    }

    fn not_null(&mut self, compare: &Compare, path: &Path) {
        match &compare.left {
            // A key that a document does not have is NULL too.
            Node::Column(_) => self.column(path),
            left => self.part(left),
        }
        self.push(" IS NOT NULL");
    }

    /// `EXISTS` of the rows on the way of the comparison's path that match it: Django's `split_exclude`.
    fn any_related(&mut self, compare: &Compare) {
        let meta = self.model();
        let Some(path) = compare.column() else { return };
        let hops = path.hops(meta);
        let inner = match hops.first().copied() {
            Some(Hop::Reverse(model, key)) => {
                // What is left of a path that could be written is not too long.
                let rest = Path::of(&hops[1..], path.last()).unwrap_or(path);
                let mut query = Query::new(model);
                query.filter(Node::Compare(Box::new(compare.moved(&rest, meta))));
                let owner = Node::Outer(super::node::Outer { meta, path: Path::field(meta.pk_position()) });
                let is_owned = Right::One(owner);
                query.filter(Node::compare(Node::Column(Path::field(key)), Lookup::Exact, is_owned));
                if self.is_followed(Hop::Reverse(model, key)) {
                    // The row that another part of the same filter has found, and no other one.
                    let same = Path::reverse(model, key, model.pk_position());
                    let same = Right::One(Node::Outer(super::node::Outer { meta, path: same }));
                    let pk = Node::Column(Path::field(model.pk_position()));
                    query.filter(Node::compare(pk, Lookup::Exact, same));
                }
                query
            }
            _ => {
                let mut query = Query::new(meta);
                query.filter(Node::Compare(Box::new(compare.moved(&path, meta))));
                let pk = Path::field(meta.pk_position());
                let same = Right::One(Node::Outer(super::node::Outer { meta, path: pk }));
                query.filter(Node::compare(Node::Column(pk), Lookup::Exact, same));
                query
            }
        };
        self.part(&Node::Exists(Arc::new(inner)));
    }

    fn comparison(&mut self, compare: &Compare) {
        match (compare.lookup, &compare.right) {
            (Lookup::IsNull, Right::Truth(null)) => {
                self.part(&compare.left);
                self.push(if *null { " IS NULL" } else { " IS NOT NULL" });
            }
            (Lookup::In, Right::List(nodes)) if nodes.is_empty() => self.push("FALSE"),
            (Lookup::In, Right::List(nodes)) => {
                self.part(&compare.left);
                self.push(" IN (");
                self.list(nodes, |writer, node| writer.operand(&compare.left, node));
                self.push(")");
            }
            (Lookup::In, Right::Query(query)) => {
                self.part(&compare.left);
                self.push(" IN ");
                self.subquery(query, Asked::Rows);
            }
            (Lookup::Range, Right::Two(nodes)) => {
                self.part(&compare.left);
                self.push(" BETWEEN ");
                self.operand(&compare.left, &nodes[0]);
                self.push(" AND ");
                self.operand(&compare.left, &nodes[1]);
            }
            (lookup, Right::One(right)) => match operator(lookup) {
                Some(operator) => {
                    self.part(&compare.left);
                    self.push(operator);
                    self.operand(&compare.left, right);
                }
                None => self.matches(&compare.left, lookup, right),
            },
            (lookup, Right::List(nodes)) => self.has_keys(&compare.left, lookup, nodes),
            _ => self.refuse("a lookup that does not fit what it is compared with"),
        }
    }

    /// The right side of a comparison. A value takes the type of the left side where that is a column.
    pub(super) fn operand(&mut self, left: &Node, right: &Node) {
        match right {
            Node::Value(value) => {
                let plain = matches!(left, Node::Column(_) | Node::Outer(_));
                self.compared_value(value, plain);
            }
            right => self.part(right),
        }
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

    fn compared_value(&mut self, value: &Value, with_column: bool) {
        if with_column {
            let cast = self.dialect.compared_cast(value);
            self.cast_bind(value, cast);
        } else {
            self.literal(value);
        }
    }
}

fn operator(lookup: Lookup) -> Option<&'static str> {
    Some(match lookup {
        Lookup::Exact => " = ",
        Lookup::Lt => " < ",
        Lookup::Lte => " <= ",
        Lookup::Gt => " > ",
        Lookup::Gte => " >= ",
        _ => return None,
    })
}

impl Compare {
    /// The same comparison in a subquery, with another path to its column.
    fn moved(&self, path: &Path, meta: &'static crate::ModelMeta) -> Self {
        let right = match &self.right {
            Right::One(node) => Right::One(node.as_outer(meta)),
            Right::Two(nodes) => Right::Two(Box::new([nodes[0].as_outer(meta), nodes[1].as_outer(meta)])),
            Right::List(nodes) => Right::List(nodes.iter().map(|node| node.as_outer(meta)).collect()),
            other => other.clone(),
        };
        Self { left: self.left.with_column(path), lookup: self.lookup, right }
    }
}

impl Node {
    /// The column, or the transform of it, with another path.
    fn with_column(&self, path: &Path) -> Self {
        match self {
            Self::Column(_) => Self::Column(*path),
            Self::Call(function, nodes) => {
                let mut nodes = nodes.clone();
                if let Some(first) = nodes.first_mut() {
                    *first = first.with_column(path);
                }
                Self::Call(function.clone(), nodes)
            }
            other => other.clone(),
        }
    }
}

impl AggregateFunction {
    /// The type that PostgreSQL's wider result is brought back to.
    pub(super) fn narrowed(self, dialect: Dialect) -> Option<&'static str> {
        if dialect == Dialect::Sqlite {
            return None;
        }
        match self {
            Self::Sum(Class::Whole) => Some("bigint"),
            Self::Avg(Class::Whole | Class::Float) | Self::StdDev { .. } | Self::Variance { .. } => {
                Some("double precision")
            }
            _ => None,
        }
    }
}
