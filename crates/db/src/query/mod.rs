//! Queries: typed expressions at the edge, one tree inside, and one walk that writes it as SQL.

pub(crate) mod aggregates;
pub(crate) mod bulk;
mod conditions;
pub(crate) mod deletion;
mod dialect;
pub(crate) mod documents;
pub(crate) mod expr;
mod expressions;
pub(crate) mod functions;
pub(crate) mod lookups;
pub(crate) mod many;
mod methods;
pub(crate) mod node;
mod nothing;
pub(crate) mod output;
mod path;
pub(crate) mod prefetch;
pub(crate) mod queryset;
pub(crate) mod rows;
pub(crate) mod save;
mod scope;
pub(crate) mod select;
pub(crate) mod statement;
pub(crate) mod times;
pub(crate) mod window;
mod write;
mod writer;
