//! Comparisons as SQL, with Django's rules for NULL and for relations to many rows under a `NOT`.

use std::sync::Arc;

use super::node::{Compare, Function, Lookup, Moment, Node, Outer, Part, Right};
use super::path::{Hop, Path, end_of};
use super::select::Query;
use super::statement::Asked;
use super::writer::{Negation, Writer};
use crate::json::Json;
use crate::{Date, ModelMeta, TimeZone, Value};

impl Writer {
    /// One comparison. Under `NOT` a NULL does not match: excluding `x = 1` keeps the rows whose `x` is NULL, as Django
    /// does. And under `NOT` a relation to many rows asks whether there is any such row.
    pub(super) fn compare(&mut self, compare: &Compare, negation: Negation) {
        let column = compare.column();
        if let Some(path) = column.filter(|path| negation.any && path.is_to_many()) {
            return self.any_related(compare, &path);
        }
        // A document's null is a value.
        let is_json_null = matches!(&compare.right, Right::One(Node::Value(Value::Json(Json::Null))));
        let null_matters = negation.odd && compare.lookup != Lookup::IsNull && !is_json_null;
        let left = column.filter(|path| {
            null_matters && self.is_nullable(path) && !self.scope().taken_to_be_there.has(compare)
        });
        let right = match &compare.right {
            Right::One(Node::Column(path)) if null_matters && self.has_nulls(path) => Some(*path),
            _ => None,
        };
        if left.is_none() && right.is_none() {
            return self.comparison(compare);
        }
        self.push("(");
        self.comparison(compare);
        for path in left.iter().chain(&right) {
            self.push(" AND ");
            self.column(path);
            self.push(" IS NOT NULL");
        }
        self.push(")");
    }

    /// `EXISTS` of the rows on the way of the comparison's path that match it: Django's `split_exclude`.
    fn any_related(&mut self, compare: &Compare, path: &Path) {
        let meta = self.model();
        let hops = path.hops(meta);
        // A row without related rows has NULL there, so that the model's own row must be looked at.
        let to_many = hops.iter().position(|hop| hop.is_to_many()).filter(|_| !compare.is_null());
        // What is left of a path that could be written is not too long.
        let rest = |from: usize| Path::of(&hops[from..], path.last()).unwrap_or(*path);
        let inner = match to_many {
            Some(last) if self.is_followed(&hops[..=last]) => {
                // The row that another part of the same filter has found, and no other one.
                let model = end_of(meta, &hops[..=last]);
                let pk = model.pk_position();
                let found = Path::of(&hops[..=last], pk).unwrap_or(*path);
                compare.inside(model, &rest(last + 1), meta, pk, found)
            }
            Some(0) if let Some(Hop::Reverse(model, key)) = hops.first().copied() => {
                compare.inside(model, &rest(1), meta, key, Path::field(Hop::target_of(model, key)))
            }
            _ => {
                let pk = meta.pk_position();
                compare.inside(meta, path, meta, pk, Path::field(pk))
            }
        };
        self.part(&Node::Exists(Arc::new(inner)));
    }

    fn comparison(&mut self, compare: &Compare) {
        if let Some(compare) = compare.by_days_of_year(self.time_zone).or_else(|| compare.without_accents()) {
            return self.comparison(&compare);
        }
        match (compare.lookup, &compare.right) {
            (Lookup::IsNull, Right::Truth(null)) => {
                self.part(&compare.left);
                self.push(if *null { " IS NULL" } else { " IS NOT NULL" });
            }
            (Lookup::In, Right::List(nodes)) if nodes.is_empty() => self.push("FALSE"),
            (Lookup::In, Right::List(nodes)) => {
                self.compared(&compare.left);
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
                self.compared(&compare.left);
                self.push(" BETWEEN ");
                self.operand(&compare.left, &nodes[0]);
                self.push(" AND ");
                self.operand(&compare.left, &nodes[1]);
            }
            (lookup, Right::One(right)) => match operator(lookup) {
                Some(operator) => {
                    self.compared(&compare.left);
                    self.push(operator);
                    self.operand(&compare.left, right);
                }
                None => self.matches(&compare.left, lookup, right),
            },
            (lookup, Right::List(nodes)) => self.has_keys(&compare.left, lookup, nodes),
            _ => self.refuse("a lookup that does not fit what it is compared with"),
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
    /// The path of the column compared, where it is one, or a transform of one (its year, its length).
    pub(super) fn column(&self) -> Option<Path> {
        column_of(&self.left)
    }

    /// Whether it asks for NULL.
    fn is_null(&self) -> bool {
        self.lookup == Lookup::IsNull && self.right == Right::Truth(true)
    }

    /// A comparison of a year as one of dates, for which the database can use an index of the column.
    fn by_days_of_year(&self, time_zone: TimeZone) -> Option<Self> {
        let (
            Node::Call(Function::Extract(Part::Year, moment), nodes),
            Right::One(Node::Value(Value::Int(year))),
        ) = (&self.left, &self.right)
        else {
            return None;
        };
        let year = i16::try_from(*year).ok().filter(|year| (1..=9999).contains(year))?;
        let (first, last) = (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?);
        let (first, last) = match moment {
            Moment::Date => (Value::Date(first), Value::Date(last)),
            Moment::DateTime => {
                let utc = |local| time_zone.make_aware(local).in_utc().map(Value::DateTime);
                (utc(first.at(0, 0, 0, 0))?, utc(last.at(23, 59, 59, 999_999_000))?)
            }
            Moment::Time => return None,
        };
        let (first, last) = (Node::Value(first), Node::Value(last));
        let (lookup, right) = match self.lookup {
            Lookup::Exact => (Lookup::Range, Right::Two(Box::new([first, last]))),
            Lookup::Gte | Lookup::Lt => (self.lookup, Right::One(first)),
            Lookup::Gt | Lookup::Lte => (self.lookup, Right::One(last)),
            _ => return None,
        };
        Some(Self { left: nodes.first()?.clone(), lookup, right })
    }

    /// A comparison of a text without accents as one with texts without accents. Django says so of what it calls bilateral.
    fn without_accents(&self) -> Option<Self> {
        if !matches!(self.left, Node::Call(Function::Unaccent, _)) {
            return None;
        }
        let plain = |node: &Node| Node::Call(Function::Unaccent, vec![node.clone()]);
        let is_plain = |node: &Node| matches!(node, Node::Call(Function::Unaccent, _));
        let right = match &self.right {
            Right::One(node) if !is_plain(node) => Right::One(plain(node)),
            Right::Two(nodes) if !nodes.iter().all(is_plain) => {
                Right::Two(Box::new([plain(&nodes[0]), plain(&nodes[1])]))
            }
            Right::List(nodes) if !nodes.iter().all(is_plain) => {
                Right::List(nodes.iter().map(plain).collect())
            }
            _ => return None,
        };
        Some(Self { left: self.left.clone(), lookup: self.lookup, right })
    }

    /// A subquery for the rows of a model that match it and whose `field` equals a column of the query around it.
    fn inside(
        &self,
        model: &'static ModelMeta,
        path: &Path,
        around: &'static ModelMeta,
        field: usize,
        outer: Path,
    ) -> Query {
        let mut query = Query::new(model);
        query.filter(Node::Compare(Box::new(self.moved(path, around))));
        query.filter(Node::refers_to_outer(field, around, outer));
        query
    }

    /// The same comparison in a subquery, with another path to its column.
    fn moved(&self, path: &Path, meta: &'static ModelMeta) -> Self {
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
    /// A column of a subquery that equals one of the query around it.
    fn refers_to_outer(field: usize, meta: &'static ModelMeta, path: Path) -> Self {
        let outer = Self::Outer(Outer { meta, path });
        Self::compare(Self::Column(Path::field(field)), Lookup::Exact, Right::One(outer))
    }

    /// The same expression inside a subquery: its columns are those of the query around it.
    fn as_outer(&self, meta: &'static ModelMeta) -> Self {
        match self {
            Self::Column(path) => Self::Outer(Outer { meta, path: *path }),
            Self::Arithmetic(operator, nodes) => {
                Self::Arithmetic(*operator, Box::new([nodes[0].as_outer(meta), nodes[1].as_outer(meta)]))
            }
            Self::Call(function, nodes) => {
                Self::Call(function.clone(), nodes.iter().map(|node| node.as_outer(meta)).collect())
            }
            other => other.clone(),
        }
    }

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

fn column_of(node: &Node) -> Option<Path> {
    match node {
        Node::Column(path) => Some(*path),
        Node::Call(function, nodes) if function.is_transform() => nodes.first().and_then(column_of),
        _ => None,
    }
}

impl Function {
    /// Whether it is made of one value, and NULL of NULL: what Django can put behind a column's name (`created__year`).
    fn is_transform(&self) -> bool {
        matches!(
            self,
            Self::Lower
                | Self::Upper
                | Self::Length
                | Self::Trim
                | Self::LTrim
                | Self::RTrim
                | Self::Abs
                | Self::Round(_)
                | Self::Floor
                | Self::Ceil
                | Self::Cast(_)
                | Self::Extract(..)
                | Self::Trunc(..)
                | Self::Date
                | Self::Time
                | Self::JsonPath(_)
                | Self::JsonText(_)
                | Self::ArrayLength
                | Self::ArrayItem(_)
                | Self::ArraySlice(..)
                | Self::OfRange(_)
                | Self::HStoreText(_)
                | Self::HStoreKeys
                | Self::HStoreValues
                | Self::Unaccent
        )
    }
}
