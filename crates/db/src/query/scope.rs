//! The tables of one `SELECT`: the model's own, and one for each relation that its expressions follow, by Django's
//! rules.

use std::borrow::Cow;

use super::path::{Hop, Path, end_of};
use super::promotion::TakenToBeThere;
use crate::{Dialect, FieldMeta, ModelMeta};

/// The tables of one `SELECT`.
pub(super) struct Scope {
    pub(super) meta: &'static ModelMeta,
    dialect: Dialect,
    /// How the model's own table is called in the query.
    pub(super) alias: Cow<'static, str>,
    /// Further tables are called this and a number.
    prefix: char,
    joins: Vec<Join>,
    /// Where in the statement the next join is written; `None` until the text has come to `FROM`.
    pub(super) joins_end: Option<usize>,
    /// The joins found before that.
    pub(super) early_joins: String,
    /// The call that is being written.
    pub(super) call: Call,
    /// Joins are only looked for; nothing is written yet.
    pub(super) is_ahead: bool,
    /// Comparisons whose column Django takes to be there.
    pub(super) taken_to_be_there: TakenToBeThere,
}

struct Join {
    /// The position of the join that it follows, or `None` for the model's own table.
    after: Option<usize>,
    hop: Hop,
    to: &'static ModelMeta,
    alias: String,
    /// There may be no such row, so that its columns are NULL.
    nullable: bool,
    /// The call that asked for it first.
    call: usize,
    /// A condition that is written already uses it.
    is_in_condition: bool,
}

/// Which joins an expression may share.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Call {
    /// The number of the call that the expression comes from.
    pub(super) number: usize,
    /// A filter has joins of its own for relations to many rows: two calls of `filter` may match two rows. Everything
    /// else shares them.
    pub(super) is_filter: bool,
}

/// How long the text of a join usually is at most.
const USUAL_JOIN: usize = 128;

/// A call that comes after all of the query's own: it shares every join.
pub(super) const LAST: Call = Call { number: usize::MAX, is_filter: false };

/// A column in a query.
pub(super) struct Found {
    /// The table's position among the joins; `None` for the model's own.
    pub(super) join: Option<usize>,
    pub(super) field: &'static FieldMeta,
    pub(super) nullable: bool,
}

impl Scope {
    /// The tables of the outermost query are called by their names and `T2`, `T3`, those of subqueries `U0`, `U1`, and
    /// so on: Django's names.
    pub(super) fn new(meta: &'static ModelMeta, depth: usize, dialect: Dialect) -> Self {
        let prefix = char::from(b'T' + u8::try_from(depth.min(6)).unwrap_or_default());
        let alias = match depth {
            0 => Cow::Borrowed(meta.db_table),
            _ => Cow::Owned(format!("{prefix}0")),
        };
        Self {
            meta,
            dialect,
            alias,
            prefix,
            joins: Vec::new(),
            joins_end: None,
            early_joins: String::new(),
            call: LAST,
            is_ahead: false,
            taken_to_be_there: TakenToBeThere::default(),
        }
    }

    pub(super) fn has_joins(&self) -> bool {
        !self.joins.is_empty()
    }

    /// The name of a table.
    pub(super) fn alias(&self, join: Option<usize>) -> &str {
        join.map_or(&self.alias, |at| &self.joins[at].alias)
    }

    /// The table at the end of some relations, and the text of the joins that are new.
    pub(super) fn follow(
        &mut self,
        hops: &[Hop],
        new: &mut String,
    ) -> (Option<usize>, &'static ModelMeta, bool) {
        let (mut at, mut meta, mut nullable) = (None, self.meta, false);
        for hop in hops.iter().copied() {
            let joined = self.joined(at, meta, hop, nullable, new);
            (at, meta, nullable) = (Some(joined), self.joins[joined].to, self.joins[joined].nullable);
        }
        (at, meta, nullable)
    }

    /// A column, and the text of the joins that are new. The key at the end of a foreign key is that foreign key's own
    /// column, and needs no join.
    pub(super) fn column(&mut self, path: &Path, new: &mut String) -> Found {
        if path.is_local() && self.meta.is_own(path.last()) {
            let field = &self.meta.fields[path.last()];
            return Found { join: None, field, nullable: field.null };
        }
        let mut hops = path.hops(self.meta);
        let mut last = path.last();
        if let Some(Hop::Forward(key)) = hops.last().copied() {
            let holder = end_of(self.meta, &hops[..hops.len() - 1]);
            if Hop::target_of(holder, key) == last {
                hops.pop();
                last = key;
            }
        }
        let (join, meta, nullable) = self.follow(&hops, new);
        let (join, field) = self.field_at(join, meta, last, nullable, new);
        Found { join, field, nullable: nullable || field.null }
    }

    /// The table with the column of a model's field, and the field: a parent's column is in the parent's table. The key of the
    /// parent is the link's own column, and needs no join.
    fn field_at(
        &mut self,
        mut at: Option<usize>,
        mut meta: &'static ModelMeta,
        mut field: usize,
        nullable: bool,
        new: &mut String,
    ) -> (Option<usize>, &'static FieldMeta) {
        while let Some(parent) = meta.parent.filter(|_| !meta.is_own(field)) {
            if field == (parent.to)().pk_position() {
                field = parent.link;
                break;
            }
            let joined = self.joined(at, meta, Hop::Forward(parent.link), nullable, new);
            (at, meta) = (Some(joined), self.joins[joined].to);
        }
        (at, &meta.fields[field])
    }

    /// The table of a model's parent, where the model has one.
    pub(super) fn parent(
        &mut self,
        at: Option<usize>,
        meta: &'static ModelMeta,
        new: &mut String,
    ) -> Option<(Option<usize>, &'static ModelMeta)> {
        let parent = meta.parent?;
        let nullable = at.is_some_and(|at| self.joins[at].nullable);
        let joined = self.joined(at, meta, Hop::Forward(parent.link), nullable, new);
        Some((Some(joined), self.joins[joined].to))
    }

    fn joined(
        &mut self,
        after: Option<usize>,
        from: &'static ModelMeta,
        hop: Hop,
        nullable: bool,
        new: &mut String,
    ) -> usize {
        let is_in_condition = self.call.is_filter && !self.is_ahead;
        if let Some(known) = self.known(after, hop) {
            self.joins[known].is_in_condition |= is_in_condition;
            return known;
        }
        let to = hop.end(from);
        let nullable = nullable
            || match hop {
                Hop::Forward(key) => from.fields[key].null,
                Hop::Reverse(..) | Hop::Generic(..) | Hop::GenericBack(..) => true,
            };
        let left = left_field(from, hop);
        let (at, left) = self.field_at(after, from, left, nullable, new);
        let number = self.joins.len() + if self.prefix == 'T' { 2 } else { 1 };
        let alias = format!("{}{number}", self.prefix);
        self.write_join(at, left, (to, right_field(from, to, hop)), hop, &alias, nullable, new);
        self.joins.push(Join { after, hop, to, alias, nullable, call: self.call.number, is_in_condition });
        self.joins.len() - 1
    }

    /// The latest join of the same relation that this call may share. A relation to one row is the same row for all.
    fn known(&self, after: Option<usize>, hop: Hop) -> Option<usize> {
        let call = self.call;
        self.joins.iter().rposition(|join| {
            join.after == after
                && join.hop == hop
                && match (hop.is_to_many(), call.is_filter) {
                    (false, _) => true,
                    (true, true) => join.call == call.number,
                    (true, false) => join.call <= call.number,
                }
        })
    }

    /// Whether an earlier condition of this filter has followed these relations, the last of which leads to many rows. As
    /// in Django, that counts only for the first join of a table: a later filter looks at all the related rows.
    pub(super) fn is_followed(&self, hops: &[Hop]) -> bool {
        let mut at = None;
        for hop in hops {
            let mut joins = self.joins.iter().enumerate();
            let found = joins.rfind(|(_, join)| {
                join.after == at
                    && join.hop == *hop
                    && (!hop.is_to_many() || (join.call == self.call.number && join.is_in_condition))
            });
            match found {
                Some((index, _)) => at = Some(index),
                None => return false,
            }
        }
        let is_first = at.is_some_and(|at| {
            let table = self.joins[at].to.db_table;
            self.meta.db_table != table && self.joins[..at].iter().all(|join| join.to.db_table != table)
        });
        self.call.is_filter && is_first
    }

    #[expect(clippy::too_many_arguments, reason = "a join has two tables, each with a column")]
    fn write_join(
        &self,
        at: Option<usize>,
        left: &'static FieldMeta,
        to: (&'static ModelMeta, &'static FieldMeta),
        hop: Hop,
        alias: &str,
        nullable: bool,
        new: &mut String,
    ) {
        let (to, right) = to;
        new.reserve(USUAL_JOIN);
        new.push_str(if nullable { " LEFT OUTER JOIN " } else { " INNER JOIN " });
        quote(new, to.db_table);
        new.push(' ');
        quote(new, alias);
        new.push_str(" ON (");
        let left = Side { table: self.alias(at), field: left };
        let right = Side { table: alias, field: right };
        left.write_beside(right.field, self.dialect, new);
        new.push_str(" = ");
        right.write_beside(left.field, self.dialect, new);
        match hop {
            Hop::Generic(model, relation) => write_type(model, relation, alias, new),
            Hop::GenericBack(model, relation) => write_type(model, relation, left.table, new),
            Hop::Forward(_) | Hop::Reverse(..) => {}
        }
        new.push(')');
    }
}

/// The position of the field by which a join leaves a model.
fn left_field(from: &'static ModelMeta, hop: Hop) -> usize {
    match hop {
        Hop::Forward(key) => key,
        Hop::Reverse(model, key) => Hop::target_of(model, key),
        Hop::Generic(..) => from.pk_position(),
        Hop::GenericBack(model, relation) => object_id(model, relation),
    }
}

/// The field by which a join comes to a model. It is never a parent's.
fn right_field(from: &'static ModelMeta, to: &'static ModelMeta, hop: Hop) -> &'static FieldMeta {
    let position = match hop {
        Hop::Forward(key) => Hop::target_of(from, key),
        Hop::Reverse(_, key) => key,
        Hop::Generic(model, relation) => object_id(model, relation),
        Hop::GenericBack(..) => to.pk_position(),
    };
    &to.fields[position]
}

fn object_id(model: &'static ModelMeta, relation: usize) -> usize {
    model.generic_relations[relation].holder().map_or(0, |(_, key)| key.object_id)
}

/// One side of the condition of a join.
struct Side<'a> {
    table: &'a str,
    field: &'static FieldMeta,
}

impl Side<'_> {
    fn write(&self, sql: &mut String) {
        quote(sql, self.table);
        sql.push('.');
        quote(sql, self.field.column);
    }

    /// A generic foreign key may have the keys of objects as text.
    fn write_beside(&self, other: &FieldMeta, dialect: Dialect, sql: &mut String) {
        let (from, to) = (self.field.value_kind(), other.value_kind());
        if from.is_text() || !to.is_text() {
            return self.write(sql);
        }
        let mut column = String::new();
        self.write(&mut column);
        sql.push_str(&dialect.text_of_key(column, from));
    }
}

/// That the rows of a generic foreign key in a table refer to objects of a model.
fn write_type(model: &ModelMeta, relation: usize, table: &str, sql: &mut String) {
    let Some((holder, key)) = model.generic_relations[relation].holder() else { return };
    let (app_label, name) = key.type_columns();
    sql.push_str(" AND ");
    Side { table, field: &holder.fields[key.content_type] }.write(sql);
    sql.push_str(" = (SELECT ");
    quote(sql, key.types().pk().column);
    sql.push_str(" FROM ");
    quote(sql, key.types().db_table);
    sql.push_str(" WHERE ");
    quote(sql, app_label.column);
    sql.push_str(" = ");
    quote_text(sql, model.app_label);
    sql.push_str(" AND ");
    quote(sql, name.column);
    sql.push_str(" = ");
    quote_text(sql, model.model_name);
    sql.push(')');
}

/// A text in SQL.
fn quote_text(sql: &mut String, text: &str) {
    sql.push('\'');
    sql.push_str(&text.replace('\'', "''"));
    sql.push('\'');
}

/// A name in SQL.
pub(super) fn quote(sql: &mut String, name: &str) {
    sql.reserve(name.len() + 2);
    sql.push('"');
    if name.bytes().any(|byte| byte == b'"') {
        sql.push_str(&name.replace('"', "\"\""));
    } else {
        sql.push_str(name);
    }
    sql.push('"');
}
