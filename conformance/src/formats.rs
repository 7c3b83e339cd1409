//! `/conformance/formats/`: renderers, parsers, negotiation and metadata of one's own.

use belleville::http::header::CONTENT_TYPE;
use belleville::json;
use belleville::json::Json;
use belleville::metadata::Metadata;
use belleville::negotiation::{Accepted, ContentNegotiation};
use belleville::parsers::{BoxedParser, Data, JSONParser, Parser, ParserContext};
use belleville::prelude::*;
use belleville::renderers::{BoxedRenderer, Renderer, StaticHTMLRenderer};

macro_rules! renderers {
    ($($name:ident $media_type:literal $format:literal $charset:expr, $mark:literal;)*) => {$(
        struct $name;

        impl Renderer for $name {
            fn media_type(&self) -> &str {
                $media_type
            }

            fn format(&self) -> &str {
                $format
            }

            fn charset(&self) -> Option<&str> {
                $charset
            }

            async fn render(&self, _: &Request, mut response: Response) -> Response {
                if let Some(data) = response.take_compact_json() {
                    response.set_rendered([&$mark[..], &data].concat());
                }
                response
            }
        }
    )*};
}

renderers! {
    RendererA "mock/renderera" "formata" Some("utf-8"), b"A: ";
    RendererB "mock/rendererb" "formatb" Some("utf-8"), b"B: ";
    RendererC "mock/rendererc" "formatc" Some("rendererc"), b"C: ";
    RendererD "application/openapi+json;version=2.0" "swagger" None, b"D: ";
}

/// Text of a media type.
struct TextParser(&'static str);

impl Parser for TextParser {
    fn media_type(&self) -> &str {
        self.0
    }

    fn parse(&self, context: &ParserContext) -> Result<Data> {
        Ok(Data::Json(Json::from(&*String::from_utf8_lossy(context.body()))))
    }
}

struct IgnoreClient;

impl ContentNegotiation for IgnoreClient {
    fn select_renderer(&self, _: &Request, renderers: &[BoxedRenderer], _: Option<&str>) -> Result<Accepted> {
        Accepted::first(renderers)
    }

    fn select_parser(&self, _: &Request, _: &[BoxedParser]) -> Option<usize> {
        Some(0)
    }
}

struct MinimalMetadata;

impl Metadata for MinimalMetadata {
    async fn determine_metadata(&self, _: &Request, view: &View) -> Result<Response> {
        let body = json!({"name": view.view_name(), "description": view.view_description()});
        Response::data(200, &body)
    }
}

fn mock(name: &str) -> View {
    View::new(name)
        .permission_classes(AllowAny)
        .authentication_classes(())
        .renderer_classes((RendererA, RendererB, RendererC, RendererD))
        .parser_classes((JSONParser, TextParser("text/plain"), TextParser("text/x-lines;version=1")))
        .get(dummy)
        .post(echo)
        .put(nothing)
        .patch(set_by_view)
        .delete(refuse)
}

fn dummy(_: &Request) -> Result<Response> {
    Response::data(200, &Json::from("dummycontent"))
}

fn nothing(_: &Request) -> Response {
    Response::empty(204)
}

fn refuse(_: &Request) -> Result<Response> {
    Err(Error::permission_denied())
}

fn set_by_view(request: &Request) -> Result<Response> {
    let mut response = dummy(request)?;
    response.set_header(CONTENT_TYPE, "setbyview");
    Ok(response)
}

async fn echo(request: Request) -> Result<Response> {
    match &*request.data().await? {
        Data::Json(json) => Response::data(200, json),
        Data::Form(_) => Response::data(200, &json!({})),
    }
}

fn page(_: &Request) -> Response {
    Response::html(200, "<h1>Hello</h1>")
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let formats = Urls::new()
        .path("mock/", mock("Mock"))
        .path("ignoring/", mock("Ignoring").content_negotiation_class(IgnoreClient))
        .path(
            "minimal/",
            mock("Minimal").description("What it says of itself.").metadata_class(MinimalMetadata),
        )
        .path("silent/", mock("Silent").metadata_class(()))
        .path("static/", mock("Static Page").renderer_classes(StaticHTMLRenderer).get(page))
        .path("static-data/", mock("Static Data").renderer_classes(StaticHTMLRenderer).post(echo))
        .path("bare", mock("Mock"))
        .path("of/<int:pk>", mock("Mock"))
        .format_suffix_patterns();
    let only = Urls::new()
        .path("only/", mock("Mock"))
        .name("formats-only")
        .path("only/<path:rest>/", mock("Mock"))
        .name("formats-rest")
        .re_path("^only-word/(?P<word>[a-z.]+)/$", mock("Mock"))
        .name("formats-word")
        .allowed_format_suffix_patterns(["formatb", "json"]);
    let one = Urls::new().path("one/", mock("Mock")).allowed_format_suffix_patterns(["formatb"]);
    urls.include("formats/", formats.include("", only).include("", one))
}
