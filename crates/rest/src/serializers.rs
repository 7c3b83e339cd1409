//! Serializers of requests: [`belleville_serializers`] with the request as their context and the API's error as theirs.
//!
//! The rows that a foreign key may be set to can depend on the request, as with DRF's
//! `PrimaryKeyRelatedField(queryset=...)`:
//!
//! ```
//! # extern crate belleville_rest as belleville;
//! use belleville::db::{ForeignKey, Model, QuerySet};
//! use belleville::exceptions::Result;
//! use belleville::request::Request;
//! use belleville::serializers::ModelSerializer;
//!
//! # use belleville_auth::models::User;
//! # #[derive(Clone, Debug, Model)]
//! # #[model(app = "projects")]
//! # struct Project { #[field(primary_key)] id: i64, #[field(on_delete = Cascade)] owner: ForeignKey<User> }
//! # #[derive(Clone, Debug, Model)]
//! # #[model(app = "projects")]
//! # struct Task { #[field(primary_key)] id: i64, #[field(on_delete = Cascade)] project: ForeignKey<Project> }
//! #[derive(ModelSerializer)]
//! #[serializer(model = Task, fields = [id, project], querysets = [project = own_projects])]
//! struct TaskSerializer;
//!
//! fn own_projects(request: &Request) -> Result<QuerySet<Project>> {
//!     Ok(Project::objects().filter(Project::OWNER.eq(request.user()?)))
//! }
//! ```

/// `#[derive(Serializer)]`: a serializer without a model, which is a struct of its values.
pub use belleville_macros::Serializer;
pub use belleville_serializers::{
    Context, Declaration, FieldDefaults, FieldValidator, Form, FormValue, FromValidated,
    HyperlinkedIdentityField, HyperlinkedModelSerializer, HyperlinkedRelatedField, Input, InternalValue,
    IntoRelatedRows, ListDeclaration, ListItem, ListMethods, ListSerializer, ListSerializerClass, Methods,
    ModelSerializer, NestedSerializer, NestedWrites, Note, PlainSerializer, PlannedField,
    PrimaryKeyRelatedField, Purpose, Related, RelatedRows, Representation, RequestContext, ResolvedUrl,
    SerializerClass, SerializerFields, SerializerMethodField, SerializerValidator, SlugRelatedField,
    StringRelatedField, TextField, UniqueForDateValidator, UniqueForMonthValidator, UniqueForYearValidator,
    UniqueTogetherValidator, UniqueValidator, UrlOf, Validated, ValidatedData, fields, serializer_methods,
};
#[doc(hidden)]
pub use belleville_serializers::{
    NoMethods, PlainValue, SerializerMethods, base_names, field, method_error, related_rows,
};

use std::any::Any;
use std::sync::Arc;

use belleville_db::{FieldValue as _, Model as _, QuerySet, Value};

use crate::exceptions::{Error, Result};
use crate::parsers::{Data, QueryDict};
use crate::request::Request;
use crate::response::Response;

/// The validated input of one request, to be saved: what `perform_create` and `perform_update` get.
pub type Serializer<M> = belleville_serializers::Serializer<M, Error>;

/// The validated list of one request, to be saved together.
pub type ValidatedList<M> = belleville_serializers::ValidatedList<M, Error>;

/// The model of the items of a list.
type ModelOf<L> = <<L as ListSerializer>::Child as ModelSerializer>::Model;

/// What a request has sent, as serializers read it.
pub fn input(data: &Data) -> Input<'_> {
    match data {
        Data::Json(json) => Input::Json(json),
        Data::Form(form) => Input::Form(form_of(form)),
    }
}

/// The texts under each name, and then the files.
fn form_of(sent: &QueryDict) -> Form<'_> {
    let mut form = Form::new();
    for (name, texts) in sent.lists() {
        texts.iter().for_each(|text| form.push(name, FormValue::Text(text)));
    }
    sent.files().for_each(|(name, file)| form.push(name, FormValue::File(file.name())));
    form
}

/// Responses with what a serializer without a model shows.
pub trait SerializerResponse: Sized {
    /// A value as its serializer shows it: `Response::of(201, &user, &request).await`.
    ///
    /// # Errors
    /// 500 when a method of the serializer fails.
    fn of<T: PlainSerializer>(
        status: u16,
        value: &T,
        request: &Request,
    ) -> impl Future<Output = Result<Self>> + Send;

    /// Objects as a list of serializers shows them: `Response::of_list::<BookListSerializer>(200, &books, &request).await`.
    ///
    /// # Errors
    /// 500 when a method of a serializer fails.
    fn of_list<L: ListSerializer>(
        status: u16,
        objects: &[ModelOf<L>],
        request: &Request,
    ) -> impl Future<Output = Result<Self>> + Send
    where
        L::Child: ModelSerializer;
}

impl SerializerResponse for Response {
    async fn of<T: PlainSerializer>(status: u16, value: &T, request: &Request) -> Result<Self> {
        let shown = T::class().represent_values(&value.to_data(), &context(request)).await?;
        Ok(Self::json(status, shown))
    }

    async fn of_list<L: ListSerializer>(
        status: u16,
        objects: &[ModelOf<L>],
        request: &Request,
    ) -> Result<Self>
    where
        L::Child: ModelSerializer,
    {
        Ok(Self::json(status, L::class().represent(objects, &context(request)).await?))
    }
}

/// What a serializer may ask of a request: DRF's `get_serializer_context`.
pub fn context(request: &Request) -> Context<'_> {
    let defaults = request.services().get::<FieldDefaults>().copied().unwrap_or_default();
    Context::new(request.db()).with_request(request).with_defaults(defaults)
}

impl RequestContext for Request {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn shared(&self) -> Arc<dyn RequestContext> {
        Arc::new(self.clone())
    }

    fn user(&self) -> belleville_db::Result<Value> {
        Ok(Request::user(self)?.pk().to_value())
    }

    fn urls(&self, view_name: &str, url_kwarg: &str) -> belleville_db::Result<UrlOf> {
        let urls = self.reversed(view_name, url_kwarg, self.format_suffix()).map_err(Error::from)?;
        Ok(Box::new(move |value| urls.url(value)))
    }

    fn resolve(&self, url: &str) -> Option<ResolvedUrl> {
        let found = Request::urls(self).resolve_hyperlink(url)?;
        let kwargs = found.kwargs().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Some(ResolvedUrl { name: found.url_name()?.to_owned(), kwargs: kwargs.collect() })
    }
}

/// Input without a model.
impl Request {
    /// The body, validated by a serializer without a model.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// use belleville::exceptions::Result;
    /// use belleville::request::Request;
    /// use belleville::response::Response;
    /// use belleville::serializers::{Serializer, SerializerResponse as _};
    ///
    /// #[derive(Serializer)]
    /// struct Register {
    ///     #[field(max_length = 150)]
    ///     username: String,
    ///     #[field(write_only)]
    ///     password: String,
    /// }
    ///
    /// async fn register(request: Request) -> Result<Response> {
    ///     let input: Register = request.validated().await?;
    ///     Response::of(201, &input, &request).await
    /// }
    /// ```
    ///
    /// # Errors
    /// 400 with DRF's messages by field.
    pub async fn validated<T: PlainSerializer>(&self) -> Result<T> {
        let data = self.data().await?;
        let values = T::class().validate(&input(&data), Purpose::create(), &context(self)).await?;
        Ok(T::from_data(&values)?)
    }

    /// The body, validated as a list of new objects: DRF's `many=True`.
    ///
    /// # Errors
    /// 400 with DRF's messages by the positions of the items.
    pub async fn validated_list<L: ListSerializer>(&self) -> Result<ValidatedList<ModelOf<L>>>
    where
        L::Child: ModelSerializer,
    {
        let data = self.data().await?;
        ValidatedList::for_create(L::class(), &input(&data), &context(self)).await
    }

    /// The body, validated as a list of changes of some rows, where a PATCH leaves what an item leaves out unchanged.
    ///
    /// # Errors
    /// As [`Request::validated_list`].
    pub async fn validated_changes<L: ListSerializer>(
        &self,
        rows: QuerySet<ModelOf<L>>,
    ) -> Result<ValidatedList<ModelOf<L>>>
    where
        L::Child: ModelSerializer,
    {
        let (data, is_partial) = (self.data().await?, self.method() == "PATCH");
        ValidatedList::for_update(L::class(), &input(&data), rows, is_partial, &context(self)).await
    }

    /// The texts of some fields of the body, in their order. The rest of the body does not stay in memory while a handler
    /// waits for a password to be hashed.
    ///
    /// # Errors
    /// 400 with DRF's message for each field.
    pub async fn texts<const N: usize>(&self, fields: &[TextField; N]) -> Result<[String; N]> {
        let data = self.take_data().await?;
        Ok(TextField::read(fields, &input(&data))?)
    }

    /// The texts of the fields that the body has, for a partial update.
    ///
    /// # Errors
    /// As [`Request::texts`].
    pub async fn given_texts<const N: usize>(&self, fields: &[TextField; N]) -> Result<[Option<String>; N]> {
        let data = self.take_data().await?;
        Ok(TextField::read_partial(fields, &input(&data))?)
    }
}
