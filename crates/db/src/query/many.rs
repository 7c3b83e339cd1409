//! The rows of a many-to-many field: which there are, and how they are set.

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
    for wanted in wanted.chunks(deletion::CHUNK) {
        let mut pairs = Pairs::of(db, field, own, other, wanted).await?;
        for (object, keys) in wanted {
            pairs.set(object, keys);
        }
        pairs.save(db).await?;
    }
    Ok(())
}

/// The pairs of a table between two models, as they are and as they are to be.
struct Pairs {
    own: FieldRef,
    other: FieldRef,
    is_symmetrical: bool,
    /// The keys on the other side of each object.
    others: HashMap<Key, Vec<Value>>,
    /// The pairs that were there.
    there: HashSet<(Key, Key)>,
    /// What has become of pairs, in the order in which that was said.
    changed: Vec<(Value, Value)>,
    is_wanted: HashMap<(Key, Key), bool>,
}

impl Pairs {
    /// Those of some objects.
    async fn of(
        db: &Database,
        field: &ManyMeta,
        own: FieldRef,
        other: FieldRef,
        objects: &[(Value, Vec<Value>)],
    ) -> Result<Self> {
        let is_symmetrical = field.is_symmetrical();
        let mut pairs = Self {
            own,
            other,
            is_symmetrical,
            others: HashMap::with_capacity(objects.len()),
            there: HashSet::new(),
            changed: Vec::new(),
            is_wanted: HashMap::new(),
        };
        let of_objects = |side: FieldRef| {
            Node::is_in(Path::field(side.index()), objects.iter().map(|(object, _)| object.clone()))
        };
        let mut query = Query::new(own.model());
        let sides =
            if is_symmetrical { vec![of_objects(own), of_objects(other)] } else { vec![of_objects(own)] };
        query.filter(Node::Any(sides));
        query.order = Some(Vec::new());
        let statement = query.statement(db.target(), Asked::Fields(&[own.index(), other.index()]))?;
        db.select(&statement, &mut |row| {
            let (object, key) = (Key::of(&row.get(0)?.to_owned()), row.get(1)?.to_owned());
            pairs.there.insert((object.clone(), Key::of(&key)));
            pairs.others.entry(object).or_default().push(key);
            Ok(())
        })
        .await?;
        Ok(pairs)
    }

    /// Makes these keys the others of an object, as far as that is not what they are.
    fn set(&mut self, object: &Value, keys: &[Value]) {
        let there = self.others.get(&Key::of(object)).cloned().unwrap_or_default();
        let (left_out, missing) = (without(&there, keys), without(keys, &there));
        self.change_all(object, &left_out, false);
        self.change_all(object, &in_order(missing), true);
    }

    fn change_all(&mut self, object: &Value, keys: &[Value], is_wanted: bool) {
        keys.iter().for_each(|key| self.change(object, key, is_wanted));
        if self.is_symmetrical {
            keys.iter().for_each(|key| self.change(key, object, is_wanted));
        }
    }

    fn change(&mut self, object: &Value, key: &Value, is_wanted: bool) {
        let pair = (Key::of(object), Key::of(key));
        let others = self.others.entry(pair.0.clone()).or_default();
        others.retain(|other| Key::of(other) != pair.1);
        if is_wanted {
            others.push(key.clone());
        }
        if self.is_wanted.insert(pair, is_wanted).is_none() {
            self.changed.push((object.clone(), key.clone()));
        }
    }

    /// Takes out what is not wanted, and adds what is missing.
    async fn save(self, db: &Database) -> Result<()> {
        let (mut superfluous, mut missing) = (Vec::<(Value, Vec<Value>)>::new(), Vec::new());
        for (object, key) in self.changed {
            let pair = (Key::of(&object), Key::of(&key));
            match self.is_wanted.get(&pair) {
                Some(true) if !self.there.contains(&pair) => {
                    missing.push([object, key]);
                }
                Some(false) => match superfluous.last_mut() {
                    Some((last, keys)) if *last == object => keys.push(key),
                    _ => superfluous.push((object, vec![key])),
                },
                _ => {}
            }
        }
        let of_object = |(object, keys): &(Value, Vec<Value>)| {
            let object = Node::equals(Path::field(self.own.index()), object.clone());
            Node::All(vec![object, Node::is_in(Path::field(self.other.index()), keys.iter().cloned())])
        };
        for superfluous in superfluous.chunks(deletion::CHUNK) {
            let mut query = Query::new(self.own.model());
            query.filter(Node::Any(superfluous.iter().map(of_object).collect()));
            deletion::delete(db, &query).await?;
        }
        let on_conflict = if self.own.model().auto_created { OnConflict::Ignore } else { OnConflict::Fail };
        insert_pairs(db, [self.own, self.other], missing, &on_conflict).await
    }
}

/// Keys in the order in which Django inserts them: it has them in a set, where small numbers are in order. Rows without an order
/// come as they were inserted.
fn in_order(mut keys: Vec<Value>) -> Vec<Value> {
    let number = |key: &Value| if let Value::Int(number) = key { Some(*number) } else { None };
    if keys.iter().all(|key| number(key).is_some()) {
        keys.sort_unstable_by_key(number);
        keys.dedup();
    } else {
        let mut new = HashSet::new();
        keys.retain(|key| new.insert(Key::of(key)));
    }
    keys
}

/// Inserts pairs of values of two keys, with the defaults of what else belongs to one.
async fn insert_pairs(
    db: &Database,
    keys: [FieldRef; 2],
    pairs: Vec<[Value; 2]>,
    on_conflict: &OnConflict,
) -> Result<()> {
    let meta = keys[0].model();
    let mut pairs = pairs.into_iter();
    while pairs.len() > 0 {
        let (mut fields, mut values) = (Vec::new(), Vec::new());
        for (number, [one, other]) in pairs.by_ref().take(deletion::CHUNK).enumerate() {
            let mut pair = [Some(one), Some(other)];
            let given = |field| {
                let at = keys.iter().position(|key| key.index() == field)?;
                pair[at].take()
            };
            save::complete(db, meta, given, |field, value| {
                if number == 0 {
                    fields.push(field);
                }
                values.push(value);
            })?;
        }
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
        let there = self.others(db, self.own, self.other).await?;
        let (missing, superfluous) = (without(wanted, &there), without(&there, wanted));
        if !superfluous.is_empty() {
            self.remove(db, Some(superfluous)).await?;
        }
        self.add(db, missing).await
    }

    /// The keys on the other side, of the pairs that have the object on this one.
    async fn others(&self, db: &Database, own: FieldRef, other: FieldRef) -> Result<Vec<Value>> {
        let mut query = Query::new(own.model());
        query.filter(Node::equals(Path::field(own.index()), self.object.clone()));
        query.order = Some(Vec::new());
        let mut keys = Vec::new();
        let statement = query.statement(db.target(), Asked::Fields(&[other.index()]))?;
        db.select(&statement, &mut |row| {
            keys.push(row.get(0)?.to_owned());
            Ok(())
        })
        .await?;
        Ok(keys)
    }

    /// Adds pairs, and where the field goes both ways the same pairs turned round.
    async fn add(&self, db: &Database, keys: Vec<Value>) -> Result<()> {
        let keys = in_order(keys);
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
            _ => self.others(db, own, other).await?.iter().map(Key::of).collect(),
        };
        let missing = keys.iter().filter(|key| there.is_empty() || !there.contains(&Key::of(key)));
        let pairs = missing.map(|key| [self.object.clone(), key.clone()]).collect();
        insert_pairs(db, [own, other], pairs, &on_conflict).await
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
