//! Rows together with the objects that they refer to by a generic foreign key, in one more query for each model.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{GenericKey, model_of, objects};
use crate::generic::{GenericKeyMeta, converted};
use crate::query::batches::PrefetchIterator;
use crate::query::deletion::{CHUNK, Key};
use crate::query::output::{Output, Reading};
use crate::query::prefetch::{Fetch, FetchNarrowed, FetchQuery, Prefetched, fetch};
use crate::query::queryset::QuerySet;
use crate::{Database, Model, ModelMeta, Object, Result, Row, Value};

/// A query for rows, each with the object that it refers to: Django's `prefetch_related` of a generic foreign key.
#[derive(Debug)]
pub struct PrefetchedObjects<F, M> {
    rows: F,
    key: GenericKey<M>,
}

impl<M: Model, Out: Output<M>> QuerySet<M, Out>
where
    Self: Fetch<Model = M>,
{
    /// Also loads the objects that these rows refer to, in one more query for each model:
    /// `Note::objects().prefetch_objects(Note::ABOUT)`.
    pub fn prefetch_objects(self, key: GenericKey<M>) -> PrefetchedObjects<Self, M> {
        PrefetchedObjects { rows: self, key }
    }
}

impl<F: Fetch, R: Fetch> Prefetched<F, R, F::Model>
where
    <F::Model as Model>::Pk: Ord,
{
    /// As [`QuerySet::prefetch_objects`], beside what is loaded already.
    pub fn prefetch_objects(self, key: GenericKey<F::Model>) -> PrefetchedObjects<Self, F::Model> {
        PrefetchedObjects { rows: self, key }
    }
}

/// What a row refers to, without the type of its key.
type Target = (Key, Key);

impl<F: Fetch> PrefetchedObjects<F, F::Model> {
    /// The rows, each with its object. One query for the rows, and one for each model of the objects and 900 of them.
    ///
    /// # Errors
    /// Any database error, or when a model is none of the program's.
    pub async fn all(&self, db: &Database) -> Result<Vec<(F::Item, Option<Arc<dyn Object>>)>> {
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
}

/// What rows refer to: by content type, the keys of its objects as the rows have them.
#[derive(Default)]
struct Wanted(BTreeMap<Key, (Value, BTreeMap<Key, Value>)>);

impl Wanted {
    fn add(&mut self, content_type: Value, id: Value) {
        let (_, ids) =
            self.0.entry(Key::of(&content_type)).or_insert_with(|| (content_type, BTreeMap::new()));
        ids.insert(Key::of(&id), id);
    }

    async fn found(
        self,
        db: &Database,
        holder: &'static ModelMeta,
        key: &GenericKeyMeta,
    ) -> Result<BTreeMap<Target, Arc<dyn Object>>> {
        let mut found = BTreeMap::new();
        for (type_key, (content_type, ids)) in self.0 {
            let model = model_of(db, key, &content_type).await?;
            let family = model.key_kind().row().family;
            // A text that is no key of the model refers to no object.
            let ids: Vec<Value> = ids.into_values().filter_map(|id| converted(id, family).ok()).collect();
            for ids in ids.chunks(CHUNK) {
                for object in objects(db, model, ids.to_vec()).await? {
                    let pk = object.value_at(model.pk_position()).to_owned();
                    let id = key.object_id(holder, pk)?;
                    found.insert((type_key.clone(), Key::of(&id)), object);
                }
            }
        }
        Ok(found)
    }
}

impl<F: Fetch> Fetch for PrefetchedObjects<F, F::Model> {
    type Model = F::Model;
    type Item = (F::Item, Option<Arc<dyn Object>>);
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
        let mut wanted = Wanted::default();
        for (content_type, id) in items.iter().filter_map(|(_, item)| self.key.target(F::object(item))) {
            wanted.add(content_type, id);
        }
        let objects = wanted.found(db, <F::Model as Model>::meta(), self.key.meta()).await?;
        let with_object = |(key, item): (K, F::Item)| {
            let target = self
                .key
                .target(F::object(&item))
                .map(|(content_type, id)| (Key::of(&content_type), Key::of(&id)));
            let object = target.and_then(|target| objects.get(&target)).cloned();
            (key, (item, object))
        };
        Ok(items.into_iter().map(with_object).collect())
    }
}
