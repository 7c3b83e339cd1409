//! `INSERT`, `UPDATE` and `DELETE`.

use super::known;
use super::node::Node;
use super::path::Path;
use super::select::{Part, Query};
use super::statement::{Asked, Returns, Statement};
use super::writer::{Negation, Writer};
use crate::dialect::Target;
use crate::{FieldMeta, ModelMeta, Result, Value};

impl Query {
    /// The text of a query.
    pub(crate) fn statement(&self, target: Target, asked: Asked<'_>) -> Result<Statement> {
        known::statement(|shape| shape.query(self, target, asked), || self.written(target, asked))
    }

    pub(super) fn written(&self, target: Target, asked: Asked<'_>) -> Result<Statement> {
        if let Asked::AtMost(most) = asked {
            let mut query = self.clone();
            query.slice(0, most);
            return query.written(target, Asked::Rows);
        }
        let mut writer = Writer::new(target);
        writer.query(self, asked);
        writer.finish()
    }

    /// `UPDATE` of the rows of this query.
    pub(crate) fn update(&self, target: Target, assignments: &[(usize, Node)]) -> Result<Statement> {
        self.update_statement(target, assignments, false)
    }

    /// `UPDATE` of the rows of this query, that returns what the database computes of them.
    pub(crate) fn update_returning(
        &self,
        target: Target,
        assignments: &[(usize, Node)],
    ) -> Result<Statement> {
        self.update_statement(target, assignments, true)
    }

    fn update_statement(
        &self,
        target: Target,
        assignments: &[(usize, Node)],
        returning: bool,
    ) -> Result<Statement> {
        known::statement(
            |shape| shape.change(self, target, Some(assignments), returning),
            || self.written_update(target, assignments, returning),
        )
    }

    pub(super) fn written_update(
        &self,
        target: Target,
        assignments: &[(usize, Node)],
        returning: bool,
    ) -> Result<Statement> {
        let mut writer = Writer::new(target);
        writer.push("UPDATE ");
        writer.ident(self.meta.db_table);
        writer.push(" SET ");
        writer.begin_plain(self.meta);
        writer.list(assignments, |writer, (field, node)| {
            writer.ident(self.meta.fields[*field].column);
            writer.push(" = ");
            match node {
                // The column says the type.
                Node::Value(value) => writer.bind(value.clone()),
                node => writer.node(node, Negation::default()),
            }
        });
        self.write_where(&mut writer);
        writer.end_plain();
        if returning && self.meta.generated().next().is_some() {
            writer.push(" RETURNING ");
            writer.list(self.meta.generated(), |writer, field| writer.ident(self.meta.fields[field].column));
        }
        writer.finish()
    }

    /// `DELETE` of the rows of this query.
    pub(crate) fn delete(&self, target: Target) -> Result<Statement> {
        known::statement(|shape| shape.change(self, target, None, false), || self.written_delete(target))
    }

    pub(super) fn written_delete(&self, target: Target) -> Result<Statement> {
        let mut writer = Writer::new(target);
        writer.push("DELETE FROM ");
        writer.ident(self.meta.db_table);
        writer.begin_plain(self.meta);
        self.write_where(&mut writer);
        writer.end_plain();
        writer.finish()
    }

    /// The conditions where they ask for columns of the model alone; else the keys of the rows, found by a subquery.
    fn write_where(&self, writer: &mut Writer) {
        let is_plain = !self.is_sliced()
            && self.combined.is_empty()
            && self.filters().all(|node| !node.any(&|node| needs_a_query(self.meta, node)));
        if is_plain {
            let mut first = true;
            for node in self.filters() {
                writer.push(if first { " WHERE " } else { " AND " });
                first = false;
                writer.node(node, Negation::default());
            }
            return;
        }
        let mut keys = self.clone();
        keys.selected = Some(vec![Node::Column(Path::field(self.meta.pk_position()))]);
        keys.parts.retain(|part| matches!(part, Part::Filter(_)));
        keys.related.clear();
        if !keys.is_sliced() {
            keys.order = Some(Vec::new());
        }
        writer.push(" WHERE ");
        writer.ident(self.meta.pk().column);
        writer.push(" IN ");
        writer.subquery(&keys, Asked::Rows);
    }
}

fn needs_a_query(meta: &ModelMeta, node: &Node) -> bool {
    match node {
        Node::Column(path) => !(path.is_local() && meta.is_own(path.last())),
        Node::Aggregate(_) | Node::Window(_) => true,
        _ => false,
    }
}

/// What happens to a new row that breaks a unique constraint.
#[derive(Clone, Debug, Default)]
pub(crate) enum OnConflict {
    #[default]
    Fail,
    Ignore,
    /// The row that is there gets these columns of the new one. The first positions are the unique fields.
    Update {
        unique: Vec<usize>,
        set: Vec<usize>,
    },
}

/// `INSERT` of one row, that answers as [`insert`].
pub(crate) fn insert_one(
    target: Target,
    meta: &'static ModelMeta,
    fields: impl Iterator<Item = usize> + Clone,
    values: Vec<Value>,
) -> Result<Statement> {
    let returns = returned_by(target, meta, fields.clone());
    let write = |values: &[Value]| {
        let mut writer = Writer::new(target);
        let fields: Vec<usize> = fields.clone().collect();
        write_rows(&mut writer, INSERT, meta, &fields, values);
        if returns == Returns::Rows {
            write_returning(&mut writer, meta);
        }
        writer.finish()
    };
    let described = fields.clone();
    let statement = known::statement_with(values, |shape| shape.insert(meta, target, described), write)?;
    Ok(Statement { returns, ..statement })
}

/// SQLite makes a table for what `RETURNING` answers, which costs as much as the insert. Where nothing is asked for but the
/// key that it has made, the connection knows it: what Django's `last_insert_id` reads.
fn returned_by(target: Target, meta: &ModelMeta, mut fields: impl Iterator<Item = usize>) -> Returns {
    let is_known = target.dialect.knows_new_key()
        && meta.pk().kind.is_auto()
        && meta.generated().next().is_none()
        && !fields.any(|field| field == meta.pk_position());
    if is_known { Returns::NewKey } else { Returns::Rows }
}

/// `INSERT` of rows, each with values of the same fields, that returns their primary keys and what the database computes. The
/// values of one row come after those of the other.
pub(crate) fn insert(
    target: Target,
    meta: &'static ModelMeta,
    fields: &[usize],
    values: Vec<Value>,
    on_conflict: &OnConflict,
) -> Result<Statement> {
    let rows = values.len() / fields.len().max(1);
    let write = |values: &[Value]| {
        let mut writer = Writer::new(target);
        match on_conflict {
            OnConflict::Ignore => {
                let (begin, end) = target.dialect.insert_or_ignore();
                write_rows(&mut writer, begin, meta, fields, values);
                writer.push(end);
            }
            OnConflict::Fail => {
                write_rows(&mut writer, INSERT, meta, fields, values);
                write_returning(&mut writer, meta);
            }
            OnConflict::Update { unique, set } => {
                write_rows(&mut writer, INSERT, meta, fields, values);
                write_update(&mut writer, meta, unique, set);
                write_returning(&mut writer, meta);
            }
        }
        writer.finish()
    };
    known::statement_with(values, |shape| shape.insert_few(meta, target, fields, rows, on_conflict), write)
}

/// What an `INSERT` begins with.
const INSERT: &str = "INSERT INTO ";

fn write_rows(writer: &mut Writer, begin: &str, meta: &ModelMeta, fields: &[usize], values: &[Value]) {
    writer.push(begin);
    writer.ident(meta.db_table);
    if fields.is_empty() {
        writer.push(" DEFAULT VALUES");
        return;
    }
    writer.push(" (");
    writer.list(fields, |writer, field| writer.ident(meta.fields[*field].column));
    writer.push(") VALUES ");
    writer.list(values.chunks(fields.len()), |writer, row| {
        writer.push("(");
        writer.list(row, |writer, value| writer.bind(value.clone()));
        writer.push(")");
    });
}

fn write_returning(writer: &mut Writer, meta: &ModelMeta) {
    writer.push(" RETURNING ");
    writer.ident(meta.pk().column);
    for field in meta.generated() {
        writer.push(", ");
        writer.ident(meta.fields[field].column);
    }
}

fn write_update(writer: &mut Writer, meta: &ModelMeta, unique: &[usize], set: &[usize]) {
    writer.push(" ON CONFLICT (");
    writer.list(unique, |writer, field| writer.ident(meta.fields[*field].column));
    writer.push(") DO UPDATE SET ");
    writer.list(set, |writer, field| {
        let column = meta.fields[*field].column;
        writer.ident(column);
        writer.push(" = EXCLUDED.");
        writer.ident(column);
    });
}

/// `DELETE` of the rows in which a column has one of these values.
pub(crate) fn delete_in(
    target: Target,
    meta: &ModelMeta,
    field: &FieldMeta,
    values: &[Value],
) -> Result<Statement> {
    let mut writer = Writer::new(target);
    writer.push("DELETE FROM ");
    writer.ident(meta.db_table);
    writer.push(" WHERE ");
    writer.ident(field.column);
    writer.push(" IN (");
    writer.list(values, |writer, value| writer.bind(value.clone()));
    writer.push(")");
    writer.finish()
}
