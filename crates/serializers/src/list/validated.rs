//! The validated list of one request.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use belleville_db::{Assignment, Error, Model, QuerySet, Value};

use super::{ListItem, ListSerializerClass};
use crate::context::OwnedContext;
use crate::nested_writes::NestedWrites;
use crate::validation::{Purpose, validate_changes, validate_list};
use crate::value::{Validated, ValidatedData};
use crate::{Context, Input};

/// The validated list of one request, to be saved together: new objects, or changes of those that are there.
///
/// `E` is the error of whoever saves, as that of a [`Serializer`](struct@crate::Serializer).
pub struct ValidatedList<M, E = Error> {
    list: Arc<ListSerializerClass>,
    items: Vec<ValidatedData>,
    /// Those that are changed.
    objects: Option<Vec<M>>,
    context: OwnedContext,
    /// An assignment of [`ValidatedList::with`] that cannot be saved.
    refused: Option<Error>,
    error: PhantomData<fn() -> E>,
}

impl<M, E> fmt::Debug for ValidatedList<M, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidatedList")
            .field("list", &self.list.name())
            .field("items", &self.items.len())
            .finish_non_exhaustive()
    }
}

impl<M: Model, E: From<Error>> ValidatedList<M, E> {
    /// Validates a list of new objects.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the messages by the positions of the items, or whatever the database reports.
    pub async fn for_create(
        list: &Arc<ListSerializerClass>,
        input: &Input<'_>,
        context: &Context<'_>,
    ) -> Result<Self, E> {
        let items = validate_list(list, input, Purpose::create(), context).await?;
        Ok(Self::new(list, items, None, context)?)
    }

    /// Validates a list of changes of some rows. An item is about the row that it names by the key of the list, and that row
    /// is left out where another one's values must be unique. With `partial` (PATCH), fields that an item leaves out stay
    /// unchanged.
    ///
    /// # Errors
    /// As [`ValidatedList::for_create`]; [`Error::Refused`] where the list says neither how it `writes` nor has an `update`.
    pub async fn for_update(
        list: &Arc<ListSerializerClass>,
        input: &Input<'_>,
        rows: QuerySet<M>,
        partial: bool,
        context: &Context<'_>,
    ) -> Result<Self, E> {
        if !list.updates() {
            let text =
                "say `writes = NestedWrites::Merge` or `NestedWrites::Replace`, or write a method `update`";
            return Err(Error::refused(format!("{} does not change rows: {text}", list.name())).into());
        }
        let needs_all = list.methods.update.is_some() || list.writes == Some(NestedWrites::Replace);
        let find = async |keys: Vec<Value>| match (needs_all, list.key_position()) {
            (false, Some(key)) => rows.with_any(context.db(), key, &keys).await,
            _ => rows.all(context.db()).await,
        };
        let (items, objects) = validate_changes(list, input, partial, find, context).await?;
        Ok(Self::new(list, items, Some(objects), context)?)
    }

    fn new(
        list: &Arc<ListSerializerClass>,
        items: Vec<Validated>,
        objects: Option<Vec<M>>,
        context: &Context<'_>,
    ) -> Result<Self, Error> {
        let items = items.into_iter().map(ListItem::of).collect::<Result<_, _>>()?;
        let list = Arc::clone(list);
        Ok(Self { list, items, objects, context: context.owned(), refused: None, error: PhantomData })
    }

    /// Sets a field of every item: `list.with(Book::OWNER.set(user))`.
    #[must_use]
    pub fn with(mut self, assignment: Assignment<M>) -> Self {
        match assignment.into_parts() {
            Ok((field, value)) => {
                let name = M::meta().fields[field].name;
                self.items.iter_mut().for_each(|item| item.set(name, Validated::Value(value.clone())));
            }
            Err(error) => self.refused = Some(error),
        }
        self
    }

    /// The validated values of every item: DRF's `validated_data`.
    pub fn items(&self) -> &[ValidatedData] {
        &self.items
    }

    /// The objects that are changed; `None` when new ones are created.
    pub fn objects(&self) -> Option<&[M]> {
        self.objects.as_deref()
    }

    /// Saves the rows in one transaction and returns the objects, in the order of the items: by the list's own `create` or
    /// `update`, where it has one. Otherwise the statements do not grow with the items, as long as nothing happens when
    /// one of them is saved: hooks, files, nested serializers and a `create` or `update` of the serializer make them be saved one
    /// by one.
    ///
    /// # Errors
    /// As [`Serializer::save`](struct@crate::Serializer), at the position of the item.
    pub async fn save(self) -> Result<Vec<M>, E> {
        if let Some(refused) = self.refused {
            return Err(refused.into());
        }
        let context = self.context.borrowed();
        let saved = match self.objects {
            None => self.list.create(self.items, &context).await,
            Some(objects) => self.list.update(objects, self.items, &context).await,
        };
        saved.map_err(E::from)
    }
}
