//! Generic foreign keys: a content type and a primary key together name a row of any model. Django's
//! `GenericForeignKey` and `GenericRelation`.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::inheritance::is_equal;
use crate::model::{FieldMeta, Model, ModelMeta};
use crate::query::expr::Column;
use crate::query::node::{Lookup, Node, Right};
use crate::query::path::Path;
use crate::query::select::Query;
use crate::{Error, Family, Result, Uuid, Value};

/// The model of content types: a row for each model of the program. It is Django's `ContentType`, of `belleville::auth`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the model of content types",
    label = "the first field of a generic foreign key is a ForeignKey<ContentType>"
)]
pub trait ContentTypes: Model {
    /// The app: `projects`.
    const APP_LABEL: Column<Self, String>;

    /// The model's name in lower case: `project`.
    const MODEL: Column<Self, String>;
}

/// A model with a generic foreign key, which a [`GenericRelation`] can be to. `#[derive(Model)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no generic foreign key",
    label = "a GenericRelation is to a model with a field like `#[field(generic(content_type, object_id))] object: GenericForeignKey`"
)]
pub trait WithGenericKey: Model {}

/// A generic foreign key. It holds nothing: the two fields that it names do. See [`GenericKey`](crate::GenericKey).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GenericForeignKey;

/// The rows that refer to an object by a generic foreign key. It holds nothing: its rows are asked for by queries.
pub struct GenericRelation<R>(PhantomData<fn() -> R>);

impl<R> GenericRelation<R> {
    /// The field of an object.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<R> Default for GenericRelation<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> Clone for GenericRelation<R> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<R> PartialEq for GenericRelation<R> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<R: Model> fmt::Debug for GenericRelation<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GenericRelation<{}>", R::meta().name)
    }
}

/// The metadata of a generic foreign key.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct GenericKeyMeta {
    /// The field's name: `content_object`.
    pub name: &'static str,
    /// The position of the foreign key to the content type.
    pub content_type: usize,
    /// The position of the field with the primary key.
    pub object_id: usize,
    /// The model of content types.
    types: fn() -> &'static ModelMeta,
    /// The positions of its fields.
    app_label: usize,
    model: usize,
}

/// A generic foreign key of a model. Called by derived code.
#[doc(hidden)]
pub const fn generic_key<C: ContentTypes>(
    name: &'static str,
    content_type: usize,
    object_id: usize,
) -> GenericKeyMeta {
    GenericKeyMeta {
        name,
        content_type,
        object_id,
        types: C::meta,
        app_label: C::APP_LABEL.field(),
        model: C::MODEL.field(),
    }
}

impl GenericKeyMeta {
    /// The model of content types.
    pub fn types(&self) -> &'static ModelMeta {
        (self.types)()
    }

    /// The columns of the content type's app and model.
    pub(crate) fn type_columns(&self) -> (&'static FieldMeta, &'static FieldMeta) {
        let fields = self.types().fields;
        (&fields[self.app_label], &fields[self.model])
    }

    /// The positions of the content type's app and model.
    pub(crate) const fn type_fields(&self) -> (usize, usize) {
        (self.app_label, self.model)
    }

    /// The query for the content type of a model.
    pub(crate) fn type_of(&self, model: &ModelMeta) -> Query {
        let mut query = Query::new(self.types());
        query.filter(Node::equals(Path::field(self.app_label), Value::Text(model.app_label.to_owned())));
        query.filter(Node::equals(Path::field(self.model), Value::Text(model.model_name.to_owned())));
        query.order = Some(Vec::new());
        query
    }

    /// That a row's object is of a model.
    pub(crate) fn is_a(&self, model: &ModelMeta) -> Node {
        let mut query = self.type_of(model);
        query.selected = Some(vec![Node::Column(Path::field(self.types().pk_position()))]);
        let content_type = Node::Column(Path::field(self.content_type));
        Node::compare(content_type, Lookup::Exact, Right::One(Node::Subquery(Arc::new(query))))
    }

    /// That a row's object is one of some of a model.
    pub(crate) fn is_one_of(
        &self,
        holder: &'static ModelMeta,
        model: &'static ModelMeta,
        keys: impl IntoIterator<Item = Value>,
    ) -> Result<Node> {
        // SQLite has some keys as texts of its own.
        let family = model.key_kind().row().family;
        let id = |key| self.object_id(holder, converted(key, family)?);
        let ids: Vec<Value> = keys.into_iter().map(id).collect::<Result<_>>()?;
        Ok(Node::All(vec![self.is_a(model), Node::is_in(Path::field(self.object_id), ids)]))
    }

    /// An object's primary key as the rows have it: as text where their field is one.
    pub(crate) fn object_id(&self, holder: &ModelMeta, key: Value) -> Result<Value> {
        converted(key, holder.fields[self.object_id].value_kind().row().family)
    }
}

/// The value of a key as a field of another kind has it.
pub(crate) fn converted(key: Value, family: Family) -> Result<Value> {
    let parsed = match (family, &key) {
        (Family::Text, Value::Int(number)) => Some(Value::Text(number.to_string())),
        (Family::Text, Value::Uuid(uuid)) => Some(Value::Text(uuid.to_string())),
        (Family::Integer, Value::Text(text)) => text.parse().ok().map(Value::Int),
        (Family::Uuid, Value::Text(text)) => Uuid::parse_str(text).ok().map(Value::Uuid),
        (Family::Text, Value::Text(_))
        | (Family::Integer, Value::Int(_))
        | (Family::Uuid, Value::Uuid(_))
        | (_, Value::Null) => Some(key.clone()),
        _ => None,
    };
    parsed.ok_or_else(|| Error::Decode(format!("the key of an object cannot be one of the kind {family:?}")))
}

/// The metadata of a generic relation.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct GenericRelationMeta {
    /// The field's name: `tags`.
    pub name: &'static str,
    /// The model with the generic foreign key.
    pub to: fn() -> &'static ModelMeta,
    /// The name of that key, where the model has several.
    key: Option<&'static str>,
    /// The name of the way back in queries, if there is one: `book` of a tag.
    pub related_query_name: Option<&'static str>,
}

/// A generic relation of a model. Called by derived code.
#[doc(hidden)]
pub const fn generic_relation<R: WithGenericKey>(name: &'static str) -> GenericRelationMeta {
    GenericRelationMeta { name, to: R::meta, key: None, related_query_name: None }
}

/// Whether the generic foreign key of this name (the only one without) holds keys of a model: whole numbers and UUIDs in fields of
/// their kind, and any of these in a text. Of a key that is a foreign key itself nothing is known before the program runs.
#[doc(hidden)]
pub const fn holds_keys_of(model: &ModelMeta, holder: &ModelMeta, key: &str) -> bool {
    let Some(pk) = first_key(model.fields) else { return true };
    let mut at = 0;
    while at < holder.generic_keys.len() {
        let known = &holder.generic_keys[at];
        if key.is_empty() || is_equal(known.name, key) {
            let id = holder.fields[known.object_id].kind.row().family;
            return matches!(
                (id, pk.kind.row().family),
                (_, Family::Key)
                    | (Family::Text, Family::Text | Family::Integer | Family::Uuid)
                    | (Family::Integer, Family::Integer)
                    | (Family::Uuid, Family::Uuid)
            );
        }
        at += 1;
    }
    true
}

const fn first_key(fields: &[FieldMeta]) -> Option<&FieldMeta> {
    let mut at = 0;
    while at < fields.len() {
        if fields[at].primary_key {
            return Some(&fields[at]);
        }
        at += 1;
    }
    None
}

#[doc(hidden)]
impl GenericRelationMeta {
    pub const fn key(self, key: &'static str) -> Self {
        Self { key: Some(key), ..self }
    }

    pub const fn related_query_name(self, name: &'static str) -> Self {
        Self { related_query_name: Some(name), ..self }
    }
}

impl GenericRelationMeta {
    /// The model with the generic foreign key, and the key. A model without one is refused when the program is compiled.
    pub(crate) fn holder(&self) -> Option<(&'static ModelMeta, &'static GenericKeyMeta)> {
        let holder = (self.to)();
        let is_it = |key: &&GenericKeyMeta| self.key.is_none_or(|name| key.name == name);
        holder.generic_keys.iter().find(is_it).map(|key| (holder, key))
    }
}
