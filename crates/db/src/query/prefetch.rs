//! Objects together with the objects that are related to them, in one more query for each relation.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;

use super::batches::PrefetchIterator;
use super::deletion::CHUNK;
use super::expr::Related;
use super::node::Node;
use super::output::{Annotated, Objects, Output, Reading};
use super::path::{Hop, Path, end_of};
use super::queryset::QuerySet;
use super::select::{Part, Query};
use super::statement::Asked;
use crate::{Database, FieldValue, Model, ModelMeta, Record, Result, Row, Value};

/// A query for objects of a model, with or without what belongs to each.
pub trait Fetch: Send + Sync + Sized {
    /// The model of the objects.
    type Model: Model;

    /// What a row becomes: the object, or a tuple that begins with it.
    type Item: Send;

    /// What is read of a row, before what belongs to it is.
    #[doc(hidden)]
    type Read: Send;

    /// The object of an item.
    #[doc(hidden)]
    fn object(item: &Self::Item) -> &Self::Model;

    #[doc(hidden)]
    fn query(&self) -> FetchQuery<'_>;

    #[doc(hidden)]
    fn read(row: &dyn Row, query: &Reading<'_>) -> Result<Self::Read>;

    /// The items of what was read, each with the value that was read beside it.
    #[doc(hidden)]
    fn completed<K: Send>(
        &self,
        db: &Database,
        read: Vec<(K, Self::Read)>,
    ) -> impl Future<Output = Result<Vec<(K, Self::Item)>>> + Send;
}

/// The query of a [`Fetch`].
#[doc(hidden)]
#[derive(Debug)]
pub struct FetchQuery<'a>(pub(super) &'a Query);

/// A query that is narrowed to the rows related to some others, and reads which of them.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub(super) struct FetchNarrowed {
    query: Query,
    /// The key of the row that each is related to.
    owner: Option<Path>,
}

impl FetchNarrowed {
    /// All the rows of a query.
    pub(super) fn of(query: FetchQuery<'_>) -> Self {
        Self::all(query.0.clone())
    }

    /// The same, of a query that is there.
    pub(super) fn all(query: Query) -> Self {
        Self { query, owner: None }
    }
}

impl<M: Model> Fetch for QuerySet<M, Objects> {
    type Model = M;
    type Item = M;
    type Read = M;

    fn object(item: &M) -> &M {
        item
    }

    fn query(&self) -> FetchQuery<'_> {
        FetchQuery(&self.query)
    }

    fn read(row: &dyn Row, query: &Reading<'_>) -> Result<M> {
        <Objects as Output<M>>::read(row, query)
    }

    async fn completed<K: Send>(&self, _: &Database, read: Vec<(K, M)>) -> Result<Vec<(K, M)>> {
        Ok(read)
    }
}

impl<M: Model, V: Record + 'static> Fetch for QuerySet<M, Annotated<V>> {
    type Model = M;
    type Item = (M, V);
    type Read = (M, V);

    fn object(item: &(M, V)) -> &M {
        &item.0
    }

    fn query(&self) -> FetchQuery<'_> {
        FetchQuery(&self.query)
    }

    fn read(row: &dyn Row, query: &Reading<'_>) -> Result<(M, V)> {
        <Annotated<V> as Output<M>>::read(row, query)
    }

    async fn completed<K: Send>(&self, _: &Database, read: Vec<(K, (M, V))>) -> Result<Vec<(K, (M, V))>> {
        Ok(read)
    }
}

/// The items of a query, each with the value of a further column.
pub(super) async fn fetch<F: Fetch, K: FieldValue + Send>(
    fetched: &F,
    db: &Database,
    narrowed: FetchNarrowed,
) -> Result<Vec<(Option<K>, F::Item)>> {
    let reading = Reading::new(&narrowed.query);
    let mut query = narrowed.query.clone();
    let at = narrowed.owner.map(|owner| {
        query.parts.push(Part::Annotation(Node::Column(owner)));
        query.columns_read() - 1
    });
    let mut items = Vec::new();
    let each = &mut |row: &dyn Row| {
        let key = at.map(|at| row.get(at).and_then(K::from_value)).transpose()?;
        items.push((key, F::read(row, &reading)?));
        Ok(())
    };
    query.select(db, Asked::Rows, each).await?;
    fetched.completed(db, items).await
}

/// A query for objects, each with those that are related to it.
pub struct Prefetched<F, R: Fetch, M> {
    objects: F,
    way: Path,
    related: R,
    types: PhantomData<fn() -> M>,
}

impl<F: Debug, R: Fetch + Debug, M> Debug for Prefetched<F, R, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prefetched").field("objects", &self.objects).field("related", &self.related).finish()
    }
}

impl<M: Model, Out: Output<M>> QuerySet<M, Out>
where
    Self: Fetch<Model = M>,
{
    /// Also loads the objects that are related to these, in one more query:
    /// `Project::objects().prefetch_related(Task::PROJECT.reverse())`.
    pub fn prefetch_related<R: Model, Of>(self, way: Related<M, R, Of>) -> Prefetched<Self, QuerySet<R>, M> {
        self.prefetch(way, R::objects())
    }

    /// As [`QuerySet::prefetch_related`], with a query of one's own for the related objects: filtered, ordered, or with
    /// a prefetch of its own. Django's `Prefetch`.
    pub fn prefetch<R: Fetch, Of>(self, way: Related<M, R::Model, Of>, related: R) -> Prefetched<Self, R, M> {
        Prefetched { objects: self, way: way.path, related, types: PhantomData }
    }
}

impl<F: Fetch, R: Fetch> Prefetched<F, R, F::Model>
where
    <F::Model as Model>::Pk: Ord,
{
    /// Also loads the objects of a further relation.
    pub fn prefetch_related<S: Model, Of>(
        self,
        way: Related<F::Model, S, Of>,
    ) -> Prefetched<Self, QuerySet<S>, F::Model> {
        self.prefetch(way, S::objects())
    }

    /// As [`QuerySet::prefetch`], of a further relation.
    pub fn prefetch<S: Fetch, Of>(
        self,
        way: Related<F::Model, S::Model, Of>,
        related: S,
    ) -> Prefetched<Self, S, F::Model> {
        Prefetched { objects: self, way: way.path, related, types: PhantomData }
    }

    /// The objects, each with those that are related to it in their own order. One query for the objects, and one for
    /// each relation and 900 objects.
    ///
    /// # Errors
    /// Any database error.
    pub async fn all(&self, db: &Database) -> Result<Vec<(F::Item, Vec<R::Item>)>> {
        let narrowed = FetchNarrowed::of(self.query());
        let items = fetch::<_, i64>(self, db, narrowed).await?;
        Ok(items.into_iter().map(|(_, item)| item).collect())
    }

    /// The objects, read in batches of so many, so that they are never all in memory: Django's `iterator(chunk_size=...)`. What belongs to
    /// the objects of a batch is read with them. See
    /// [`QuerySet::iterator`].
    ///
    /// # Errors
    /// As [`QuerySet::iterator`].
    pub async fn iterator(self, db: &Database, size: usize) -> Result<PrefetchIterator<Self>> {
        PrefetchIterator::open(self, db, size).await
    }
}

impl<F: Fetch, R: Fetch> Fetch for Prefetched<F, R, F::Model>
where
    <F::Model as Model>::Pk: Ord,
{
    type Model = F::Model;
    type Item = (F::Item, Vec<R::Item>);
    type Read = F::Read;

    fn object(item: &Self::Item) -> &F::Model {
        F::object(&item.0)
    }

    fn query(&self) -> FetchQuery<'_> {
        self.objects.query()
    }

    fn read(row: &dyn Row, query: &Reading<'_>) -> Result<F::Read> {
        F::read(row, query)
    }

    async fn completed<K: Send>(
        &self,
        db: &Database,
        read: Vec<(K, F::Read)>,
    ) -> Result<Vec<(K, Self::Item)>> {
        let items = self.objects.completed(db, read).await?;
        let owner = inverse(self.way, F::Model::META);
        let mut of = BTreeMap::<<F::Model as Model>::Pk, Vec<R::Item>>::new();
        let keys: Vec<Value> = items.iter().map(|(_, item)| F::object(item).pk().to_value()).collect();
        for keys in keys.chunks(CHUNK) {
            let mut query = self.related.query().0.clone();
            let keys = keys.iter().cloned();
            query.filter(Node::is_in(owner, keys));
            let narrowed = FetchNarrowed { query, owner: Some(owner) };
            for (key, related) in fetch::<_, <F::Model as Model>::Pk>(&self.related, db, narrowed).await? {
                if let Some(key) = key {
                    of.entry(key).or_default().push(related);
                }
            }
        }
        let with_related = |(key, item): (K, F::Item)| {
            let related = of.remove(F::object(&item).pk()).unwrap_or_default();
            (key, (item, related))
        };
        Ok(items.into_iter().map(with_related).collect())
    }
}

/// The way back: from the related rows to the primary key of the row that they are related to.
pub(super) fn inverse(path: Path, from: &'static ModelMeta) -> Path {
    let hops = path.hops(from);
    let model = |index: usize| end_of(from, &hops[..index]);
    let back = hops.iter().enumerate().rev().map(|(index, hop)| match *hop {
        Hop::Reverse(_, key) => Hop::Forward(key),
        Hop::Forward(key) => Hop::Reverse(model(index), key),
        Hop::Generic(model, relation) => Hop::GenericBack(model, relation),
        Hop::GenericBack(model, relation) => Hop::Generic(model, relation),
    });
    let back: Vec<Hop> = back.collect();
    // It comes to the model, or to a parent of it that the relation is of, which has the same key.
    let pk = end_of(end_of(from, &hops), &back).pk_position();
    // A path that could be written can be turned round.
    Path::of(&back, pk).unwrap_or(path)
}

impl<M: Model, R: Model> Related<M, R> {
    /// The rows that are related to one row: Django's `project.tasks`.
    pub fn of(self, row: &M) -> QuerySet<R> {
        related_to(self.path, row)
    }
}

/// The rows of `R` that a path leads to from one row.
pub(super) fn related_to<M: Model, R: Model>(path: Path, row: &M) -> QuerySet<R> {
    let owner = inverse(path, M::meta());
    let pk = row.pk().to_value();
    R::objects().with(|query| query.filter(Node::equals(owner, pk)))
}

impl Query {
    /// How many columns are read of each row.
    fn columns_read(&self) -> usize {
        let related = self.related.iter().map(|hops| end_of(self.meta, hops).fields.len());
        self.meta.fields.len() + related.sum::<usize>() + self.annotations().count()
    }
}
