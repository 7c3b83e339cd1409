//! Which joins Django has as `INNER JOIN` while it builds a filter (`JoinPromoter` in `django/db/models/sql/query.py`): of a column
//! behind such a join it does not say `IS NOT NULL` under a `NOT`. The joins themselves are written by their relations.

use std::collections::BTreeMap;

use super::node::{Compare, Lookup, Node, Right};
use super::path::{Hop, Path};
use super::select::{Part, Query};
use crate::ModelMeta;

/// Comparisons under a `NOT` whose column is taken to be there, by their addresses.
#[derive(Debug, Default)]
pub(super) struct TakenToBeThere(Vec<usize>);

impl TakenToBeThere {
    pub(super) fn has(&self, compare: &Compare) -> bool {
        self.0.contains(&address(compare))
    }
}

fn address(compare: &Compare) -> usize {
    std::ptr::from_ref(compare).addr()
}

/// Those of a query's filters.
pub(super) fn taken_to_be_there(query: &Query) -> TakenToBeThere {
    let is_filter = |part: &Part| matches!(part, Part::Filter(node) if has_not(node));
    if !query.parts.iter().any(is_filter) {
        return TakenToBeThere::default();
    }
    let mut builder = Builder { meta: query.meta, joins: Vec::new(), call: 0, found: Vec::new() };
    for (number, part) in query.parts.iter().enumerate() {
        let Part::Filter(node) = part else { continue };
        builder.call = number;
        builder.filter(node);
    }
    TakenToBeThere(builder.found)
}

fn has_not(node: &Node) -> bool {
    match node {
        Node::Not(_) => true,
        Node::All(nodes) | Node::Any(nodes) | Node::Odd(nodes) => nodes.iter().any(has_not),
        _ => false,
    }
}

/// A table as Django joins it.
struct Join {
    /// The join that it follows, or `None` for the model's own table.
    after: Option<usize>,
    hop: Hop,
    /// The filter that it belongs to, if it leads to many rows.
    call: Option<usize>,
    /// There may be no such row, by the relation alone.
    nullable: bool,
    is_outer: bool,
}

/// How the conditions of a group are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Connector {
    And,
    Or,
    Xor,
}

struct Builder {
    meta: &'static ModelMeta,
    joins: Vec<Join>,
    call: usize,
    found: Vec<usize>,
}

impl Builder {
    /// One call of `filter` or `exclude`: what was an inner join before stays one.
    fn filter(&mut self, node: &Node) {
        let inner = self.joins.iter().enumerate().filter(|(_, join)| !join.is_outer);
        let inner: Vec<usize> = inner.map(|(at, _)| at).collect();
        self.group(Connector::And, std::slice::from_ref(node), false, false);
        self.demote(inner);
    }

    /// The joins that a condition needs, as far as it does: one vote for each.
    fn votes(&mut self, node: &Node, negated: bool, is_below_not: bool) -> Vec<usize> {
        match node {
            Node::All(nodes) => self.group(Connector::And, nodes, negated, is_below_not),
            Node::Any(nodes) => self.group(Connector::Or, nodes, negated, is_below_not),
            Node::Odd(nodes) => self.group(Connector::Xor, nodes, negated, is_below_not),
            Node::Not(inner) => match &**inner {
                group @ (Node::All(_) | Node::Any(_) | Node::Odd(_)) => self.votes(group, !negated, true),
                single => self.group(Connector::And, std::slice::from_ref(single), !negated, true),
            },
            Node::Compare(compare) => self.compare(compare, negated, is_below_not),
            _ => Vec::new(),
        }
    }

    fn group(
        &mut self,
        connector: Connector,
        nodes: &[Node],
        negated: bool,
        is_below_not: bool,
    ) -> Vec<usize> {
        let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
        for node in nodes {
            for join in self.votes(node, negated, is_below_not) {
                *votes.entry(join).or_default() += 1;
            }
        }
        let connector = match (connector, negated) {
            (Connector::And, true) => Connector::Or,
            (_, true) => Connector::And,
            (connector, false) => connector,
        };
        let with = |is_wanted: &dyn Fn(usize) -> bool| -> Vec<usize> {
            votes.iter().filter(|(_, votes)| is_wanted(**votes)).map(|(join, _)| *join).collect()
        };
        let promoted = with(&|votes| connector == Connector::Or && votes < nodes.len());
        let demoted = with(&|votes| match connector {
            Connector::And => true,
            Connector::Or => votes == nodes.len(),
            Connector::Xor => false,
        });
        self.promote(promoted);
        self.demote(demoted.clone());
        demoted
    }

    fn compare(&mut self, compare: &Compare, negated: bool, is_below_not: bool) -> Vec<usize> {
        let Some(path) = compare.column() else { return Vec::new() };
        if is_below_not && path.is_to_many() {
            // Django asks a subquery.
            return Vec::new();
        }
        let mut joins = match &compare.right {
            Right::One(Node::Column(path)) => {
                let (joins, last, _) = self.joins_to(path);
                joins.into_iter().filter(|join| Some(*join) <= last).collect()
            }
            _ => Vec::new(),
        };
        let (own, last, is_null) = self.joins_to(&path);
        joins.extend(own);
        let is_outer = last.is_some_and(|at| self.joins[at].is_outer);
        if negated && compare.lookup != Lookup::IsNull && !is_null && !is_outer {
            self.found.push(address(compare));
        }
        let asks_for_null = compare.lookup == Lookup::IsNull && compare.right == Right::Truth(true);
        // Such a condition holds where there is no row.
        if negated != asks_for_null { Vec::new() } else { joins }
    }

    /// The joins on the way to a column; the last one that is needed for it, for the key at the end of a foreign key is that
    /// foreign key's own column; and whether the column may be NULL.
    fn joins_to(&mut self, path: &Path) -> (Vec<usize>, Option<usize>, bool) {
        let (mut joins, mut meta) = (Vec::new(), self.meta);
        let mut field = path.last();
        let (mut before, mut key) = (None, None);
        for hop in path.hops(self.meta) {
            if let Hop::Forward(position) = hop {
                meta = self.parents(&mut joins, meta, position);
            }
            before = joins.last().copied();
            key = match hop {
                Hop::Forward(position) if Hop::target_of(meta, position) == path.last() => {
                    Some(&meta.fields[position])
                }
                _ => None,
            };
            let joined = self.joined(before, meta, hop);
            joins.push(joined);
            meta = hop.end(meta);
        }
        if let Some(key) = key {
            return (joins, before, key.null);
        }
        let end = self.parents(&mut joins, meta, field);
        if let Some(parent) = end.parent.filter(|_| !end.is_own(field)) {
            field = parent.link;
        }
        let last = joins.last().copied();
        // Django joins what a key refers to, and then sees that it need not.
        if end.fields[field].relation.is_some() {
            let joined = self.joined(last, end, Hop::Forward(field));
            joins.push(joined);
        }
        (joins, last, end.fields[field].null)
    }

    /// The parent that has a field, except for the key of a parent, which is the link's own column.
    fn parents(
        &mut self,
        joins: &mut Vec<usize>,
        mut meta: &'static ModelMeta,
        field: usize,
    ) -> &'static ModelMeta {
        while let Some(parent) = meta.parent.filter(|_| !meta.is_own(field)) {
            if field == (parent.to)().pk_position() {
                break;
            }
            let joined = self.joined(joins.last().copied(), meta, Hop::Forward(parent.link));
            joins.push(joined);
            meta = (parent.to)();
        }
        meta
    }

    fn joined(&mut self, after: Option<usize>, from: &'static ModelMeta, hop: Hop) -> usize {
        let call = hop.is_to_many().then_some(self.call);
        let is_it = |join: &Join| join.after == after && join.hop == hop && join.call == call;
        if let Some(known) = self.joins.iter().position(is_it) {
            return known;
        }
        let nullable = match hop {
            Hop::Forward(key) => from.fields[key].null,
            Hop::Reverse(..) | Hop::Generic(..) | Hop::GenericBack(..) => true,
        };
        let is_outer = nullable || after.is_some_and(|after| self.joins[after].is_outer);
        self.joins.push(Join { after, hop, call, nullable, is_outer });
        self.joins.len() - 1
    }

    /// Outer joins where they may be such, and so those that follow them.
    fn promote(&mut self, mut joins: Vec<usize>) {
        while let Some(at) = joins.pop() {
            let join = &self.joins[at];
            let follows_outer = join.after.is_some_and(|after| self.joins[after].is_outer);
            if join.is_outer || !(join.nullable || follows_outer) {
                continue;
            }
            self.joins[at].is_outer = true;
            joins.extend((0..self.joins.len()).filter(|other| self.joins[*other].after == Some(at)));
        }
    }

    fn demote(&mut self, joins: Vec<usize>) {
        for at in joins {
            self.joins[at].is_outer = false;
        }
    }
}
