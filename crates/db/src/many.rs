//! Many-to-many fields, which are no columns: a table between two models has a row for each pair.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

use crate::RowCondition;
use crate::kinds::FieldKind;
use crate::model::{FieldMeta, FieldRef, Model, ModelMeta, OnDelete, Relation};

/// A many-to-many field. It holds nothing: its rows are asked for by queries.
pub struct ManyToMany<M>(PhantomData<fn() -> M>);

impl<M> ManyToMany<M> {
    /// The field of an object.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<M> Default for ManyToMany<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M> Clone for ManyToMany<M> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<M> PartialEq for ManyToMany<M> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<M: Model> fmt::Debug for ManyToMany<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ManyToMany<{}>", M::meta().name)
    }
}

/// The metadata of a many-to-many field.
#[derive(Debug)]
#[non_exhaustive]
pub struct ManyMeta {
    /// The field's name: `tags`.
    pub name: &'static str,
    /// The model on the other side.
    pub to: fn() -> &'static ModelMeta,
    /// The program's own model of the rows between the two; [`ManyMeta::through`] is Django's automatic one where there is
    /// none.
    pub own_through: Option<fn() -> &'static ModelMeta>,
    from: fn() -> &'static ModelMeta,
    symmetrical: bool,
    /// The name of the reverse relation.
    pub related_name: Option<&'static str>,
    /// The name that people read.
    pub verbose_name: &'static str,
    /// A hint for people who fill a form.
    pub help_text: &'static str,
    /// No row is needed on input.
    pub blank: bool,
    /// The rows that input may name: Django's `limit_choices_to`.
    pub limit_choices_to: Option<fn() -> RowCondition>,
}

impl ManyMeta {
    /// The model with the field.
    pub fn from(&self) -> &'static ModelMeta {
        (self.from)()
    }

    /// It is to the model itself, and who is a friend of somebody has them as a friend.
    pub fn is_symmetrical(&self) -> bool {
        self.symmetrical && self.from().is((self.to)())
    }

    /// The model of the rows between the two.
    pub fn through(&self) -> &'static ModelMeta {
        match self.own_through {
            Some(through) => through(),
            None => automatic_link(self.from, self.to, self.name),
        }
    }

    /// The fields of [`ManyMeta::through`] that refer to the model with the field and to the other one.
    pub fn link(&self) -> Option<(FieldRef, FieldRef)> {
        let through = self.through();
        let (from, to) = (self.from(), (self.to)());
        let refers = |field: &FieldRef, model: &ModelMeta| {
            field.relation.as_ref().is_some_and(|relation| (relation.to)().is(model))
        };
        let first = through.field_refs().find(|field| refers(field, from))?;
        let second = through.field_refs().find(|field| *field != first && refers(field, to))?;
        Some((first, second))
    }
}

/// A many-to-many field of a model. Called by derived code.
#[doc(hidden)]
pub const fn many_field<M: Model, T: Model>(name: &'static str, symmetrical: bool) -> ManyMeta {
    ManyMeta {
        name,
        to: T::meta,
        own_through: None,
        from: M::meta,
        symmetrical,
        related_name: None,
        verbose_name: name,
        help_text: "",
        blank: false,
        limit_choices_to: None,
    }
}

/// The options of the field, for derived code.
#[doc(hidden)]
impl ManyMeta {
    pub const fn own_through(self, through: fn() -> &'static ModelMeta) -> Self {
        Self { own_through: Some(through), ..self }
    }

    pub const fn related_name(self, related_name: &'static str) -> Self {
        Self { related_name: Some(related_name), ..self }
    }

    pub const fn verbose_name(self, verbose_name: &'static str) -> Self {
        Self { verbose_name, ..self }
    }

    pub const fn help_text(self, help_text: &'static str) -> Self {
        Self { help_text, ..self }
    }

    pub const fn blank(self) -> Self {
        Self { blank: true, ..self }
    }

    pub const fn limit_choices_to(self, limit: fn() -> RowCondition) -> Self {
        Self { limit_choices_to: Some(limit), ..self }
    }
}

/// The names of the two foreign keys of Django's automatic table between two models: `product` and `tag`, and where both
/// are one model `from_person` and `to_person`.
pub(crate) fn link_fields(from: &str, to: &str) -> (String, String) {
    if from == to { (format!("from_{from}"), format!("to_{to}")) } else { (from.to_owned(), to.to_owned()) }
}

/// The models of Django's automatic tables, by app, model and field. Each is made once and then kept for good, as metadata
/// are.
static LINKS: Mutex<BTreeMap<(&str, &str, &str), &ModelMeta>> = Mutex::new(BTreeMap::new());

fn automatic_link(
    from: fn() -> &'static ModelMeta,
    to: fn() -> &'static ModelMeta,
    field: &'static str,
) -> &'static ModelMeta {
    let model = from();
    let key = (model.app_label, model.name, field);
    let mut links = LINKS.lock().unwrap_or_else(PoisonError::into_inner);
    links.entry(key).or_insert_with(|| Box::leak(Box::new(new_link(from, to, field))))
}

fn new_link(from: fn() -> &'static ModelMeta, to: fn() -> &'static ModelMeta, field: &str) -> ModelMeta {
    let (model, target) = (from(), to());
    let name = keep(format!("{}_{field}", model.name));
    let (from_field, to_field) = link_fields(model.model_name, target.model_name);
    let (from_field, to_field) = (keep(from_field), keep(to_field));
    let key = |name: &'static str, to| {
        FieldMeta::new(name, FieldKind::ForeignKey)
            .column(keep(format!("{name}_id")))
            .db_index()
            .relation(Relation::new(to, OnDelete::Cascade, None))
    };
    let id = FieldMeta::new("id", FieldKind::BigAutoField).verbose_name("ID").primary_key();
    let fields = Box::leak(Box::new([id, key(from_field, from), key(to_field, to)]));
    let together: &'static [&'static str] = Box::leak(Box::new([from_field, to_field]));
    let table = keep(format!("{}_{field}", model.db_table));
    let link = ModelMeta::new(model.app_label, name, keep(name.to_lowercase()), table, fields)
        .unique_together(Box::leak(Box::new([together])))
        .auto_created();
    // As in Django, the table is somebody else's where those of both models are.
    if model.managed || target.managed { link } else { link.unmanaged() }
}

fn keep(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
