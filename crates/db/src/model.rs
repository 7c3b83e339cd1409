//! A model: its metadata, and what `#[derive(Model)]` writes for a struct.

use std::any::Any;
use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;

use crate::choices::{Choice, ChoiceValue};
use crate::constraints::{Constraint, Index};
use crate::dialect::Dialect;
use crate::generated::Generated;
use crate::generic::{GenericKeyMeta, GenericRelationMeta};
use crate::hooks::Hooks;
use crate::kinds::FieldKind;
use crate::many::ManyMeta;
use crate::{Database, Deleted, FieldValue, QuerySet, Result, Row, Value, ValueRef, query::save};

/// A model: a struct whose values are rows of one table. `#[derive(Model)]` implements it.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a model", label = "add #[derive(Model)] to it")]
pub trait Model: Clone + Debug + Send + Sync + Sized + 'static {
    /// The type of the primary key.
    type Pk: FieldValue + Clone + Debug + PartialEq + Send + Sync + 'static;

    /// The metadata of the table.
    const META: &'static ModelMeta;

    /// The metadata of the table: [`Model::META`], but for a model whose table is known only when the program starts.
    fn meta() -> &'static ModelMeta {
        Self::META
    }

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

/// The field at a position of an abstract model. `#[derive(AbstractModel)]` implements it.
pub trait AbstractField<const FIELD: usize> {
    /// The type of the field.
    type Type;

    /// Its metadata, but for the name of the way back, which each model has of its own.
    const META: FieldMeta;
}

/// A field of a model that a foreign key can refer to: the primary key, or the unique field at a position.
/// `#[derive(Model)]` implements it for each unique field.
#[diagnostic::on_unimplemented(
    message = "a foreign key cannot refer to this field of `{Self}`",
    label = "only the primary key and fields with `unique` can be referred to",
    note = "`ForeignKey<Region>` refers to the primary key, `ForeignKey<Region, {{ Region::CODE.field() }}>` to a unique field"
)]
pub trait Target<const FIELD: usize>: Model {
    /// The type of the field.
    type Key: FieldValue + Clone + Debug + PartialEq + Send + Sync + 'static;

    /// The field's value in a row.
    fn key(&self) -> &Self::Key;
}

/// Where a foreign key refers to the primary key, whatever its position: a model has no field at 256.
pub const PRIMARY_KEY: usize = 256;

impl<M: Model> Target<PRIMARY_KEY> for M {
    type Key = M::Pk;

    fn key(&self) -> &M::Pk {
        self.pk()
    }
}

/// A model of users, which the program may name as its own (Django's `AUTH_USER_MODEL`). `#[derive(Model)]` implements it
/// for a struct with `#[model(user(..))]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model of users",
    label = "say which of its fields authentication reads: #[model(user(login = email, is_active, is_staff, is_superuser))]"
)]
pub trait UserModel: Model {}

/// An object of any model: what an object permission is asked about.
pub trait Object: Any + Debug + Send + Sync {
    /// The metadata of the object's model.
    fn meta(&self) -> &'static ModelMeta;

    /// The value of a field by name (`owner` and `owner_id` mean the same), or `None` when there is no such field.
    fn field(&self, name: &str) -> Option<Value>;

    /// The value of the field at a position of [`ModelMeta::fields`].
    fn value_at(&self, field: usize) -> ValueRef<'_>;

    /// The object, to be compared with a type that is known: `object.as_any().downcast_ref::<Project>()`.
    fn as_any(&self) -> &dyn Any;
}

impl dyn Object {
    /// The object with its type, if it is one of this model.
    pub fn downcast_ref<M: Model>(&self) -> Option<&M> {
        self.as_any().downcast_ref()
    }
}

impl<M: Model> Object for M {
    fn meta(&self) -> &'static ModelMeta {
        M::meta()
    }

    fn field(&self, name: &str) -> Option<Value> {
        let index = M::meta().position(name)?;
        Some(self.value(index))
    }

    fn value_at(&self, field: usize) -> ValueRef<'_> {
        self.value_ref(field)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The metadata of a model and its table.
#[derive(Debug)]
#[non_exhaustive]
pub struct ModelMeta {
    /// The app the model belongs to: `projects`.
    pub app_label: &'static str,
    /// The struct's name: `Project`.
    pub name: &'static str,
    /// The name in lower case, as content types and permissions have it: `project`.
    pub model_name: &'static str,
    /// The name that people read: `project`.
    pub verbose_name: &'static str,
    /// The name of several, where it is not that of one with an `s`: see [`ModelMeta::plural`].
    pub verbose_name_plural: Option<&'static str>,
    /// The table: `projects_project`.
    pub db_table: &'static str,
    /// The fields, in declaration order, which is also the order of a row's columns. Those of a parent come first, as in
    /// Django's `_meta.fields`.
    pub fields: &'static [FieldMeta],
    /// The model that this one is a child of, in a table of its own: Django's multi-table inheritance.
    pub parent: Option<Parent>,
    /// The many-to-many fields, which are no columns.
    pub many: &'static [ManyMeta],
    /// The default order.
    pub ordering: &'static [OrderBy],
    /// The order by which [`latest`](https://docs.djangoproject.com/en/5.2/ref/models/options/#get-latest-by) is found.
    pub get_latest_by: &'static [OrderBy],
    /// Sets of fields that are unique together.
    pub unique_together: &'static [&'static [&'static str]],
    /// Constraints with a name. They are made when they are asked for, which happens at start and in migrations.
    pub constraints: fn() -> Vec<Constraint>,
    /// Indexes with a name.
    pub indexes: fn() -> Vec<Index>,
    /// The actions that every model has a permission for: `add`, `change`, `delete`, `view`.
    pub default_permissions: &'static [&'static str],
    /// Permissions beside those: the codename and the name of each (`publish_note`, `Can publish note`).
    pub permissions: &'static [(&'static str, &'static str)],
    /// Migrations make and change the table. Somebody else does where it is false.
    pub managed: bool,
    /// A proxy model has no table, only a content type and permissions.
    pub proxy: bool,
    /// A link table of a many-to-many field: no content type and no permissions.
    pub auto_created: bool,
    /// Where a model of users has what authentication reads.
    pub roles: Option<UserRoles>,
    /// What is called when rows are saved and deleted.
    pub hooks: Option<Hooks>,
    /// The generic foreign keys, which are no columns.
    pub generic_keys: &'static [GenericKeyMeta],
    /// The ways back over generic foreign keys of other models.
    pub generic_relations: &'static [GenericRelationMeta],
    /// Reads an object of the model, where there is a struct for it.
    pub(crate) read: Option<ReadObject>,
}

/// Reads an object of a model from the columns of a row, without its type.
type ReadObject = fn(&dyn Row) -> Result<Arc<dyn Object>>;

/// The permissions that every model has, in Django's order.
const DEFAULT_PERMISSIONS: &[&str] = &["add", "change", "delete", "view"];

const fn no_constraints() -> Vec<Constraint> {
    Vec::new()
}

const fn no_indexes() -> Vec<Index> {
    Vec::new()
}

impl ModelMeta {
    /// The metadata of a model without options. `name` is given as the struct has it and in lower case.
    pub const fn new(
        app_label: &'static str,
        name: &'static str,
        model_name: &'static str,
        db_table: &'static str,
        fields: &'static [FieldMeta],
    ) -> Self {
        Self {
            app_label,
            name,
            model_name,
            verbose_name: model_name,
            verbose_name_plural: None,
            db_table,
            fields,
            parent: None,
            many: &[],
            ordering: &[],
            get_latest_by: &[],
            unique_together: &[],
            constraints: no_constraints,
            indexes: no_indexes,
            default_permissions: DEFAULT_PERMISSIONS,
            permissions: &[],
            managed: true,
            proxy: false,
            auto_created: false,
            roles: None,
            hooks: None,
            generic_keys: &[],
            generic_relations: &[],
            read: None,
        }
    }

    /// The position of a field by its name (`owner`) or its column (`owner_id`).
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name || field.column == name)
    }

    /// The field with this name or column.
    pub fn field(&self, name: &str) -> Option<&'static FieldMeta> {
        self.fields.iter().find(|field| field.name == name || field.column == name)
    }

    /// The field with this name or column, with its model.
    pub fn field_ref(&'static self, name: &str) -> Option<FieldRef> {
        self.position(name).map(|index| FieldRef { model: self, index })
    }

    /// Every field, with the model.
    pub fn field_refs(&'static self) -> impl Iterator<Item = FieldRef> {
        (0..self.fields.len()).map(move |index| FieldRef { model: self, index })
    }

    /// The position of the first field whose column is in the model's own table, and not in a parent's.
    pub const fn own_start(&self) -> usize {
        match self.parent {
            Some(parent) => parent.link,
            None => 0,
        }
    }

    /// The fields whose columns are in the model's own table: Django's `local_fields`.
    pub fn own_fields(&self) -> &'static [FieldMeta] {
        &self.fields[self.own_start()..]
    }

    /// Whether the column of the field at a position is in the model's own table.
    pub(crate) fn is_own(&self, field: usize) -> bool {
        field >= self.own_start()
    }

    /// The positions of the fields whose columns are in the model's own table.
    pub(crate) fn own_positions(&self) -> std::ops::Range<usize> {
        self.own_start()..self.fields.len()
    }

    /// The model and its parents. A field has the same position in each of them that has it.
    pub(crate) fn lineage(&'static self) -> impl Iterator<Item = &'static ModelMeta> {
        std::iter::successors(Some(self), |meta| meta.parent.map(|parent| (parent.to)()))
    }

    /// The model whose table has the column of the field at a position: this one, or one of its parents.
    pub fn owner(&'static self, field: usize) -> &'static ModelMeta {
        self.lineage().find(|meta| meta.is_own(field)).unwrap_or(self)
    }

    /// Whether the field of this name is the primary key, or that of a parent, which has the same value.
    pub fn is_key(&'static self, name: &str) -> bool {
        self.lineage().any(|meta| meta.pk().name == name)
    }

    /// The position of the primary key. Every derived model has one.
    pub fn pk_position(&self) -> usize {
        self.fields.iter().position(|field| field.primary_key).unwrap_or(0)
    }

    /// The primary key. Every derived model has one.
    pub fn pk(&self) -> &'static FieldMeta {
        &self.fields[self.pk_position()]
    }

    /// The positions of the fields that the database computes in the model's own table.
    pub(crate) fn generated(&self) -> impl Iterator<Item = usize> {
        self.own_positions().filter(|index| self.fields[*index].generated.is_some())
    }

    /// The kind of the primary key's value: where the key is itself a reference, that of the key it refers to.
    pub fn key_kind(&self) -> FieldKind {
        self.pk().value_kind()
    }

    /// The name of several that people read: Django's `verbose_name_plural`.
    pub fn plural(&self) -> Cow<'static, str> {
        match self.verbose_name_plural {
            Some(plural) => plural.into(),
            None => format!("{}s", self.verbose_name).into(),
        }
    }

    /// `projects.Project`, as Django writes a model's name.
    pub fn label(&self) -> String {
        format!("{}.{}", self.app_label, self.name)
    }
}

/// The options of a model, for derived code.
#[doc(hidden)]
impl ModelMeta {
    pub const fn verbose_name(self, verbose_name: &'static str) -> Self {
        Self { verbose_name, ..self }
    }

    pub const fn verbose_name_plural(self, plural: &'static str) -> Self {
        Self { verbose_name_plural: Some(plural), ..self }
    }

    pub const fn parent(self, to: fn() -> &'static ModelMeta, link: usize) -> Self {
        Self { parent: Some(Parent { to, link }), ..self }
    }

    pub const fn many(self, many: &'static [ManyMeta]) -> Self {
        Self { many, ..self }
    }

    pub const fn ordering(self, ordering: &'static [OrderBy]) -> Self {
        Self { ordering, ..self }
    }

    pub const fn get_latest_by(self, get_latest_by: &'static [OrderBy]) -> Self {
        Self { get_latest_by, ..self }
    }

    pub const fn unique_together(self, unique_together: &'static [&'static [&'static str]]) -> Self {
        Self { unique_together, ..self }
    }

    pub const fn constraints(self, constraints: fn() -> Vec<Constraint>) -> Self {
        Self { constraints, ..self }
    }

    pub const fn indexes(self, indexes: fn() -> Vec<Index>) -> Self {
        Self { indexes, ..self }
    }

    pub const fn default_permissions(self, default_permissions: &'static [&'static str]) -> Self {
        Self { default_permissions, ..self }
    }

    pub const fn permissions(self, permissions: &'static [(&'static str, &'static str)]) -> Self {
        Self { permissions, ..self }
    }

    pub const fn unmanaged(self) -> Self {
        Self { managed: false, ..self }
    }

    pub const fn proxy(self) -> Self {
        Self { proxy: true, ..self }
    }

    pub const fn auto_created(self) -> Self {
        Self { auto_created: true, ..self }
    }

    pub const fn roles(self, roles: UserRoles) -> Self {
        Self { roles: Some(roles), ..self }
    }

    pub const fn hooks(self, hooks: Hooks) -> Self {
        Self { hooks: Some(hooks), ..self }
    }

    pub const fn generic_keys(self, keys: &'static [GenericKeyMeta]) -> Self {
        Self { generic_keys: keys, ..self }
    }

    pub const fn generic_relations(self, relations: &'static [GenericRelationMeta]) -> Self {
        Self { generic_relations: relations, ..self }
    }

    /// The struct whose values the rows are.
    pub const fn of<M: Model>(self) -> Self {
        Self { read: Some(|row| Ok(Arc::new(M::from_row(row, 0)?))), ..self }
    }
}

/// What a model is a child of.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Parent {
    /// The parent. Its fields have the first positions of the child's.
    pub to: fn() -> &'static ModelMeta,
    /// The position of the link: a one-to-one key to the parent, which is the child's primary key.
    pub link: usize,
}

/// A field of a model: what a position in [`ModelMeta::fields`] means once it has left its model.
#[derive(Clone, Copy)]
pub struct FieldRef {
    model: &'static ModelMeta,
    index: usize,
}

impl FieldRef {
    /// The field at a position of a model.
    pub(crate) fn of(model: &'static ModelMeta, index: usize) -> Self {
        Self { model, index }
    }

    /// The model.
    pub fn model(self) -> &'static ModelMeta {
        self.model
    }

    /// The position in [`ModelMeta::fields`].
    pub fn index(self) -> usize {
        self.index
    }

    /// The field.
    pub fn meta(self) -> &'static FieldMeta {
        &self.model.fields[self.index]
    }

    /// The app, the model and the position: the compiler may keep several copies of one model's metadata.
    fn identity(self) -> (&'static str, &'static str, usize) {
        (self.model.app_label, self.model.name, self.index)
    }
}

impl std::ops::Deref for FieldRef {
    type Target = FieldMeta;

    fn deref(&self) -> &FieldMeta {
        self.meta()
    }
}

impl Debug for FieldRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.model.label(), self.name)
    }
}

impl PartialEq for FieldRef {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for FieldRef {}

impl std::hash::Hash for FieldRef {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

/// Which fields of a model of users authentication reads, by their positions: Django's `USERNAME_FIELD` and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserRoles {
    /// The name to log in with.
    pub login: usize,
    /// The password's hash.
    pub password: usize,
    /// The e-mail address.
    pub email: Option<usize>,
    /// May log in at all.
    pub is_active: Option<usize>,
    /// May use the admin.
    pub is_staff: Option<usize>,
    /// Has every permission.
    pub is_superuser: Option<usize>,
    /// The last login through a session.
    pub last_login: Option<usize>,
    /// What `createsuperuser` asks for besides the name and the password: Django's `REQUIRED_FIELDS`.
    pub required: &'static [usize],
}

/// One field of a model.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
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
    /// The least and the greatest whole number that the field's Rust type holds.
    pub type_range: Option<(i64, i64)>,
    /// NULL may stand inside of the array.
    pub null_inside: bool,
    /// The values that the field may have, or that may stand in an array, with what people read; any where there are none.
    pub choices: &'static [Choice],
    /// Further validators of a text, which check input.
    pub validators: &'static [Validator],
    /// Messages instead of the usual ones, by their code: `unique`.
    pub error_messages: &'static [(&'static str, &'static str)],
    /// The value when the input leaves the field out.
    pub default: Option<fn() -> Value>,
    /// The column's own default, for rows that other programs make.
    pub db_default: Option<fn() -> Value>,
    /// What the database computes the value of. Nobody sets it.
    pub generated: Option<fn() -> Generated>,
    /// The model that a foreign key refers to.
    pub relation: Option<Relation>,
}

/// Refuses a text, with the message for the client.
pub type Validator = fn(&str) -> Result<(), String>;

impl FieldMeta {
    /// A field without options, with its name as its column.
    pub const fn new(name: &'static str, kind: FieldKind) -> Self {
        Self {
            name,
            column: name,
            kind,
            verbose_name: name,
            help_text: "",
            null: false,
            blank: false,
            unique: false,
            db_index: false,
            primary_key: false,
            editable: true,
            auto_now: false,
            auto_now_add: false,
            type_range: None,
            null_inside: false,
            choices: &[],
            validators: &[],
            error_messages: &[],
            default: None,
            db_default: None,
            generated: None,
            relation: None,
        }
    }

    /// Whether it links the rows of a child to those of its parent. Saving sets it.
    pub fn is_parent_link(&self) -> bool {
        self.relation.is_some_and(|relation| relation.parent_link)
    }

    /// Whether an empty text is one of the choices.
    pub fn has_blank_choice(&self) -> bool {
        self.choices.iter().any(|choice| choice.value == ChoiceValue::Text(""))
    }

    /// The most characters a text may have.
    pub const fn max_length(&self) -> Option<u32> {
        self.kind.max_length()
    }

    /// The field that a foreign key's column refers to: the other model's primary key, or its `to_field`.
    pub fn target(&self) -> Option<&'static FieldMeta> {
        let relation = self.relation.as_ref()?;
        let to = (relation.to)();
        Some(relation.to_field.and_then(|at| to.fields.get(at)).unwrap_or_else(|| to.pk()))
    }

    /// The kind of the value in the column: where the field is a reference, that of the field it refers to.
    pub fn value_kind(&self) -> FieldKind {
        self.target().map_or(self.kind, Self::value_kind)
    }

    /// The model's own message for an error code.
    pub fn error_message(&self, code: &str) -> Option<&'static str> {
        self.error_messages.iter().find(|(known, _)| *known == code).map(|(_, message)| *message)
    }

    /// What people read of a value: Django's `get_status_display`. The value itself where it is none of the choices.
    pub fn choice_label(&self, value: ValueRef<'_>) -> Option<&'static str> {
        self.choices.iter().find(|choice| choice.value.is(value)).map(|choice| choice.label)
    }

    /// The least and the greatest whole number that may be written: what the database's column holds (Django's
    /// `integer_field_range`; on SQLite every column holds 64 bits), as far as the field's Rust type can read it back.
    pub fn integer_range(&self) -> (i64, i64) {
        let (least, greatest) = self.type_range.unwrap_or((i64::MIN, i64::MAX));
        let (column_least, column_greatest) =
            self.kind.integer_range(Dialect::Sqlite).unwrap_or((i64::MIN, i64::MAX));
        (least.max(column_least), greatest.min(column_greatest))
    }
}

/// The options of a field, for derived code.
#[doc(hidden)]
impl FieldMeta {
    pub const fn column(self, column: &'static str) -> Self {
        Self { column, ..self }
    }

    pub const fn verbose_name(self, verbose_name: &'static str) -> Self {
        Self { verbose_name, ..self }
    }

    pub const fn help_text(self, help_text: &'static str) -> Self {
        Self { help_text, ..self }
    }

    pub const fn null(self) -> Self {
        Self { null: true, ..self }
    }

    pub const fn blank(self) -> Self {
        Self { blank: true, ..self }
    }

    pub const fn unique(self) -> Self {
        Self { unique: true, ..self }
    }

    pub const fn db_index(self) -> Self {
        Self { db_index: true, ..self }
    }

    pub const fn primary_key(self) -> Self {
        Self { primary_key: true, unique: true, ..self }
    }

    pub const fn editable(self, editable: bool) -> Self {
        Self { editable, ..self }
    }

    pub const fn auto_now(self) -> Self {
        Self { auto_now: true, ..self }
    }

    pub const fn auto_now_add(self) -> Self {
        Self { auto_now_add: true, ..self }
    }

    pub const fn type_range(self, type_range: Option<(i64, i64)>) -> Self {
        Self { type_range, ..self }
    }

    pub const fn null_inside(self, null_inside: bool) -> Self {
        Self { null_inside, ..self }
    }

    pub const fn choices(self, choices: &'static [Choice]) -> Self {
        Self { choices, ..self }
    }

    pub const fn validators(self, validators: &'static [Validator]) -> Self {
        Self { validators, ..self }
    }

    pub const fn error_messages(self, error_messages: &'static [(&'static str, &'static str)]) -> Self {
        Self { error_messages, ..self }
    }

    pub const fn default(self, default: fn() -> Value) -> Self {
        Self { default: Some(default), ..self }
    }

    pub const fn db_default(self, default: fn() -> Value) -> Self {
        Self { db_default: Some(default), ..self }
    }

    pub const fn generated(self, generated: fn() -> Generated) -> Self {
        Self { generated: Some(generated), editable: false, ..self }
    }

    pub const fn relation(self, relation: Relation) -> Self {
        Self { relation: Some(relation), ..self }
    }

    /// Of a foreign key.
    pub const fn related_name(self, name: &'static str) -> Self {
        match self.relation {
            Some(relation) => {
                Self { relation: Some(Relation { related_name: Some(name), ..relation }), ..self }
            }
            None => self,
        }
    }
}

/// What a foreign key refers to, and what happens to its row when the other row is deleted.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Relation {
    /// The model referred to.
    pub to: fn() -> &'static ModelMeta,
    /// What happens when the other row is deleted.
    pub on_delete: OnDelete,
    /// The name of the reverse relation: `projects` of a user.
    pub related_name: Option<&'static str>,
    /// The position of the other model's field that the key refers to, where that is not its primary key.
    pub to_field: Option<usize>,
    /// The database checks that the other row exists.
    pub db_constraint: bool,
    /// The key makes its model a child of the other one.
    pub parent_link: bool,
}

#[doc(hidden)]
impl Relation {
    /// A relation; called by derived code.
    pub const fn new(
        to: fn() -> &'static ModelMeta,
        on_delete: OnDelete,
        related_name: Option<&'static str>,
    ) -> Self {
        Self { to, on_delete, related_name, to_field: None, db_constraint: true, parent_link: false }
    }

    pub const fn to_field(self, field: usize) -> Self {
        Self { to_field: Some(field), ..self }
    }

    pub const fn without_constraint(self) -> Self {
        Self { db_constraint: false, ..self }
    }

    pub const fn parent_link(self) -> Self {
        Self { parent_link: true, ..self }
    }
}

/// What deleting a row does to the rows that refer to it. Django does this itself, not the database; so do we.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum OnDelete {
    /// The rows are deleted too.
    Cascade,
    /// The deletion is refused.
    Protect,
    /// The deletion is refused, unless the rows are deleted with it for another reason.
    Restrict,
    /// The foreign key becomes NULL.
    SetNull,
    /// The foreign key gets its default.
    SetDefault,
    /// The foreign key gets this value.
    Set(fn() -> Value),
    /// Nothing: the database refuses what it must.
    DoNothing,
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

    /// The model that a content type names: by its app and its name in lower case.
    pub(crate) fn named(&self, app_label: &str, model_name: &str) -> Option<&'static ModelMeta> {
        let mut models = self.models.iter().copied();
        models.find(|meta| meta.app_label == app_label && meta.model_name == model_name)
    }

    /// The model with the table of a proxy; any other model is itself.
    pub(crate) fn concrete(&self, meta: &'static ModelMeta) -> &'static ModelMeta {
        let has_table = |known: &&'static ModelMeta| !known.proxy && known.db_table == meta.db_table;
        if meta.proxy { self.models.iter().copied().find(has_table).unwrap_or(meta) } else { meta }
    }

    /// The foreign keys that refer to a model.
    pub fn references(&self, target: &'static ModelMeta) -> impl Iterator<Item = FieldRef> {
        self.referring_to(target).map(|(model, index, _)| FieldRef { model, index })
    }

    /// The foreign keys that refer to a model, with the models that have them.
    pub fn referring_to(
        &self,
        target: &'static ModelMeta,
    ) -> impl Iterator<Item = (&'static ModelMeta, usize, &'static Relation)> {
        self.models.iter().filter(|model| !model.proxy).flat_map(move |model| {
            model.own_positions().filter_map(move |index| {
                let relation = model.fields[index].relation.as_ref()?;
                let to = (relation.to)();
                (to.db_table == target.db_table).then_some((*model, index, relation))
            })
        })
    }
}
