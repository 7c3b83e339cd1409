//! What the tables of a program are at a point of its history. A migration says what it makes with these values and not
//! with a struct of today, so that it stays what it was when the struct changes.
//!
//! A state has what a database knows: columns, keys, constraints, indexes. Labels, help texts, choices, validators and what
//! happens on deletion are today's alone, and changing them needs no migration.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::constraints::{Constraint, ConstraintRule, Index, Literal};
use crate::generated::{Expression, Generated};
use crate::kinds::FieldKind;
use crate::many::link_fields;
use crate::schema::index_name_of;
use crate::{FieldMeta, FieldValue, Model, ModelMeta, Value};

type Text = Cow<'static, str>;

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
    /// Many-to-many fields with a table of Django's own. A [`ProjectState`] has the tables instead.
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
        state.constraints = (meta.constraints)();
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

/// A field of a kind, for the kinds that have no function of their own: `kind("code", FieldKind::SlugField { max_length: 9 })`.
pub fn kind(name: impl Into<Text>, kind: FieldKind) -> FieldState {
    FieldState {
        name: name.into(),
        db_column: None,
        kind,
        null: false,
        unique: false,
        db_index: false,
        primary_key: false,
        default: None,
        db_default: None,
        generated: None,
        relation: None,
    }
}

/// The usual primary key: a `BigAutoField` named `id`.
pub fn id() -> FieldState {
    big_auto("id")
}

macro_rules! kinds {
    ($($function:ident, $kind:ident;)*) => {$(
        #[doc = concat!("A `", stringify!($kind), "`.")]
        pub fn $function(name: impl Into<Text>) -> FieldState {
            kind(name, FieldKind::$kind)
        }
    )*};
}

kinds! {
    boolean, BooleanField;
    float, FloatField;
    small_integer, SmallIntegerField;
    integer, IntegerField;
    big_integer, BigIntegerField;
    positive_small_integer, PositiveSmallIntegerField;
    positive_integer, PositiveIntegerField;
    positive_big_integer, PositiveBigIntegerField;
    date, DateField;
    date_time, DateTimeField;
    time, TimeField;
    duration, DurationField;
    uuid, UUIDField;
    json, JSONField;
    ip_address, GenericIPAddressField;
    integer_range, IntegerRangeField;
    big_integer_range, BigIntegerRangeField;
    decimal_range, DecimalRangeField;
    date_range, DateRangeField;
    date_time_range, DateTimeRangeField;
    hstore, HStoreField;
    search_vector, SearchVectorField;
}

macro_rules! keys {
    ($($function:ident, $kind:ident;)*) => {$(
        #[doc = concat!("A `", stringify!($kind), "`, which is the primary key.")]
        pub fn $function(name: impl Into<Text>) -> FieldState {
            kind(name, FieldKind::$kind).primary_key()
        }
    )*};
}

keys! {
    small_auto, SmallAutoField;
    auto, AutoField;
    big_auto, BigAutoField;
}

macro_rules! texts {
    ($($function:ident, $kind:ident;)*) => {$(
        #[doc = concat!("A `", stringify!($kind), "` of at most so many characters.")]
        pub fn $function(name: impl Into<Text>, max_length: u32) -> FieldState {
            kind(name, FieldKind::$kind { max_length })
        }
    )*};
}

texts! {
    email, EmailField;
    url, URLField;
    file, FileField;
    image, ImageField;
    file_path, FilePathField;
}

/// A `CharField` of at most so many characters.
pub fn char(name: impl Into<Text>, max_length: u32) -> FieldState {
    kind(name, FieldKind::CharField { max_length: Some(max_length) })
}

/// A `SlugField` of at most so many characters, with its index.
pub fn slug(name: impl Into<Text>, max_length: u32) -> FieldState {
    kind(name, FieldKind::SlugField { max_length }).index()
}

/// A `TextField`.
pub fn text(name: impl Into<Text>) -> FieldState {
    kind(name, FieldKind::TextField { max_length: None })
}

/// A `BinaryField`.
pub fn binary(name: impl Into<Text>) -> FieldState {
    kind(name, FieldKind::BinaryField { max_length: None })
}

/// A `DecimalField` with so many digits, of which so many are after the point.
pub fn decimal(name: impl Into<Text>, max_digits: u16, decimal_places: u16) -> FieldState {
    kind(name, FieldKind::DecimalField { max_digits, decimal_places })
}

/// An `ArrayField` of values of a kind: `array("tags", &FieldKind::CharField { max_length: Some(20) })`.
pub fn array(name: impl Into<Text>, base: &'static FieldKind) -> FieldState {
    kind(name, FieldKind::ArrayField { base, size: None })
}

/// A `ForeignKey` to a model (`auth.User`), with its index.
pub fn foreign_key(name: impl Into<Text>, to: impl Into<Text>) -> FieldState {
    FieldState { db_index: true, ..one_or_many(name, FieldKind::ForeignKey, to) }
}

/// A `OneToOneField` to a model.
pub fn one_to_one(name: impl Into<Text>, to: impl Into<Text>) -> FieldState {
    one_or_many(name, FieldKind::OneToOneField, to).unique()
}

fn one_or_many(name: impl Into<Text>, of: FieldKind, to: impl Into<Text>) -> FieldState {
    let relation = RelationState { to: to.into(), to_field: None, db_constraint: true };
    FieldState { relation: Some(relation), ..kind(name, of) }
}

impl FieldState {
    fn from_meta(meta: &FieldMeta) -> Self {
        let relation = meta.relation.as_ref().map(|relation| RelationState {
            to: (relation.to)().label().into(),
            to_field: relation
                .to_field
                .and_then(|at| (relation.to)().fields.get(at))
                .map(|field| field.name.into()),
            db_constraint: relation.db_constraint,
        });
        let kind = match meta.kind {
            // The length of a text without a length in its column is a matter of input.
            FieldKind::TextField { .. } => FieldKind::TextField { max_length: None },
            FieldKind::BinaryField { .. } => FieldKind::BinaryField { max_length: None },
            kind => kind,
        };
        let mut state = Self {
            name: meta.name.into(),
            db_column: None,
            kind,
            null: meta.null,
            unique: meta.unique,
            db_index: meta.db_index,
            primary_key: meta.primary_key,
            default: None,
            db_default: meta.db_default.map(|default| default()),
            generated: meta.generated.map(|generated| generated()),
            relation,
        };
        if state.column() != meta.column {
            state.db_column = Some(meta.column.into());
        }
        state
    }

    /// NULL is allowed.
    #[must_use]
    pub fn null(self) -> Self {
        Self { null: true, ..self }
    }

    /// No two rows have the same value.
    #[must_use]
    pub fn unique(self) -> Self {
        Self { unique: true, ..self }
    }

    /// The column has an index.
    #[must_use]
    pub fn index(self) -> Self {
        Self { db_index: true, ..self }
    }

    /// A foreign key or a slug without its index.
    #[must_use]
    pub fn without_index(self) -> Self {
        Self { db_index: false, ..self }
    }

    /// It is the primary key.
    #[must_use]
    pub fn primary_key(self) -> Self {
        Self { primary_key: true, unique: true, db_index: false, ..self }
    }

    /// The column has this name.
    #[must_use]
    pub fn db_column(self, name: impl Into<Text>) -> Self {
        Self { db_column: Some(name.into()), ..self }
    }

    /// What the rows that are there already get, when the column is added or may no longer be NULL.
    #[must_use]
    pub fn default(self, value: impl FieldValue) -> Self {
        Self { default: Some(value.to_value()), ..self }
    }

    /// The same, of a text.
    #[must_use]
    pub fn default_text(self, text: impl Into<String>) -> Self {
        Self { default: Some(Value::Text(text.into())), ..self }
    }

    /// The column's own default.
    #[must_use]
    pub fn db_default(self, value: impl FieldValue) -> Self {
        Self { db_default: Some(value.to_value()), ..self }
    }

    /// The database computes the values, and keeps them: `decimal("total", 8, 2).generated(field("price") * field("pieces"))`.
    #[must_use]
    pub fn generated(self, expression: impl Into<Expression>) -> Self {
        Self { generated: Some(Generated { expression: expression.into(), stored: true }), ..self }
    }

    /// What the database computes is not kept.
    #[must_use]
    pub fn not_stored(mut self) -> Self {
        if let Some(generated) = &mut self.generated {
            generated.stored = false;
        }
        self
    }

    /// The field of the other model that a foreign key refers to.
    #[must_use]
    pub fn to_field(mut self, name: impl Into<Text>) -> Self {
        if let Some(relation) = &mut self.relation {
            relation.to_field = Some(name.into());
        }
        self
    }

    /// The database does not check that the other row exists.
    #[must_use]
    pub fn without_constraint(mut self) -> Self {
        if let Some(relation) = &mut self.relation {
            relation.db_constraint = false;
        }
        self
    }

    /// The column: `owner_id`.
    pub fn column(&self) -> String {
        match (&self.db_column, &self.relation) {
            (Some(column), _) => column.to_string(),
            (None, Some(_)) => format!("{}_id", self.name),
            (None, None) => self.name.to_string(),
        }
    }

    /// What the rows that are there get where the migration says nothing: an empty text, as a new row would.
    pub(crate) fn effective_default(&self) -> Option<Value> {
        match &self.default {
            _ if self.generated.is_some() => None,
            Some(Value::Null) => None,
            Some(value) => Some(value.clone()),
            None if !self.null && self.kind.is_text() && !self.unique => Some(Value::Text(String::new())),
            None => None,
        }
    }

    /// The column would be the same: the default for rows that are there is no part of it.
    pub(crate) fn is_same_column(&self, other: &Self) -> bool {
        Self { default: None, ..self.clone() } == Self { default: None, ..other.clone() }
    }
}

/// The tables of a program at a point of its history, by the labels of their models.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProjectState {
    models: BTreeMap<String, ModelState>,
}

impl ProjectState {
    /// The tables that the models of today have. Proxies have none; Django's own tables of many-to-many fields are among
    /// them.
    pub fn from_models<'a>(models: impl IntoIterator<Item = &'a ModelMeta>) -> Self {
        let mut project = Self::default();
        for meta in models.into_iter().filter(|meta| !meta.proxy) {
            project.create(meta.app_label, ModelState::from_meta(meta));
        }
        project
    }

    /// The models, by label.
    pub fn models(&self) -> impl Iterator<Item = (&str, &ModelState)> {
        self.models.iter().map(|(label, model)| (label.as_str(), model))
    }

    /// The model with a label: `projects.Project`.
    pub fn model(&self, label: &str) -> Option<&ModelState> {
        self.models.get(label)
    }

    pub(crate) fn expect(&self, label: &str) -> Result<&ModelState, StateError> {
        self.models.get(label).ok_or_else(|| {
            StateError(format!(
                "no earlier migration makes the model {label}; create it before, or say in `depends_on` which migration of its \
                 app does"
            ))
        })
    }

    pub(crate) fn expect_mut(&mut self, label: &str) -> Result<&mut ModelState, StateError> {
        match self.models.get_mut(label) {
            Some(model) => Ok(model),
            None => Err(StateError(format!("no earlier migration makes the model {label}"))),
        }
    }

    /// The table of a model.
    pub(crate) fn table(&self, label: &str) -> Result<String, StateError> {
        let model = self.expect(label)?;
        let app = label.split_once('.').map_or("", |(app, _)| app);
        Ok(model.db_table.as_ref().map_or_else(|| usual_table(app, &model.name), ToString::to_string))
    }

    pub(crate) fn remove(&mut self, label: &str) -> Option<ModelState> {
        self.models.remove(label)
    }

    pub(crate) fn insert(&mut self, label: String, model: ModelState) {
        self.models.insert(label, model);
    }

    pub(crate) fn models_mut(&mut self) -> impl Iterator<Item = &mut ModelState> {
        self.models.values_mut()
    }

    /// Adds a model and the tables of its many-to-many fields.
    pub(crate) fn create(&mut self, app: &str, mut model: ModelState) -> Vec<String> {
        let label = format!("{app}.{}", model.name);
        let table = model.db_table.clone().map_or_else(|| usual_table(app, &model.name), Text::into_owned);
        for index in &mut model.indexes {
            if index.name.is_empty() {
                let columns = model_columns(&model.fields, &index.fields);
                index.name = index_name_of(&table, &columns, index.method.suffix()).into();
            }
        }
        let many = std::mem::take(&mut model.many);
        let mut labels = vec![label.clone()];
        let links: Vec<_> = many.iter().map(|many| link(&label, &table, &model, many)).collect();
        self.models.insert(label, model);
        for link in links {
            let label = format!("{app}.{}", link.name);
            self.models.insert(label.clone(), link);
            labels.push(label);
        }
        labels
    }

    /// The keys that refer to a model: the label of the model that has the key, and the key.
    pub(crate) fn references<'a>(&'a self, to: &'a str) -> impl Iterator<Item = (&'a str, &'a FieldState)> {
        self.models().flat_map(move |(label, model)| {
            let refers =
                move |field: &&FieldState| field.relation.as_ref().is_some_and(|relation| relation.to == to);
            model.fields.iter().filter(refers).map(move |field| (label, field))
        })
    }

    /// The column that a foreign key refers to: the label of its model, and the field.
    pub(crate) fn target(&self, relation: &RelationState) -> Result<(&ModelState, &FieldState), StateError> {
        let model = self.expect(&relation.to)?;
        let field = match &relation.to_field {
            Some(name) => model.field(name),
            None => model.pk(),
        };
        let missing = || {
            let name = relation.to_field.as_deref().unwrap_or("a primary key");
            StateError(format!("the model {} has not the field that a key refers to: {name}", relation.to))
        };
        field.map(|field| (model, field)).ok_or_else(missing)
    }

    /// What is in one and not in the other: a line for each table, column, constraint and index. Nothing where migrations
    /// and models agree.
    pub fn differences(&self, models: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (label, model) in models.models() {
            match self.model(label) {
                None => lines.push(format!("{label} is in no migration")),
                Some(known) => model_differences(label, known, model, &mut lines),
            }
        }
        for (label, _) in self.models().filter(|(label, _)| models.model(label).is_none()) {
            lines.push(format!("{label} is in the migrations and is no model any more"));
        }
        lines
    }
}

fn model_differences(label: &str, known: &ModelState, today: &ModelState, lines: &mut Vec<String>) {
    for field in &today.fields {
        match known.field(&field.name) {
            None => lines.push(format!("{label}.{} is in no migration: {field}", field.name)),
            Some(before) if !before.is_same_column(field) => {
                lines.push(format!(
                    "{label}.{} was `{before}` in the migrations and is `{field}`",
                    field.name
                ));
            }
            Some(_) => {}
        }
    }
    for field in known.fields.iter().filter(|field| today.field(&field.name).is_none()) {
        lines.push(format!("{label}.{} is in the migrations and is no field any more", field.name));
    }
    let named = |what: &str, before: Vec<String>, after: Vec<String>, lines: &mut Vec<String>| {
        for rule in after.iter().filter(|rule| !before.contains(rule)) {
            lines.push(format!("{label}: {what}{rule} is in no migration"));
        }
        for rule in before.iter().filter(|rule| !after.contains(rule)) {
            lines.push(format!("{label}: {what}{rule} is in the migrations and not in the model any more"));
        }
    };
    let shown = |sets: &[Vec<Text>]| sets.iter().map(|set| format!("{set:?}")).collect();
    named("unique_together ", shown(&known.unique_together), shown(&today.unique_together), lines);
    let shown = |rules: &[Constraint]| rules.iter().map(ToString::to_string).collect();
    named("", shown(&known.constraints), shown(&today.constraints), lines);
    let shown = |rules: &[Index]| rules.iter().map(ToString::to_string).collect();
    named("", shown(&known.indexes), shown(&today.indexes), lines);
    if known.db_table != today.db_table {
        lines.push(format!("{label} has another table in the migrations"));
    }
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
    let app = label.split_once('.').map_or("", |(app, _)| app);
    if link_table != usual_table(app, &name) {
        link.db_table = Some(link_table.into());
    }
    link
}

/// The model as a migration is written.
impl fmt::Display for ModelState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "model({:?}, [", self.name)?;
        for field in &self.fields {
            writeln!(f, "    {field},")?;
        }
        f.write_str("])")?;
        if let Some(table) = &self.db_table {
            write!(f, "\n.table({table:?})")?;
        }
        for many in &self.many {
            write!(f, "\n.many_to_many({:?}, {:?})", many.name, many.to)?;
        }
        for set in &self.unique_together {
            write!(f, "\n.unique_together({set:?})")?;
        }
        for constraint in &self.constraints {
            write!(f, "\n.constraint({constraint})")?;
        }
        for index in &self.indexes {
            write!(f, "\n.index({index})")?;
        }
        if self.managed { Ok(()) } else { f.write_str("\n.unmanaged()") }
    }
}

/// The field as a migration is written.
impl fmt::Display for FieldState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut usually_indexed, mut usually_key, mut usually_unique) = (false, false, false);
        let name = &self.name;
        let of = |function: &str, length: u32| format!("{function}({name:?}, {length})");
        let call = match self.kind {
            FieldKind::BigAutoField if name == "id" && self.primary_key => {
                usually_key = true;
                "id()".to_owned()
            }
            FieldKind::AutoField | FieldKind::BigAutoField | FieldKind::SmallAutoField
                if self.primary_key =>
            {
                usually_key = true;
                let function = match self.kind {
                    FieldKind::AutoField => "auto",
                    FieldKind::BigAutoField => "big_auto",
                    _ => "small_auto",
                };
                format!("{function}({name:?})")
            }
            FieldKind::CharField { max_length: Some(length) } => of("char", length),
            FieldKind::EmailField { max_length } => of("email", max_length),
            FieldKind::URLField { max_length } => of("url", max_length),
            FieldKind::FileField { max_length } => of("file", max_length),
            FieldKind::ImageField { max_length } => of("image", max_length),
            FieldKind::FilePathField { max_length } => of("file_path", max_length),
            FieldKind::SlugField { max_length } => {
                usually_indexed = true;
                of("slug", max_length)
            }
            FieldKind::TextField { .. } => format!("text({name:?})"),
            FieldKind::BinaryField { .. } => format!("binary({name:?})"),
            FieldKind::DecimalField { max_digits, decimal_places } => {
                format!("decimal({name:?}, {max_digits}, {decimal_places})")
            }
            FieldKind::BooleanField => format!("boolean({name:?})"),
            FieldKind::FloatField => format!("float({name:?})"),
            FieldKind::SmallIntegerField => format!("small_integer({name:?})"),
            FieldKind::IntegerField => format!("integer({name:?})"),
            FieldKind::BigIntegerField => format!("big_integer({name:?})"),
            FieldKind::PositiveSmallIntegerField => format!("positive_small_integer({name:?})"),
            FieldKind::PositiveIntegerField => format!("positive_integer({name:?})"),
            FieldKind::PositiveBigIntegerField => format!("positive_big_integer({name:?})"),
            FieldKind::DateField => format!("date({name:?})"),
            FieldKind::DateTimeField => format!("date_time({name:?})"),
            FieldKind::TimeField => format!("time({name:?})"),
            FieldKind::DurationField => format!("duration({name:?})"),
            FieldKind::UUIDField => format!("uuid({name:?})"),
            FieldKind::JSONField => format!("json({name:?})"),
            FieldKind::GenericIPAddressField => format!("ip_address({name:?})"),
            FieldKind::ArrayField { base, size: None } => format!("array({name:?}, &{})", KindCode(base)),
            kind @ FieldKind::ArrayField { .. } => format!("kind({name:?}, {})", KindCode(&kind)),
            FieldKind::IntegerRangeField => format!("integer_range({name:?})"),
            FieldKind::BigIntegerRangeField => format!("big_integer_range({name:?})"),
            FieldKind::DecimalRangeField => format!("decimal_range({name:?})"),
            FieldKind::DateRangeField => format!("date_range({name:?})"),
            FieldKind::DateTimeRangeField => format!("date_time_range({name:?})"),
            FieldKind::HStoreField => format!("hstore({name:?})"),
            FieldKind::SearchVectorField => format!("search_vector({name:?})"),
            FieldKind::ForeignKey | FieldKind::OneToOneField => {
                let to = self.relation.as_ref().map_or("", |relation| &relation.to);
                usually_indexed = self.kind == FieldKind::ForeignKey;
                usually_unique = !usually_indexed;
                let function = if usually_indexed { "foreign_key" } else { "one_to_one" };
                format!("{function}({name:?}, {to:?})")
            }
            other => format!("kind({name:?}, FieldKind::{other:?})"),
        };
        f.write_str(&call)?;
        if let Some(column) = &self.db_column {
            write!(f, ".db_column({column:?})")?;
        }
        if let Some(field) = self.relation.as_ref().and_then(|relation| relation.to_field.as_ref()) {
            write!(f, ".to_field({field:?})")?;
        }
        let without_constraint = self.relation.as_ref().is_some_and(|relation| !relation.db_constraint);
        let options = [
            (self.primary_key && !usually_key, "primary_key"),
            (self.null, "null"),
            (self.unique && !self.primary_key && !usually_unique, "unique"),
            (self.db_index && !usually_indexed, "index"),
            (!self.db_index && usually_indexed && !self.primary_key, "without_index"),
            (without_constraint, "without_constraint"),
        ];
        for (_, option) in options.iter().filter(|(is_set, _)| *is_set) {
            write!(f, ".{option}()")?;
        }
        if let Some(Generated { expression, stored }) = &self.generated {
            write!(f, ".generated({expression})")?;
            f.write_str(if *stored { "" } else { ".not_stored()" })?;
        }
        match &self.default {
            Some(Value::Text(text)) => write!(f, ".default_text({text:?})")?,
            Some(value) => write!(f, ".default({})", Literal(value))?,
            None => {}
        }
        match &self.db_default {
            Some(Value::Text(text)) => write!(f, ".db_default({text:?}.to_owned())"),
            Some(value) => write!(f, ".db_default({})", Literal(value)),
            None => Ok(()),
        }
    }
}

/// A kind as Rust writes it.
struct KindCode<'a>(&'a FieldKind);

impl fmt::Display for KindCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            FieldKind::ArrayField { base, size } => {
                write!(f, "FieldKind::ArrayField {{ base: &{}, size: {size:?} }}", KindCode(base))
            }
            other => write!(f, "FieldKind::{other:?}"),
        }
    }
}

/// Renames a field in sets, constraints and indexes.
pub(crate) fn rename_in_rules(model: &mut ModelState, from: &str, to: &Text) {
    let rename = |name: &mut Text| {
        if name == from {
            *name = to.clone();
        } else if name.strip_prefix('-') == Some(from) {
            *name = format!("-{to}").into();
        }
    };
    model.unique_together.iter_mut().flatten().for_each(rename);
    for generated in model.fields.iter_mut().filter_map(|field| field.generated.as_mut()) {
        generated.expression.rename(from, to);
    }
    for constraint in &mut model.constraints {
        match &mut constraint.rule {
            ConstraintRule::Check(condition) => condition.rename(from, to),
            ConstraintRule::Unique { fields, condition, include, .. } => {
                fields.iter_mut().chain(include).for_each(rename);
                condition.iter_mut().for_each(|condition| condition.rename(from, to));
            }
        }
    }
    for index in &mut model.indexes {
        index.fields.iter_mut().chain(&mut index.include).for_each(rename);
        index.condition.iter_mut().for_each(|condition| condition.rename(from, to));
    }
}
