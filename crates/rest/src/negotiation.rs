//! Chooses the renderer of a response, and the parser of a body: DRF's content negotiation.
//!
//! A format suffix or `?format=` limits the renderers; then the most specific media type of `Accept` that one of them
//! produces is chosen. As in DRF, q-values are ignored.

use std::sync::Arc;

use http::header::ACCEPT;

use crate::exceptions::{Error, Result};
use crate::parsers::media_type::MediaType;
use crate::parsers::{self, BoxedParser};
use crate::renderers::BoxedRenderer;
use crate::request::Request;

/// A way to choose the renderer of a response, and the parser of a body.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::Result;
/// use belleville::negotiation::{Accepted, ContentNegotiation};
/// use belleville::renderers::BoxedRenderer;
/// use belleville::request::Request;
/// use belleville::views::View;
///
/// /// Clients get the view's first renderer, whatever they accept.
/// struct IgnoreClientContentNegotiation;
///
/// impl ContentNegotiation for IgnoreClientContentNegotiation {
///     fn select_renderer(&self, _: &Request, renderers: &[BoxedRenderer], _: Option<&str>) -> Result<Accepted> {
///         Accepted::first(renderers)
///     }
/// }
///
/// let view = View::new("Books").content_negotiation_class(IgnoreClientContentNegotiation);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a content negotiation",
    label = "implement ContentNegotiation for it: `fn select_renderer(&self, &Request, &[BoxedRenderer], Option<&str>) -> Result<Accepted>`"
)]
pub trait ContentNegotiation: Send + Sync + 'static {
    /// The renderer of the response to a request; the text is the format suffix of its path.
    ///
    /// # Errors
    /// 404 for an unknown format, 406 when no renderer makes what the client accepts.
    fn select_renderer(
        &self,
        request: &Request,
        renderers: &[BoxedRenderer],
        format_suffix: Option<&str>,
    ) -> Result<Accepted>;

    /// Which of the parsers reads the body of a request; `None` for none of them, which is answered 415. By its media type, if
    /// this is left out.
    fn select_parser(&self, request: &Request, parsers: &[BoxedParser]) -> Option<usize> {
        parsers::select(parsers, &request.content_type())
    }
}

/// DRF's content negotiation.
#[derive(Clone, Copy, Debug)]
pub struct DefaultContentNegotiation;

impl ContentNegotiation for DefaultContentNegotiation {
    fn select_renderer(
        &self,
        request: &Request,
        renderers: &[BoxedRenderer],
        format_suffix: Option<&str>,
    ) -> Result<Accepted> {
        // As in DRF, the query is not looked at where the URL has a format.
        let format = match format_suffix {
            Some(format) => Some(format),
            None => request.format_override()?.map(|(_, format)| format),
        };
        select(renderers, format, request.header_text(&ACCEPT).as_deref())
    }
}

/// A type-erased content negotiation: DRF's own, if nothing else is said.
#[derive(Clone, Default)]
pub struct BoxedContentNegotiation(Option<Arc<dyn ContentNegotiation>>);

impl<N: ContentNegotiation> From<N> for BoxedContentNegotiation {
    fn from(negotiation: N) -> Self {
        Self(Some(Arc::new(negotiation)))
    }
}

impl BoxedContentNegotiation {
    pub(crate) fn select_renderer(&self, request: &Request, renderers: &[BoxedRenderer]) -> Result<Accepted> {
        let format = request.format_suffix();
        match &self.0 {
            Some(own) => own.select_renderer(request, renderers, format),
            None => DefaultContentNegotiation.select_renderer(request, renderers, format),
        }
    }

    /// The parser that was chosen in a way of its own.
    pub(crate) fn select_parser(&self, request: &Request, parsers: &[BoxedParser]) -> Option<Option<usize>> {
        self.0.as_ref().map(|own| own.select_parser(request, parsers))
    }
}

impl Request {
    /// The parameter of the setting `url_format_override`, and the format that the query asks for by it.
    ///
    /// # Errors
    /// 400 when the query has more fields than it may have.
    pub(crate) fn format_override(&self) -> Result<Option<(&str, &str)>> {
        let param = self.policies().and_then(|policies| policies.format_override.as_deref());
        match param {
            Some(param) if !self.query_string().is_empty() => {
                Ok(self.readable_query()?.get(param).map(|format| (param, format)))
            }
            _ => Ok(None),
        }
    }
}

/// How much of an `Accept` header is read: characters, media types, characters of each.
const LONGEST_HEADER: usize = 8192;
const MOST_TOKENS: usize = 64;
const LONGEST_TOKEN: usize = 256;

/// The result: a renderer and a media type.
#[derive(Clone, Debug)]
pub struct Accepted {
    pub(crate) index: usize,
    /// Nothing where the client takes whatever there is.
    media_type: Option<MediaType>,
}

impl Accepted {
    /// The first renderer, whatever the client accepts.
    ///
    /// # Errors
    /// 406 when there is none.
    pub fn first(renderers: &[BoxedRenderer]) -> Result<Self> {
        Self::renderer(renderers, 0)
    }

    /// A renderer by its position, with its media type.
    ///
    /// # Errors
    /// 406 when there is none.
    pub fn renderer(renderers: &[BoxedRenderer], index: usize) -> Result<Self> {
        let renderer = renderers.get(index).ok_or_else(Error::not_acceptable)?;
        Ok(Self { index, media_type: Some(MediaType::clone(&renderer.produces)) })
    }

    /// A parameter of the accepted media type: `indent` of `application/json; indent=4`.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.media_type.as_ref()?.parameter(name)
    }
}

/// The renderer for a wanted format and an `Accept` header.
///
/// # Errors
/// 404 for an unknown format, 406 when no renderer makes what the client accepts.
pub(crate) fn select(
    renderers: &[BoxedRenderer],
    format: Option<&str>,
    accept: Option<&str>,
) -> Result<Accepted> {
    let format = format.filter(|format| !format.is_empty());
    let is_candidate = |renderer: &BoxedRenderer| format.is_none_or(|format| format == renderer.format());
    if !renderers.iter().any(is_candidate) {
        return Err(Error::not_found());
    }
    if accept.is_none_or(|accept| accept == "*/*") {
        return anything(renderers, is_candidate);
    }
    let mut tokens: Vec<MediaType> = tokens(accept.unwrap_or_default()).map(MediaType::parse).collect();
    for precedence in (0..=3).rev() {
        for (index, renderer) in renderers.iter().enumerate().filter(|(_, renderer)| is_candidate(renderer)) {
            let made = &renderer.produces;
            let wanted =
                tokens.iter().position(|token| token.precedence() == precedence && made.matches(token));
            if let Some(wanted) = wanted {
                return Ok(Accepted { index, media_type: Some(tokens.swap_remove(wanted)) });
            }
        }
    }
    Err(Error::not_acceptable())
}

/// The first renderer, for a client that names no media type.
fn anything(renderers: &[BoxedRenderer], is_candidate: impl Fn(&BoxedRenderer) -> bool) -> Result<Accepted> {
    let mut found = renderers.iter();
    let index = found.position(|renderer| is_candidate(renderer) && renderer.produces.needs_no_parameter());
    index.map(|index| Accepted { index, media_type: None }).ok_or_else(Error::not_acceptable)
}

/// The media types of a header that are short enough, from a prefix that ends where one of them does.
fn tokens(header: &str) -> impl Iterator<Item = &str> {
    let header = match header.char_indices().nth(LONGEST_HEADER) {
        None => header,
        Some((end, _)) => header[..end].rfind(',').map_or("", |comma| &header[..comma]),
    };
    header
        .split(',')
        .map(crate::python::str_strip)
        .filter(|token| !token.is_empty() && token.chars().count() <= LONGEST_TOKEN)
        .take(MOST_TOKENS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::renderers::{JSONRenderer, Renderer};
    use crate::request::Request;
    use crate::response::Response;

    struct Page;

    impl Renderer for Page {
        fn media_type(&self) -> &str {
            "text/html"
        }

        fn format(&self) -> &str {
            "api"
        }

        async fn render(&self, _: &Request, response: Response) -> Response {
            response
        }
    }

    #[test]
    fn renderers_are_chosen_as_drf_chooses_them() {
        let both = [BoxedRenderer::from(JSONRenderer), BoxedRenderer::from(Page)];
        let long = format!("text/html;{}, application/json", "a".repeat(300));
        for (format, accept, expected) in [
            (None, None, Ok(0)),
            (None, Some("*/*"), Ok(0)),
            (None, Some("text/html"), Ok(1)),
            (None, Some("text/html,application/xhtml+xml,*/*;q=0.8"), Ok(1)),
            (None, Some("text/html;q=0.1, application/json;q=0.9"), Ok(0)),
            (None, Some("application/json;q=0"), Ok(0)),
            (None, Some("text/*"), Ok(1)),
            (None, Some("APPLICATION/JSON"), Ok(0)),
            (None, Some("application/json; indent=4, text/html"), Ok(0)),
            (None, Some("text/html; charset=utf-8, application/json"), Ok(1)),
            (None, Some(long.as_str()), Ok(0)),
            (None, Some(""), Err(406)),
            (None, Some("image/png"), Err(406)),
            (Some("json"), Some("text/html"), Err(406)),
            (Some("api"), Some("*/*"), Ok(1)),
            (Some(""), None, Ok(0)),
            (Some("xml"), None, Err(404)),
        ] {
            let outcome =
                select(&both, format, accept).map(|accepted| accepted.index).map_err(|error| match error {
                    Error::Api(exception) => exception.status(),
                    _ => 500,
                });
            assert_eq!(outcome, expected, "{format:?} {accept:?}");
        }
    }
}
