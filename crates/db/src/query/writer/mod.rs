//! Writes a query as SQL: one walk, which pushes text into one buffer and parameters into one list.
//!
//! Parameters have numbers (`?1`, `$1`), so that a join that is found late can be written where it belongs. How a
//! comparison or a function is called is the dialect's; its place in the statement is decided here.

mod combined;
mod group;
mod inside;
mod joins;
mod select;

use super::path::{Hop, Path};
use super::scope::{Call, Found, Scope, quote};
use super::select::Query;
use super::statement::{Asked, Statement};
use crate::dialect::{Dialect, Target};
use crate::{Error, FieldMeta, ModelMeta, Result, TimeZone, Value};

/// How long a statement usually is at most.
const USUAL_LENGTH: usize = 1000;

/// A statement that is being written.
pub(crate) struct Writer {
    pub(super) dialect: Dialect,
    /// The program's time zone.
    pub(super) time_zone: TimeZone,
    pub(super) sql: String,
    pub(super) params: Vec<Value>,
    /// The query that is being written, after those around it.
    scopes: Vec<Scope>,
    /// The first thing that was wrong. The text is of no use then.
    error: Option<Error>,
}

/// Where an expression stands under `NOT`s.
#[derive(Clone, Copy, Default)]
pub(super) struct Negation {
    /// Under an odd number of them.
    pub(super) odd: bool,
    /// Under any of them.
    pub(super) any: bool,
}

impl Writer {
    pub(crate) fn new(target: Target) -> Self {
        Self {
            dialect: target.dialect,
            time_zone: target.time_zone,
            sql: String::with_capacity(USUAL_LENGTH),
            params: Vec::new(),
            scopes: Vec::with_capacity(1),
            error: None,
        }
    }

    pub(crate) fn finish(self) -> Result<Statement> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(Statement::new(self.sql, self.params)),
        }
    }

    pub(super) fn refuse(&mut self, what: &str) {
        self.error.get_or_insert_with(|| Error::Database(what.to_owned()));
    }

    pub(super) fn push(&mut self, text: &str) {
        self.sql.push_str(text);
    }

    pub(super) fn ident(&mut self, name: &str) {
        quote(&mut self.sql, name);
    }

    /// Writes `each` of some items with commas in between.
    pub(super) fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            each(self, item);
        }
    }

    /// A parameter.
    pub(crate) fn bind(&mut self, value: Value) {
        self.params.push(value);
        self.sql.push(self.dialect.mark());
        let number = self.params.len();
        push_number(&mut self.sql, number);
    }

    /// The query that is being written now. There is one whenever an expression is written.
    pub(super) fn scope(&mut self) -> &mut Scope {
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    /// A column of the query at this depth.
    fn column_at(&mut self, depth: usize, path: &Path) -> Found {
        let mut new = String::new();
        let found = self.scopes[depth].column(path, &mut new);
        self.add_joins(depth, &new);
        found
    }

    /// Writes joins where they belong, which may be before text that is written already.
    fn add_joins(&mut self, depth: usize, text: &str) {
        if text.is_empty() {
            return;
        }
        let Some(at) = self.scopes[depth].joins_end else {
            self.scopes[depth].early_joins.push_str(text);
            return;
        };
        self.sql.insert_str(at, text);
        for scope in &mut self.scopes[depth..] {
            if let Some(end) = scope.joins_end.as_mut().filter(|end| **end >= at) {
                *end += text.len();
            }
        }
    }

    fn write_column(&mut self, depth: usize, path: &Path) {
        let meta = self.scopes[depth].meta;
        let (join, column) = if path.is_local() && meta.is_own(path.last()) {
            (None, meta.fields[path.last()].column)
        } else {
            let found = self.column_at(depth, path);
            (found.join, found.field.column)
        };
        self.column_of(depth, join, column);
    }

    /// A column of one of the tables.
    fn column_of(&mut self, depth: usize, join: Option<usize>, column: &str) {
        quote(&mut self.sql, self.scopes[depth].alias(join));
        self.sql.push('.');
        quote(&mut self.sql, column);
    }

    /// Columns of one of the tables, with commas in between.
    fn columns_of(&mut self, depth: usize, join: Option<usize>, fields: &[FieldMeta]) {
        let alias = self.scopes[depth].alias(join);
        let mut table = String::with_capacity(alias.len() + 3);
        quote(&mut table, alias);
        table.push('.');
        self.list(fields, |writer, field| {
            writer.push(&table);
            writer.ident(field.column);
        });
    }

    /// All the columns of a model, those of its parents first.
    fn columns_of_model(&mut self, depth: usize, join: Option<usize>, meta: &'static ModelMeta) {
        if meta.parent.is_none() {
            return self.columns_of(depth, join, meta.fields);
        }
        for (number, (join, meta)) in self.tables_of(depth, join, meta).into_iter().rev().enumerate() {
            if number > 0 {
                self.push(", ");
            }
            self.columns_of(depth, join, meta.own_fields());
        }
    }

    /// The tables of a model and of its parents.
    fn tables_of(
        &mut self,
        depth: usize,
        join: Option<usize>,
        meta: &'static ModelMeta,
    ) -> Vec<(Option<usize>, &'static ModelMeta)> {
        let mut tables = vec![(join, meta)];
        let (mut at, mut new) = ((join, meta), String::new());
        while let Some(parent) = self.scopes[depth].parent(at.0, at.1, &mut new) {
            tables.push(parent);
            at = parent;
        }
        self.add_joins(depth, &new);
        tables
    }

    /// The depth of the query that is being written now.
    fn depth(&self) -> usize {
        self.scopes.len() - 1
    }

    /// A column by its path.
    pub(super) fn column(&mut self, path: &Path) {
        self.write_column(self.depth(), path);
    }

    /// Whether a column may be NULL in the query: for itself, and because there may be no such row.
    pub(super) fn is_nullable(&mut self, path: &Path) -> bool {
        self.column_at(self.depth(), path).nullable
    }

    /// Whether the table's own rows may have NULL in a column.
    pub(super) fn has_nulls(&mut self, path: &Path) -> bool {
        self.column_at(self.depth(), path).field.null
    }

    /// A column of the query around this one.
    pub(super) fn outer(&mut self, meta: &'static ModelMeta, path: &Path) {
        let around =
            self.scopes[..self.depth()].iter().rposition(|scope| scope.meta.db_table == meta.db_table);
        match around {
            Some(depth) => self.write_column(depth, path),
            None => self.refuse(&format!(
                "`outer` names a column of {}, and the query around the subquery is of another model",
                meta.label()
            )),
        }
    }

    /// A query in parentheses, inside an expression.
    pub(super) fn subquery(&mut self, query: &Query, asked: Asked<'_>) {
        self.push("(");
        self.query(query, asked);
        self.push(")");
    }

    /// What is written next belongs to this call.
    fn set_call(&mut self, call: Call) {
        self.scope().call = call;
    }

    /// Writes with joins that everything shares.
    pub(super) fn sharing(&mut self, write: impl FnOnce(&mut Self)) {
        // Functions of a subquery's columns stand in no query with tables.
        let Some(call) = self.scopes.last().map(|scope| scope.call) else { return write(self) };
        self.set_call(Call { is_filter: false, ..call });
        write(self);
        self.set_call(call);
    }

    /// Whether an earlier part of this filter follows the same relations.
    pub(super) fn is_followed(&mut self, hops: &[Hop]) -> bool {
        self.scope().is_followed(hops)
    }

    /// The model of the query that is being written.
    pub(super) fn model(&mut self) -> &'static ModelMeta {
        self.scope().meta
    }

    /// `UPDATE` or `DELETE`: the columns have no table in front of them, and there are no joins.
    pub(super) fn begin_plain(&mut self, meta: &'static ModelMeta) {
        self.scopes.push(Scope::new(meta, 0, self.dialect));
    }

    pub(super) fn end_plain(&mut self) {
        if self.scopes.pop().is_some_and(|scope| scope.has_joins()) {
            self.refuse("joined columns are not permitted in this query");
        }
    }
}

pub(super) fn push_number(sql: &mut String, number: usize) {
    if number < 10 {
        sql.push(char::from(b'0' + number as u8));
    } else {
        sql.push_str(&number.to_string());
    }
}
