//! From the rows of a model to the rows that are related to them, without types: what serializers follow.

use super::deletion::CHUNK;
use super::expr::Expr;
use super::many::{add_rows, set_rows, set_rows_back, set_rows_of_all};
use super::node::{Lookup, Node, Right};
use super::path::{Hop, Path};
use super::prefetch::inverse;
use super::rows::Rows;
use super::select::Query;
use super::update::update;
use crate::{Database, Error, ManyMeta, ModelMeta, Result, Value};

/// A relation of a model, followed once or several times: `author`, `genres`, and the way back by its `related_name`.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    from: &'static ModelMeta,
    to: &'static ModelMeta,
    /// It ends at the primary key of the other model.
    path: Path,
    kind: WayKind,
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
        let is_to = |meta: &'static ModelMeta| meta.label() == to.label();
        let way = |path, kind| Some(Self { from, to, path, kind });
        if let Some(at) = from.position(name) {
            let relation = from.fields[at].relation.as_ref()?;
            let path = Path::field(at).then(Path::field((relation.to)().pk_position()));
            return is_to((relation.to)()).then(|| way(path, WayKind::Key(at)))?;
        }
        if let Some(at) = from.many.iter().position(|many| many.name == name) {
            return is_to((from.many[at].to)())
                .then(|| way(Path::many(at, to.pk_position()), WayKind::Many(at)))?;
        }
        let is_from = |meta: &'static ModelMeta| from.lineage().any(|known| known.label() == meta.label());
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

    /// The model that it leads to.
    pub fn to(&self) -> &'static ModelMeta {
        self.to
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
        let owner = inverse(self.path, self.from);
        let mut query = Query::new(self.to);
        query.filter(Node::is_among(owner, keys));
        (Rows::of(query), ColumnPath(owner))
    }

    /// The rows that it leads to from any row of the model, and the column that says from which. `None` where they could not be told
    /// from those of other rows: a parent's.
    pub fn all_rows(&self) -> Option<(Rows, ColumnPath)> {
        if self.from.parent.is_some() {
            return None;
        }
        let owner = inverse(self.path, self.from);
        let mut query = Query::new(self.to);
        let is_null = Node::compare(Node::Column(owner), Lookup::IsNull, Right::Truth(false));
        query.filter(is_null);
        Some((Rows::of(query), ColumnPath(owner)))
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
            (_, Some(key)) => self.set_keys(db, key, object, keys).await,
            (_, None) => Err(Error::Database(format!(
                "{} is set as a column is",
                self.from.fields[self.path.last()].name
            ))),
        }
    }

    /// The same for several objects, with a few statements for all of them where there is a table between the two models.
    ///
    /// # Errors
    /// As [`Way::set`].
    pub async fn set_all(&self, db: &Database, wanted: &[(Value, Vec<Value>)]) -> Result<()> {
        match self.kind {
            WayKind::Many(at) => set_rows_of_all(db, &self.from.many[at], false, wanted).await,
            WayKind::ManyBack(at) => set_rows_of_all(db, &self.to.many[at], true, wanted).await,
            _ => {
                for (object, keys) in wanted {
                    self.set(db, object, keys).await?;
                }
                Ok(())
            }
        }
    }

    /// Lets rows of the other model refer to an object by their foreign key, and no others where it may be NULL.
    async fn set_keys(&self, db: &Database, key: usize, object: &Value, keys: &[Value]) -> Result<()> {
        let (target, pk) = (Hop::target_of(self.to, key), self.from.pk_position());
        let referred = match target == pk {
            true => object.clone(),
            false => {
                let (by, wanted) = (ColumnPath::field(pk), ColumnPath::field(target));
                let found = Rows::all(self.from).find(db, by, object, wanted).await?;
                found.into_iter().next().ok_or(Error::DoesNotExist(self.from.name))?
            }
        };
        let pks = Path::field(self.to.pk_position());
        if self.to.fields[key].null {
            let mut others = Query::new(self.to);
            others.filter(Node::equals(Path::field(key), referred.clone()));
            others.filter(Node::Not(Box::new(Node::is_in(pks, keys.iter().cloned()))));
            update(db, &others, &[(key, Node::Value(Value::Null))]).await?;
        }
        for keys in keys.chunks(CHUNK) {
            let mut rows = Query::new(self.to);
            rows.filter(Node::is_in(pks, keys.iter().cloned()));
            update(db, &rows, &[(key, Node::Value(referred.clone()))]).await?;
        }
        Ok(())
    }

    /// How many keys [`Way::rows`] should be given at once.
    pub const MOST_KEYS: usize = CHUNK;
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
