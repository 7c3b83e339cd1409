//! Some values of each row of a model: typed where they are declared, and without types where they are read.

use std::sync::Arc;

use super::node::{Lookup, Node, Outer, Right};
use super::output::{Columns, Record, places};
use super::path::Path;
use super::select::Query;
use super::ways::{ColumnPath, Selection};
use crate::{Error, Model, ModelMeta, Result, Row, ValueRef};

/// Some values of each row of a model: columns, expressions and functions of related rows.
#[derive(Clone, Debug)]
pub struct Needs {
    meta: &'static ModelMeta,
    nodes: Vec<Node>,
    /// The decimal places of those that are columns of decimals.
    places: Vec<Option<u16>>,
}

impl Needs {
    /// These values.
    pub fn of<M: Model>(columns: impl Columns<M>) -> Self {
        let nodes = columns.selected().0;
        let places = places(&Query::new(M::meta()), nodes.iter());
        Self { meta: M::meta(), nodes, places }
    }

    /// The values of a row, which has them at these positions.
    ///
    /// # Errors
    /// When one of them is of another type.
    pub fn read<V: Record>(&self, row: &dyn Row, positions: &[usize]) -> Result<V> {
        let picked = Picked { row, positions };
        V::read(&picked, 0, &self.places).map_err(|(at, error)| match self.nodes.get(at) {
            Some(Node::Column(path)) => {
                let model = path.model(self.meta);
                error.in_column(model.db_table, model.fields[path.last()].column)
            }
            _ => error,
        })
    }
}

impl Selection {
    /// Adds values of the row that stands behind these foreign keys of a model (the first is the model's own), and gives their
    /// positions.
    pub fn needs(&mut self, needs: &Needs, from: &'static ModelMeta, keys: &[usize]) -> Vec<usize> {
        let behind = |path| keys.iter().rev().fold(ColumnPath(path), |column, key| column.behind(*key)).0;
        let seen = |node: &Node| match node {
            Node::Column(path) => Node::Column(behind(*path)),
            node if keys.is_empty() && !node.has_aggregate() => node.clone(),
            // Rows are not grouped for it: a function of other rows as well would count them several times.
            node => {
                let pk = Path::field(needs.meta.pk_position());
                let mut query = Query::new(needs.meta);
                let outer = Node::Outer(Outer { meta: from, path: behind(pk) });
                query.filter(Node::compare(Node::Column(pk), Lookup::Exact, Right::One(outer)));
                query.selected = Some(vec![node.clone()]);
                query.order = Some(Vec::new());
                if node.has_aggregate() {
                    query.groups = vec![Node::Column(pk)];
                }
                Node::Subquery(Arc::new(query))
            }
        };
        needs.nodes.iter().map(|node| self.add(seen(node))).collect()
    }
}

/// Some columns of a row.
struct Picked<'a> {
    row: &'a dyn Row,
    positions: &'a [usize],
}

impl Row for Picked<'_> {
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        let at = self.positions.get(index);
        self.row.get(*at.ok_or_else(|| Error::Decode(format!("the row has no column {index}")))?)
    }
}
