//! The constraints and indexes of a table, as options of a model and of its fields.

use std::collections::BTreeSet;

use super::expression::{Expression, parse};
use super::facts::{CheckFacts, IndexFacts, TableFacts};
use super::models::Model;
use super::source::one_line;
use crate::schema::names::index_name;
use crate::{Dialect, FieldKind};

/// What a model says of its constraints and indexes.
#[derive(Default)]
pub(super) struct Rules {
    /// Columns of which a field says `unique`.
    pub(super) unique: BTreeSet<String>,
    /// Columns that have Django's index of a field.
    pub(super) indexed: BTreeSet<String>,
    /// Lists of fields, as `unique_together` has them.
    pub(super) together: Vec<String>,
    pub(super) constraints: Vec<String>,
    pub(super) indexes: Vec<String>,
    /// What a model cannot say.
    pub(super) notes: Vec<String>,
}

pub(super) fn rules(model: &Model<'_>, dialect: Dialect) -> Rules {
    let mut rules = Rules::default();
    for unique in &model.facts.uniques {
        rules.unique(model, unique, dialect);
    }
    for index in &model.facts.indexes {
        rules.index(model, index, dialect);
    }
    for check in &model.facts.checks {
        rules.check(model, check, dialect);
    }
    for (name, definition) in &model.facts.others {
        rules.notes.push(format!("The constraint `{name}` is left out: {}.", one_line(definition)));
    }
    rules
}

impl Rules {
    fn unique(&mut self, model: &Model<'_>, unique: &IndexFacts, dialect: Dialect) {
        let table = &model.facts.name;
        if let Some(columns) = unique.whole_columns().filter(|_| !unique.nulls_not_distinct) {
            let automatic = index_name(table, &columns, "_uniq", dialect);
            let is_automatic = unique.name.as_ref().is_none_or(|name| {
                *name == automatic || (columns.len() == 1 && *name == format!("{table}_{}_key", columns[0]))
            });
            match columns.as_slice() {
                [only] if *only == model.key => return,
                [only] if is_automatic || is_needed(model, only) => {
                    self.unique.insert((*only).to_owned());
                    return;
                }
                _ => {}
            }
            if let Some(fields) = fields_of(model, &columns).filter(|_| is_automatic && columns.len() > 1) {
                self.together.push(format!("{fields:?}"));
                return;
            }
        }
        let said = unique.name.as_ref().and_then(|name| {
            let fields = fields_of(model, &unique.plain_columns()?)?;
            let nulls = if unique.nulls_not_distinct { ", nulls_distinct = false" } else { "" };
            let options = options(model, unique, dialect)?;
            (unique.method == "btree")
                .then(|| format!("unique(name = {name:?}, fields = {fields:?}{options}{nulls})"))
        });
        match said {
            Some(said) => self.constraints.push(said),
            None => self
                .notes
                .push(format!("A unique constraint could not be introspected: {}.", described(unique))),
        }
    }

    fn index(&mut self, model: &Model<'_>, index: &IndexFacts, dialect: Dialect) {
        let table = &model.facts.name;
        if let Some([column]) = index.whole_columns().as_deref()
            && index.name.as_deref() == Some(index_name(table, &[column], "", dialect).as_str())
        {
            self.indexed.insert((*column).to_owned());
            return;
        }
        if is_like(model.facts, index, dialect) {
            return;
        }
        let said = index.name.as_ref().and_then(|name| {
            let word = match index.method.as_str() {
                "btree" => "index",
                "gin" => "gin_index",
                "gist" => "gist_index",
                _ => return None,
            };
            let fields: Option<Vec<String>> = index
                .parts
                .iter()
                .map(|part| {
                    let field = written_field(model, part.column.as_deref()?)?;
                    let minus = if part.descending { "-" } else { "" };
                    part.operators.is_none().then(|| format!("{minus}{field}"))
                })
                .collect();
            let options = options(model, index, dialect)?;
            Some(format!("{word}(name = {name:?}, fields = {:?}{options})", fields?))
        });
        match said {
            Some(said) => self.indexes.push(said),
            None => self.notes.push(format!("An index is left out: {}.", described(index))),
        }
    }

    fn check(&mut self, model: &Model<'_>, check: &CheckFacts, dialect: Dialect) {
        if is_part_of_a_kind(model.facts, check, dialect) {
            return;
        }
        let field = |column: &str| written_field(model, column);
        let condition = parse(&check.sql, dialect).and_then(|expression| expression.condition(&field));
        match (&check.name, condition) {
            (Some(name), Some(condition)) => {
                self.constraints.push(format!("check(name = {name:?}, condition = {condition})"));
            }
            (name, _) => {
                let name = name.as_ref().map_or_else(String::new, |name| format!(" `{name}`"));
                self.notes.push(format!("The check{name} is left out: {}.", one_line(&check.sql)));
            }
        }
    }
}

/// The field of a column that is written as one.
fn written_field(model: &Model<'_>, column: &str) -> Option<String> {
    let field = model.field(column)?;
    field.why_left_out(model).is_none().then(|| field.name.clone())
}

fn fields_of(model: &Model<'_>, columns: &[&str]) -> Option<Vec<String>> {
    columns.iter().map(|column| written_field(model, column)).collect()
}

/// A field has to say that it is unique: a foreign key, and what foreign keys refer to.
fn is_needed(model: &Model<'_>, column: &str) -> bool {
    model.referred_to.contains(column) || model.field(column).is_some_and(|field| field.reference.is_some())
}

/// `, condition = ..., include = [..]`
fn options(model: &Model<'_>, index: &IndexFacts, dialect: Dialect) -> Option<String> {
    let field = |column: &str| written_field(model, column);
    let mut options = String::new();
    if let Some(condition) = &index.condition {
        let condition = parse(condition, dialect)?.condition(&field)?;
        options.push_str(&format!(", condition = {condition}"));
    }
    if !index.include.is_empty() {
        let include: Option<Vec<String>> = index.include.iter().map(|column| field(column)).collect();
        options.push_str(&format!(", include = {:?}", include?));
    }
    Some(options)
}

/// An index in words.
fn described(index: &IndexFacts) -> String {
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(|part| {
            let operators = part.operators.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
            let order = if part.descending { " DESC" } else { "" };
            format!("{}{operators}{order}", part.sql)
        })
        .collect();
    let name = index.name.as_ref().map(|name| format!("`{name}`, ")).unwrap_or_default();
    let condition = index.condition.as_ref().map(|sql| format!(" WHERE {sql}")).unwrap_or_default();
    one_line(&format!("{name}{} ({}){condition}", index.method, parts.join(", ")))
}

/// PostgreSQL's second index of a text that has an index already, by which `LIKE 'a%'` is found.
fn is_like(facts: &TableFacts, index: &IndexFacts, dialect: Dialect) -> bool {
    let [part] = index.parts.as_slice() else { return false };
    let Some(column) = part.column.as_deref().filter(|_| part.operators.is_some()) else { return false };
    index.name.as_deref() == Some(index_name(&facts.name, &[column], "_like", dialect).as_str())
}

/// The check that a kind of field makes by itself.
pub(super) fn is_part_of_a_kind(facts: &TableFacts, check: &CheckFacts, dialect: Dialect) -> bool {
    let Some(said) = parse(&check.sql, dialect) else { return false };
    facts.columns.iter().any(|column| match column.kind.map(|kind| kind.kind) {
        Some(FieldKind::JSONField) => dialect == Dialect::Sqlite && is_json(&said, &column.name),
        Some(kind) if kind.check(&column.name, dialect).is_some() => is_not_negative(&said, &column.name),
        _ => false,
    })
}

/// `"pages" >= 0`
pub(super) fn is_not_negative(check: &Expression, column: &str) -> bool {
    let zero = Expression::Number("0".to_owned());
    let is_column =
        |expression: &Expression| matches!(expression, Expression::Column(name) if name == column);
    matches!(check, Expression::Compare(left, ">=", right) if is_column(left) && **right == zero)
}

/// `(JSON_VALID("customs") OR "customs" IS NULL)`
pub(super) fn is_json(check: &Expression, column: &str) -> bool {
    match check {
        Expression::Or(parts) => parts.iter().any(|part| is_json(part, column)),
        Expression::Call(function, arguments) => {
            function == "json_valid" && *arguments == [Expression::Column(column.to_owned())]
        }
        _ => false,
    }
}
