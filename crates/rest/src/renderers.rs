//! Renderers: how a response becomes bytes.

use std::sync::Arc;

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use belleville_http::services::Services;

use crate::BoxFuture;
use crate::json::{Json, in_ascii, reindent, spaced};
use crate::negotiation::Accepted;
use crate::parsers::media_type::MediaType;
use crate::policies::{CompletePolicies, RestFramework};
use crate::python;
use crate::request::Request;
use crate::response::Response;
use crate::settings::SettingsError;
use belleville_http::list_of;

/// The most spaces that a client may ask each level to be indented by.
const WIDEST_INDENT: usize = 8;

/// A renderer: writes data in a media type.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::json::{self, Json};
/// use belleville::renderers::Renderer;
/// use belleville::request::Request;
/// use belleville::response::Response;
///
/// /// The text of an answer as it is.
/// struct PlainTextRenderer;
///
/// impl Renderer for PlainTextRenderer {
///     fn media_type(&self) -> &str {
///         "text/plain"
///     }
///
///     fn format(&self) -> &str {
///         "txt"
///     }
///
///     async fn render(&self, _: &Request, mut response: Response) -> Response {
///         if let Some(Json::Str(text)) = response.take_data() {
///             response.set_rendered(text.as_str());
///         }
///         response
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a renderer",
    label = "implement Renderer for it: `media_type`, `format` and `async fn render(&self, &Request, Response) -> Response`"
)]
pub trait Renderer: Send + Sync + 'static {
    /// The media type that it produces: `application/json`.
    fn media_type(&self) -> &str;

    /// Its name in `?format=` and in a URL's suffix: `json`.
    fn format(&self) -> &str;

    /// The charset that is added to the media type in `Content-Type`: `utf-8`, or `None` for no charset, where the bytes are no
    /// text.
    fn charset(&self) -> Option<&str> {
        Some("utf-8")
    }

    /// Checks at start whether it can be used in a program with these services.
    ///
    /// # Errors
    /// What is missing; the program does not start.
    fn check(&self, services: &Services) -> Result<(), SettingsError> {
        let _ = services;
        Ok(())
    }

    /// Renders the response where nothing is waited for, so that no future is made; whether it did.
    #[doc(hidden)]
    fn render_at_once(&self, request: &Request, response: &mut Response) -> bool {
        let _ = (request, response);
        false
    }

    /// How a list is written batch by batch, where the renderer can do so.
    #[doc(hidden)]
    fn list_in_pieces(&self, request: &Request) -> Option<ListInPieces> {
        let _ = request;
        None
    }

    /// Renders a response whose body is compact JSON ([`Response::take_compact_json`]) or empty. All headers are set but for the
    /// content type, which is the renderer's where it sets no other one.
    fn render(&self, request: &Request, response: Response) -> impl Future<Output = Response> + Send;
}

list_of! {
    /// The renderers of a view: one, an array or a `Vec` of one type, or a tuple of different types.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a renderer",
        label = "give a renderer (`JSONRenderer`), an array of them, or a tuple where they differ",
        note = "a renderer of your own is a type that implements `Renderer`"
    )]
    IntoRenderers, into_renderers, BoxedRenderer, Renderer
}

/// A type-erased renderer.
#[derive(Clone)]
pub struct BoxedRenderer {
    renderer: Arc<dyn DynRenderer>,
    name: &'static str,
    /// What it produces, parsed once.
    pub(crate) produces: Arc<MediaType>,
}

impl<R: Renderer> From<R> for BoxedRenderer {
    fn from(renderer: R) -> Self {
        let produces = Arc::new(MediaType::parse(renderer.media_type()));
        Self { renderer: Arc::new(renderer), name: python::class_name::<R>(), produces }
    }
}

impl std::fmt::Debug for BoxedRenderer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl BoxedRenderer {
    /// The name of its type: `JSONRenderer`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// As [`Renderer::media_type`].
    pub fn media_type(&self) -> &str {
        self.renderer.media_type()
    }

    /// As [`Renderer::format`].
    pub fn format(&self) -> &str {
        self.renderer.format()
    }

    pub(crate) fn check(&self, services: &Services) -> Result<(), SettingsError> {
        self.renderer.check(services)
    }

    pub(crate) fn list_in_pieces(&self, request: &Request) -> Option<ListInPieces> {
        self.renderer.list_in_pieces(request)
    }

    pub(crate) async fn render(&self, request: &Request, response: &mut Response) {
        if !self.renderer.render_at_once(request, response) {
            let data = std::mem::replace(response, Response::empty(200));
            *response = self.renderer.render(request, data).await;
            self.say_content_type(response);
        }
    }

    /// A rendered body that is not empty has the renderer's content type, where it has no other one.
    fn say_content_type(&self, response: &mut Response) {
        if response.is_rendered()
            && !response.body().is_empty()
            && !response.headers().contains_key(CONTENT_TYPE)
        {
            let media_type = self.media_type();
            let content_type = match self.renderer.charset() {
                Some(charset) => format!("{media_type}; charset={charset}"),
                None => media_type.to_owned(),
            };
            response.set_header(CONTENT_TYPE, &content_type);
        }
    }
}

/// The object-safe form of [`Renderer`].
trait DynRenderer: Send + Sync {
    fn media_type(&self) -> &str;
    fn format(&self) -> &str;
    fn charset(&self) -> Option<&str>;
    fn check(&self, services: &Services) -> Result<(), SettingsError>;
    fn render_at_once(&self, request: &Request, response: &mut Response) -> bool;
    fn list_in_pieces(&self, request: &Request) -> Option<ListInPieces>;
    fn render<'a>(&'a self, request: &'a Request, response: Response) -> BoxFuture<'a, Response>;
}

impl<R: Renderer> DynRenderer for R {
    fn media_type(&self) -> &str {
        Renderer::media_type(self)
    }

    fn format(&self) -> &str {
        Renderer::format(self)
    }

    fn charset(&self) -> Option<&str> {
        Renderer::charset(self)
    }

    fn check(&self, services: &Services) -> Result<(), SettingsError> {
        Renderer::check(self, services)
    }

    fn render_at_once(&self, request: &Request, response: &mut Response) -> bool {
        Renderer::render_at_once(self, request, response)
    }

    fn list_in_pieces(&self, request: &Request) -> Option<ListInPieces> {
        Renderer::list_in_pieces(self, request)
    }

    fn render<'a>(&'a self, request: &'a Request, response: Response) -> BoxFuture<'a, Response> {
        Box::pin(Renderer::render(self, request, response))
    }
}

/// JSON as DRF writes it: compact unless the client asks for an `indent`, UTF-8 as it is.
#[derive(Clone, Copy, Debug)]
pub struct JSONRenderer;

impl Renderer for JSONRenderer {
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

    fn list_in_pieces(&self, request: &Request) -> Option<ListInPieces> {
        Some(ListInPieces { indent: request.accepted().and_then(indent), has_rows: false })
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

/// Data is taken for a page as it is; that of an error is no page, and is told by the status.
fn html(request: &Request, response: &mut Response) {
    if request.error_code().is_some() {
        let Some(_) = response.take_compact_json() else { return };
        depends_on_the_user(request, response);
        let status = StatusCode::from_u16(response.status()).map(|status| status.to_string());
        return set_page(response, status.unwrap_or_default());
    }
    match response.take_data() {
        // As in DRF, what Python takes for nothing has no media type, unless it is a text.
        Some(data) if !matches!(data, Json::Str(_)) && !python::is_truthy(&data) => {
            response.set_rendered(page_of(&data));
        }
        Some(data) => set_page(response, page_of(&data)),
        None => {}
    }
}

fn set_page(response: &mut Response, page: String) {
    response.set_rendered(page);
    let content_type = response.headers_mut().entry(CONTENT_TYPE);
    content_type.or_insert(HeaderValue::from_static("text/html; charset=utf-8"));
}

/// What Django sends of data: the items of a list one after the other, and of an object its keys.
fn page_of(data: &Json) -> String {
    match data {
        Json::List(items) => items.iter().map(python::str_of).collect(),
        Json::Dict(members) => members.iter().map(|(key, _)| key).collect(),
        other => python::str_of(other),
    }
}

/// DRF shows an error by a template of the project, which asks who the user is: what depends on the session.
pub fn depends_on_the_user(request: &Request, response: &mut Response) {
    let authenticators = request.policies().map(CompletePolicies::authenticators).unwrap_or_default();
    if authenticators.iter().any(|one| one.name() == "SessionAuthentication") {
        response.vary_on("Cookie");
    }
}

fn json(request: &Request, response: &mut Response) {
    if let Some(compact) = response.take_compact_json() {
        let spaces = request.accepted().and_then(indent);
        response.set_rendered(styled(request, compact, spaces));
        let content_type = response.headers_mut().entry(CONTENT_TYPE);
        content_type.or_insert_with(|| APPLICATION_JSON.clone());
    }
}

static APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Compact JSON, indented where that is asked for, as the settings `unicode_json` and `compact_json` have it.
pub fn styled(request: &Request, compact: Vec<u8>, indent: Option<usize>) -> Vec<u8> {
    let settings = request.services().get::<RestFramework>();
    let has_spaces = settings.is_some_and(|settings| !settings.compact_json);
    let is_ascii = settings.is_some_and(|settings| !settings.unicode_json);
    let bytes = match indent {
        Some(spaces) => reindent(&compact, spaces),
        None if has_spaces => spaced(&compact),
        None => compact,
    };
    if is_ascii { in_ascii(bytes) } else { bytes }
}

/// A list of JSON that is written batch by batch: together the pieces are what the list would be at once.
#[doc(hidden)]
#[derive(Debug)]
pub struct ListInPieces {
    indent: Option<usize>,
    has_rows: bool,
}

impl ListInPieces {
    pub(crate) fn content_type(&self) -> &'static str {
        "application/json"
    }

    /// The next piece, with the rows of a compact array.
    pub(crate) fn add(&mut self, request: &Request, batch: Vec<u8>) -> Vec<u8> {
        if batch == b"[]" {
            return Vec::new();
        }
        let mut piece = styled(request, batch, self.indent);
        // The bracket at its end, and the line that it stands on.
        piece.truncate(piece.len().saturating_sub(self.end_of_rows().len()));
        if self.has_rows {
            let is_spaced = self.indent.is_none() && !is_compact(request);
            // In place of the bracket at its beginning.
            piece.splice(..1, if is_spaced { &b", "[..] } else { b"," }.iter().copied());
        }
        self.has_rows = true;
        piece
    }

    /// The last piece.
    pub(crate) fn end(&self) -> &'static [u8] {
        if self.has_rows { self.end_of_rows() } else { b"[]" }
    }

    fn end_of_rows(&self) -> &'static [u8] {
        if self.indent.is_some() { b"\n]" } else { b"]" }
    }
}

fn is_compact(request: &Request) -> bool {
    request.services().get::<RestFramework>().is_none_or(|settings| settings.compact_json)
}

/// `Accept: application/json; indent=4`. Zero and what is not a number mean compact.
fn indent(accepted: &Accepted) -> Option<usize> {
    let value = accepted.parameter("indent")?;
    let spaces = python::parse_int(value)?.clamp(0, WIDEST_INDENT as i64);
    usize::try_from(spaces).ok().filter(|spaces| *spaces > 0)
}

/// The names of the renderers that [`by_name`] knows; those of the program's pages are known besides.
pub(crate) const NAMES: &[&str] = &["JSONRenderer", "BrowsableAPIRenderer", "StaticHTMLRenderer"];

/// The renderer with a name, short or DRF's dotted one, among this crate's and others. A program without pages leaves out that of
/// the browsable API.
pub(crate) fn by_name(name: &str, others: &[BoxedRenderer]) -> Option<Option<BoxedRenderer>> {
    match name.strip_prefix("rest_framework.renderers.").unwrap_or(name) {
        "JSONRenderer" => Some(Some(JSONRenderer.into())),
        "StaticHTMLRenderer" => Some(Some(StaticHTMLRenderer.into())),
        name => {
            let found = others.iter().find(|other| other.name == name).cloned();
            (found.is_some() || NAMES.contains(&name)).then_some(found)
        }
    }
}
