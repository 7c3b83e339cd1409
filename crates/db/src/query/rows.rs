//! Querysets without types: what serializers, filters and pages read.

use super::node::Node;
use super::path::Path;
use super::queryset::exists;
use super::select::Query;
use super::statement::Asked;
use crate::{Database, ModelMeta, Result, Row, Value};

/// A queryset without its type.
#[derive(Clone, Debug)]
pub struct Rows {
    query: Query,
}

impl Rows {
    pub(super) const fn of(query: Query) -> Self {
        Self { query }
    }

    /// The model whose rows they are.
    pub fn meta(&self) -> &'static ModelMeta {
        self.query.meta
    }

    /// Whether the row with this primary key is one of them.
    ///
    /// # Errors
    /// Any database error, or when the query has a slice, which cannot be filtered.
    pub async fn contains(&self, db: &Database, pk: &Value) -> Result<bool> {
        let key = Path::field(self.query.meta.pk_position());
        exists(&self.query.narrowed(Node::equals(key, pk.clone()))?, db).await
    }

    /// Calls `each` with each row's values of the given fields (positions in [`ModelMeta::fields`]), in order.
    ///
    /// # Errors
    /// Any database error, or the first error that `each` returns.
    pub async fn for_each(
        &self,
        db: &Database,
        fields: &[usize],
        each: &mut (dyn FnMut(&dyn Row) -> Result<()> + Send),
    ) -> Result<()> {
        self.query.select(db, Asked::Fields(fields), each).await
    }
}
