//! Which models the tables become: their names, and what refers to what.

use std::collections::BTreeSet;

use super::facts::{ColumnFacts, ColumnKind, ForeignKeyFacts, TableFacts, TableKind};
use super::key::key;
use super::names::{field_name, model_name};
use super::source::one_line;
use crate::{Dialect, FieldKind, FieldMeta, ModelMeta};

/// A model that there is already, which is named and not written.
#[derive(Clone, Copy, Debug)]
pub struct KnownModel {
    /// What is known of it.
    pub meta: &'static ModelMeta,
    /// Its path in a program: `belleville::auth::models::User`.
    pub path: &'static str,
}

impl KnownModel {
    /// The name of the struct.
    pub(super) fn name(&self) -> &'static str {
        self.path.rsplit("::").next().unwrap_or(self.path)
    }

    /// The tables of the model: its own, and those of its many-to-many fields.
    pub fn tables(&self) -> impl Iterator<Item = &'static str> {
        let many = self.meta.many.iter().map(|many| many.through().db_table);
        std::iter::once(self.meta.db_table).chain(many)
    }
}

/// Which app a model belongs to.
#[derive(Clone, Debug, Default)]
pub struct Apps {
    /// The app of every model, where it was said.
    pub named: Option<String>,
    /// The app and the name of each model, as Django's content types have them.
    pub content_types: Vec<(String, String)>,
    /// The app of models whose tables say none.
    pub otherwise: String,
}

impl Apps {
    /// The app of a table, and what is left of the table's name.
    fn of<'a>(&self, table: &'a str, common: Option<&str>) -> (String, &'a str) {
        let after = |app: &str| {
            let rest = table.strip_prefix(app)?.strip_prefix('_')?;
            (!rest.is_empty()).then(|| (app.to_owned(), rest))
        };
        if let Some(app) = &self.named {
            return after(app).unwrap_or_else(|| (app.clone(), table));
        }
        let is_it = |(app, model): &&(String, String)| table == format!("{app}_{model}");
        let known = self.content_types.iter().find(is_it).and_then(|(app, _)| after(app));
        known.or_else(|| common.and_then(after)).unwrap_or_else(|| (self.otherwise.clone(), table))
    }
}

/// The first word of the names of all tables, if it is the same.
fn common_prefix(tables: &[TableFacts]) -> Option<&str> {
    let mut prefixes = tables.iter().map(|table| table.name.split_once('_').map(|(prefix, _)| prefix));
    let first = prefixes.next()??;
    let is_label = first.starts_with(|c: char| c.is_ascii_alphabetic())
        && first.chars().all(|c| c.is_ascii_alphanumeric());
    (is_label && prefixes.all(|prefix| prefix == Some(first))).then_some(first)
}

/// A model to be written.
pub(super) struct Model<'a> {
    pub(super) facts: &'a TableFacts,
    pub(super) app: String,
    /// The name of the struct.
    pub(super) name: String,
    /// The model's own name, where it is not that of the struct.
    pub(super) other_name: Option<String>,
    /// The column that is the primary key.
    pub(super) key: String,
    /// What is to be said of the key.
    pub(super) key_note: Option<String>,
    /// The names of the fields, beside the columns.
    pub(super) field_names: Vec<FieldNameOf<'a>>,
    pub(super) many: Vec<Many>,
    /// The columns that keys of other models refer to, beside the primary key.
    pub(super) referred_to: BTreeSet<String>,
}

/// The field of a column.
pub(super) struct FieldNameOf<'a> {
    pub(super) column: &'a ColumnFacts,
    pub(super) name: String,
    pub(super) notes: Vec<&'static str>,
    /// The foreign key, if it can be one.
    pub(super) reference: Option<Reference<'a>>,
    /// Why a foreign key is none.
    pub(super) no_reference: Option<String>,
}

/// What a foreign key refers to.
pub(super) struct Reference<'a> {
    pub(super) key: &'a ForeignKeyFacts,
    pub(super) target: Target,
    /// The column that is referred to, where it is not the primary key.
    pub(super) to_column: Option<String>,
}

/// A many-to-many field.
pub(super) struct Many {
    pub(super) name: String,
    pub(super) target: Target,
}

/// A model that is referred to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Written(usize),
    Known(usize),
}

/// All models of a database.
pub(super) struct Models<'a> {
    pub(super) models: Vec<Model<'a>>,
    pub(super) known: &'a [KnownModel],
    /// Tables that cannot be models, and why, in a sentence each.
    pub(super) left_out: Vec<String>,
    pub(super) dialect: Dialect,
    /// All tables, also those that are no models.
    pub(super) all: &'a [TableFacts],
}

impl Model<'_> {
    /// The name in small letters, as Django has it.
    pub(super) fn model_name(&self) -> String {
        self.other_name.as_ref().unwrap_or(&self.name).to_lowercase()
    }

    /// The table that the model would have if it said none.
    pub(super) fn usual_table(&self) -> String {
        format!("{}_{}", self.app, self.model_name())
    }

    /// The field of a column that is written.
    pub(super) fn field(&self, column: &str) -> Option<&FieldNameOf<'_>> {
        self.field_names.iter().find(|field| field.column.name == column)
    }
}

impl<'a> Models<'a> {
    pub(super) fn new(
        tables: &'a [TableFacts],
        known: &'a [KnownModel],
        apps: &Apps,
        dialect: Dialect,
    ) -> Self {
        let mut models = Self { models: Vec::new(), known, left_out: Vec::new(), dialect, all: tables };
        let common = common_prefix(tables);
        let known_names = known.iter().map(KnownModel::name);
        let mut taken: BTreeSet<String> = USED.into_iter().chain(known_names).map(str::to_owned).collect();
        for facts in tables {
            match key(facts) {
                Ok((key, key_note)) => {
                    let (app, rest) = apps.of(&facts.name, common);
                    let (name, other_name) = struct_name(&facts.name, rest, &mut taken);
                    models.models.push(Model {
                        facts,
                        app,
                        name,
                        other_name,
                        key,
                        key_note,
                        field_names: Vec::new(),
                        many: Vec::new(),
                        referred_to: BTreeSet::new(),
                    });
                }
                Err(reason) => models.left_out.push(format!(
                    "The {} `{}` is left out: {reason}.",
                    if facts.kind == TableKind::View { "view" } else { "table" },
                    one_line(&facts.name)
                )),
            }
        }
        models.fold_links();
        models.name_fields();
        models
    }

    pub(super) fn position(&self, table: &str) -> Option<usize> {
        self.models.iter().position(|model| self.same(&model.facts.name, table))
    }

    pub(super) fn target(&self, table: &str) -> Option<Target> {
        let is_it = |known: &KnownModel| self.same(known.meta.db_table, table);
        self.position(table)
            .map(Target::Written)
            .or_else(|| self.known.iter().position(is_it).map(Target::Known))
    }

    /// SQLite compares names without regard to case.
    pub(super) fn same(&self, one: &str, other: &str) -> bool {
        match self.dialect {
            Dialect::Sqlite => one.eq_ignore_ascii_case(other),
            Dialect::Postgres => one == other,
        }
    }

    fn name_fields(&mut self) {
        for at in 0..self.models.len() {
            let facts = self.models[at].facts;
            let mut used: Vec<String> = self.models[at].many.iter().map(|many| many.name.clone()).collect();
            let mut fields = Vec::new();
            let mut referred_to = Vec::new();
            for column in &facts.columns {
                let key = facts.foreign_keys.iter().find(|key| key.columns == [column.name.as_str()]);
                let (reference, no_reference) = match key.map(|key| self.reference(at, column, key)) {
                    None => (None, None),
                    Some(Ok(reference)) => (Some(reference), None),
                    Some(Err(reason)) => (None, Some(reason)),
                };
                if let Some(Reference { target: Target::Written(at), to_column: Some(to), .. }) = &reference {
                    referred_to.push((*at, to.clone()));
                }
                let found = field_name(&column.name, &used, reference.is_some());
                used.push(found.name.clone());
                let (name, notes) = (found.name, found.notes);
                fields.push(FieldNameOf { column, name, notes, reference, no_reference });
            }
            self.models[at].field_names = fields;
            for (target, column) in referred_to {
                self.models[target].referred_to.insert(column);
            }
        }
    }

    /// What a column refers to, or why it cannot be a foreign key.
    fn reference(
        &self,
        model: usize,
        column: &ColumnFacts,
        key: &'a ForeignKeyFacts,
    ) -> Result<Reference<'a>, String> {
        let told = || match key.to_columns.first() {
            Some(to) => format!("`{}` of the table `{}`", to, key.to_table),
            None => format!("the table `{}`", key.to_table),
        };
        let Some(target) = self.target(&key.to_table) else {
            return Err(format!("A foreign key to {}, which has no model here.", told()));
        };
        let (to, kind, is_primary) = match target {
            Target::Written(at) => {
                let target = &self.models[at];
                let to = key.to_columns.first().unwrap_or(&target.key);
                let Some(to) = target.facts.columns.iter().find(|candidate| self.same(&candidate.name, to))
                else {
                    return Err(format!("A foreign key to {}, which does not exist.", told()));
                };
                let is_primary = to.name == target.key;
                let can_be_referred_to =
                    is_primary || (!to.null && to.generated.is_none() && is_unique(target.facts, &to.name));
                if !can_be_referred_to {
                    return Err(format!("A foreign key to {}, which is not unique or may be NULL.", told()));
                }
                if self.leads_back(model, column, at, &to.name) {
                    return Err(format!("A foreign key to {}, which refers to this one.", told()));
                }
                (to.name.clone(), to.kind, is_primary)
            }
            Target::Known(at) => {
                let meta = self.known[at].meta;
                let to = key.to_columns.first().map(String::as_str);
                let Some(field) = known_field(meta, to) else {
                    return Err(format!("A foreign key to {}, to which no key can refer.", told()));
                };
                (field.column.to_owned(), Some(ColumnKind::of(field.value_kind())), field.primary_key)
            }
        };
        let family = |kind: Option<ColumnKind>| kind.map(|kind| (kind.kind.row().family, kind.dimensions));
        if family(kind) != family(column.kind) || kind.is_none() {
            return Err(format!("A foreign key to {}, which is of another type.", told()));
        }
        Ok(Reference { key, target, to_column: (!is_primary).then_some(to) })
    }

    /// Whether a key that has the value of another key comes to itself again: such types have no end.
    fn leads_back(&self, model: usize, column: &ColumnFacts, mut at: usize, to: &str) -> bool {
        let start = (self.models[model].facts.name.as_str(), column.name.as_str());
        let mut to = to.to_owned();
        for _ in 0..=self.models.len() {
            let facts = self.models[at].facts;
            if (facts.name.as_str(), to.as_str()) == start {
                return true;
            }
            let Some(key) = facts.foreign_keys.iter().find(|key| key.columns == [to.as_str()]) else {
                return false;
            };
            let Some(next) = self.position(&key.to_table) else { return false };
            to = key.to_columns.first().unwrap_or(&self.models[next].key).clone();
            at = next;
        }
        // A circle that the column is not a part of.
        true
    }

    /// The kind of an automatic key. SQLite's are all of one type: what refers to the key tells which it is.
    pub(super) fn automatic(&self, facts: &TableFacts, column: &ColumnFacts) -> FieldKind {
        let own = column.kind.map(|kind| kind.kind);
        if self.dialect == Dialect::Postgres {
            return match own {
                Some(FieldKind::SmallIntegerField) => FieldKind::SmallAutoField,
                Some(FieldKind::BigIntegerField) => FieldKind::BigAutoField,
                _ => FieldKind::AutoField,
            };
        }
        let refers = |key: &ForeignKeyFacts| {
            self.same(&key.to_table, &facts.name)
                && key.to_columns.first().is_none_or(|to| self.same(to, &column.name))
        };
        let types: Vec<&str> = self
            .all
            .iter()
            .flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)))
            .filter(|(_, key)| refers(key))
            .filter_map(|(table, key)| table.column(key.columns.first()?))
            .map(|column| column.column_type.as_str())
            .collect();
        match types.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other == first) => match *first {
                "integer" => FieldKind::AutoField,
                "smallint" => FieldKind::SmallAutoField,
                _ => FieldKind::BigAutoField,
            },
            _ => FieldKind::BigAutoField,
        }
    }
}

/// The field of a known model that keys can refer to: the primary key where none is named.
fn known_field(meta: &'static ModelMeta, column: Option<&str>) -> Option<&'static FieldMeta> {
    meta.fields.iter().find(|field| match column {
        Some(column) => {
            field.column.eq_ignore_ascii_case(column) && (field.primary_key || field.unique) && !field.null
        }
        None => field.primary_key,
    })
}

/// No two rows have the same value of a column.
pub(super) fn is_unique(facts: &TableFacts, column: &str) -> bool {
    facts.uniques.iter().any(|unique| unique.whole_columns().is_some_and(|columns| columns == [column]))
}

/// Names of types that the written code uses.
const USED: [&str; 17] = [
    "Date",
    "DateTime",
    "Decimal",
    "Duration",
    "ForeignKey",
    "HStore",
    "IpAddr",
    "Json",
    "ManyToMany",
    "Model",
    "Option",
    "Range",
    "Self",
    "String",
    "Time",
    "Uuid",
    "Vec",
];

/// The name of a struct that is not taken, and the model's own name where it is another one.
fn struct_name(table: &str, rest: &str, taken: &mut BTreeSet<String>) -> (String, Option<String>) {
    let (short, long) = (model_name(rest), model_name(table));
    let is_free = |name: &str, taken: &BTreeSet<String>| {
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && !taken.contains(name)
    };
    let numbered =
        (1..).map(|number| format!("{}Table{number}", long.trim_start_matches(|c: char| c.is_ascii_digit())));
    let mut candidates = [short.clone(), long.clone(), format!("Table{long}"), format!("{long}Table")]
        .into_iter()
        .chain(numbered);
    let name = candidates.find(|name| is_free(name, taken)).unwrap_or(long);
    taken.insert(name.clone());
    let other = (name != short && !short.is_empty()).then_some(short);
    (name, other)
}
