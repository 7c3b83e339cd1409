//! The SQL of tables: columns, constraints and indexes as Django 5.2's schema editor writes them, with the same text in
//! SQLite's schema, the same statements for PostgreSQL, and the same names, which later Django migrations look up.

mod compare;
mod editor;
mod flush;
mod generated;
mod indexes;
pub mod inspect;
mod introspection;
mod links;
mod names;
mod postgres;
mod sqlite;
mod table;

pub use compare::{Difference, differences};
pub(crate) use editor::{How, SchemaEditor, SchemaStatement};
pub(crate) use flush::{check_keys, reset_sequences};
pub use flush::{flush, flush_statements};
pub(crate) use introspection::{constraint_names, lost_keys, tables_are_there, triggers};
pub(crate) use names::{index_name, index_name_of};
