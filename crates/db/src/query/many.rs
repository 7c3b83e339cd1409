//! The rows of a many-to-many field: which there are, and how they are set.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::deletion::{self, Key};
use super::expr::{Own, Related};
use super::node::Node;
use super::path::Path;
use super::prefetch::related_to;
use super::queryset::QuerySet;
use super::save;
use super::select::Query;
use super::statement::Asked;
use super::write::{self, OnConflict};
use crate::{Assignment, Database, Error, FieldRef, FieldValue, ManyMeta, Model, ModelMeta, Result, Value};

/// The rows of a many-to-many field of one object: Django's `book.genres`.
///
/// ```
/// # extern crate belleville_db as belleville;
/// # use belleville_db::{Database, ManyToMany, Model};
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "library")]
/// # struct Genre { #[field(primary_key)] id: i64, #[field(max_length = 20)] name: String }
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "library")]
/// # struct Book { #[field(primary_key)] id: i64, genres: ManyToMany<Genre> }
/// # async fn example(db: &Database, book: &Book, crime: &Genre) -> belleville_db::Result<()> {
/// let genres = Book::GENRES.of(book);
/// genres.add(db, [crime]).await?;
/// assert_eq!(genres.all().count(db).await?, 1);
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct ManyRows<'a, M, R> {
    object: &'a M,
    related: Related<M, R, Own>,
}

impl<M: Model, R: Model> Related<M, R, Own> {
    /// The field's rows of one object.
    pub const fn of(self, object: &M) -> ManyRows<'_, M, R> {
        ManyRows { object, related: self }
    }
}

/// The table between the two models, seen from one object.
struct Link {
    /// The key that refers to the object, and the key that refers to the other side.
    own: FieldRef,
    other: FieldRef,
    object: Value,
    /// Who is a friend of somebody has them as a friend.
    is_symmetrical: bool,
}

impl<M: Model, R: Model> ManyRows<'_, M, R> {
    /// The rows.
    pub fn all(&self) -> QuerySet<R> {
        related_to(self.related.path, self.object)
    }

    /// Adds rows; those that are there already stay. Nothing else that belongs to a pair is given: with a model of one's
    /// own between the two, its other fields get their defaults.
    ///
    /// # Errors
    /// [`Error::Integrity`] when a row does not exist.
    pub async fn add<'r>(&self, db: &Database, rows: impl IntoIterator<Item = &'r R>) -> Result<()> {
        let link = self.link()?;
        db.atomic(async || link.add(db, keys(rows)).await).await
    }

    /// Takes rows out. The rows themselves stay.
    ///
    /// # Errors
    /// Any database error.
    pub async fn remove<'r>(&self, db: &Database, rows: impl IntoIterator<Item = &'r R>) -> Result<()> {
        let link = self.link()?;
        db.atomic(async || link.remove(db, Some(keys(rows))).await).await
    }

    /// Takes all the rows out.
    ///
    /// # Errors
    /// Any database error.
    pub async fn clear(&self, db: &Database) -> Result<()> {
        let link = self.link()?;
        db.atomic(async || link.remove(db, None).await).await
    }

    /// Makes these the rows: adds those that are missing and takes the others out, in one transaction.
    ///
    /// # Errors
    /// [`Error::Integrity`] when a row does not exist; nothing is changed then.
    pub async fn set<'r>(&self, db: &Database, rows: impl IntoIterator<Item = &'r R>) -> Result<()> {
        let link = self.link()?;
        let wanted = keys(rows);
        db.atomic(async || link.set(db, &wanted).await).await
    }

    /// Creates a row and adds it.
    ///
    /// # Errors
    /// [`Error::Integrity`] when a constraint refuses it.
    pub async fn create(
        &self,
        db: &Database,
        assignments: impl IntoIterator<Item = Assignment<R>>,
    ) -> Result<R> {
        let link = self.link()?;
        db.atomic(async || {
            let row = R::objects().create(db, assignments).await?;
            link.add(db, vec![row.pk().to_value()]).await?;
            Ok(row)
        })
        .await
    }

    fn link(&self) -> Result<Link> {
        let field = M::meta().many.get(self.related.path.first_step());
        let link = field.and_then(|many| Link::of(many, self.object.pk().to_value()));
        link.ok_or_else(|| no_link(M::meta(), R::meta()))
    }
}

/// Makes these keys the rows of a many-to-many field of an object, by its primary key. The caller has a transaction.
///
/// # Errors
/// Any database error.
pub(crate) async fn set_rows(db: &Database, field: &ManyMeta, object: Value, keys: &[Value]) -> Result<()> {
    let link = Link::of(field, object).ok_or_else(|| no_link(field.from(), (field.to)()))?;
    link.set(db, keys).await
}

/// Makes keys the rows of a many-to-many field of several objects, each by its primary key, with a few statements for all of
/// them. `is_back` says that the objects are those on the other side of the field. The caller has a transaction.
///
/// # Errors
/// Any database error.
pub(super) async fn set_rows_of_all(
    db: &Database,
    field: &ManyMeta,
    is_back: bool,
    wanted: &[(Value, Vec<Value>)],
) -> Result<()> {
    let (own, other) = field.link().ok_or_else(|| no_link(field.from(), (field.to)()))?;
    let (own, other) = if is_back { (other, own) } else { (own, other) };
    if field.is_symmetrical() {
        for (object, keys) in wanted {
            set_rows(db, field, object.clone(), keys).await?;
        }
        return Ok(());
    }
    for wanted in wanted.chunks(deletion::CHUNK) {
        let there = others_of_all(db, own, other, wanted.iter().map(|(object, _)| object.clone())).await?;
        let (mut superfluous, mut missing) = (Vec::new(), Vec::new());
        for (object, keys) in wanted {
            let there = there.get(&Key::of(object)).map_or(&[][..], Vec::as_slice);
            let left_out = without(there, keys);
            if !left_out.is_empty() {
                superfluous.push(Node::All(vec![
                    Node::equals(Path::field(own.index()), object.clone()),
                    Node::is_in(Path::field(other.index()), left_out),
                ]));
            }
            let mut new: HashSet<Key> = there.iter().map(Key::of).collect();
            let added = keys.iter().filter(|key| new.insert(Key::of(key)));
            missing
                .extend(added.map(|key| vec![(own.index(), object.clone()), (other.index(), key.clone())]));
        }
        if !superfluous.is_empty() {
            let mut query = Query::new(own.model());
            query.filter(Node::Any(superfluous));
            deletion::delete(db, &query).await?;
        }
        let on_conflict = if own.model().auto_created { OnConflict::Ignore } else { OnConflict::Fail };
        insert_pairs(db, own.model(), missing, &on_conflict).await?;
    }
    Ok(())
}

/// The keys on the other side of several objects, by the objects' keys.
async fn others_of_all(
    db: &Database,
    own: FieldRef,
    other: FieldRef,
    objects: impl IntoIterator<Item = Value>,
) -> Result<HashMap<Key, Vec<Value>>> {
    let mut query = Query::new(own.model());
    query.filter(Node::is_in(Path::field(own.index()), objects));
    query.order = Some(Vec::new());
    let mut others: HashMap<Key, Vec<Value>> = HashMap::new();
    let statement = query.statement(db.target(), Asked::Fields(&[own.index(), other.index()]))?;
    db.select(&statement, &mut |row| {
        others.entry(Key::of(&row.get(0)?.to_owned())).or_default().push(row.get(1)?.to_owned());
        Ok(())
    })
    .await?;
    Ok(others)
}

/// Inserts pairs, with the defaults of what else belongs to one.
async fn insert_pairs(
    db: &Database,
    meta: &'static ModelMeta,
    pairs: impl IntoIterator<Item = Vec<(usize, Value)>>,
    on_conflict: &OnConflict,
) -> Result<()> {
    let rows = pairs.into_iter().map(|pair| save::completed(db, meta, pair)).collect::<Result<Vec<_>>>()?;
    for rows in rows.chunks(deletion::CHUNK) {
        let fields: Vec<usize> = rows[0].iter().map(|(field, _)| *field).collect();
        let values: Vec<Vec<Value>> =
            rows.iter().map(|row| row.iter().map(|(_, value)| value.clone()).collect()).collect();
        let values = values.iter().map(Vec::as_slice);
        let statement = write::insert(db.target(), meta, &fields, values, on_conflict)?;
        db.write(&statement, &mut |_| Ok(())).await.map_err(|error| error.in_table(meta.db_table))?;
    }
    Ok(())
}

/// Adds these keys to the rows of a many-to-many field of a new object, which has none. The caller has a transaction.
///
/// # Errors
/// Any database error.
pub(super) async fn add_rows(db: &Database, field: &ManyMeta, object: Value, keys: &[Value]) -> Result<()> {
    let link = Link::of(field, object).ok_or_else(|| no_link(field.from(), (field.to)()))?;
    link.add(db, keys.to_vec()).await
}

/// The same as [`set_rows`], seen from the other side: these are the rows whose field has the object.
///
/// # Errors
/// As [`set_rows`].
pub(super) async fn set_rows_back(
    db: &Database,
    field: &ManyMeta,
    object: Value,
    keys: &[Value],
) -> Result<()> {
    let link = Link::of(field, object).ok_or_else(|| no_link(field.from(), (field.to)()))?;
    Link { own: link.other, other: link.own, ..link }.set(db, keys).await
}

fn no_link(from: &ModelMeta, to: &ModelMeta) -> Error {
    Error::Database(format!(
        "the model between {} and {} has no foreign keys to both",
        from.label(),
        to.label()
    ))
}

fn keys<'r, R: Model>(rows: impl IntoIterator<Item = &'r R>) -> Vec<Value> {
    rows.into_iter().map(|row| row.pk().to_value()).collect()
}

/// The values that are not among the others.
fn without(values: &[Value], others: &[Value]) -> Vec<Value> {
    let others: HashSet<Key> = others.iter().map(Key::of).collect();
    values.iter().filter(|value| !others.contains(&Key::of(value))).cloned().collect()
}

impl Link {
    fn of(field: &ManyMeta, object: Value) -> Option<Self> {
        let (own, other) = field.link()?;
        Some(Self { own, other, object, is_symmetrical: field.is_symmetrical() })
    }

    /// Adds the keys that are missing, and takes the others out.
    async fn set(&self, db: &Database, wanted: &[Value]) -> Result<()> {
        let there = self.others(db).await?;
        let (missing, superfluous) = (without(wanted, &there), without(&there, wanted));
        if !superfluous.is_empty() {
            self.remove(db, Some(superfluous)).await?;
        }
        self.add(db, missing).await
    }

    /// The keys on the other side.
    async fn others(&self, db: &Database) -> Result<Vec<Value>> {
        let mut query = Query::new(self.own.model());
        query.filter(Node::equals(Path::field(self.own.index()), self.object.clone()));
        query.order = Some(Vec::new());
        let mut keys = Vec::new();
        let statement = query.statement(db.target(), Asked::Fields(&[self.other.index()]))?;
        db.select(&statement, &mut |row| {
            keys.push(row.get(0)?.to_owned());
            Ok(())
        })
        .await?;
        Ok(keys)
    }

    /// Adds pairs, and where the field goes both ways the same pairs turned round.
    async fn add(&self, db: &Database, keys: Vec<Value>) -> Result<()> {
        let mut new = HashSet::new();
        let mut keys: Vec<Value> = keys.into_iter().filter(|key| new.insert(Key::of(key))).collect();
        // Django has them in a set, where small numbers are in order. Rows without an order come as they were inserted.
        keys.sort_by(|one, two| match (one, two) {
            (Value::Int(one), Value::Int(two)) => one.cmp(two),
            _ => Ordering::Equal,
        });
        self.add_pairs(db, self.own, self.other, &keys).await?;
        if self.is_symmetrical {
            let others: Vec<Value> = keys.into_iter().filter(|key| *key != self.object).collect();
            self.add_pairs(db, self.other, self.own, &others).await?;
        }
        Ok(())
    }

    /// Django's own table takes what is there already, and what another program adds at the same time, for no error. A
    /// model of one's own may have several rows for a pair: those that are there are looked for.
    async fn add_pairs(&self, db: &Database, own: FieldRef, other: FieldRef, keys: &[Value]) -> Result<()> {
        let meta = own.model();
        let on_conflict = if meta.auto_created { OnConflict::Ignore } else { OnConflict::Fail };
        let there: HashSet<Key> = match on_conflict {
            OnConflict::Ignore => HashSet::new(),
            _ => self.others(db).await?.iter().map(Key::of).collect(),
        };
        let missing = keys.iter().filter(|key| !there.contains(&Key::of(key)));
        let pair = |key: &Value| vec![(own.index(), self.object.clone()), (other.index(), key.clone())];
        insert_pairs(db, meta, missing.map(pair), &on_conflict).await
    }

    /// Takes pairs out: those with these keys on the other side, or all of them.
    async fn remove(&self, db: &Database, keys: Option<Vec<Value>>) -> Result<()> {
        let pairs = |own: FieldRef, other: FieldRef| {
            let object = Node::equals(Path::field(own.index()), self.object.clone());
            let others =
                keys.iter().map(|keys| Node::is_in(Path::field(other.index()), keys.iter().cloned()));
            Node::All(std::iter::once(object).chain(others).collect())
        };
        let mut ways = vec![pairs(self.own, self.other)];
        if self.is_symmetrical {
            ways.push(pairs(self.other, self.own));
        }
        let mut query = Query::new(self.own.model());
        query.filter(Node::Any(ways));
        deletion::delete(db, &query).await.map(drop)
    }
}
