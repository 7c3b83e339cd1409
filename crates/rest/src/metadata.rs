//! What `OPTIONS` answers: DRF's `SimpleMetadata`.

use belleville_db::Dialect;
use belleville_http::json::{JsonWriter, ListWriter};

use std::sync::Arc;

use crate::BoxFuture;
use crate::exceptions::Result;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::SerializerClass;
use crate::views::View;

/// What a view says of itself.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::Result;
/// use belleville::json::{Dict, Json};
/// use belleville::metadata::Metadata;
/// use belleville::request::Request;
/// use belleville::response::Response;
/// use belleville::views::View;
///
/// /// The name and the description, and nothing of the fields.
/// struct MinimalMetadata;
///
/// impl Metadata for MinimalMetadata {
///     async fn determine_metadata(&self, _: &Request, view: &View) -> Result<Response> {
///         let mut body = Dict::new();
///         body.insert("name", Json::from(view.view_name()));
///         body.insert("description", Json::from(view.view_description()));
///         Response::data(200, &Json::Dict(body))
///     }
/// }
///
/// let view = View::new("Books").metadata_class(MinimalMetadata);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no metadata",
    label = "implement Metadata for it: `async fn determine_metadata(&self, &Request, &View) -> Result<Response>`"
)]
pub trait Metadata: Send + Sync + 'static {
    /// The answer to `OPTIONS`.
    ///
    /// # Errors
    /// Whatever a permission or the database reports.
    fn determine_metadata(
        &self,
        request: &Request,
        view: &View,
    ) -> impl Future<Output = Result<Response>> + Send;
}

/// DRF's metadata: the name, the description, the media types, and the fields that the user may send.
#[derive(Clone, Copy, Debug)]
pub struct SimpleMetadata;

impl Metadata for SimpleMetadata {
    async fn determine_metadata(&self, request: &Request, view: &View) -> Result<Response> {
        options(view, request).await
    }
}

/// Type-erased metadata.
#[derive(Clone)]
pub struct BoxedMetadata(Arc<dyn DynMetadata>);

impl<M: Metadata> From<M> for BoxedMetadata {
    fn from(metadata: M) -> Self {
        Self(Arc::new(metadata))
    }
}

impl BoxedMetadata {
    pub(crate) fn determine<'a>(
        &'a self,
        request: &'a Request,
        view: &'a View,
    ) -> BoxFuture<'a, Result<Response>> {
        self.0.determine(request, view)
    }
}

/// The object-safe form of [`Metadata`].
trait DynMetadata: Send + Sync {
    fn determine<'a>(&'a self, request: &'a Request, view: &'a View) -> BoxFuture<'a, Result<Response>>;
}

impl<M: Metadata> DynMetadata for M {
    fn determine<'a>(&'a self, request: &'a Request, view: &'a View) -> BoxFuture<'a, Result<Response>> {
        Box::pin(self.determine_metadata(request, view))
    }
}

/// What a view can be given as its metadata: one, or `()` for none, whatever the settings say.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no metadata",
    label = "give one (`SimpleMetadata`), or `()` for 405",
    note = "metadata of your own is a type that implements `Metadata`"
)]
pub trait IntoMetadata {
    #[doc(hidden)]
    fn into_metadata(self) -> Option<BoxedMetadata>;
}

impl<M: Metadata> IntoMetadata for M {
    fn into_metadata(self) -> Option<BoxedMetadata> {
        Some(self.into())
    }
}

impl IntoMetadata for () {
    fn into_metadata(self) -> Option<BoxedMetadata> {
        None
    }
}

/// The names that [`by_name`] knows.
pub(crate) const NAMES: &[&str] = &["SimpleMetadata"];

/// The metadata with a name, short or DRF's dotted one.
pub(crate) fn by_name(name: &str) -> Option<BoxedMetadata> {
    let name = name.strip_prefix("rest_framework.metadata.").unwrap_or(name);
    (name == NAMES[0]).then(|| SimpleMetadata.into())
}

async fn options(view: &View, request: &Request) -> Result<Response> {
    let methods = writing_methods(view, request).await?;
    let policies = view.policies_of("OPTIONS");
    let out = JsonWriter::object_of(|object| {
        object.key("name").text(view.view_name());
        object.key("description").text(view.view_description());
        let renders = policies.renderers().iter().map(|renderer| renderer.media_type());
        object.key("renders").list(|list| write_texts(list, renders));
        object.key("parses").list(|list| write_texts(list, policies.parser_media_types()));
        if !methods.is_empty() {
            object.key("actions").object(|actions| {
                let dialect = request.db().dialect();
                for (method, serializer) in methods {
                    write_fields(actions.key(method), &serializer, dialect);
                }
            });
        }
    });
    Ok(Response::json(200, out))
}

fn write_texts<'a>(list: &mut ListWriter<'_>, texts: impl Iterator<Item = &'a str>) {
    texts.for_each(|text| list.item().text(text));
}

/// The methods of a view that take the fields of a serializer and that the user may use, each with its serializer. Both are asked for
/// as the action `metadata`, whichever action has the method.
async fn writing_methods(
    view: &View,
    request: &Request,
) -> Result<Vec<(&'static str, Arc<SerializerClass>)>> {
    let mut methods = Vec::new();
    for method in ["PUT", "POST"] {
        if view.has_serializer()
            && view.metadata_may_use(method, request).await?
            && let Some(serializer) = view.serializer_for(&request.of_metadata(method))?
        {
            methods.push((method, serializer));
        }
    }
    Ok(methods)
}

fn write_fields(to: JsonWriter<'_>, serializer: &SerializerClass, dialect: Dialect) {
    to.object(|fields| {
        for field in serializer.fields().iter().filter(|field| !field.is_hidden()) {
            fields.key(field.bound.name).object(|facts| field.shape(dialect).write(facts));
        }
    });
}
