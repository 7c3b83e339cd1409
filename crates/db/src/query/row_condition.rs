//! Conditions without the type of their model: what filters that a client chooses are made of.

use std::sync::Arc;

use super::expr::Q;
use super::named::{LookupName, WrongValue};
use super::node::{Lookup, Node, Outer, Right};
use super::path::Path;
use super::rows::Rows;
use super::select::Query;
use crate::json::Json;
use crate::{Model, ModelMeta};

/// A condition on rows of a model, without its type.
#[derive(Clone, Debug)]
pub struct RowCondition {
    pub(in crate::query) meta: &'static ModelMeta,
    pub(in crate::query) node: Node,
}

impl RowCondition {
    /// True when all of some conditions on rows of this model are; always, when there are none.
    pub fn all(meta: &'static ModelMeta, conditions: impl IntoIterator<Item = Self>) -> Self {
        Self { meta, node: Node::All(conditions.into_iter().map(|condition| condition.node).collect()) }
    }

    /// True when one of some conditions on rows of this model is; never, when there are none.
    pub fn any(meta: &'static ModelMeta, conditions: impl IntoIterator<Item = Self>) -> Self {
        Self { meta, node: Node::Any(conditions.into_iter().map(|condition| condition.node).collect()) }
    }

    /// True of every row of this model when a query, which is one of its own, finds a row.
    pub fn found(meta: &'static ModelMeta, rows: &Rows) -> Self {
        Self { meta, node: Node::Exists(Arc::new(rows.query().clone())) }
    }

    /// The model whose rows it is on.
    pub fn meta(&self) -> &'static ModelMeta {
        self.meta
    }

    /// True when a row of the model with the same key meets the condition. A relation to many rows then repeats none.
    #[must_use]
    pub fn in_subquery(self) -> Self {
        let pk = Path::field(self.meta.pk_position());
        let mut query = Query::new(self.meta);
        query.filter(self.node);
        let outer = Node::Outer(Outer { meta: self.meta, path: pk });
        query.filter(Node::compare(Node::Column(pk), Lookup::Exact, Right::One(outer)));
        query.order = Some(Vec::new());
        Self { meta: self.meta, node: Node::Exists(Arc::new(query)) }
    }
}

impl std::ops::Not for RowCondition {
    type Output = Self;

    fn not(self) -> Self {
        Self { meta: self.meta, node: Node::Not(Box::new(self.node)) }
    }
}

impl<M: Model> From<Q<M>> for RowCondition {
    fn from(q: Q<M>) -> Self {
        Self { meta: M::meta(), node: q.node }
    }
}

/// A condition on the rows of a model that a relation is to. Called by derived code.
#[doc(hidden)]
pub fn limited_to<M: Model>(condition: Q<M>) -> RowCondition {
    condition.into()
}

impl LookupName {
    /// The condition with a value of JSON, without the type of the model.
    ///
    /// # Errors
    /// When the value is not of the field's kind.
    pub fn row_condition(&self, value: &Json) -> Result<RowCondition, WrongValue> {
        Ok(RowCondition { meta: self.model(), node: self.condition(value)? })
    }
}
