//! Rows together with the objects of one model that they refer to by a generic foreign key, by a query of one's own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Debug};
use std::sync::Arc;

use super::GenericKey;
use crate::generic::converted;
use crate::query::batches::PrefetchIterator;
use crate::query::deletion::{CHUNK, Key};
use crate::query::node::Node;
use crate::query::output::{Output, Reading};
use crate::query::path::Path;
use crate::query::prefetch::{Fetch, FetchNarrowed, FetchQuery, Prefetched, fetch};
use crate::query::queryset::QuerySet;
use crate::{Database, FieldValue as _, Model, Result, Row, Value};

/// A query for rows, each with the object that it refers to if that is of one model and in its query: Django's
/// `GenericPrefetch`, a queryset at a time.
pub struct PrefetchedObjectsAs<F: Fetch, R> {
    rows: F,
    key: GenericKey<F::Model>,
    objects: R,
}

impl<F: Fetch + Debug, R: Debug> Debug for PrefetchedObjectsAs<F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("PrefetchedObjectsAs");
        shown.field("rows", &self.rows).field("key", &self.key).field("objects", &self.objects).finish()
    }
}

impl<M: Model, Out: Output<M>> QuerySet<M, Out>
where
    Self: Fetch<Model = M>,
{
    /// Also loads the objects of one model that these rows refer to, by a query of one's own: filtered, annotated, or with
    /// what belongs to them. `Note::objects().prefetch_objects_as(Note::ABOUT, Book::objects().prefetch_related(..))`.
    ///
    /// A row that refers to an object of another model, or to one that the query does not find, has none. For several models
    /// it is called several times.
    pub fn prefetch_objects_as<R: Fetch>(
        self,
        key: GenericKey<M>,
        objects: R,
    ) -> PrefetchedObjectsAs<Self, R> {
        PrefetchedObjectsAs { rows: self, key, objects }
    }
}

impl<F: Fetch, R: Fetch> Prefetched<F, R, F::Model>
where
    <F::Model as Model>::Pk: Ord,
{
    /// As [`QuerySet::prefetch_objects_as`], beside what is loaded already.
    pub fn prefetch_objects_as<S: Fetch>(
        self,
        key: GenericKey<F::Model>,
        objects: S,
    ) -> PrefetchedObjectsAs<Self, S> {
        PrefetchedObjectsAs { rows: self, key, objects }
    }
}

impl<F: Fetch, R: Fetch<Item: Sync>> PrefetchedObjectsAs<F, R> {
    /// As [`QuerySet::prefetch_objects_as`], of a further model.
    pub fn prefetch_objects_as<S: Fetch>(
        self,
        key: GenericKey<F::Model>,
        objects: S,
    ) -> PrefetchedObjectsAs<Self, S> {
        PrefetchedObjectsAs { rows: self, key, objects }
    }

    /// The rows, each with its object. One query for the rows, and one for each model that is named and 900 objects.
    ///
    /// # Errors
    /// Any database error.
    pub async fn all(&self, db: &Database) -> Result<Vec<(F::Item, Option<Arc<R::Item>>)>> {
        let narrowed = FetchNarrowed::of(self.query());
        let items = fetch::<_, i64>(self, db, narrowed).await?;
        Ok(items.into_iter().map(|(_, item)| item).collect())
    }

    /// The rows, read in batches of so many, so that they are never all in memory: Django's `iterator(chunk_size=...)`. The objects of a batch
    /// are read with it. See
    /// [`QuerySet::iterator`].
    ///
    /// # Errors
    /// As [`QuerySet::iterator`].
    pub async fn iterator(self, db: &Database, size: usize) -> Result<PrefetchIterator<Self>> {
        PrefetchIterator::open(self, db, size).await
    }

    /// The key of an item's object, where it is one of the model.
    fn target(&self, types: &BTreeSet<Key>, item: &F::Item) -> Option<Value> {
        let (content_type, id) = self.key.target(F::object(item))?;
        let family = R::Model::meta().key_kind().row().family;
        // A text that is no key of the model refers to no object.
        types.contains(&Key::of(&content_type)).then(|| converted(id, family).ok())?
    }

    /// Those of some content types that are the model's.
    async fn types(&self, db: &Database, all: BTreeMap<Key, Value>) -> Result<BTreeSet<Key>> {
        let mut types = BTreeSet::new();
        for (key, content_type) in all {
            let name = db.content_type_name(self.key.meta(), &content_type).await?;
            let model = name.and_then(|(app_label, name)| db.registry().named(&app_label, &name));
            if model.is_some_and(|model| model.db_table == R::Model::meta().db_table) {
                types.insert(key);
            }
        }
        Ok(types)
    }

    async fn found(&self, db: &Database, ids: Vec<Value>) -> Result<BTreeMap<Key, Arc<R::Item>>> {
        let mut found = BTreeMap::new();
        for ids in ids.chunks(CHUNK) {
            let mut query = self.objects.query().0.clone();
            query.filter(Node::is_in(Path::field(R::Model::meta().pk_position()), ids.iter().cloned()));
            for (_, object) in fetch::<_, i64>(&self.objects, db, FetchNarrowed::all(query)).await? {
                found.insert(Key::of(&R::object(&object).pk().to_value()), Arc::new(object));
            }
        }
        Ok(found)
    }
}

impl<F: Fetch, R: Fetch<Item: Sync>> Fetch for PrefetchedObjectsAs<F, R> {
    type Model = F::Model;
    type Item = (F::Item, Option<Arc<R::Item>>);
    type Read = F::Read;

    fn object(item: &Self::Item) -> &F::Model {
        F::object(&item.0)
    }

    fn query(&self) -> FetchQuery<'_> {
        self.rows.query()
    }

    fn read(row: &dyn Row, query: &Reading<'_>) -> Result<F::Read> {
        F::read(row, query)
    }

    async fn completed<K: Send>(
        &self,
        db: &Database,
        read: Vec<(K, F::Read)>,
    ) -> Result<Vec<(K, Self::Item)>> {
        let items = self.rows.completed(db, read).await?;
        let targets = items.iter().filter_map(|(_, item)| self.key.target(F::object(item)));
        let types = targets.map(|(content_type, _)| (Key::of(&content_type), content_type)).collect();
        let types = self.types(db, types).await?;
        let ids = items.iter().filter_map(|(_, item)| self.target(&types, item));
        let ids: BTreeMap<Key, Value> = ids.map(|id| (Key::of(&id), id)).collect();
        let objects = self.found(db, ids.into_values().collect()).await?;
        let with_object = |(key, item): (K, F::Item)| {
            let object = self.target(&types, &item).and_then(|id| objects.get(&Key::of(&id)));
            let object = object.cloned();
            (key, (item, object))
        };
        Ok(items.into_iter().map(with_object).collect())
    }
}
