//! From the rows of a model to the rows that are related to them, without types: what serializers follow.

use std::collections::HashMap;

use super::deletion::{CHUNK, Key};
use super::expr::Expr;
use super::many::{add_rows, set_rows, set_rows_back, set_rows_of_all};
use super::named::LookupName;
use super::node::{Case, Function, Lookup, Node, OrderNode, Right};
use super::path::{Hop, Path};
use super::prefetch::inverse;
use super::rows::Rows;
use super::select::Query;
use super::statement::Asked;
use super::update::update;
use crate::{Database, Error, ManyMeta, ModelMeta, OrderBy, Result, Value};

/// A relation of a model, followed once or several times: `author`, `genres`, and the way back by its `related_name`.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    from: &'static ModelMeta,
    to: &'static ModelMeta,
    /// It ends at the primary key of the other model.
    path: Path,
    kind: WayKind,
    /// The way back, which ends at the primary key of the model that it leads from.
    owner: Path,
}

/// To how many rows a relation leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayKind {
    /// A foreign key of the model itself, at this position.
    Key(usize),
    /// A one-to-one key that refers to the model.
    One,
    /// To several rows, by a many-to-many field of the model itself at this position.
    Many(usize),
    /// To several rows: those whose foreign key, at this position of the other model, refers to the model.
    Back(usize),
    /// To several rows, whose many-to-many field, at this position of the other model, refers to the model.
    ManyBack(usize),
}

/// A column of a model, or of a row that is related to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnPath(pub(super) Path);

/// What is read of each row, without types: columns and expressions.
#[derive(Clone, Debug, Default)]
pub struct Selection(pub(super) Vec<Node>);

impl Way {
    /// The relation of this name from one model to another: a foreign key, a many-to-many field, or the way back, by its
    /// `related_name` or Django's own name for it (`book_set`).
    pub fn find(from: &'static ModelMeta, name: &str, to: &'static ModelMeta) -> Option<Self> {
        let is_to = |meta: &'static ModelMeta| meta.is(to);
        let way = |path, kind| Some(Self { from, to, path, kind, owner: inverse(path, from) });
        if let Some(at) = from.position(name) {
            let relation = from.fields[at].relation.as_ref()?;
            let path = Path::field(at).then(Path::field((relation.to)().pk_position()));
            return is_to((relation.to)()).then(|| way(path, WayKind::Key(at)))?;
        }
        if let Some(at) = from.many.iter().position(|many| many.name == name) {
            return is_to((from.many[at].to)())
                .then(|| way(Path::many(at, to.pk_position()), WayKind::Many(at)))?;
        }
        let is_from = |meta: &'static ModelMeta| from.lineage().any(|known| known.is(meta));
        for (at, field) in to.fields.iter().enumerate() {
            let Some(relation) = field.relation.as_ref().filter(|relation| is_from((relation.to)())) else {
                continue;
            };
            if is_accessor(name, relation.related_name, to, field.unique) {
                let kind = if field.unique { WayKind::One } else { WayKind::Back(at) };
                return way(Path::reverse(to, at, to.pk_position()), kind);
            }
        }
        let back = |many: &ManyMeta| is_from((many.to)()) && is_accessor(name, many.related_name, to, false);
        let at = to.many.iter().position(back)?;
        way(Path::many_reverse(to, at, to.pk_position()), WayKind::ManyBack(at))
    }

    /// The foreign key at a position.
    pub fn key(from: &'static ModelMeta, at: usize) -> Option<Self> {
        let relation = from.fields.get(at)?.relation.as_ref()?;
        Self::find(from, from.fields[at].name, (relation.to)())
    }

    /// The model that it leads from.
    pub fn from(&self) -> &'static ModelMeta {
        self.from
    }

    /// The foreign key of the other model that refers back to this one, where it is one.
    pub fn back_key(&self) -> Option<usize> {
        match self.kind {
            WayKind::Back(key) => Some(key),
            WayKind::One => match self.path.hops(self.from).first() {
                Some(Hop::Reverse(_, key)) => Some(*key),
                _ => None,
            },
            WayKind::Key(_) | WayKind::Many(_) | WayKind::ManyBack(_) => None,
        }
    }

    /// The field of this model whose value a foreign key of the other one, at this position, has.
    pub fn referred(&self, back: usize) -> usize {
        Hop::target_of(self.to, back)
    }

    /// The model that it leads to.
    pub fn to(&self) -> &'static ModelMeta {
        self.to
    }

    /// Whether they are the same relation.
    pub fn is(self, other: Self) -> bool {
        self.kind == other.kind && std::ptr::eq(self.from, other.from) && std::ptr::eq(self.to, other.to)
    }

    /// To how many rows it leads.
    pub fn kind(&self) -> WayKind {
        self.kind
    }

    /// Whether it leads to several rows.
    pub fn is_to_many(&self) -> bool {
        matches!(self.kind, WayKind::Many(_) | WayKind::Back(_) | WayKind::ManyBack(_))
    }

    /// A column of the row that it leads to.
    pub fn column(&self, field: usize) -> ColumnPath {
        ColumnPath(self.joined().and_then(|hops| Path::of(&hops, field)).unwrap_or(self.path))
    }

    fn joined(&self) -> Option<Vec<Hop>> {
        Some(self.path.hops(self.from))
    }

    /// The rows that it leads to from those with these keys, and the column that says from which.
    pub fn rows(&self, keys: impl IntoIterator<Item = Value>) -> (Rows, ColumnPath) {
        self.filtered(Node::is_among(self.owner, keys))
    }

    /// The rows that it leads to from any row of the model, and the column that says from which. `None` where they could not be told
    /// from those of other rows: a parent's.
    pub fn all_rows(&self) -> Option<(Rows, ColumnPath)> {
        if self.from.parent.is_some() {
            return None;
        }
        Some(self.filtered(Node::compare(Node::Column(self.owner), Lookup::IsNull, Right::Truth(false))))
    }

    fn filtered(&self, condition: Node) -> (Rows, ColumnPath) {
        let mut query = Query::new(self.to);
        query.filter(condition);
        query.order = self.order_of_links();
        (Rows::of(query), ColumnPath(self.owner))
    }

    /// Whether the rows that it leads to are exactly those that [`Way::add`] was given, in the order of their keys: it is Django's
    /// automatic table between two models, seen from the model with the field, and the key is the other model's order.
    pub fn rows_are_as_added(&self) -> bool {
        self.many().is_some_and(|many| !many.is_symmetrical()) && self.order_of_links().is_some()
    }

    /// The many-to-many field of the model that it leads from, where it is one.
    pub fn many(&self) -> Option<&'static ManyMeta> {
        match self.kind {
            WayKind::Many(at) => self.from.many.get(at),
            _ => None,
        }
    }

    /// The order of Django's automatic table between two models, in which it has an index: by the row that the way leads from, and then
    /// by the key of the row that it leads to. Where that key is the other model's order, the rows of each owner come in the same
    /// order as by it, and nothing has to be sorted.
    fn order_of_links(&self) -> Option<Vec<OrderNode>> {
        let WayKind::Many(at) = self.kind else { return None };
        let many = &self.from.many[at];
        let is_by_key =
            |by: &OrderBy| by.field == self.to.pk_position() && by.then.is_empty() && !by.descending;
        let [by] = self.to.ordering else { return None };
        if many.own_through.is_some() || !is_by_key(by) {
            return None;
        }
        let hops = self.owner.hops(self.to);
        let Some(back @ Hop::Reverse(_, key)) = hops.first() else { return None };
        let other = Path::of(&[*back], *key)?;
        let rising = |path| OrderNode { node: Node::Column(path), descending: false, nulls_first: None };
        Some(vec![rising(self.owner), rising(other)])
    }

    /// The same as [`Way::set`] of a new object, which has no such rows yet.
    ///
    /// # Errors
    /// As [`Way::set`].
    pub async fn add(&self, db: &Database, object: &Value, keys: &[Value]) -> Result<()> {
        match self.kind {
            WayKind::Many(at) => add_rows(db, &self.from.many[at], object.clone(), keys).await,
            _ => self.set(db, object, keys).await,
        }
    }

    /// Makes the rows with these primary keys those that it leads to from an object, by its primary key: Django's `set` of a
    /// manager. Of a foreign key that is never NULL, the rows that it leads to already stay. The caller has a transaction.
    ///
    /// # Errors
    /// Any database error, or when it is a foreign key of the object's own, which is a column.
    pub async fn set(&self, db: &Database, object: &Value, keys: &[Value]) -> Result<()> {
        match (self.kind, self.back_key()) {
            (WayKind::Many(at), _) => set_rows(db, &self.from.many[at], object.clone(), keys).await,
            (WayKind::ManyBack(at), _) => set_rows_back(db, &self.to.many[at], object.clone(), keys).await,
            (_, Some(key)) => self.set_keys(db, key, &[(object.clone(), keys.to_vec())]).await,
            (_, None) => Err(Error::Database(format!(
                "{} is set as a column is",
                self.from.fields[self.path.last()].name
            ))),
        }
    }

    /// The same for several objects, with a few statements for all of them.
    ///
    /// # Errors
    /// As [`Way::set`].
    pub async fn set_all(&self, db: &Database, wanted: &[(Value, Vec<Value>)]) -> Result<()> {
        match self.kind {
            WayKind::Many(at) => set_rows_of_all(db, &self.from.many[at], false, wanted).await,
            WayKind::ManyBack(at) => set_rows_of_all(db, &self.to.many[at], true, wanted).await,
            WayKind::Back(key) => self.set_keys(db, key, wanted).await,
            // Of two rows that change places, each is free of its object before it gets the other one.
            WayKind::Key(_) | WayKind::One => {
                for (object, keys) in wanted {
                    self.set(db, object, keys).await?;
                }
                Ok(())
            }
        }
    }

    /// Lets rows of the other model refer to objects by their foreign key, and no others where it may be NULL. A row that several
    /// objects want is the last one's.
    async fn set_keys(&self, db: &Database, key: usize, wanted: &[(Value, Vec<Value>)]) -> Result<()> {
        let objects = self.referred_values(db, key, wanted).await?;
        let (mut rows, mut assigned) = (HashMap::new(), Vec::new());
        for (object, (_, keys)) in objects.iter().zip(wanted) {
            for row in keys {
                if rows.insert(Key::of(row), object.clone()).is_none() {
                    assigned.push(row.clone());
                }
            }
        }
        if self.to.fields[key].null {
            let mut superfluous = Vec::new();
            for (row, object) in pairs(db, self.to, key, &objects, (self.to.pk_position(), key)).await? {
                match rows.get(&Key::of(&row)) {
                    None => superfluous.push(row),
                    // It stays.
                    Some(wanted) if Key::of(wanted) == Key::of(&object) => drop(rows.remove(&Key::of(&row))),
                    Some(_) => {}
                }
            }
            let to_nothing = superfluous.into_iter().map(|row| (row, Value::Null)).collect();
            self.assign(db, key, to_nothing).await?;
        }
        let to_objects = assigned.into_iter().filter_map(|row| Some((rows.remove(&Key::of(&row))?, row)));
        self.assign(db, key, to_objects.map(|(object, row)| (row, object)).collect()).await
    }

    /// The values of objects that a foreign key of the other model has, in their order.
    async fn referred_values(
        &self,
        db: &Database,
        key: usize,
        wanted: &[(Value, Vec<Value>)],
    ) -> Result<Vec<Value>> {
        let objects: Vec<Value> = wanted.iter().map(|(object, _)| object.clone()).collect();
        let (target, pk) = (self.referred(key), self.from.pk_position());
        if target == pk {
            return Ok(objects);
        }
        let found = pairs(db, self.from, pk, &objects, (pk, target)).await?;
        let found: HashMap<Key, Value> =
            found.into_iter().map(|(object, value)| (Key::of(&object), value)).collect();
        let value = |object: &Value| found.get(&Key::of(object)).cloned();
        objects.iter().map(|object| value(object).ok_or(Error::DoesNotExist(self.from.name))).collect()
    }

    /// Gives rows of the other model, by their primary keys, the values of a foreign key.
    async fn assign(&self, db: &Database, key: usize, values: Vec<(Value, Value)>) -> Result<()> {
        let pk = Path::field(self.to.pk_position());
        for values in values.chunks(CHUNK) {
            let mut rows = Query::new(self.to);
            rows.filter(Node::is_in(pk, values.iter().map(|(row, _)| row.clone())));
            update(db, &rows, &[(key, self.by_row(key, values))]).await?;
        }
        Ok(())
    }

    /// The value of a foreign key, chosen by the primary key of the row.
    fn by_row(&self, key: usize, values: &[(Value, Value)]) -> Node {
        let [(_, first), others @ ..] = values else { return Node::Value(Value::Null) };
        if others.iter().all(|(_, other)| other == first) {
            return Node::Value(first.clone());
        }
        let pk = Path::field(self.to.pk_position());
        let when =
            values.iter().map(|(row, value)| (Node::equals(pk, row.clone()), Node::Value(value.clone())));
        let case = Node::Case(Box::new(Case { when: when.collect(), otherwise: None }));
        Node::Call(Function::AsColumn(self.to.fields[key].value_kind()), vec![case])
    }

    /// How many keys [`Way::rows`] should be given at once.
    pub const MOST_KEYS: usize = CHUNK;
}

/// Two columns of the rows that have one of these values in a field.
async fn pairs(
    db: &Database,
    meta: &'static ModelMeta,
    field: usize,
    values: &[Value],
    (one, other): (usize, usize),
) -> Result<Vec<(Value, Value)>> {
    let mut found = Vec::new();
    for values in values.chunks(CHUNK) {
        let mut query = Query::new(meta);
        query.filter(Node::is_in(Path::field(field), values.iter().cloned()));
        query.order = Some(Vec::new());
        let statement = query.statement(db.target(), Asked::Fields(&[one, other]))?;
        db.select(&statement, &mut |row| {
            found.push((row.get(0)?.to_owned(), row.get(1)?.to_owned()));
            Ok(())
        })
        .await?;
    }
    Ok(found)
}

/// Whether a relation is known by a name on its other side: Django's `get_accessor_name`.
fn is_accessor(name: &str, related_name: Option<&str>, holder: &ModelMeta, is_one: bool) -> bool {
    match related_name {
        Some(known) => known == name,
        None if is_one => holder.model_name == name,
        None => name.strip_suffix("_set") == Some(holder.model_name),
    }
}

impl ColumnPath {
    /// A column of the model itself.
    pub fn field(field: usize) -> Self {
        Self(Path::field(field))
    }

    /// The same, seen from a model with a foreign key to the column's model.
    #[must_use]
    pub fn behind(self, key: usize) -> Self {
        Self(Path::field(key).then(self.0))
    }

    /// The position of the column's field in its model.
    pub fn last(self) -> usize {
        self.0.last()
    }
}

impl Selection {
    /// Adds a column, where it is not there yet, and gives its position.
    pub fn column(&mut self, column: ColumnPath) -> usize {
        self.add(Node::Column(column.0))
    }

    /// Adds an expression, and gives its position.
    pub fn expr<M, T>(&mut self, expr: Expr<M, T>) -> usize {
        self.add(expr.node)
    }

    /// Adds the column or the part of one that a name is about, and gives its position.
    pub fn named(&mut self, name: &LookupName) -> usize {
        self.add(name.node())
    }

    /// Adds all the columns of a model, one after the other, seen over these foreign keys (the first is the query's own), and gives the position of the
    /// first.
    pub fn all_columns(&mut self, meta: &'static ModelMeta, keys: &[usize]) -> usize {
        let first = self.0.len();
        for field in 0..meta.fields.len() {
            let column = keys.iter().rev().fold(ColumnPath::field(field), |column, key| column.behind(*key));
            self.0.push(Node::Column(column.0));
        }
        first
    }

    pub(super) fn add(&mut self, node: Node) -> usize {
        let known = self.0.iter().position(|known| *known == node);
        known.unwrap_or_else(|| {
            self.0.push(node);
            self.0.len() - 1
        })
    }

    /// How many values are read.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The positions of the model's own fields that are read, each where it stands.
    pub fn positions(&self) -> Vec<Option<usize>> {
        let own = |node: &Node| match node {
            Node::Column(path) if path.is_local() => Some(path.last()),
            _ => None,
        };
        self.0.iter().map(own).collect()
    }
}
