//! A model: its metadata, and what `#[derive(Model)]` writes for a struct.

use std::any::Any;
use std::fmt::Debug;

use crate::{Database, Deleted, FieldValue, QuerySet, Result, Row, Value, ValueRef, query::save};

/// A model: a struct whose values are rows of one table. `#[derive(Model)]` implements it.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a model", label = "add #[derive(Model)] to it")]
pub trait Model: Clone + Debug + Send + Sync + Sized + 'static {
    /// The type of the primary key.
    type Pk: FieldValue + Clone + Debug + PartialEq + Send + Sync + 'static;

    /// The metadata of the table.
    const META: &'static ModelMeta;

    /// The primary key. An object that was not saved yet has the automatic key 0.
    fn pk(&self) -> &Self::Pk;

    /// Sets the primary key, after an insert has created it.
    #[doc(hidden)]
    fn set_pk(&mut self, pk: Self::Pk);

    /// Reads an object from the columns of a row that begin at `offset`, in the order of [`ModelMeta::fields`].
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode) when a column holds a value of another type.
    fn from_row(row: &dyn Row, offset: usize) -> Result<Self>;

    /// Reads a related row into the foreign key at the beginning of `path`.
    #[doc(hidden)]
    fn load_related(&mut self, path: &[usize], row: &dyn Row, offset: usize) -> Result<()>;

    /// Takes over the related rows that another copy of the object has loaded, where the key is still the same.
    #[doc(hidden)]
    fn keep_related(&mut self, before: Self);

    /// The value of the field at a position of [`ModelMeta::fields`]; NULL for a position that does not exist.
    fn value_ref(&self, field: usize) -> ValueRef<'_>;

    /// The same, owned.
    fn value(&self, field: usize) -> Value {
        self.value_ref(field).to_owned()
    }

    /// Every row of the table, in the model's default order.
    fn objects() -> QuerySet<Self> {
        QuerySet::new()
    }

    /// Saves the object: updates its row or, when there is none (or the automatic key is 0), inserts one. The object
    /// then has the key that the database created and the times that `auto_now` sets.
    ///
    /// # Errors
    /// [`Error::Integrity`](crate::Error::Integrity) when a constraint refuses it.
    fn save(&mut self, db: &Database) -> impl Future<Output = Result<()>> + Send {
        save::save(self, db)
    }

    /// Deletes the object's row and the rows that depend on it, in one transaction.
    ///
    /// # Errors
    /// [`Error::Protected`](crate::Error::Protected) when a protected key refers to it.
    fn delete(&self, db: &Database) -> impl Future<Output = Result<Deleted>> + Send {
        let rows = Self::objects().filter_pk(self.pk().clone());
        async move { rows.delete(db).await }
    }
}

/// An object of any model: what an object permission is asked about.
pub trait Object: Any + Debug + Send + Sync {
    /// The metadata of the object's model.
    fn meta(&self) -> &'static ModelMeta;

    /// The value of a field by name (`owner` and `owner_id` mean the same), or `None` when there is no such field.
    fn field(&self, name: &str) -> Option<Value>;

    /// The object, to be compared with a type that is known: `object.as_any().downcast_ref::<Project>()`.
    fn as_any(&self) -> &dyn Any;
}

impl<M: Model> Object for M {
    fn meta(&self) -> &'static ModelMeta {
        M::META
    }

    fn field(&self, name: &str) -> Option<Value> {
        let index = M::META.position(name)?;
        Some(self.value(index))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The metadata of a model and its table.
#[derive(Debug)]
pub struct ModelMeta {
    /// The app the model belongs to: `projects`.
    pub app_label: &'static str,
    /// The struct's name: `Project`.
    pub name: &'static str,
    /// The name in lower case, as content types and permissions have it: `project`.
    pub model_name: &'static str,
    /// The name that people read: `project`.
    pub verbose_name: &'static str,
    /// The table: `projects_project`.
    pub db_table: &'static str,
    /// The fields, in declaration order, which is also the order of a row's columns.
    pub fields: &'static [FieldMeta],
    /// The default order.
    pub ordering: &'static [OrderBy],
    /// Sets of fields that are unique together.
    pub unique_together: &'static [&'static [&'static str]],
    /// Permissions beside the four that every model has: the codename and the name of each (`publish_note`,
    /// `Can publish note`).
    pub permissions: &'static [(&'static str, &'static str)],
    /// A proxy model has no table, only a content type and permissions.
    pub proxy: bool,
    /// A link table of a many-to-many field: no content type and no permissions.
    pub auto_created: bool,
}

impl ModelMeta {
    /// The position of a field by its name (`owner`) or its column (`owner_id`).
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name || field.column == name)
    }

    /// The field with this name or column.
    pub fn field(&self, name: &str) -> Option<&'static FieldMeta> {
        self.fields.iter().find(|field| field.name == name || field.column == name)
    }

    /// The position of the primary key. Every derived model has one.
    pub fn pk_position(&self) -> usize {
        self.fields.iter().position(|field| field.primary_key).unwrap_or(0)
    }

    /// The primary key. Every derived model has one.
    pub fn pk(&self) -> &'static FieldMeta {
        &self.fields[self.pk_position()]
    }

    /// The kind of the primary key's value: where the key is itself a reference, that of the key it refers to.
    pub fn key_kind(&self) -> FieldKind {
        let pk = self.pk();
        match &pk.relation {
            Some(relation) => (relation.to)().key_kind(),
            None => pk.kind,
        }
    }

    /// `projects.Project`, as Django writes a model's name.
    pub fn label(&self) -> String {
        format!("{}.{}", self.app_label, self.name)
    }
}

/// One field of a model.
#[derive(Debug)]
pub struct FieldMeta {
    /// The field's name: `owner`.
    pub name: &'static str,
    /// The column: `owner_id`.
    pub column: &'static str,
    /// The kind of field, by Django's name.
    pub kind: FieldKind,
    /// The name that people read: `created at`.
    pub verbose_name: &'static str,
    /// A hint for people who fill a form.
    pub help_text: &'static str,
    /// NULL is allowed in the column.
    pub null: bool,
    /// An empty value is allowed on input.
    pub blank: bool,
    /// No two rows have the same value.
    pub unique: bool,
    /// The column has an index.
    pub db_index: bool,
    /// It is the primary key.
    pub primary_key: bool,
    /// Input may set it.
    pub editable: bool,
    /// Set to the present time at each save.
    pub auto_now: bool,
    /// Set to the present time at the first save.
    pub auto_now_add: bool,
    /// The most characters a text may have.
    pub max_length: Option<u32>,
    /// The least and the greatest whole number that the field's Rust type holds.
    pub type_range: Option<(i64, i64)>,
    /// Further validators of a text, which check input.
    pub validators: &'static [Validator],
    /// Messages instead of the usual ones, by their code: `unique`.
    pub error_messages: &'static [(&'static str, &'static str)],
    /// The value when the input leaves the field out.
    pub default: Option<fn() -> Value>,
    /// The model that a foreign key refers to.
    pub relation: Option<Relation>,
}

/// Refuses a text, with the message for the client.
pub type Validator = fn(&str) -> Result<(), String>;

impl FieldMeta {
    /// The model's own message for an error code.
    pub fn error_message(&self, code: &str) -> Option<&'static str> {
        self.error_messages.iter().find(|(known, _)| *known == code).map(|(_, message)| *message)
    }

    /// The least and the greatest whole number that may be written: what the database's column holds (Django's
    /// `integer_field_range`; on SQLite every column holds 64 bits), as far as the field's Rust type can read it back.
    pub fn integer_range(&self) -> (i64, i64) {
        let (least, greatest) = self.type_range.unwrap_or((i64::MIN, i64::MAX));
        let is_positive =
            matches!(self.kind, FieldKind::PositiveSmallIntegerField | FieldKind::PositiveIntegerField);
        (if is_positive { least.max(0) } else { least }, greatest)
    }
}

/// Django's kinds of field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is Django's field of the same name")]
pub enum FieldKind {
    AutoField,
    BigAutoField,
    BooleanField,
    CharField,
    TextField,
    EmailField,
    SmallIntegerField,
    IntegerField,
    BigIntegerField,
    PositiveSmallIntegerField,
    PositiveIntegerField,
    FloatField,
    DateTimeField,
    ForeignKey,
    OneToOneField,
}

impl FieldKind {
    /// The database makes the value of a new row.
    pub fn is_auto(self) -> bool {
        matches!(self, Self::AutoField | Self::BigAutoField)
    }

    /// The column holds text.
    pub fn is_text(self) -> bool {
        matches!(self, Self::CharField | Self::TextField | Self::EmailField)
    }
}

/// What a foreign key refers to, and what happens to its row when the other row is deleted.
#[derive(Debug)]
pub struct Relation {
    /// The model referred to.
    pub to: fn() -> &'static ModelMeta,
    /// What happens when the other row is deleted.
    pub on_delete: OnDelete,
    /// The name of the reverse relation: `projects` of a user.
    pub related_name: Option<&'static str>,
}

#[doc(hidden)]
impl Relation {
    /// A relation; called by derived code.
    pub const fn new(
        to: fn() -> &'static ModelMeta,
        on_delete: OnDelete,
        related_name: Option<&'static str>,
    ) -> Self {
        Self { to, on_delete, related_name }
    }
}

/// What deleting a row does to the rows that refer to it. Django does this itself, not the database; so do we.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnDelete {
    /// The rows are deleted too.
    Cascade,
    /// The deletion is refused.
    Protect,
    /// The foreign key becomes NULL.
    SetNull,
}

/// One column of a default order.
#[derive(Clone, Copy, Debug)]
pub struct OrderBy {
    /// The position of the field.
    pub field: usize,
    /// In descending order.
    pub descending: bool,
}

/// The models of a program, in the order of its apps: what deletion and migration walk.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    models: Vec<&'static ModelMeta>,
}

impl Registry {
    /// A registry of these models.
    pub fn new(models: impl IntoIterator<Item = &'static ModelMeta>) -> Self {
        Self { models: models.into_iter().collect() }
    }

    /// The models, in order.
    pub fn models(&self) -> &[&'static ModelMeta] {
        &self.models
    }

    /// Whether a model is registered; a proxy counts as the model with its table.
    pub fn contains(&self, meta: &ModelMeta) -> bool {
        self.models.iter().any(|known| known.db_table == meta.db_table)
    }

    /// The foreign keys that refer to a model, with the models that have them.
    pub fn referring_to(
        &self,
        target: &'static ModelMeta,
    ) -> impl Iterator<Item = (&'static ModelMeta, usize, &'static Relation)> {
        self.models.iter().filter(|model| !model.proxy).flat_map(move |model| {
            model.fields.iter().enumerate().filter_map(move |(index, field)| {
                let relation = field.relation.as_ref()?;
                let to = (relation.to)();
                (to.db_table == target.db_table).then_some((*model, index, relation))
            })
        })
    }
}
