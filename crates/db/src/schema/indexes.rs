//! The SQL of indexes and constraints that have a name, as Django writes it.

use std::borrow::Cow;

use super::table::{Table, quoted};
use crate::Dialect;
use crate::constraints::{
    Condition, Constraint, ConstraintRule, Deferrable, Exclusion, Index, IndexKey, IndexKeys, IndexMethod,
    KeyOrder, Unique,
};
use crate::generated::Expression;
use crate::migrations::state::StateError;

type Result<T> = std::result::Result<T, StateError>;
type Text = Cow<'static, str>;

impl Table<'_> {
    /// The statement that makes an index with a name.
    pub(super) fn index(&self, index: &Index) -> Result<String> {
        let about = format!("index `{}`", index.name);
        self.refuse(&about, index.mistake())?;
        let using = match index.method {
            IndexMethod::Usual => String::new(),
            method => {
                self.expect_postgres(&about)?;
                format!(" USING {}", method.suffix())
            }
        };
        let with = index.with();
        let with = if with.is_empty() { String::new() } else { format!(" WITH ({})", with.join(", ")) };
        Ok(format!(
            "CREATE INDEX \"{}\" ON \"{}\"{using} ({}){}{with}{}",
            index.name,
            self.name()?,
            self.keys(&about, &index.keys, &index.opclasses)?,
            self.included(&index.include),
            self.where_sql(index.condition.as_ref())?,
        ))
    }

    /// The columns that an index goes by.
    pub(super) fn columns_of(&self, keys: &IndexKeys) -> Result<Vec<String>> {
        keys.names().into_iter().map(|name| Ok(self.field(name)?.column())).collect()
    }

    /// Whether the database has such a constraint at all; Django leaves the others out.
    pub(super) fn has(&self, constraint: &Constraint) -> bool {
        match &constraint.rule {
            ConstraintRule::Check(_) | ConstraintRule::Exclude(_) => true,
            ConstraintRule::Unique(unique) => {
                let is_plain = unique.include.is_empty()
                    && unique.nulls_distinct.is_none()
                    && unique.deferrable.is_none();
                self.dialect == Dialect::Postgres || is_plain
            }
        }
    }

    /// A constraint as a part of `CREATE TABLE`. None of one that is added later.
    pub(super) fn inline_constraint(&self, constraint: &Constraint) -> Result<Option<String>> {
        // Django writes it as an index, and then adds it as a constraint.
        let is_added =
            matches!(&constraint.rule, ConstraintRule::Unique(unique) if unique.nulls_distinct.is_some());
        if is_added { Ok(None) } else { self.part(constraint) }
    }

    /// A constraint as a part of the table: `CONSTRAINT "name" UNIQUE ("zone", "label")`. None of one that is an index.
    fn part(&self, constraint: &Constraint) -> Result<Option<String>> {
        let about = format!("constraint `{}`", constraint.name);
        self.refuse(&about, constraint.mistake())?;
        if constraint.is_index() || !self.has(constraint) {
            return Ok(None);
        }
        let rule = match &constraint.rule {
            ConstraintRule::Check(condition) => format!("CHECK ({})", self.condition(condition)?),
            ConstraintRule::Unique(unique) => format!(
                "UNIQUE{} ({}){}",
                nulls_sql(unique.nulls_distinct),
                self.keys(&about, &unique.keys, &[])?,
                deferrable_sql(unique.deferrable)
            ),
            ConstraintRule::Exclude(exclusion) => self.exclusion(&about, exclusion)?,
        };
        Ok(Some(format!("CONSTRAINT \"{}\" {rule}", constraint.name)))
    }

    fn exclusion(&self, about: &str, exclusion: &Exclusion) -> Result<String> {
        self.expect_postgres(about)?;
        let method = if exclusion.spgist { "SPGIST" } else { "GIST" };
        let compared =
            |key: &crate::ExclusionKey| Ok(format!("{} WITH {}", self.key(about, &key.key)?, key.operator));
        let keys: Vec<String> = exclusion.keys.iter().map(compared).collect::<Result<_>>()?;
        let condition = match &exclusion.condition {
            Some(condition) => format!(" WHERE ({})", self.condition(condition)?),
            None => String::new(),
        };
        Ok(format!(
            "EXCLUDE USING {method} ({}){}{condition}{}",
            keys.join(", "),
            self.included(&exclusion.include),
            deferrable_sql(exclusion.deferrable)
        ))
    }

    /// The statement that adds a constraint: an index where it has a condition or expressions, and otherwise a change of the
    /// table, which SQLite does not have.
    pub(super) fn add_constraint(&self, constraint: &Constraint) -> Result<Option<String>> {
        if let Some(part) = self.part(constraint)? {
            return Ok(Some(format!("ALTER TABLE \"{}\" ADD {part}", self.name()?)));
        }
        match &constraint.rule {
            ConstraintRule::Unique(unique) if self.has(constraint) => {
                self.unique_index(&constraint.name, unique).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn unique_index(&self, name: &str, unique: &Unique) -> Result<String> {
        Ok(format!(
            "CREATE UNIQUE INDEX \"{name}\" ON \"{}\" ({}){}{}{}",
            self.name()?,
            self.keys(&format!("constraint `{name}`"), &unique.keys, &unique.opclasses)?,
            self.included(&unique.include),
            nulls_sql(unique.nulls_distinct),
            self.where_sql(unique.condition.as_ref())?,
        ))
    }

    /// What an index goes by. SQLite has no operator classes, and Django leaves those of fields out there.
    fn keys(&self, about: &str, keys: &IndexKeys, opclasses: &[Text]) -> Result<String> {
        let parts: Vec<String> = match keys {
            IndexKeys::Expressions(keys) => {
                keys.iter().map(|key| self.key(about, key)).collect::<Result<_>>()?
            }
            IndexKeys::Fields(fields) => {
                let opclass = |at: usize| match (opclasses.get(at), self.dialect) {
                    (Some(name), Dialect::Postgres) => format!(" {name}"),
                    _ => String::new(),
                };
                let columns = self.model.columns(fields).into_iter().enumerate();
                let part = |(at, column): (usize, String)| match column.strip_prefix('-') {
                    Some(column) => format!("\"{column}\"{} DESC", opclass(at)),
                    None => format!("\"{column}\"{}", opclass(at)),
                };
                columns.map(part).collect()
            }
        };
        Ok(parts.join(", "))
    }

    /// An expression in parentheses, or a column, and how it is ordered.
    fn key(&self, about: &str, key: &IndexKey) -> Result<String> {
        let expression = self.expression(&key.expression)?;
        let mut sql = match &key.expression {
            Expression::Field(_) => expression,
            // Django says it of the expression, and again of the parentheses around it.
            computed if self.dialect == Dialect::Sqlite && self.is_decimal(computed)? => {
                format!("(CAST(({expression}) AS NUMERIC))")
            }
            _ => format!("({expression})"),
        };
        if let Some(collation) = &key.collation {
            sql.push_str(&format!(" COLLATE \"{collation}\""));
        }
        if let Some(opclass) = &key.opclass {
            self.expect_postgres(&format!("operator class `{opclass}` of the {about}"))?;
            sql.push_str(&format!(" {opclass}"));
        }
        if let Some(order) = key.order {
            if order.nulls_first.is_some() {
                self.expect_postgres(&format!("place of NULL in the {about}"))?;
            }
            sql.push_str(order_sql(order));
        }
        Ok(sql)
    }

    /// SQLite's indexes hold nothing further.
    fn included(&self, include: &[Text]) -> String {
        match self.dialect {
            Dialect::Postgres if !include.is_empty() => {
                format!(" INCLUDE ({})", quoted(&self.model.columns(include)))
            }
            _ => String::new(),
        }
    }

    fn where_sql(&self, condition: Option<&Condition>) -> Result<String> {
        condition.map_or_else(
            || Ok(String::new()),
            |condition| Ok(format!(" WHERE {}", self.condition(condition)?)),
        )
    }

    fn refuse(&self, about: &str, mistake: Option<String>) -> Result<()> {
        mistake.map_or(Ok(()), |mistake| Err(StateError(format!("{}: the {about} {mistake}", self.label))))
    }

    fn expect_postgres(&self, about: &str) -> Result<()> {
        let is_sqlite = self.dialect == Dialect::Sqlite;
        self.refuse(about, is_sqlite.then(|| "needs PostgreSQL, and the database is SQLite".to_owned()))
    }
}

fn order_sql(order: KeyOrder) -> &'static str {
    match (order.descending, order.nulls_first) {
        (false, None) => " ASC",
        (false, Some(true)) => " ASC NULLS FIRST",
        (false, Some(false)) => " ASC NULLS LAST",
        (true, None) => " DESC",
        (true, Some(true)) => " DESC NULLS FIRST",
        (true, Some(false)) => " DESC NULLS LAST",
    }
}

fn nulls_sql(distinct: Option<bool>) -> &'static str {
    match distinct {
        None => "",
        Some(true) => " NULLS DISTINCT",
        Some(false) => " NULLS NOT DISTINCT",
    }
}

fn deferrable_sql(when: Option<Deferrable>) -> &'static str {
    match when {
        None => "",
        Some(Deferrable::Deferred) => " DEFERRABLE INITIALLY DEFERRED",
        Some(Deferrable::Immediate) => " DEFERRABLE INITIALLY IMMEDIATE",
    }
}
