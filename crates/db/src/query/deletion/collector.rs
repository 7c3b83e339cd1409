//! Which rows are deleted and changed with others: Django's `Collector`. All of it is found before anything is written.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::pin::Pin;

use super::objects::{Objects, in_order};
use super::{CHUNK, Deleted, Key, referring, values};
use crate::query::node::Node;
use crate::query::path::{Hop, Path};
use crate::query::select::Query;
use crate::query::write;
use crate::{Database, Error, GenericRelationMeta, ModelMeta, OnDelete, Relation, Result, Value};

/// A row to delete: its primary key, and what else other rows refer to it by.
type Row = Vec<Value>;

/// A model's table, by which it is known here: there may be several copies of its metadata.
type Table = &'static str;

/// Deletes the rows of a query, and what depends on them.
pub(super) async fn delete(db: &Database, rows: Query) -> Result<Deleted> {
    let mut collector = Collector { db, plan: Plan::default() };
    let meta = rows.meta;
    if collector.goes_alone(meta).await? {
        collector.plan.at_once.push(rows);
    } else {
        let rows = values(db, &rows, &collector.referenced(meta)).await?;
        collector.collect(meta, rows, None).await?;
        collector.refuse_restricted().await?;
    }
    collector.plan.sort();
    let objects = collector.objects()?;
    collector.plan.carry_out(db, objects).await
}

struct Collector<'a> {
    db: &'a Database,
    plan: Plan,
}

#[derive(Default)]
struct Plan {
    /// Rows to which nothing refers: they are deleted without being looked at.
    at_once: Vec<Query>,
    updates: Vec<Update>,
    /// The other rows, in the order in which they were found.
    rows: Vec<(&'static ModelMeta, Vec<Row>)>,
    planned: HashSet<(Table, Key)>,
    /// The tables whose rows must be gone before those of a table.
    after: BTreeMap<Table, BTreeSet<Table>>,
    restricted: Vec<Restricted>,
}

/// The rows in which a foreign key has one of these values get another value in it.
struct Update {
    meta: &'static ModelMeta,
    field: usize,
    value: Value,
    referring_to: Vec<Value>,
}

/// Rows that refer to others by a restricted foreign key: they must go too, for another reason.
struct Restricted {
    meta: &'static ModelMeta,
    field: usize,
    pks: Vec<Value>,
}

impl Collector<'_> {
    /// Whether a model's rows can be deleted without being read: nothing that must be looked at refers to them, no hook is
    /// called with them, and no parent's row goes with them.
    async fn goes_alone(&self, meta: &'static ModelMeta) -> Result<bool> {
        Ok(meta.parent.is_none() && self.is_plain(meta).await?)
    }

    /// The same for the rows that refer by a key to rows that are deleted. A child's are those of its parent, which goes too.
    async fn goes_alone_by(&self, meta: &'static ModelMeta, key: usize) -> Result<bool> {
        Ok(meta.parent.is_none_or(|parent| parent.link == key) && self.is_plain(meta).await?)
    }

    async fn is_plain(&self, meta: &'static ModelMeta) -> Result<bool> {
        // A proxy's rows are those of the model with the table.
        let has_generic = !self.db.registry().concrete(meta).generic_relations.is_empty();
        let is_plain = meta.hooks.is_none() && !has_generic && self.no_model_refers_to(meta);
        Ok(is_plain && self.db.unknown_keys(meta).await?.is_empty())
    }

    fn no_model_refers_to(&self, meta: &'static ModelMeta) -> bool {
        let mut referring = self.referring_to(meta);
        referring.all(|(_, _, relation)| matches!(relation.on_delete, OnDelete::DoNothing))
    }

    /// The foreign keys that refer to a model's rows or to those of its parents, but for the links of other children.
    fn referring_to(
        &self,
        meta: &'static ModelMeta,
    ) -> impl Iterator<Item = (&'static ModelMeta, usize, &'static Relation)> {
        meta.lineage().enumerate().flat_map(|(generation, known)| {
            let referring = self.db.registry().referring_to(known);
            referring.filter(move |(_, _, relation)| generation == 0 || !relation.parent_link)
        })
    }

    /// What is read of a model's rows: the primary key, and after it the fields that other rows refer to them by, or, where
    /// hooks are called with the rows, all.
    fn referenced(&self, meta: &'static ModelMeta) -> Vec<usize> {
        let mut fields = vec![meta.pk_position()];
        let mut add = |field: usize| {
            if !fields.contains(&field) {
                fields.push(field);
            }
        };
        for (model, key, _) in self.referring_to(meta) {
            add(Hop::target_of(model, key));
        }
        if meta.hooks.is_some() {
            (0..meta.fields.len()).for_each(&mut add);
        }
        if let Some(parent) = meta.parent {
            self.referenced((parent.to)()).into_iter().for_each(add);
        }
        fields
    }

    /// The objects of the planned rows, for the hooks of their models.
    fn objects(&self) -> Result<Objects> {
        let mut all = Objects::default();
        for (meta, rows) in &self.plan.rows {
            if let Some(hooks) = &meta.hooks {
                let fields = self.referenced(meta);
                let mut rows: Vec<&Row> = rows.iter().collect();
                // Django's order.
                rows.sort_by_cached_key(|row| Key::of(&row[0]));
                let objects = rows.into_iter().map(|row| hooks.read(&in_order(&fields, row)));
                all.push(meta.db_table, objects.collect::<Result<_>>()?);
            }
        }
        Ok(all)
    }

    /// Plans the deletion of some rows, which `source` has led to. Boxed, because it goes on from model to model.
    fn collect<'s>(
        &'s mut self,
        meta: &'static ModelMeta,
        rows: Vec<Row>,
        source: Option<(&'static ModelMeta, bool)>,
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 's>> {
        Box::pin(async move {
            let rows = self.plan.add(meta, rows, source);
            if rows.is_empty() {
                return Ok(());
            }
            self.refuse_unknown(meta, &rows).await?;
            self.collect_parents(meta, &rows).await?;
            let fields = self.referenced(meta);
            let column = |target: usize, rows: &[Row]| -> Vec<Value> {
                let at = fields.iter().position(|field| *field == target).unwrap_or_default();
                rows.iter().map(|row| row[at].clone()).filter(|value| !value.is_null()).collect()
            };
            let mut at_once: Vec<(&'static ModelMeta, Vec<usize>)> = Vec::new();
            let mut protected = None;
            let relations: Vec<_> = self.referring_to(meta).collect();
            for (model, key, relation) in relations {
                let is_cascade = matches!(relation.on_delete, OnDelete::Cascade);
                if is_cascade && self.goes_alone_by(model, key).await? {
                    match at_once.iter_mut().find(|(known, _)| known.db_table == model.db_table) {
                        Some((_, keys)) => keys.push(key),
                        None => at_once.push((model, vec![key])),
                    }
                    continue;
                }
                let referred = column(Hop::target_of(model, key), &rows);
                if self.follow(meta, model, key, relation, referred).await? {
                    protected.get_or_insert(refusal(model, key));
                }
            }
            if let Some(error) = protected {
                return Err(error);
            }
            for (model, keys) in at_once {
                for rows in rows.chunks(CHUNK / keys.len().max(1)) {
                    let fields: Vec<_> =
                        keys.iter().map(|key| (*key, column(Hop::target_of(model, *key), rows))).collect();
                    self.plan.at_once.push(referring(model, &fields));
                }
            }
            self.collect_generic(meta, &rows).await
        })
    }

    /// Plans the deletion of the parents' rows of a child's, which go after these. What refers to them refers to the child's.
    async fn collect_parents(&mut self, meta: &'static ModelMeta, rows: &[Row]) -> Result<()> {
        let (mut child, mut rows) = (meta, rows.to_vec());
        while let Some(parent) = child.parent {
            let (fields, meta) = (self.referenced(child), (parent.to)());
            let places = self
                .referenced(meta)
                .into_iter()
                .filter_map(|wanted| fields.iter().position(|field| *field == wanted));
            let places: Vec<usize> = places.collect();
            let of_parent = rows.iter().map(|row| places.iter().map(|at| row[*at].clone()).collect());
            rows = self.plan.add(meta, of_parent.collect(), None);
            self.plan.goes_after(meta, child);
            self.refuse_unknown(meta, &rows).await?;
            child = meta;
        }
        Ok(())
    }

    /// Plans the deletion of the rows that refer to others by generic foreign keys.
    async fn collect_generic(&mut self, meta: &'static ModelMeta, rows: &[Row]) -> Result<()> {
        let meta = self.db.registry().concrete(meta);
        for (holder, key) in meta.generic_relations.iter().filter_map(GenericRelationMeta::holder) {
            for chunk in rows.chunks(CHUNK) {
                let mut query = Query::new(holder);
                query.filter(key.is_one_of(holder, meta, chunk.iter().map(|row| row[0].clone()))?);
                query.order = Some(Vec::new());
                if self.goes_alone(holder).await? {
                    self.plan.at_once.push(query);
                } else {
                    let rows = values(self.db, &query, &self.referenced(holder)).await?;
                    self.collect(holder, rows, Some((meta, true))).await?;
                }
            }
        }
        Ok(())
    }

    /// What a foreign key to rows that are deleted means for the rows with the key. Answers whether it forbids all.
    async fn follow(
        &mut self,
        meta: &'static ModelMeta,
        model: &'static ModelMeta,
        key: usize,
        relation: &Relation,
        referred: Vec<Value>,
    ) -> Result<bool> {
        let update = |value| Update { meta: model, field: key, value, referring_to: referred.clone() };
        match relation.on_delete {
            OnDelete::DoNothing => {}
            OnDelete::SetNull => self.plan.update(update(Value::Null)),
            OnDelete::Set(value) => self.plan.update(update(value())),
            OnDelete::SetDefault => {
                let default = model.fields[key].default.map_or(Value::Null, |default| default());
                self.plan.update(update(default));
            }
            OnDelete::Cascade => {
                for chunk in referred.chunks(CHUNK) {
                    let query = referring(model, &[(key, chunk.to_vec())]);
                    let rows = values(self.db, &query, &self.referenced(model)).await?;
                    let nullable = model.fields[key].null;
                    self.collect(model, rows, Some((meta, nullable))).await?;
                }
            }
            OnDelete::Protect => {
                for chunk in referred.chunks(CHUNK) {
                    let query = referring(model, &[(key, chunk.to_vec())]);
                    if crate::query::queryset::exists(&query, self.db).await? {
                        return Ok(true);
                    }
                }
            }
            OnDelete::Restrict => {
                for chunk in referred.chunks(CHUNK) {
                    let query = referring(model, &[(key, chunk.to_vec())]);
                    let rows = values(self.db, &query, &[model.pk_position()]).await?;
                    let pks: Vec<Value> = rows.into_iter().flatten().collect();
                    if !pks.is_empty() {
                        self.plan.restricted.push(Restricted { meta: model, field: key, pks });
                        self.plan.goes_after(meta, model);
                    }
                }
            }
        }
        Ok(false)
    }

    /// Refuses when a row with a restricted key would stay.
    async fn refuse_restricted(&mut self) -> Result<()> {
        for Restricted { meta, field, pks } in std::mem::take(&mut self.plan.restricted) {
            let mut staying = pks;
            staying.retain(|pk| !self.plan.planned.contains(&(meta.db_table, Key::of(pk))));
            for query in self.plan.at_once.iter().filter(|query| query.meta.db_table == meta.db_table) {
                if staying.is_empty() {
                    break;
                }
                let pk = meta.pk_position();
                let going = query.clone().narrowed(Node::is_in(Path::field(pk), staying.iter().cloned()))?;
                let going = values(self.db, &going, &[pk]).await?;
                let going: HashSet<Key> = going.iter().flatten().map(Key::of).collect();
                staying.retain(|pk| !going.contains(&Key::of(pk)));
            }
            if !staying.is_empty() {
                return Err(refusal(meta, field));
            }
        }
        Ok(())
    }

    /// Refuses when rows of a table that only the database knows refer to these: what is to be done with them is not
    /// known.
    async fn refuse_unknown(&self, meta: &'static ModelMeta, rows: &[Row]) -> Result<()> {
        for key in self.db.unknown_keys(meta).await? {
            for chunk in rows.chunks(CHUNK) {
                let pks = chunk.iter().map(|row| row[0].clone());
                if key.is_used(self.db, meta, pks.collect()).await? {
                    return Err(Error::Protected { model: key.table, field: key.column });
                }
            }
        }
        Ok(())
    }
}

fn refusal(meta: &'static ModelMeta, field: usize) -> Error {
    Error::Protected { model: meta.name, field: meta.fields[field].name }
}

impl Plan {
    /// Adds rows and returns those that were not planned yet. A key that may be NULL does not decide about the order.
    fn add(
        &mut self,
        meta: &'static ModelMeta,
        mut rows: Vec<Row>,
        source: Option<(&'static ModelMeta, bool)>,
    ) -> Vec<Row> {
        rows.retain(|row| self.planned.insert((meta.db_table, Key::of(&row[0]))));
        if !rows.is_empty() {
            match self.rows.iter_mut().find(|(known, _)| known.db_table == meta.db_table) {
                Some((_, known)) => known.extend(rows.iter().cloned()),
                None => self.rows.push((meta, rows.clone())),
            }
            if let Some((source, false)) = source {
                self.goes_after(source, meta);
            }
        }
        rows
    }

    fn goes_after(&mut self, later: &ModelMeta, first: &ModelMeta) {
        self.after.entry(later.db_table).or_default().insert(first.db_table);
    }

    fn update(&mut self, update: Update) {
        let same = |known: &&mut Update| {
            known.meta.db_table == update.meta.db_table
                && known.field == update.field
                && known.value == update.value
        };
        match self.updates.iter_mut().find(same) {
            Some(known) => known.referring_to.extend(update.referring_to),
            None => self.updates.push(update),
        }
    }

    async fn carry_out(self, db: &Database, objects: Objects) -> Result<Deleted> {
        objects.before_delete(db).await?;
        let mut deleted = Deleted::default();
        for query in &self.at_once {
            deleted.add(query.meta, db.execute(&query.delete(db.target())?).await?);
        }
        for update in &self.updates {
            for chunk in update.referring_to.chunks(CHUNK) {
                let rows = referring(update.meta, &[(update.field, chunk.to_vec())]);
                let value = [(update.field, Node::Value(update.value.clone()))];
                db.execute(&rows.update(db.target(), &value)?).await?;
            }
        }
        for (meta, rows) in &self.rows {
            let pks: Vec<Value> = rows.iter().map(|row| row[0].clone()).collect();
            for chunk in pks.chunks(CHUNK) {
                let statement = write::delete_in(db.target(), meta, meta.pk(), chunk)?;
                deleted.add(meta, db.execute(&statement).await?);
            }
            objects.after_delete(meta.db_table, db).await?;
        }
        Ok(deleted)
    }

    /// Rows go after those that refer to them. Where that goes round in a circle, only the end of the transaction can tell
    /// whether all is well, and the order stays.
    fn sort(&mut self) {
        let mut sorted: Vec<Table> = Vec::new();
        while sorted.len() < self.rows.len() {
            let before = sorted.len();
            for (meta, _) in &self.rows {
                let waits = |first: &Table| *first != meta.db_table && !sorted.contains(first);
                let is_next = !sorted.contains(&meta.db_table)
                    && !self.after.get(meta.db_table).is_some_and(|first| first.iter().any(waits));
                if is_next {
                    sorted.push(meta.db_table);
                }
            }
            if sorted.len() == before {
                return;
            }
        }
        self.rows.sort_by_key(|(meta, _)| sorted.iter().position(|table| *table == meta.db_table));
    }
}
