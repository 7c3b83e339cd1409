//! A query without types: which rows of a model, in which order, and what is read of them.

use std::sync::Arc;

use super::default_order;
use super::node::{Node, OrderNode};
use super::path::{Hop, Path};
use crate::{Error, ModelMeta, Result};

/// A query.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) meta: &'static ModelMeta,
    /// Filters and annotations in the order of the calls: which joins they share depends on it.
    pub(crate) parts: Vec<Part>,
    /// `None` for the model's own order.
    pub(crate) order: Option<Vec<OrderNode>>,
    /// Every direction of the order turned round.
    pub(crate) reversed: bool,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: u64,
    /// Rows that foreign keys refer to and that are read too, each after the ones on the way to it.
    pub(crate) related: Vec<Vec<Hop>>,
    /// What is read instead of whole objects.
    pub(crate) selected: Option<Vec<Node>>,
    /// What makes the groups beside what is selected.
    pub(crate) groups: Vec<Node>,
    pub(crate) distinct: Distinct,
    pub(crate) combined: Vec<(Combinator, Arc<Query>)>,
    pub(crate) lock: Option<Lock>,
}

/// One call of `filter` or `annotate`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Filter(Node),
    Annotation(Node),
}

impl Part {
    pub(crate) fn node(&self) -> &Node {
        match self {
            Self::Filter(node) | Self::Annotation(node) => node,
        }
    }
}

/// Whether equal rows are read once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Distinct {
    #[default]
    No,
    Yes,
    /// One row for each value of these: `DISTINCT ON`, which SQLite does not have.
    On(Vec<Node>),
}

/// How the rows of two queries are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Combinator {
    Union { all: bool },
    Intersection,
    Difference,
}

/// The rows are locked until the transaction ends: `SELECT ... FOR UPDATE`. SQLite's transactions have the whole
/// database locked, so that nothing is written there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    pub(crate) nowait: bool,
    pub(crate) skip_locked: bool,
    pub(crate) no_key: bool,
    pub(crate) of_self: bool,
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.meta.db_table == other.meta.db_table
            && self.parts == other.parts
            && self.order == other.order
            && self.reversed == other.reversed
            && (self.limit, self.offset) == (other.limit, other.offset)
            && self.related == other.related
            && self.selected == other.selected
            && self.groups == other.groups
            && self.distinct == other.distinct
            && self.combined == other.combined
            && self.lock == other.lock
    }
}

impl Query {
    pub(crate) fn new(meta: &'static ModelMeta) -> Self {
        Self {
            meta,
            parts: Vec::new(),
            order: None,
            reversed: false,
            limit: None,
            offset: 0,
            related: Vec::new(),
            selected: None,
            groups: Vec::new(),
            distinct: Distinct::No,
            combined: Vec::new(),
            lock: None,
        }
    }

    pub(crate) fn filter(&mut self, node: Node) {
        self.parts.push(Part::Filter(node));
    }

    pub(crate) fn exclude(&mut self, node: Node) {
        self.parts.push(Part::Filter(Node::Not(Box::new(node))));
    }

    pub(crate) fn filters(&self) -> impl Iterator<Item = &Node> {
        self.parts.iter().filter_map(|part| match part {
            Part::Filter(node) => Some(node),
            Part::Annotation(_) => None,
        })
    }

    pub(crate) fn annotations(&self) -> impl Iterator<Item = &Node> + Clone {
        self.parts.iter().filter_map(|part| match part {
            Part::Annotation(node) => Some(node),
            Part::Filter(_) => None,
        })
    }

    pub(crate) fn is_sliced(&self) -> bool {
        self.limit.is_some() || self.offset > 0
    }

    /// Only the rows of a range of these.
    pub(crate) fn slice(&mut self, start: u64, end: u64) {
        let length = end.saturating_sub(start);
        let left = self.limit.map_or(u64::MAX, |limit| limit.saturating_sub(start));
        self.offset = self.offset.saturating_add(start);
        self.limit = Some(length.min(left));
    }

    /// Calls `each` with what the rows are ordered by: the model's own order where no other is asked for. As in Django,
    /// groups have no order unless one is asked for.
    pub(crate) fn each_order(&self, mut each: impl FnMut(&OrderNode)) {
        match &self.order {
            Some(order) => order.iter().for_each(each),
            None if self.meta.ordering.is_empty() || self.is_grouped() => {}
            None => {
                for by in self.meta.ordering {
                    if self.meta.fields[by.field].relation.is_some() {
                        default_order::nodes(self.meta, &[], by).iter().for_each(&mut each);
                        continue;
                    }
                    let node = Node::Column(Path::field(by.field));
                    each(&OrderNode { node, descending: by.descending, nulls_first: None });
                }
            }
        }
    }

    /// Whether the query's rows come in a stated order.
    pub(crate) fn is_ordered(&self) -> bool {
        self.order.as_ref().map_or(!self.meta.ordering.is_empty(), |order| !order.is_empty())
    }

    /// Also reads the rows along a way of foreign keys.
    pub(crate) fn select_related(&mut self, hops: &[Hop]) {
        for end in 1..=hops.len() {
            if !self.related.iter().any(|known| known == &hops[..end]) {
                self.related.push(hops[..end].to_vec());
            }
        }
    }

    /// The rows of this query that also match the condition; for what is looked for in rows that are not sliced.
    pub(crate) fn narrowed(mut self, node: Node) -> Result<Self> {
        if self.is_sliced() || !self.combined.is_empty() {
            return Err(Error::Database("cannot filter a query once a slice has been taken".to_owned()));
        }
        self.filter(node);
        Ok(self)
    }

    /// Whether it has all rows of the model.
    pub(super) fn is_all_rows(&self) -> bool {
        self.parts.is_empty()
            && self.groups.is_empty()
            && self.combined.is_empty()
            && self.distinct == Distinct::No
            && self.lock.is_none()
            && !self.is_sliced()
    }

    /// Whether its rows are groups of rows.
    pub(crate) fn is_grouped(&self) -> bool {
        let nodes = self.parts.iter().map(Part::node).chain(self.selected.iter().flatten());
        let ordered = self.order.iter().flatten().map(|by| &by.node);
        !self.groups.is_empty() || nodes.chain(ordered).any(Node::has_aggregate)
    }

    /// Whether its rows are groups of values, which have no primary key to be ordered by.
    pub(crate) fn is_grouped_by_values(&self) -> bool {
        let has_aggregate = |nodes: &Vec<Node>| nodes.iter().any(Node::has_aggregate);
        self.selected.as_ref().is_some_and(|nodes| !self.groups.is_empty() || has_aggregate(nodes))
    }
}

impl Lock {
    /// A lock as [`QuerySet::select_for_update`](crate::QuerySet::select_for_update) takes it.
    pub const fn new() -> Self {
        Self { nowait: false, skip_locked: false, no_key: false, of_self: false }
    }

    /// An error at once where a row is locked already.
    #[must_use]
    pub const fn nowait(mut self) -> Self {
        self.nowait = true;
        self
    }

    /// Rows that are locked already are left out.
    #[must_use]
    pub const fn skip_locked(mut self) -> Self {
        self.skip_locked = true;
        self
    }

    /// Other transactions may refer to the rows by foreign keys meanwhile.
    #[must_use]
    pub const fn no_key(mut self) -> Self {
        self.no_key = true;
        self
    }

    /// Only the model's own rows, not those of `select_related`.
    #[must_use]
    pub const fn of_self(mut self) -> Self {
        self.of_self = true;
        self
    }
}
