//! The statements that change a database from one state to the next: Django's schema editor, with its names and its SQL.
//! What the databases do alike is here; what they do each in its own way is in `sqlite` and `postgres`.

use super::table::Table;
use crate::Dialect;
use crate::migrations::Operation;
use crate::migrations::operation::named_index;
use crate::migrations::state::{FieldState, ProjectState, StateError, link_label};

pub(super) type Result<T> = std::result::Result<T, StateError>;

/// A statement of a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaStatement {
    /// The SQL. Where the database is asked for the names of constraints, it is said once for each, with `{name}` in it.
    pub(crate) sql: String,
    /// What else there is to do.
    pub(crate) run: How,
}

/// How a statement is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// As it is.
    Once,
    /// For each constraint that the SQL is about: the database may know them by names of an older time.
    ForEach(Constraints),
    /// It drops a table that another one takes the place of; the table's triggers are kept for that.
    BeforeReplacing(String),
    /// It gives the new table the name of the one that was dropped, and with it the triggers. Triggers and views of other
    /// tables refer to that name already.
    Replacing,
}

/// Constraints of a column or several, which the database knows the names of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Constraints {
    pub(crate) table: String,
    pub(crate) columns: Vec<String>,
    pub(crate) kind: ConstraintKind,
    /// The name that Django would give it today: what is shown where no database can be asked.
    pub(crate) usual: String,
    /// The names of the model's own indexes and constraints, which it is none of.
    pub(crate) but: Vec<String>,
}

/// What kind of constraint is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConstraintKind {
    PrimaryKey,
    ForeignKey,
    Unique,
    Check,
    Index,
}

impl SchemaStatement {
    /// The SQL with the names that Django would give today.
    pub(crate) fn to_sql(&self) -> String {
        match &self.run {
            How::ForEach(names) => self.sql.replace("{name}", &names.usual),
            _ => self.sql.clone(),
        }
    }
}

/// A statement that waits until the tables of the migration are there.
struct Deferred {
    table: String,
    columns: Vec<String>,
    sql: String,
}

/// Writes the statements of one migration's operations.
pub(crate) struct SchemaEditor {
    pub(super) dialect: Dialect,
    /// A migration is undone.
    pub(super) backwards: bool,
    statements: Vec<SchemaStatement>,
    deferred: Vec<Deferred>,
}

impl SchemaEditor {
    pub(crate) fn new(dialect: Dialect, backwards: bool) -> Self {
        Self { dialect, backwards, statements: Vec::new(), deferred: Vec::new() }
    }

    /// Adds the statements of an operation, which changes one state into the other.
    pub(crate) fn apply(
        &mut self,
        app: &str,
        operation: &Operation,
        from: &ProjectState,
        to: &ProjectState,
    ) -> Result<()> {
        let label = |name: &str| format!("{app}.{name}");
        let is_unmanaged = |name: &str| {
            let state = from.model(&label(name)).or_else(|| to.model(&label(name)));
            state.is_some_and(|state| !state.managed)
        };
        match operation {
            Operation::CreateModel(model) if model.managed => {
                let label = label(&model.name);
                self.create_table(&Table::new(to, &label, self.dialect)?)?;
                for many in &model.many {
                    self.create_table(&Table::new(to, &link_label(&label, &many.name), self.dialect)?)?;
                }
            }
            Operation::CreateModel(_) | Operation::AlterManaged { .. } | Operation::Run { .. } => {}
            Operation::CreateExtension(name) => {
                if self.dialect == Dialect::Postgres {
                    self.run(format!("CREATE EXTENSION IF NOT EXISTS \"{name}\""));
                }
            }
            Operation::RunSql { sql, .. } => {
                let sql = sql.of(self.dialect);
                if !sql.is_empty() {
                    self.run(sql.to_owned());
                }
            }
            Operation::DeleteModel(name)
            | Operation::RenameModel { from: name, .. }
            | Operation::AlterModelTable { model: name, .. }
            | Operation::AlterUniqueTogether { model: name, .. }
            | Operation::AddField { model: name, .. }
            | Operation::AlterField { model: name, .. }
            | Operation::RewriteField { model: name, .. }
            | Operation::RenameField { model: name, .. }
            | Operation::RemoveField { model: name, .. }
            | Operation::AddManyToMany { model: name, .. }
            | Operation::AlterManyToMany { model: name, .. }
            | Operation::RenameManyToMany { model: name, .. }
            | Operation::RemoveManyToMany { model: name, .. }
            | Operation::AddIndex { model: name, .. }
            | Operation::RemoveIndex { model: name, .. }
            | Operation::RenameIndex { model: name, .. }
            | Operation::AddConstraint { model: name, .. }
            | Operation::RemoveConstraint { model: name, .. }
                if is_unmanaged(name) => {}
            Operation::DeleteModel(name) => {
                let label = label(name);
                for many in &from.expect(&label)?.many {
                    self.drop_table(&from.table(&link_label(&label, &many.name))?);
                }
                self.drop_table(&from.table(&label)?);
            }
            Operation::RenameModel { from: before, to: after } => {
                self.rename_model((&label(before), from), (&label(after), to))?;
            }
            Operation::AlterModelTable { model, .. } => {
                let label = label(model);
                self.rename_table(&from.table(&label)?, &to.table(&label)?);
                for many in &to.expect(&label)?.many {
                    let link = link_label(&label, &many.name);
                    self.rename_table(&from.table(&link)?, &to.table(&link)?);
                }
            }
            Operation::AlterUniqueTogether { model, .. } => {
                let label = label(model);
                self.alter_unique_together(
                    &Table::new(from, &label, self.dialect)?,
                    &Table::new(to, &label, self.dialect)?,
                )?;
            }
            Operation::AddField { model, field } => {
                let label = label(model);
                let before = Table::new(from, &label, self.dialect)?;
                self.add_field(&before, &Table::new(to, &label, self.dialect)?, field)?;
            }
            Operation::AlterField { model, field } => {
                let label = label(model);
                let before = Table::new(from, &label, self.dialect)?;
                let old = before.field(&field.name)?;
                self.alter_field(&before, &Table::new(to, &label, self.dialect)?, old, field)?;
            }
            Operation::RewriteField { model, name } => {
                let label = label(model);
                let table = &Table::new(from, &label, self.dialect)?;
                let field = table.field(name)?;
                if self.dialect == Dialect::Sqlite {
                    self.remake(table, table, &[Change::Alter(field, field)])?;
                }
            }
            Operation::RenameField { model, from: old, to: new } => {
                let label = label(model);
                let before = Table::new(from, &label, self.dialect)?;
                let after = Table::new(to, &label, self.dialect)?;
                self.alter_field(&before, &after, before.field(old)?, after.field(new)?)?;
            }
            Operation::RemoveField { model, name } => {
                let label = label(model);
                let before = Table::new(from, &label, self.dialect)?;
                let after = Table::new(to, &label, self.dialect)?;
                self.remove_field(&before, &after, before.field(name)?)?;
            }
            Operation::AddManyToMany { model, field } => {
                let link = link_label(&label(model), &field.name);
                self.create_table(&Table::new(to, &link, self.dialect)?)?;
            }
            Operation::AlterManyToMany { model, field } => {
                let link = link_label(&label(model), &field.name);
                self.alter_link((&link, from), (&link, to))?;
            }
            Operation::RenameManyToMany { model, from: before, to: after } => {
                let label = label(model);
                self.alter_link((&link_label(&label, before), from), (&link_label(&label, after), to))?;
            }
            Operation::RemoveManyToMany { model, name } => {
                self.drop_table(&from.table(&link_label(&label(model), name))?);
            }
            Operation::AddIndex { model, index } => {
                let label = label(model);
                let index = named_index(&label, index, from)?;
                let sql = Table::new(to, &label, self.dialect)?.index(&index)?;
                self.run(sql);
            }
            Operation::RemoveIndex { name, .. } => self.drop_index(name),
            Operation::RenameIndex { model, from: old, to: new } => match self.dialect {
                Dialect::Postgres => self.run(format!("ALTER INDEX \"{old}\" RENAME TO \"{new}\"")),
                Dialect::Sqlite => {
                    self.drop_index(old);
                    let label = label(model);
                    let table = Table::new(to, &label, self.dialect)?;
                    for index in table.model.indexes.iter().filter(|index| index.name == *new) {
                        let sql = table.index(index)?;
                        self.run(sql);
                    }
                }
            },
            Operation::AddConstraint { model, constraint } => {
                let label = label(model);
                let table = Table::new(to, &label, self.dialect)?;
                match self.dialect {
                    Dialect::Sqlite if constraint.remakes_table() => {
                        self.remake(&table, &table, &[])?;
                    }
                    _ => {
                        let sql = table.add_constraint(constraint)?;
                        sql.into_iter().for_each(|sql| self.run(sql));
                    }
                }
            }
            Operation::RemoveConstraint { model, name } => {
                let label = label(model);
                let before = Table::new(from, &label, self.dialect)?;
                let constraint = before.model.constraints.iter().find(|constraint| constraint.name == *name);
                match (constraint, self.dialect) {
                    (None, _) => {}
                    (Some(constraint), _) if constraint.is_index() => {
                        if before.has(constraint) {
                            self.drop_index(name);
                        }
                    }
                    (Some(constraint), Dialect::Sqlite) if !constraint.remakes_table() => {}
                    (Some(_), Dialect::Sqlite) => {
                        let after = Table::new(to, &label, self.dialect)?;
                        self.remake(&after, &after, &[])?;
                    }
                    (Some(constraint), Dialect::Postgres) => {
                        if before.has(constraint) {
                            let table = before.name()?;
                            self.run(format!("ALTER TABLE \"{table}\" DROP CONSTRAINT \"{name}\""));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The statements so far, without those that wait for the end: what is run before a migration's code.
    pub(crate) fn take(&mut self) -> Vec<SchemaStatement> {
        std::mem::take(&mut self.statements)
    }

    /// The statements that are left.
    pub(crate) fn finish(mut self) -> Vec<SchemaStatement> {
        self.run_deferred();
        self.statements
    }

    pub(super) fn run(&mut self, sql: String) {
        self.run_as(sql, How::Once);
    }

    pub(super) fn run_for_each(&mut self, sql: String, names: Constraints) {
        self.run_as(sql, How::ForEach(names));
    }

    pub(super) fn run_as(&mut self, sql: String, run: How) {
        self.statements.push(SchemaStatement { sql, run });
    }

    pub(super) fn defer(&mut self, table: &str, columns: &[String], sql: String) {
        self.deferred.push(Deferred { table: table.to_owned(), columns: columns.to_vec(), sql });
    }

    pub(super) fn run_deferred(&mut self) {
        for deferred in std::mem::take(&mut self.deferred) {
            self.run(deferred.sql);
        }
    }

    /// Runs what waits for a table, before the table or a column of it gets another name.
    pub(super) fn run_deferred_of(&mut self, table: &str) {
        let (now, later) = std::mem::take(&mut self.deferred)
            .into_iter()
            .partition(|deferred: &Deferred| deferred.table == table);
        self.deferred = later;
        for deferred in now {
            self.run(deferred.sql);
        }
    }

    /// Forgets what waits for a table, or for a column of it.
    pub(super) fn forget(&mut self, table: &str, column: Option<&str>) {
        self.deferred.retain(|deferred| {
            let is_about = column.is_none_or(|column| deferred.columns.iter().any(|known| known == column));
            deferred.table != table || !is_about
        });
    }

    pub(super) fn create_table(&mut self, table: &Table<'_>) -> Result<()> {
        let name = table.name()?;
        self.create_table_as(table, &name)
    }

    /// Creates a table under a name of its own for the time in which it replaces the one with the right name; what waits
    /// uses the right one.
    pub(super) fn create_table_as(&mut self, table: &Table<'_>, stated: &str) -> Result<()> {
        let name = table.name()?;
        for set in &table.model.unique_together {
            let columns = table.model.columns(set);
            self.defer(&name, &columns, table.unique_together(&columns)?);
        }
        let mut parts = Vec::new();
        for field in &table.model.fields {
            parts.push(self.create_column(table, field)?);
        }
        // Where values are parameters, as in PostgreSQL's defaults, Django adds the constraints later.
        let is_later = self.dialect == Dialect::Postgres
            && table.model.fields.iter().any(|field| field.db_default.is_some());
        for constraint in &table.model.constraints {
            let inline = if is_later { None } else { table.inline_constraint(constraint)? };
            match inline {
                Some(inline) => parts.push(inline),
                None => {
                    let sql = table.add_constraint(constraint)?;
                    sql.into_iter().for_each(|sql| self.defer(&name, &[], sql));
                }
            }
        }
        self.run(format!("CREATE TABLE \"{stated}\" ({})", parts.join(", ")));
        for field in &table.model.fields {
            for sql in table.field_indexes(field)? {
                self.defer(&name, &[field.column()], sql);
            }
        }
        for index in &table.model.indexes {
            let columns = table.columns_of(&index.keys)?;
            self.defer(&name, &columns, table.index(index)?);
        }
        Ok(())
    }

    fn create_column(&mut self, table: &Table<'_>, field: &FieldState) -> Result<String> {
        let column = field.column();
        if self.dialect == Dialect::Postgres && table.target(field)?.is_some() {
            let added = table.add_fk(field, &table.fk_name(field)?)?;
            let name = table.name()?;
            added.into_iter().for_each(|sql| self.defer(&name, std::slice::from_ref(&column), sql));
        }
        table.column(field)
    }

    pub(super) fn drop_table(&mut self, table: &str) {
        let cascade = if self.dialect == Dialect::Postgres { " CASCADE" } else { "" };
        self.run(format!("DROP TABLE \"{table}\"{cascade}"));
        self.forget(table, None);
    }

    pub(super) fn rename_table(&mut self, from: &str, to: &str) {
        if from == to {
            return;
        }
        self.run_deferred_of(from);
        self.run(format!("ALTER TABLE \"{from}\" RENAME TO \"{to}\""));
    }

    fn drop_index(&mut self, name: &str) {
        let if_exists = if self.dialect == Dialect::Postgres { "IF EXISTS " } else { "" };
        self.run(format!("DROP INDEX {if_exists}\"{name}\""));
    }

    fn alter_unique_together(&mut self, before: &Table<'_>, after: &Table<'_>) -> Result<()> {
        let table = after.name()?;
        let (old, new) = (&before.model.unique_together, &after.model.unique_together);
        for set in old.iter().filter(|set| !new.contains(set)) {
            let columns = before.model.columns(set);
            let names: Vec<&str> = columns.iter().map(String::as_str).collect();
            let usual = super::names::index_name(&table, &names, "_uniq", self.dialect);
            let sql = match self.dialect {
                Dialect::Sqlite => "DROP INDEX \"{name}\"".to_owned(),
                Dialect::Postgres => format!("ALTER TABLE \"{table}\" DROP CONSTRAINT \"{{name}}\""),
            };
            let kind = ConstraintKind::Unique;
            self.run_for_each(
                sql,
                Constraints { table: table.clone(), columns, kind, usual, but: before.rule_names() },
            );
        }
        for set in new.iter().filter(|set| !old.contains(set)) {
            let sql = after.unique_together(&after.model.columns(set))?;
            self.run(sql);
        }
        Ok(())
    }

    fn add_field(&mut self, before: &Table<'_>, after: &Table<'_>, field: &FieldState) -> Result<()> {
        let default = field.effective_default();
        // SQLite adds a column that it computes and keeps to an empty table alone.
        let is_stored = field.generated.as_ref().is_some_and(|generated| generated.stored);
        let is_remade = field.unique || !field.null || default.is_some() || is_stored;
        if self.dialect == Dialect::Sqlite && is_remade {
            return self.remake(before, after, &[Change::Add(field)]);
        }
        let (table, column) = (after.name()?, field.column());
        let mut definition = format!(
            "{}{}{}",
            after.definition(field, default.as_ref())?,
            after.suffix(field),
            after.check(field)
        );
        if let Some((to, to_column)) = after.target(field)? {
            definition.push_str(&match self.dialect {
                Dialect::Sqlite => {
                    format!(" REFERENCES \"{to}\" (\"{to_column}\") DEFERRABLE INITIALLY DEFERRED")
                }
                Dialect::Postgres => {
                    let name = after.fk_name(field)?;
                    format!(
                        " CONSTRAINT \"{name}\" REFERENCES \"{to}\"(\"{to_column}\") DEFERRABLE INITIALLY DEFERRED; SET \
                         CONSTRAINTS \"{name}\" IMMEDIATE"
                    )
                }
            });
        }
        self.run(format!("ALTER TABLE \"{table}\" ADD COLUMN \"{column}\" {definition}"));
        if default.is_some() && field.db_default.is_none() {
            self.run(format!("ALTER TABLE \"{table}\" ALTER COLUMN \"{column}\" DROP DEFAULT"));
        }
        for sql in after.field_indexes(field)? {
            self.defer(&table, std::slice::from_ref(&column), sql);
        }
        Ok(())
    }

    fn remove_field(&mut self, before: &Table<'_>, after: &Table<'_>, field: &FieldState) -> Result<()> {
        let (table, column) = (before.name()?, field.column());
        match self.dialect {
            Dialect::Sqlite => {
                let is_plain = !field.unique && !field.db_index && before.target(field)?.is_none();
                if !is_plain {
                    return self.remake(before, after, &[Change::Remove(field)]);
                }
                self.run(format!("ALTER TABLE \"{table}\" DROP COLUMN \"{column}\""));
            }
            Dialect::Postgres => {
                if before.target(field)?.is_some() {
                    self.drop_fk(before, field)?;
                }
                self.run(format!("ALTER TABLE \"{table}\" DROP COLUMN \"{column}\" CASCADE"));
            }
        }
        self.forget(&table, Some(&column));
        Ok(())
    }

    pub(super) fn alter_field(
        &mut self,
        before: &Table<'_>,
        after: &Table<'_>,
        old: &FieldState,
        new: &FieldState,
    ) -> Result<()> {
        let renamed = FieldState { name: new.name.clone(), db_column: new.db_column.clone(), ..old.clone() };
        if renamed.is_same_column(new) && old.column() == new.column() {
            return Ok(());
        }
        if old.generated != new.generated {
            return Err(StateError(format!(
                "{}.{}: what a column is computed of cannot be changed; remove the field and add it again",
                after.label, new.name
            )));
        }
        match self.dialect {
            Dialect::Sqlite => self.alter_field_in_sqlite(before, after, old, new),
            Dialect::Postgres => self.alter_field_in_postgres(before, after, old, new),
        }
    }
}

/// What happens to the columns of a table that is made anew.
pub(super) enum Change<'a> {
    Add(&'a FieldState),
    Alter(&'a FieldState, &'a FieldState),
    Remove(&'a FieldState),
}
