//! Queries: typed expressions at the edge, one tree inside, and one walk that writes it as SQL.

pub(crate) mod bulk;
mod conditions;
pub(crate) mod deletion;
mod dialect;
pub(crate) mod expr;
pub(crate) mod lookups;
pub(crate) mod node;
pub(crate) mod output;
mod path;
pub(crate) mod prefetch;
pub(crate) mod query;
pub(crate) mod queryset;
pub(crate) mod rows;
pub(crate) mod save;
mod scope;
pub(crate) mod statement;
mod write;
mod writer;
