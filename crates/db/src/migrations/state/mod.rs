//! What the tables of a program are at a point of its history. A migration says what it makes with these values and not
//! with a struct of today, so that it stays what it was when the struct changes.
//!
//! A state has what a database knows: columns, keys, constraints, indexes. Labels, help texts, choices, `validators`, `upload_to`,
//! `limit_choices_to` and what happens on deletion are today's alone, and changing them needs no migration: steps that change rows
//! have structs of their own, and no state becomes a model again.

mod code;
mod fields;
mod project;

use std::borrow::Cow;
use std::fmt;

use crate::constraints::{Constraint, Index, rename};
use crate::generated::Generated;
use crate::kinds::FieldKind;
use crate::many::link_fields;
use crate::{FieldMeta, Model, ModelMeta, Value};

pub(crate) use code::LabelCode;
pub use fields::*;
pub use project::ProjectState;
pub(crate) use project::link_label;

pub(crate) type Text = Cow<'static, str>;

/// A state that a program cannot have: what is wrong, and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateError(pub(crate) String);

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StateError {}

/// One table at a point of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelState {
    /// The model's name: `Project`.
    pub name: Text,
    /// The table, where it is not the usual one: `projects_project`.
    pub db_table: Option<Text>,
    /// The fields, in the order of the table's columns.
    pub fields: Vec<FieldState>,
    /// Many-to-many fields with a table of Django's own. A [`ProjectState`] has the tables besides.
    pub many: Vec<ManyState>,
    /// Sets of fields that are unique together.
    pub unique_together: Vec<Vec<Text>>,
    /// Constraints with a name.
    pub constraints: Vec<Constraint>,
    /// Indexes with a name.
    pub indexes: Vec<Index>,
    /// Migrations make and change the table.
    pub managed: bool,
}

/// One column at a point of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldState {
    /// The field's name: `owner`.
    pub name: Text,
    /// The column, where it is not the usual one: `owner_id`.
    pub db_column: Option<Text>,
    /// The kind of field.
    pub kind: FieldKind,
    /// NULL is allowed.
    pub null: bool,
    /// No two rows have the same value.
    pub unique: bool,
    /// The column has an index.
    pub db_index: bool,
    /// It is the primary key.
    pub primary_key: bool,
    /// Django's model declares the key `id`, and Django does not add it by itself: where SQLite makes the table anew, the column
    /// does not come first.
    pub explicit: bool,
    /// What the rows that are there already get, when the column is added or may no longer be NULL.
    pub default: Option<Value>,
    /// The column's own default.
    pub db_default: Option<Value>,
    /// What the database computes the column of.
    pub generated: Option<Generated>,
    /// What a foreign key refers to.
    pub relation: Option<RelationState>,
}

/// What a foreign key refers to.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationState {
    /// The model: `auth.User`.
    pub to: Text,
    /// The field of the other model, where that is not its primary key.
    pub to_field: Option<Text>,
    /// The database checks that the other row exists.
    pub db_constraint: bool,
}

/// A many-to-many field at a point of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct ManyState {
    /// The field's name: `tags`.
    pub name: Text,
    /// The model on the other side: `shop.Tag`.
    pub to: Text,
}

/// A model's table: `model("Project", [id(), char("name", 100), foreign_key("owner", "auth.User")])`.
pub fn model(name: impl Into<Text>, fields: impl IntoIterator<Item = FieldState>) -> ModelState {
    ModelState {
        name: name.into(),
        db_table: None,
        fields: fields.into_iter().collect(),
        many: Vec::new(),
        unique_together: Vec::new(),
        constraints: Vec::new(),
        indexes: Vec::new(),
        managed: true,
    }
}

impl ModelState {
    /// The table as a model of today has it. A migration that is kept is written with [`model`]; this is for tests, and for
    /// whoever compares.
    pub fn of<M: Model>() -> Self {
        Self::from_meta(M::meta())
    }

    /// The same, from the metadata. The order of the columns is that of a migration written by Django's `makemigrations`:
    /// the plain fields as the model declares them, then the foreign keys by name. Those of a parent are in its own table, and
    /// a child's begin with the link: `one_to_one("place_ptr", "shop.Place").primary_key()`.
    pub fn from_meta(meta: &ModelMeta) -> Self {
        let mut fields: Vec<&FieldMeta> = meta.own_fields().iter().collect();
        if !meta.auto_created {
            // A stable sort: plain fields keep their places.
            fields
                .sort_by_key(|field| (field.relation.is_some() && !field.primary_key).then_some(field.name));
        }
        let mut state = model(meta.name, fields.into_iter().map(FieldState::from_meta));
        if meta.db_table != usual_table(meta.app_label, meta.name) {
            state.db_table = Some(meta.db_table.into());
        }
        state.unique_together = meta
            .unique_together
            .iter()
            .map(|set| set.iter().map(|name| Text::from(*name)).collect())
            .collect();
        state.constraints = (meta.constraints)().into_iter().map(Constraint::of_database).collect();
        state.indexes = (meta.indexes)();
        state.many = meta
            .many
            .iter()
            .filter(|many| many.own_through.is_none())
            .map(|many| ManyState { name: many.name.into(), to: (many.to)().label().into() })
            .collect();
        state.managed = meta.managed;
        state
    }

    /// The table has this name.
    #[must_use]
    pub fn table(self, name: impl Into<Text>) -> Self {
        Self { db_table: Some(name.into()), ..self }
    }

    /// These fields are unique together.
    #[must_use]
    pub fn unique_together(mut self, fields: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.unique_together.push(fields.into_iter().map(Into::into).collect());
        self
    }

    /// A constraint with a name.
    #[must_use]
    pub fn constraint(mut self, constraint: Constraint) -> Self {
        self.constraints.push(constraint);
        self
    }

    /// An index with a name.
    #[must_use]
    pub fn index(mut self, index: Index) -> Self {
        self.indexes.push(index);
        self
    }

    /// A many-to-many field with a table of Django's own: `many_to_many("tags", "shop.Tag")`.
    #[must_use]
    pub fn many_to_many(mut self, name: impl Into<Text>, to: impl Into<Text>) -> Self {
        self.many.push(ManyState { name: name.into(), to: to.into() });
        self
    }

    /// Somebody else makes the table.
    #[must_use]
    pub fn unmanaged(self) -> Self {
        Self { managed: false, ..self }
    }

    /// The field with this name.
    pub fn field(&self, name: &str) -> Option<&FieldState> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(crate) fn pk(&self) -> Option<&FieldState> {
        self.fields.iter().find(|field| field.primary_key)
    }

    /// The columns of fields, by their names; of `-created` it is `-created`.
    pub(crate) fn columns(&self, names: &[Text]) -> Vec<String> {
        model_columns(&self.fields, names)
    }
}

fn model_columns(fields: &[FieldState], names: &[Text]) -> Vec<String> {
    let column = |name: &Text| {
        let plain = name.trim_start_matches('-');
        let found = fields.iter().find(|field| field.name == plain);
        let column = found.map_or_else(|| plain.to_owned(), FieldState::column);
        if plain.len() < name.len() { format!("-{column}") } else { column }
    };
    names.iter().map(column).collect()
}

/// `projects_project`.
pub(crate) fn usual_table(app: &str, model: &str) -> String {
    format!("{app}_{}", model.to_lowercase())
}

/// Django's own table between two models.
pub(crate) fn link(label: &str, table: &str, model: &ModelState, many: &ManyState) -> ModelState {
    let model_name = model.name.to_lowercase();
    let to_name = many.to.rsplit('.').next().unwrap_or_default().to_lowercase();
    let (from, to) = link_fields(&model_name, &to_name);
    let fields = [
        // In a migration Django takes the project's DEFAULT_AUTO_FIELD, also for `auth` whose own keys are smaller.
        id(),
        foreign_key(from.clone(), label.to_owned()),
        foreign_key(to.clone(), many.to.clone()),
    ];
    let name = format!("{}_{}", model.name, many.name);
    let link_table = format!("{table}_{}", many.name);
    let mut link = self::model(name.clone(), fields).unique_together([from, to]);
    link.managed = model.managed;
    let app = label.split_once('.').map_or("", |(app, _)| app);
    if link_table != usual_table(app, &name) {
        link.db_table = Some(link_table.into());
    }
    link
}

/// Renames a field in sets, constraints and indexes.
pub(crate) fn rename_in_rules(model: &mut ModelState, from: &str, to: &Text) {
    model.unique_together.iter_mut().flatten().for_each(|name| rename(name, from, to));
    for generated in model.fields.iter_mut().filter_map(|field| field.generated.as_mut()) {
        generated.expression.rename(from, to);
    }
    model.constraints.iter_mut().for_each(|constraint| constraint.rename(from, to));
    model.indexes.iter_mut().for_each(|index| index.rename(from, to));
}
