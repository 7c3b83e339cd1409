//! Several of a serializer, or of a field: DRF's `ListSerializer`.

mod declaration;
mod field;
mod keyed;
mod methods;
mod saving;
mod validated;

use std::sync::Arc;

use belleville_db::json::{self, Json};
use belleville_db::python::class_name;
use belleville_db::suggest::did_you_mean;
use belleville_db::{Model, Result, Rows};

use crate::fields::{BoundField, Declared, Kind, cannot_show};
use crate::nested::{Limits, Nested, Nesting};
use crate::nested_writes::NestedWrites;
use crate::relations::Related;
use crate::representation::Named;
use crate::validation::{Purpose, validate_list};
use crate::value::{Validated, ValidatedData};
use crate::{Context, Input, SerializerClass};

pub use declaration::{ListDeclaration, ListSerializer};
pub(crate) use field::ListValue;
pub(crate) use keyed::Found;
pub use methods::{ListItem, ListMethods};
pub use validated::ValidatedList;

/// Several of a serializer, or of a field, prepared at start.
#[derive(Debug)]
pub struct ListSerializerClass {
    name: &'static str,
    pub(crate) child: ListChild,
    pub(crate) limits: Limits,
    pub(crate) methods: ListMethods,
    /// What becomes of rows that input leaves out, of a list that changes rows.
    pub(crate) writes: Option<NestedWrites>,
    /// The field by which input names a row, instead of the primary key.
    key: Option<&'static str>,
}

/// What is in a list.
#[derive(Debug)]
pub(crate) enum ListChild {
    /// A serializer.
    Serializer { class: Arc<SerializerClass>, allow_null: bool },
    /// A value.
    Field(Box<BoundField>),
    /// Another list.
    List(Arc<ListSerializerClass>),
}

impl ListSerializerClass {
    /// Prepares a list.
    ///
    /// # Panics
    /// At start, when the declaration contradicts itself; it says what to change.
    pub fn of<L: ListSerializer>() -> Arc<Self> {
        let list = Self::nested::<L>(0);
        if let ListChild::Serializer { class, .. } = &list.child
            && class.model().is_some()
        {
            class.output();
        }
        list
    }

    /// Several of a serializer, without limits or methods: DRF's `many=True`.
    pub fn many(child: Arc<SerializerClass>) -> Arc<Self> {
        Arc::new(Self::of_class(child, false, Limits::default()))
    }

    fn of_class(class: Arc<SerializerClass>, allow_null: bool, limits: Limits) -> Self {
        Self {
            name: class.name(),
            child: ListChild::Serializer { class, allow_null },
            limits,
            methods: ListMethods::new(),
            writes: None,
            key: None,
        }
    }

    /// Several of a serializer that is a field of another one.
    pub(crate) fn of_nested(class: Arc<SerializerClass>, allow_null: bool, nested: &Nested) -> Arc<Self> {
        let (limits, writes, key) = (nested.limits.clone(), nested.writes, nested.key);
        let list = Self { writes, key, ..Self::of_class(class, allow_null, limits) };
        list.check();
        Arc::new(list)
    }

    /// A list that stands inside of so many serializers.
    pub(crate) fn nested<L: ListSerializer>(level: u8) -> Arc<Self> {
        let ListDeclaration { child: Declared { kind, options }, limits, methods, writes, key } =
            L::declaration();
        let name = class_name::<L>();
        let child = match kind {
            Kind::Nested(nested) => {
                assert!(!nested.many, "{name}: its child is one of the items: leave out `many`");
                let takes_keys = writes.is_some() && key.is_none();
                ListChild::Serializer {
                    class: (nested.class)(Nesting { level, takes_keys }),
                    allow_null: options.allow_null == Some(true),
                }
            }
            Kind::List(list) => {
                let list = list(level);
                assert!(
                    list.child().is_none() && list.methods.to_representation.is_none(),
                    "{name}: a list of lists has values inside, and the inner ones no `to_representation`"
                );
                ListChild::List(list)
            }
            kind => ListChild::Field(Box::new(BoundField::child(Declared { kind, options }))),
        };
        let list = Self { name, child, limits, methods, writes, key };
        list.check();
        Arc::new(list)
    }

    fn check(&self) {
        let name = self.name;
        if self.writes.is_none() && self.key.is_none() {
            return;
        }
        let class = self.child().filter(|class| class.model().is_some());
        let Some(class) = class else {
            panic!("{name}: only a list of a serializer with a model has `writes` or a `key`")
        };
        let Some(key) = self.key else { return };
        let field = class.writable_fields().find(|field| field.source.is(key));
        let Some(field) = field.filter(|_| class.meta().position(key).is_some()) else {
            let known = class.writable_fields().filter_map(|field| field.source.names().first().copied());
            panic!(
                "{}{} takes no `{key}`, which is the key of the list{}",
                if name == class.name() { String::new() } else { format!("{name}: ") },
                class.name(),
                did_you_mean(key, known)
            )
        };
        // Which rows are meant is asked before anything else is.
        let names = &field.bound.field;
        assert!(
            names.link().is_none() && names.relation().is_none_or(Related::is_kept),
            "{name}: `{key}` cannot be the key of the list, because input names it by something else than its value: \
             declare it as a PrimaryKeyRelatedField"
        );
    }

    /// The name of the struct, or of the serializer that there are several of.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The serializer that there are several of; `None` of a list of values.
    pub fn child(&self) -> Option<&Arc<SerializerClass>> {
        match &self.child {
            ListChild::Serializer { class, .. } => Some(class),
            ListChild::Field(_) | ListChild::List(_) => None,
        }
    }

    /// Validates the input: DRF's `is_valid` and `validated_data`.
    ///
    /// # Errors
    /// [`Error::Invalid`](belleville_db::Error::Invalid) with the messages by the positions of the items.
    pub async fn validate(
        &self,
        input: &Input<'_>,
        purpose: Purpose,
        context: &Context<'_>,
    ) -> Result<Vec<Validated>> {
        validate_list(self, input, purpose, context).await
    }

    /// The representation of validated values, as compact JSON: DRF's `serializer.data`.
    ///
    /// # Errors
    /// When a value is missing or of another type; and any error of a method.
    pub async fn represent_values(&self, items: &[Validated], context: &Context<'_>) -> Result<Vec<u8>> {
        let all: Vec<&ValidatedData> = items.iter().filter_map(Validated::data).collect();
        let mut named = match &self.child {
            ListChild::Serializer { class, .. } => Named::read(class, &all, context).await?,
            ListChild::Field(_) | ListChild::List(_) => Named::default(),
        };
        let mut out = Vec::with_capacity(256);
        self.represent_items(items, &mut named, context, &mut out).await?;
        Ok(out)
    }

    pub(crate) async fn represent_items(
        &self,
        items: &[Validated],
        named: &mut Named,
        context: &Context<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let first = out.len();
        match &self.child {
            ListChild::Serializer { class, .. } => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    match item {
                        item if item.is_null() => out.extend_from_slice(b"null"),
                        Validated::Dict(data) => class.represent_data(data, named, context, out).await?,
                        _ => return Err(cannot_show()),
                    }
                }
                out.push(b']');
            }
            ListChild::Field(_) | ListChild::List(_) => {
                context.during(|| self.show_items(items, context, out))?;
            }
        }
        self.changed(first, context, out).await
    }

    /// Hands what was written to the list's own `to_representation`.
    pub(crate) async fn changed(&self, first: usize, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        let Some(method) = &self.methods.to_representation else { return Ok(()) };
        let written = out.split_off(first);
        let written = std::str::from_utf8(&written).ok().and_then(|text| json::loads(text).ok());
        let Some(Json::List(shown)) = written else { return Err(cannot_show()) };
        let changed = method(shown.into_vec(), context).await?;
        context.defaults().write(&Json::from(changed), out)
    }

    /// The representations of a query's rows, as a compact JSON array.
    ///
    /// # Errors
    /// Any database error, and any error of a method.
    pub async fn represent_all(&self, rows: impl Into<Rows>, context: &Context<'_>) -> Result<Vec<u8>> {
        let class = self.child().ok_or_else(cannot_show)?;
        let mut out = class.represent_all(rows, context).await?;
        self.changed(0, context, &mut out).await?;
        Ok(out)
    }

    /// The representations of objects, in their order, as a compact JSON array.
    ///
    /// # Errors
    /// As [`ListSerializerClass::represent_all`].
    pub async fn represent<M: Model>(&self, objects: &[M], context: &Context<'_>) -> Result<Vec<u8>> {
        let class = self.child().ok_or_else(cannot_show)?;
        let mut out = class.represent_objects(objects, context).await?;
        self.changed(0, context, &mut out).await?;
        Ok(out)
    }
}
