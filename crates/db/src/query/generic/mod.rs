//! Generic foreign keys: the object that a row refers to, and the rows that refer to an object.

mod prefetch;
mod prefetch_as;
mod referred;
mod rows;

use std::marker::PhantomData;
use std::sync::Arc;

use super::expr::{Assignment, Q};
use super::node::Node;
use super::path::Path;
use super::save;
use super::select::Query;
use super::statement::Asked;
use crate::generic::{GenericKeyMeta, converted};
use crate::{Database, Error, FieldValue, Model, ModelMeta, Object, Result, Row, Value};

pub use prefetch::PrefetchedObjects;
pub use prefetch_as::PrefetchedObjectsAs;
pub use rows::{Generic, GenericRows};

/// A generic foreign key of a model: Django's `GenericForeignKey`. `#[derive(Model)]` writes one constant for each:
/// `TaggedItem::CONTENT_OBJECT`.
///
/// ```
/// # extern crate belleville_db as belleville;
/// # use belleville_db::{Column, ContentTypes, Database, ForeignKey, GenericForeignKey, Model};
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "contenttypes", table = "django_content_type")]
/// # struct ContentType { #[field(primary_key)] id: i32, #[field(max_length = 100)] app_label: String, #[field(max_length = 100)] model: String }
/// # impl ContentTypes for ContentType {
/// #     const APP_LABEL: Column<Self, String> = Self::APP_LABEL;
/// #     const MODEL: Column<Self, String> = Self::MODEL;
/// # }
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "library")]
/// # struct Book { #[field(primary_key)] id: i64, #[field(max_length = 40)] title: String }
/// #[derive(Clone, Debug, Model)]
/// #[model(app = "library")]
/// struct Note {
///     #[field(primary_key)]
///     id: i64,
///     text: String,
///     #[field(on_delete = Cascade)]
///     content_type: ForeignKey<ContentType>,
///     object_id: i64,
///     #[field(generic(content_type, object_id))]
///     about: GenericForeignKey,
/// }
///
/// # async fn example(db: &Database, book: &Book) -> belleville_db::Result<()> {
/// let [content_type, object_id] = Note::ABOUT.set(db, book).await?;
/// let note = Note::objects().create(db, [Note::TEXT.set("Read again."), content_type, object_id]).await?;
/// let book: Option<Book> = Note::ABOUT.of(&note).get_as(db).await?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct GenericKey<M> {
    /// Its position in [`ModelMeta::generic_keys`].
    index: usize,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for GenericKey<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for GenericKey<M> {}

impl<M: Model> GenericKey<M> {
    /// The generic foreign key at this position. Called by derived code.
    #[doc(hidden)]
    pub const fn new(index: usize) -> Self {
        Self { index, model: PhantomData }
    }

    fn meta(self) -> &'static GenericKeyMeta {
        &M::meta().generic_keys[self.index]
    }

    /// The content type of a row's object, and its key as the row has it.
    fn target(self, row: &M) -> Option<(Value, Value)> {
        let key = self.meta();
        let (content_type, id) = (row.value(key.content_type), row.value(key.object_id));
        (!content_type.is_null() && !id.is_null()).then_some((content_type, id))
    }

    /// The object that a row refers to.
    pub const fn of(self, row: &M) -> GenericObject<'_, M> {
        GenericObject { row, key: self }
    }

    /// The values of both fields that make a row refer to an object, for `create` and `update`.
    ///
    /// # Errors
    /// Any database error, or when the field with the primary key cannot hold one of this kind.
    pub async fn set<T: Model>(self, db: &Database, object: &T) -> Result<[Assignment<M>; 2]> {
        Ok(self.values(db, object).await?.map(|(field, value)| Assignment::of(field, Node::Value(value))))
    }

    /// Makes a row refer to an object. The row is not saved.
    ///
    /// # Errors
    /// As [`GenericKey::set`].
    pub async fn assign<T: Model>(self, db: &Database, row: &mut M, object: &T) -> Result<()> {
        let values = self.values(db, object).await?;
        *row = save::with_values(row.clone(), values.into())?;
        Ok(())
    }

    async fn values<T: Model>(self, db: &Database, object: &T) -> Result<[(usize, Value); 2]> {
        let key = self.meta();
        let object_id = key.object_id(M::meta(), object.pk().to_value())?;
        let content_type = db.content_type(key, T::meta()).await?;
        Ok([(key.content_type, content_type), (key.object_id, object_id)])
    }

    /// That a row refers to this object.
    ///
    /// # Errors
    /// When the field with the primary key cannot hold one of this kind.
    pub fn is<T: Model>(self, object: &T) -> Result<Q<M>> {
        self.meta().is_one_of(M::meta(), T::meta(), [object.pk().to_value()]).map(Q::new)
    }

    /// That a row refers to an object of a model: `Note::ABOUT.is_a::<Book>()`.
    pub fn is_a<T: Model>(self) -> Q<M> {
        Q::new(self.meta().is_a(T::meta()))
    }
}

/// The object that a row refers to by a generic foreign key: Django's `note.about`.
#[derive(Debug)]
pub struct GenericObject<'a, M> {
    row: &'a M,
    key: GenericKey<M>,
}

impl<M: Model> GenericObject<'_, M> {
    /// The object, whatever its model is. `None` when it does not exist, or when the row refers to nothing.
    ///
    /// # Errors
    /// Any database error, or when its model is none of the program's.
    pub async fn get(&self, db: &Database) -> Result<Option<Arc<dyn Object>>> {
        let Some((model, id)) = self.refers_to(db).await? else { return Ok(None) };
        Ok(objects(db, model, vec![id]).await?.pop())
    }

    /// The object, if it is one of this model. `None` also when it is one of another model, or does not exist.
    ///
    /// # Errors
    /// As [`GenericObject::get`].
    pub async fn get_as<T: Model>(&self, db: &Database) -> Result<Option<T>> {
        let Some((model, id)) = self.refers_to(db).await? else { return Ok(None) };
        if model.db_table != T::meta().db_table {
            return Ok(None);
        }
        match T::objects().filter_pk(T::Pk::from_value(id.as_ref())?).get(db).await {
            Err(Error::DoesNotExist(_)) => Ok(None),
            found => found.map(Some),
        }
    }

    /// The object's model and its primary key.
    async fn refers_to(&self, db: &Database) -> Result<Option<(&'static ModelMeta, Value)>> {
        let Some((content_type, id)) = self.key.target(self.row) else { return Ok(None) };
        let model = model_of(db, self.key.meta(), &content_type).await?;
        // A text that is no key of the model refers to no object.
        let id = converted(id, model.key_kind().row().family).ok();
        Ok(id.map(|id| (model, id)))
    }
}

/// The model that a content type is of.
async fn model_of(db: &Database, key: &GenericKeyMeta, content_type: &Value) -> Result<&'static ModelMeta> {
    let Some((app_label, name)) = db.content_type_name(key, content_type).await? else {
        return Err(Error::DoesNotExist(key.types().name));
    };
    db.registry().named(&app_label, &name).ok_or_else(|| {
        Error::Database(format!(
            "a row refers to an object of {app_label}.{name}, which is no model of the program"
        ))
    })
}

/// The objects of a model with these primary keys.
async fn objects(db: &Database, model: &'static ModelMeta, ids: Vec<Value>) -> Result<Vec<Arc<dyn Object>>> {
    let read = model.read.ok_or_else(|| Error::Database(format!("{} has no struct", model.label())))?;
    let mut query = Query::new(model);
    query.filter(Node::is_in(Path::field(model.pk_position()), ids));
    query.order = Some(Vec::new());
    let mut found = Vec::new();
    let each = &mut |row: &dyn Row| {
        found.push(read(row)?);
        Ok(())
    };
    query.select(db, Asked::Rows, each).await?;
    Ok(found)
}
