//! The objects that some rows refer to by a generic foreign key, as a condition.

use std::sync::Arc;

use super::GenericKey;
use crate::query::node::{Function, Lookup, Node, Right};
use crate::query::path::Path;
use crate::query::queryset::QuerySet;
use crate::query::row_condition::RowCondition;
use crate::{Model, ModelMeta};

impl<R: Model> GenericKey<R> {
    /// That a row of a model is one of those to which some rows refer by this key: `Note::ABOUT.is_to(Book::meta(), notes)` are the
    /// books that the notes are about. It is one subquery, and repeats no row.
    pub fn is_to(self, model: &'static ModelMeta, by: QuerySet<R>) -> RowCondition {
        let key = self.meta();
        let mut query = by.into_query();
        query.filter(key.is_a(model));
        query.selected = Some(vec![Node::Column(Path::field(key.object_id))]);
        query.order = Some(Vec::new());
        let (kind, holds) = (model.key_kind(), R::meta().fields[key.object_id].value_kind());
        let pk = Node::Column(Path::field(model.pk_position()));
        let left = match holds.is_text() && !kind.is_text() {
            true => Node::Call(Function::TextOfKey(kind), vec![pk]),
            false => pk,
        };
        RowCondition { meta: model, node: Node::compare(left, Lookup::In, Right::Query(Arc::new(query))) }
    }
}
