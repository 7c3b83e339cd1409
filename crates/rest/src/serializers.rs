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
    PrimaryKeyRelatedField, Purpose, Related, RelatedRows, Representation, RepresentedBatches,
    RequestContext, ResolvedUrl, SerializerClass, SerializerFields, SerializerMethodField,
    SerializerValidator, SlugRelatedField, StringRelatedField, UniqueForDateValidator,
    UniqueForMonthValidator, UniqueForYearValidator, UniqueTogetherValidator, UniqueValidator, UrlOf,
    Validated, ValidatedData, fields, serializer_methods, url_field_name,
};
#[doc(hidden)]
pub use belleville_serializers::{
    NoMethods, PlainValue, RelatedKeys, SerializerMethods, base_names, field, method_error, related_rows,
    set_url_field_name,
};

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use belleville_db::{FieldValue as _, Model as _, QuerySet, Value};
use belleville_http::request::HttpRequest;

use crate::exceptions::{Error, Result};
use crate::parsers::{Data, QueryDict};
use crate::policies::{CompletePolicies, RestFramework};
use crate::request::Request;
use crate::response::Response;
use crate::streamed;

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
    sent.files().for_each(|(name, file)| form.push(name, FormValue::File(file)));
    form
}

/// Responses with what a serializer shows.
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

    /// Several values: DRF's `many=True`.
    ///
    /// # Errors
    /// As [`SerializerResponse::of`].
    fn of_all<T: PlainSerializer>(
        status: u16,
        values: &[T],
        request: &Request,
    ) -> impl Future<Output = Result<Self>> + Send;

    /// Validated values as the serializer of their struct shows them.
    ///
    /// # Errors
    /// As [`SerializerResponse::of`].
    fn of_data<T: PlainSerializer>(
        status: u16,
        data: &ValidatedData,
        request: &Request,
    ) -> impl Future<Output = Result<Self>> + Send;

    /// An object as a serializer of its model shows it: `Response::of_object::<BookSerializer>(201, &book, &request).await`.
    ///
    /// # Errors
    /// As [`SerializerResponse::of`], or whatever the database reports.
    fn of_object<S: ModelSerializer>(
        status: u16,
        object: &S::Model,
        request: &Request,
    ) -> impl Future<Output = Result<Self>> + Send;

    /// The objects of a queryset: `Response::of_rows::<BookSerializer>(Book::objects(), &request).await`.
    ///
    /// # Errors
    /// As [`SerializerResponse::of_object`].
    fn of_rows<S: ModelSerializer>(
        rows: QuerySet<S::Model>,
        request: &Request,
    ) -> impl Future<Output = Result<Self>> + Send;

    /// The same, streamed: read, written and sent batch by batch, as [`View::stream`](crate::views::View::stream) says.
    /// `Response::stream_rows::<BookSerializer>(Book::objects(), &request).await`.
    ///
    /// # Errors
    /// As [`SerializerResponse::of_object`], of the first batch.
    fn stream_rows<S: ModelSerializer>(
        rows: QuerySet<S::Model>,
        request: &Request,
    ) -> impl Future<Output = Result<Self>> + Send;

    /// The list of a view: those objects of a queryset that the request asks for by the view's filters, and of them the page that it
    /// asks for: `Response::of_page::<BookSerializer>(Book::objects(), &request).await`. The view says which by
    /// [`filter_backends`](crate::views::View::filter_backends) and [`pagination_class`](crate::views::View::pagination_class).
    ///
    /// # Errors
    /// 400 when a parameter of a filter is wrong, 404 when there is no such page, and as [`SerializerResponse::of_object`].
    fn of_page<S: ModelSerializer>(
        rows: QuerySet<S::Model>,
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
        Self::of_data::<T>(status, &value.to_data(), request).await
    }

    async fn of_all<T: PlainSerializer>(status: u16, values: &[T], request: &Request) -> Result<Self> {
        let values: Vec<_> = values.iter().map(T::to_data).collect();
        Ok(Self::json(status, T::class().represent_all_values(&values, &context(request)).await?))
    }

    async fn of_data<T: PlainSerializer>(
        status: u16,
        data: &ValidatedData,
        request: &Request,
    ) -> Result<Self> {
        Ok(Self::json(status, T::class().represent_values(data, &context(request)).await?))
    }

    async fn of_object<S: ModelSerializer>(
        status: u16,
        object: &S::Model,
        request: &Request,
    ) -> Result<Self> {
        let class = SerializerClass::of::<S>();
        Ok(Self::json(status, class.represent(object, &context(request)).await?))
    }

    async fn of_rows<S: ModelSerializer>(rows: QuerySet<S::Model>, request: &Request) -> Result<Self> {
        let class = SerializerClass::of::<S>();
        Ok(Self::json(200, class.represent_all(rows, &context(request)).await?))
    }

    async fn stream_rows<S: ModelSerializer>(rows: QuerySet<S::Model>, request: &Request) -> Result<Self> {
        streamed::rows(request, rows.rows(), &SerializerClass::of::<S>()).await
    }

    async fn of_page<S: ModelSerializer>(rows: QuerySet<S::Model>, request: &Request) -> Result<Self> {
        let rows = request.filter_queryset(rows).await?;
        request.list_rows(rows.rows(), &SerializerClass::of::<S>()).await
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

    fn urls(&self, view_name: &str, url_kwarg: &str, format: Option<&str>) -> belleville_db::Result<UrlOf> {
        let format = self.format_suffix().map(|suffix| format.unwrap_or(suffix));
        let urls = self.reversed(view_name, url_kwarg, format).map_err(Error::from)?;
        Ok(Box::new(move |value| urls.url(value)))
    }

    fn resolve(&self, url: &str) -> Option<ResolvedUrl> {
        let found = Request::urls(self).resolve_hyperlink(url)?;
        let kwargs = found.kwargs().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Some(ResolvedUrl { name: found.url_name()?.to_owned(), kwargs: kwargs.collect() })
    }

    fn versioned_name<'a>(&self, view_name: &'a str) -> Cow<'a, str> {
        Request::versioned_name(self, view_name)
    }

    fn build_absolute_uri(&self, url: &str) -> String {
        HttpRequest::build_absolute_uri(self, url)
    }

    fn uploaded_files_use_url(&self) -> bool {
        self.services().get::<RestFramework>().is_none_or(|settings| settings.uploaded_files_use_url)
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
        Ok(T::from_data(&self.validated_data::<T>(Purpose::create()).await?)?)
    }

    /// The body, validated as a new object of a model: DRF's `SnippetSerializer(data=request.data)`.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// # use belleville::{db::Model, exceptions::Result, request::Request, response::Response};
    /// # use belleville::serializers::{ModelSerializer, SerializerResponse as _};
    /// # #[derive(Clone, Debug, Model)]
    /// # #[model(app = "snippets")]
    /// # struct Snippet { #[field(primary_key)] id: i64, code: String }
    /// # #[derive(ModelSerializer)]
    /// # #[serializer(model = Snippet, fields = [id, code])]
    /// # struct SnippetSerializer;
    /// async fn create(request: Request) -> Result<Response> {
    ///     let serializer = request.validated_create::<SnippetSerializer>().await?;
    ///     let snippet = serializer.save(request.db()).await?;
    ///     Response::of_object::<SnippetSerializer>(201, &snippet, &request).await
    /// }
    /// ```
    ///
    /// # Errors
    /// 400 with DRF's messages by field.
    pub async fn validated_create<S: ModelSerializer>(&self) -> Result<Serializer<S::Model>> {
        let data = self.data().await?;
        Serializer::for_create(&SerializerClass::of::<S>(), &input(&data), &context(self)).await
    }

    /// The body, validated as changes of an object, where a PATCH leaves what it leaves out unchanged: DRF's
    /// `SnippetSerializer(snippet, data=request.data)`.
    ///
    /// # Errors
    /// As [`Request::validated_create`].
    pub async fn validated_update<S: ModelSerializer>(
        &self,
        object: S::Model,
    ) -> Result<Serializer<S::Model>> {
        let (data, is_partial) = (self.data().await?, self.method() == "PATCH");
        let (class, context) = (SerializerClass::of::<S>(), context(self).partial(is_partial));
        Serializer::for_update(&class, &input(&data), object, is_partial, &context).await
    }

    /// A body that is a list, validated item by item: DRF's `many=True`.
    ///
    /// # Errors
    /// As [`Request::validated`], with the messages of each item.
    pub async fn validated_many<T: PlainSerializer>(&self) -> Result<Vec<T>> {
        let data = self.data().await?;
        let all = T::class().validate_many(&input(&data), Purpose::create(), &context(self)).await?;
        Ok(all.iter().map(T::from_data).collect::<Result<_, _>>()?)
    }

    /// The body, validated as a list of new objects of a model: DRF's `many=True`.
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

    /// The validated values that the body has, by their names: those of a partial update
    /// (`Purpose::update().partial(true)`), or where it matters whether something was left out.
    ///
    /// # Errors
    /// As [`Request::validated`].
    pub async fn validated_data<T: PlainSerializer>(&self, purpose: Purpose) -> Result<ValidatedData> {
        let data = self.data().await?;
        Ok(T::class().validate(&input(&data), purpose, &context(self)).await?)
    }

    /// The body, validated by the view's serializer ([`View::serializer_class`](crate::views::View::serializer_class)). The rest of the body does not stay in memory
    /// while a handler waits for a password to be hashed.
    ///
    /// # Errors
    /// 400 with DRF's messages by field; 500 when the view has no serializer.
    pub async fn take_validated(&self, purpose: Purpose) -> Result<ValidatedData> {
        let Some(class) = self.policies().and_then(CompletePolicies::serializer) else {
            return Err(Error::internal("the view has no serializer: give it one by View::serializer_class"));
        };
        let data = self.take_data().await?;
        Ok(class.validate(&input(&data), purpose, &context(self)).await?)
    }
}
