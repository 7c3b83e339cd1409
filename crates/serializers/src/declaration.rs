//! What a program declares of a serializer.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use belleville_db::{Error, Model, QuerySet, Reference, Result, RowCondition, Rows};

use crate::fields::Declared;
use crate::methods::{Methods, SerializerMethods};
use crate::reuse::SerializerFields;
use crate::serializer::{create, update};
use crate::uniqueness::SerializerValidator;
use crate::{Context, SerializerClass, ValidatedData};

/// The declaration of a serializer: which fields of a model clients read and write. `#[derive(ModelSerializer)]`
/// implements it. (The validated input of a request is a [`Serializer`](struct@crate::Serializer).)
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a serializer",
    label = "add #[derive(ModelSerializer)] and #[serializer(model = .., fields = [..])]"
)]
pub trait ModelSerializer: Send + Sync + Sized + 'static {
    /// The model.
    type Model: Model;

    /// The place of the declaration, `src/serializers.rs:12`, which mistakes in it name.
    #[doc(hidden)]
    const DECLARED_AT: &'static str = "";

    /// The fields and what is said about them. Called once, at start.
    fn declaration() -> Declaration<Self::Model>;

    /// Makes an object as a serializer does that has no method `create`: DRF's `super().create(validated_data)`.
    ///
    /// # Errors
    /// As [`Serializer::save`](crate::Serializer::save), but what the database refuses is not explained yet.
    fn default_create(
        data: ValidatedData,
        context: &Context<'_>,
    ) -> impl Future<Output = Result<Self::Model>> + Send {
        async move { create(&SerializerClass::of::<Self>(), data, context).await }
    }

    /// Changes an object as a serializer does that has no method `update`: DRF's `super().update(instance, validated_data)`.
    ///
    /// # Errors
    /// As [`ModelSerializer::default_create`].
    fn default_update(
        object: Self::Model,
        data: ValidatedData,
        context: &Context<'_>,
    ) -> impl Future<Output = Result<Self::Model>> + Send {
        async move { update(&SerializerClass::of::<Self>(), object, data, context).await }
    }
}

/// The fields of a serializer, in DRF's words: what stands in `class Meta`, the declared fields and the methods.
#[derive(Debug)]
pub struct Declaration<M> {
    pub(crate) names: Names,
    pub(crate) declared: Vec<(&'static str, Declared)>,
    pub(crate) extra: Vec<(&'static str, Declared)>,
    pub(crate) read_only: Vec<&'static str>,
    pub(crate) querysets: Vec<(&'static str, RelatedRows)>,
    pub(crate) depth: u8,
    pub(crate) hyperlinked: bool,
    pub(crate) validators: Option<Vec<SerializerValidator>>,
    pub(crate) methods: Methods,
    model: PhantomData<fn() -> M>,
}

/// Which fields of the model.
#[derive(Debug)]
pub(crate) enum Names {
    Named(Vec<&'static str>),
    All,
    Exclude(Vec<&'static str>),
}

impl<M: Model> Declaration<M> {
    /// These fields, in the order of the output.
    pub fn fields(names: impl IntoIterator<Item = &'static str>) -> Self {
        Self::of(Names::Named(names.into_iter().collect()))
    }

    /// Every field of the model: DRF's `"__all__"`.
    pub fn all() -> Self {
        Self::of(Names::All)
    }

    /// Every field of the model but these.
    pub fn exclude(names: impl IntoIterator<Item = &'static str>) -> Self {
        Self::of(Names::Exclude(names.into_iter().collect()))
    }

    fn of(names: Names) -> Self {
        Self {
            names,
            declared: Vec::new(),
            extra: Vec::new(),
            read_only: Vec::new(),
            querysets: Vec::new(),
            depth: 0,
            hyperlinked: false,
            validators: None,
            methods: Methods::default(),
            model: PhantomData,
        }
    }

    /// The fields of a base, but these.
    #[must_use]
    pub fn base<B: SerializerFields>(mut self, left_out: &[&str]) -> Self {
        for (name, field) in B::fields().into_iter().filter(|(name, _)| !left_out.contains(name)) {
            self = self.declared(name, field);
        }
        self
    }

    /// A field that the serializer declares itself, instead of one of this name that it has from a base.
    #[must_use]
    pub fn declared(mut self, name: &'static str, field: impl Into<Declared>) -> Self {
        self.declared.retain(|(known, _)| *known != name);
        self.declared.push((name, field.into()));
        self
    }

    /// Options of a field that follows from the model: DRF's `extra_kwargs`.
    #[must_use]
    pub fn extra_kwargs(mut self, name: &'static str, options: impl Into<Declared>) -> Self {
        self.extra.push((name, options.into()));
        self
    }

    /// Fields that input does not set.
    #[must_use]
    pub fn read_only_fields(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        self.read_only.extend(names);
        self
    }

    /// The rows that a foreign key may be set to.
    #[must_use]
    pub fn queryset(mut self, name: &'static str, rows: RelatedRows) -> Self {
        self.querysets.push((name, rows));
        self
    }

    /// Relations are nested serializers of all fields, so many levels deep.
    #[must_use]
    pub fn depth(mut self, levels: u8) -> Self {
        self.depth = levels;
        self
    }

    /// The object and what is related to it are shown as URLs: DRF's `HyperlinkedModelSerializer`.
    #[must_use]
    pub fn hyperlinked(mut self) -> Self {
        self.hyperlinked = true;
        self
    }

    /// The validators of the whole serializer, instead of those that follow from the model: DRF's `Meta.validators`.
    #[must_use]
    pub fn validators(mut self, validators: impl IntoIterator<Item = SerializerValidator>) -> Self {
        self.validators = Some(validators.into_iter().collect());
        self
    }

    /// The methods of the serializer.
    #[must_use]
    pub fn methods(mut self, methods: Methods) -> Self {
        self.methods = methods;
        self
    }
}

/// The rows that a request may refer to, which may depend on its user: DRF's `get_queryset` of a related field.
#[derive(Clone)]
pub struct RelatedRows(Arc<RowsOf>);

type RowsOf = dyn Fn(&Context<'_>) -> Result<Rows> + Send + Sync;

impl fmt::Debug for RelatedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RelatedRows(..)")
    }
}

impl RelatedRows {
    /// What a function says of the context.
    pub fn new(rows: impl Fn(&Context<'_>) -> Result<Rows> + Send + Sync + 'static) -> Self {
        Self(Arc::new(rows))
    }

    /// What a model says of one of its relations: Django's `limit_choices_to`.
    pub(crate) fn limited(limit: fn() -> RowCondition) -> Self {
        Self::new(move |_| {
            let condition = limit();
            Rows::all(condition.meta()).matching(condition)
        })
    }

    /// Whether it is the same declaration.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The rows for a request.
    pub(crate) fn of(&self, context: &Context<'_>) -> Result<Rows> {
        (self.0)(context)
    }
}

/// What says which rows of `M` a related field may be set to: a queryset, or a function from the request to one. The
/// compiler finds `Kind`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no queryset of `{M}`",
    label = "give `{M}::objects()`, or a function from the request: `fn(&Request) -> Result<QuerySet<{M}>>`"
)]
pub trait IntoRelatedRows<M, Kind> {
    #[doc(hidden)]
    fn into_related_rows(self) -> RelatedRows;
}

#[doc(hidden)]
#[derive(Debug)]
pub struct Fixed;

#[doc(hidden)]
pub struct OfRequest<R, E>(PhantomData<fn() -> (R, E)>);

impl<R, E> fmt::Debug for OfRequest<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OfRequest")
    }
}

impl<M: Model> IntoRelatedRows<M, Fixed> for QuerySet<M> {
    fn into_related_rows(self) -> RelatedRows {
        let rows = self.rows();
        RelatedRows::new(move |_| Ok(rows.clone()))
    }
}

impl<M, R, E, F> IntoRelatedRows<M, OfRequest<R, E>> for F
where
    M: Model,
    R: Any,
    Error: From<E>,
    F: Fn(&R) -> Result<QuerySet<M>, E> + Send + Sync + 'static,
{
    fn into_related_rows(self) -> RelatedRows {
        RelatedRows::new(move |context| Ok(self(context.request::<R>()?)?.rows()))
    }
}

/// The rows of the model that a foreign key refers to. Called by derived code, where a queryset of another model does not
/// compile.
#[doc(hidden)]
pub fn related_rows<M: Model, T: Reference, Kind>(
    _: fn(&M) -> &T,
    rows: impl IntoRelatedRows<T::To, Kind>,
) -> RelatedRows {
    rows.into_related_rows()
}

/// A serializer without methods of its own. Those that `#[serializer_methods]` collects come before these.
#[doc(hidden)]
pub trait NoMethods: SerializerMethods {
    #[doc(hidden)]
    fn serializer_methods() -> Self::Methods {
        Self::Methods::default()
    }
}

impl<T: SerializerMethods + ?Sized> NoMethods for T {}
