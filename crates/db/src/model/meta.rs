//! What is known of a model: [`ModelMeta`].

use std::borrow::Cow;
use std::sync::Arc;

use super::{FieldMeta, FieldRef, Model, Object};
use crate::constraints::{Constraint, Index};
use crate::generic::{GenericKeyMeta, GenericRelationMeta};
use crate::hooks::Hooks;
use crate::kinds::FieldKind;
use crate::many::ManyMeta;
use crate::{Result, Row};

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
    /// The positions of the fields of the natural key: see [`ModelMeta::natural_key_fields`].
    pub natural_key: &'static [usize],
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
    /// Whether a field of it is a file's: its rows may have new uploads.
    pub(crate) has_files: bool,
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

const fn has_files(fields: &[FieldMeta]) -> bool {
    let mut at = 0;
    while at < fields.len() {
        if fields[at].kind.is_file() {
            return true;
        }
        at += 1;
    }
    false
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
            natural_key: &[],
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
            has_files: has_files(fields),
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
    pub fn lineage(&'static self) -> impl Iterator<Item = &'static ModelMeta> {
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

    /// The positions of the fields by which people know a row, and fixtures may name it instead of by its primary key: Django's
    /// `natural_key`. There are none where the model has no such key. Users have the name to log in with, as in Django, and a
    /// child has its parent's key, where they do not say another one.
    pub fn natural_key_fields(&'static self) -> &'static [usize] {
        match (self.natural_key, &self.roles, self.parent) {
            ([], Some(roles), _) => std::slice::from_ref(&roles.login),
            ([], None, Some(parent)) => (parent.to)().natural_key_fields(),
            (own, ..) => own,
        }
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

    /// Whether it describes the same model, which may have been described several times.
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || (self.app_label, self.name) == (other.app_label, other.name)
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

    pub const fn natural_key(self, fields: &'static [usize]) -> Self {
        Self { natural_key: fields, ..self }
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

/// One part of a default order: `-created`, `author__name`.
#[derive(Clone, Copy, Debug)]
pub struct OrderBy {
    /// The position of the field.
    pub field: usize,
    /// What follows behind a foreign key: `name`.
    pub then: &'static str,
    /// In descending order.
    pub descending: bool,
}
