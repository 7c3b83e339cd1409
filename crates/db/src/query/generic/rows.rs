//! The rows that refer to one object by a generic foreign key: which there are, and how they are set.

use std::collections::HashSet;
use std::marker::PhantomData;

use crate::generic::GenericKeyMeta;
use crate::query::deletion::Key;
use crate::query::expr::{Assignment, Related};
use crate::query::node::Node;
use crate::query::path::Path;
use crate::query::queryset::QuerySet;
use crate::query::select::Query;
use crate::{Database, Deleted, Error, FieldValue, Model, ModelMeta, Result, Value};

/// The kind of a [`Related`] that a [`GenericRelation`](crate::GenericRelation) is.
#[derive(Debug)]
pub enum Generic {}

/// The rows of a generic relation of one object: Django's `book.tags`.
///
/// Unlike those of a many-to-many field, rows that are taken out are deleted, as in Django: each refers to one object.
#[derive(Debug)]
pub struct GenericRows<'a, M, R> {
    object: &'a M,
    index: usize,
    rows: PhantomData<fn() -> R>,
}

impl<M: Model, R: Model> Related<M, R, Generic> {
    /// The relation's rows of one object.
    pub const fn of(self, object: &M) -> GenericRows<'_, M, R> {
        GenericRows { object, index: self.path.first_step(), rows: PhantomData }
    }
}

impl<M: Model, R: Model> GenericRows<'_, M, R> {
    fn holder(&self) -> Result<(&'static ModelMeta, &'static GenericKeyMeta)> {
        M::meta().generic_relations[self.index].holder().ok_or_else(|| {
            Error::Database(format!("{} has no generic foreign key of this relation", R::meta().label()))
        })
    }

    /// The rows.
    ///
    /// # Errors
    /// When the generic foreign key cannot hold the object's primary key.
    pub fn all(&self) -> Result<QuerySet<R>> {
        let (holder, key) = self.holder()?;
        let ours = key.is_one_of(holder, M::meta(), [self.object.pk().to_value()])?;
        Ok(R::objects().with(|query| query.filter(ours)))
    }

    /// Makes rows refer to the object, whatever they have referred to before. They are saved already.
    ///
    /// # Errors
    /// [`Error::Integrity`] when a constraint refuses it.
    pub async fn add<'r>(&self, db: &Database, rows: impl IntoIterator<Item = &'r R>) -> Result<()> {
        let pks: Vec<Value> = rows.into_iter().map(|row| row.pk().to_value()).collect();
        if pks.is_empty() {
            return Ok(());
        }
        let assignments = self.assignments(db).await?.map(|(field, value)| (field, Node::Value(value)));
        let mut query = Query::new(R::meta());
        query.filter(Node::is_in(Path::field(R::meta().pk_position()), pks));
        let changed = db.execute(&query.update(db.target(), &assignments)?).await;
        changed.map(drop).map_err(|error| error.in_table(R::meta().db_table))
    }

    /// Creates a row that refers to the object.
    ///
    /// # Errors
    /// [`Error::Integrity`] when a constraint refuses it.
    pub async fn create(
        &self,
        db: &Database,
        assignments: impl IntoIterator<Item = Assignment<R>>,
    ) -> Result<R> {
        let ours =
            self.assignments(db).await?.map(|(field, value)| Assignment::of(field, Node::Value(value)));
        R::objects().create(db, assignments.into_iter().chain(ours)).await
    }

    /// The row of the object with these values, which is made when there is none. The other values are only for a new row.
    /// The answer says whether it is new.
    ///
    /// # Errors
    /// As [`QuerySet::get_or_create`].
    pub async fn get_or_create(
        &self,
        db: &Database,
        wanted: impl IntoIterator<Item = Assignment<R>>,
        defaults: impl IntoIterator<Item = Assignment<R>>,
    ) -> Result<(R, bool)> {
        let ours =
            self.assignments(db).await?.map(|(field, value)| Assignment::of(field, Node::Value(value)));
        R::objects().get_or_create(db, wanted.into_iter().chain(ours), defaults).await
    }

    /// Updates the row of the object with these values, or makes it. The answer says whether it is new.
    ///
    /// # Errors
    /// As [`QuerySet::update_or_create`].
    pub async fn update_or_create(
        &self,
        db: &Database,
        wanted: impl IntoIterator<Item = Assignment<R>>,
        values: impl IntoIterator<Item = Assignment<R>>,
    ) -> Result<(R, bool)> {
        let ours = self.ours(db).await?;
        R::objects().update_or_create(db, wanted.into_iter().chain(ours), values).await
    }

    /// Deletes those of these rows that refer to the object.
    ///
    /// # Errors
    /// [`Error::Protected`] when a row is referred to by a protected key.
    pub async fn remove<'r>(&self, db: &Database, rows: impl IntoIterator<Item = &'r R>) -> Result<Deleted> {
        let pks: Vec<Value> = rows.into_iter().map(|row| row.pk().to_value()).collect();
        if pks.is_empty() {
            return Ok(Deleted::default());
        }
        let chosen = Node::is_in(Path::field(R::meta().pk_position()), pks);
        self.all()?.with(|query| query.filter(chosen)).delete(db).await
    }

    /// Deletes all the rows of the object.
    ///
    /// # Errors
    /// As [`GenericRows::remove`].
    pub async fn clear(&self, db: &Database) -> Result<Deleted> {
        self.all()?.delete(db).await
    }

    /// Makes these the rows of the object: deletes the others and adds those that are missing, in one transaction.
    ///
    /// # Errors
    /// As [`GenericRows::add`] and [`GenericRows::remove`]; nothing is changed then.
    pub async fn set<'r>(&self, db: &Database, rows: impl IntoIterator<Item = &'r R>) -> Result<()> {
        let rows: Vec<&R> = rows.into_iter().collect();
        let key = |row: &R| Key::of(&row.pk().to_value());
        let wanted: HashSet<Key> = rows.iter().map(|row| key(row)).collect();
        db.atomic(async || {
            let there = self.all()?.all(db).await?;
            let known: HashSet<Key> = there.iter().map(key).collect();
            self.remove(db, there.iter().filter(|row| !wanted.contains(&key(row)))).await?;
            self.add(db, rows.into_iter().filter(|row| !known.contains(&key(row)))).await
        })
        .await
    }

    async fn ours(&self, db: &Database) -> Result<[Assignment<R>; 2]> {
        Ok(self.assignments(db).await?.map(|(field, value)| Assignment::of(field, Node::Value(value))))
    }

    /// What a row has that refers to the object.
    async fn assignments(&self, db: &Database) -> Result<[(usize, Value); 2]> {
        let (holder, key) = self.holder()?;
        let object_id = key.object_id(holder, self.object.pk().to_value())?;
        let content_type = db.content_type(key, M::meta()).await?;
        Ok([(key.content_type, content_type), (key.object_id, object_id)])
    }
}
