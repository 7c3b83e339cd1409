//! How an answer becomes bytes.

use http::header::CONTENT_TYPE;

use crate::BoxFuture;
use crate::json::reindent;
use crate::negotiation::Accepted;
use crate::request::Request;
use crate::response::{Content, Response};

/// The most spaces that a client may ask each level to be indented by.
const WIDEST_INDENT: usize = 8;

/// Turns data into the bytes of a media type.
pub trait Renderer: Send + Sync + 'static {
    /// The media type it makes: `application/json`.
    fn media_type(&self) -> &str;

    /// Its name in `?format=` and in a URL's suffix: `json`.
    fn format(&self) -> &str;

    /// Renders a response whose body is compact JSON or empty. The headers are complete but for the content type.
    fn render<'a>(&'a self, request: &'a Request, response: Response) -> BoxFuture<'a, Response>;
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

    fn render<'a>(&'a self, request: &'a Request, response: Response) -> BoxFuture<'a, Response> {
        Box::pin(std::future::ready(json(request, response)))
    }
}

fn json(request: &Request, mut response: Response) -> Response {
    if let Content::Data(compact) = response.content {
        let indent = request.accepted().and_then(indent);
        let bytes = match indent {
            Some(spaces) => reindent(&compact, spaces),
            None => compact,
        };
        response.content = Content::Rendered(bytes);
        response.set_header(CONTENT_TYPE, "application/json");
    }
    response
}

/// `Accept: application/json; indent=4`. Zero and what is not a number mean compact.
fn indent(accepted: &Accepted) -> Option<usize> {
    let value = accepted.parameter("indent")?;
    let spaces = crate::python::parse_int(value)?.clamp(0, WIDEST_INDENT as i64);
    usize::try_from(spaces).ok().filter(|spaces| *spaces > 0)
}
