//! Renderers: how a response becomes bytes.

use std::sync::Arc;

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use crate::BoxFuture;
use crate::json::{Json, reindent};
use crate::lists::list_of;
use crate::negotiation::Accepted;
use crate::parsers::media_type::MediaType;
use crate::request::Request;
use crate::response::Response;

/// The most spaces that a client may ask each level to be indented by.
const WIDEST_INDENT: usize = 8;

/// A renderer: writes data in a media type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a renderer",
    label = "implement Renderer for it: `media_type`, `format` and `async fn render(&self, &Request, Response) -> Response`"
)]
pub trait Renderer: Send + Sync + 'static {
    /// The media type that it produces: `application/json`.
    fn media_type(&self) -> &str;

    /// Its name in `?format=` and in a URL's suffix: `json`.
    fn format(&self) -> &str;

    /// Renders the response where nothing is waited for, so that no future is made; whether it did.
    #[doc(hidden)]
    fn render_at_once(&self, request: &Request, response: &mut Response) -> bool {
        let _ = (request, response);
        false
    }

    /// Renders a response whose body is compact JSON or empty. All headers are set; the content type only where it is
    /// another one than the renderer's.
    fn render(&self, request: &Request, response: Response) -> impl Future<Output = Response> + Send;
}

list_of! {
    /// The renderers of a view: one, an array or a `Vec` of one type, or a tuple of different types.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a renderer",
        label = "give a renderer (`JsonRenderer`), an array of them, or a tuple where they differ",
        note = "a renderer of your own is a type that implements `Renderer`"
    )]
    IntoRenderers, into_renderers, BoxedRenderer, Renderer
}

/// A type-erased renderer.
#[derive(Clone)]
pub struct BoxedRenderer {
    renderer: Arc<dyn DynRenderer>,
    /// What it produces, parsed once.
    pub(crate) produces: Arc<MediaType>,
}

impl<R: Renderer> From<R> for BoxedRenderer {
    fn from(renderer: R) -> Self {
        let produces = Arc::new(MediaType::parse(renderer.media_type()));
        Self { renderer: Arc::new(renderer), produces }
    }
}

impl std::fmt::Debug for BoxedRenderer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.media_type())
    }
}

impl BoxedRenderer {
    /// As [`Renderer::media_type`].
    pub fn media_type(&self) -> &str {
        self.renderer.media_type()
    }

    /// As [`Renderer::format`].
    pub fn format(&self) -> &str {
        self.renderer.format()
    }

    pub(crate) async fn render(&self, request: &Request, response: &mut Response) {
        if !self.renderer.render_at_once(request, response) {
            let data = std::mem::replace(response, Response::empty(200));
            *response = self.renderer.render(request, data).await;
        }
    }
}

/// The object-safe form of [`Renderer`].
trait DynRenderer: Send + Sync {
    fn media_type(&self) -> &str;
    fn format(&self) -> &str;
    fn render_at_once(&self, request: &Request, response: &mut Response) -> bool;
    fn render<'a>(&'a self, request: &'a Request, response: Response) -> BoxFuture<'a, Response>;
}

impl<R: Renderer> DynRenderer for R {
    fn media_type(&self) -> &str {
        Renderer::media_type(self)
    }

    fn format(&self) -> &str {
        Renderer::format(self)
    }

    fn render_at_once(&self, request: &Request, response: &mut Response) -> bool {
        Renderer::render_at_once(self, request, response)
    }

    fn render<'a>(&'a self, request: &'a Request, response: Response) -> BoxFuture<'a, Response> {
        Box::pin(Renderer::render(self, request, response))
    }
}

/// JSON as DRF writes it: compact unless the client asks for an `indent`, UTF-8 as it is.
#[derive(Clone, Copy, Debug)]
pub struct JsonRenderer;

impl Renderer for JsonRenderer {
    fn media_type(&self) -> &str {
        "application/json"
    }

    fn format(&self) -> &str {
        "json"
    }

    async fn render(&self, request: &Request, mut response: Response) -> Response {
        json(request, &mut response);
        response
    }

    fn render_at_once(&self, request: &Request, response: &mut Response) -> bool {
        json(request, response);
        true
    }
}

/// Pages that a view has made, `Response::html(200, page)`: DRF's `StaticHTMLRenderer`. Errors are shown by their status alone.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::renderers::StaticHTMLRenderer;
/// use belleville::request::Request;
/// use belleville::response::Response;
/// use belleville::views::View;
///
/// fn hello(_: &Request) -> Response {
///     Response::html(200, "<h1>Hello</h1>")
/// }
///
/// let view = View::new("Hello").renderer_classes(StaticHTMLRenderer).get(hello);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct StaticHTMLRenderer;

impl Renderer for StaticHTMLRenderer {
    fn media_type(&self) -> &str {
        "text/html"
    }

    fn format(&self) -> &str {
        "html"
    }

    async fn render(&self, request: &Request, mut response: Response) -> Response {
        html(request, &mut response);
        response
    }

    fn render_at_once(&self, request: &Request, response: &mut Response) -> bool {
        html(request, response);
        true
    }
}

/// Data is no page: that of an error is told by the status, and a text is taken for one.
fn html(request: &Request, response: &mut Response) {
    let Some(data) = response.take_compact_json() else { return };
    let is_error = request.error_code().is_some();
    let page = match std::str::from_utf8(&data).map(belleville_http::json::parse) {
        Ok(Ok(Json::Str(text))) if !is_error => text.as_str().to_owned(),
        _ => StatusCode::from_u16(response.status()).map(|status| status.to_string()).unwrap_or_default(),
    };
    if is_error {
        // DRF shows errors by a template of the project, which asks who the user is.
        response.vary_on("Cookie");
    }
    response.set_rendered(page.into_bytes());
    let content_type = response.headers_mut().entry(CONTENT_TYPE);
    content_type.or_insert(HeaderValue::from_static("text/html; charset=utf-8"));
}

fn json(request: &Request, response: &mut Response) {
    if let Some(compact) = response.take_compact_json() {
        let indent = request.accepted().and_then(indent);
        let bytes = match indent {
            Some(spaces) => reindent(&compact, spaces),
            None => compact,
        };
        response.set_rendered(bytes);
        let content_type = response.headers_mut().entry(CONTENT_TYPE);
        content_type.or_insert(HeaderValue::from_static("application/json"));
    }
}

/// `Accept: application/json; indent=4`. Zero and what is not a number mean compact.
fn indent(accepted: &Accepted) -> Option<usize> {
    let value = accepted.parameter("indent")?;
    let spaces = crate::python::parse_int(value)?.clamp(0, WIDEST_INDENT as i64);
    usize::try_from(spaces).ok().filter(|spaces| *spaces > 0)
}
