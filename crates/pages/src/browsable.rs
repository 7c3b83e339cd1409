//! The browsable API: an answer as a page, with what else can be done here.

use std::sync::Arc;

use belleville_rest::BoxFuture;
use belleville_rest::exceptions::Result;
use belleville_rest::json::{Dict, Json, reindent};
use belleville_rest::renderers::Renderer;
use belleville_rest::request::Request;
use belleville_rest::response::Response;
use belleville_rest::serializers::{FieldType, SerializerClass};
use belleville_rest::views::View;
use http::StatusCode;
use serde::Serialize;

use crate::highlight;
use crate::templates::Templates;

/// Renders an answer as a page: `text/html`, format `api`.
#[derive(Debug)]
pub struct BrowsableAPIRenderer {
    templates: Arc<Templates>,
}

impl BrowsableAPIRenderer {
    /// A renderer with these templates.
    pub fn new(templates: Arc<Templates>) -> Self {
        Self { templates }
    }
}

impl Renderer for BrowsableAPIRenderer {
    fn media_type(&self) -> &str {
        "text/html"
    }

    fn format(&self) -> &str {
        "api"
    }

    fn render<'a>(&'a self, request: &'a Request, response: Response) -> BoxFuture<'a, Response> {
        Box::pin(async move {
            let Some(view) = request.view() else { return response };
            let page = Page::of(view, request, &response).await;
            let html = self.templates.render("rest_framework/api.html", page);
            // A browser shows no page for 204: it gets one that says so.
            let status = if response.status() == 204 { 200 } else { response.status() };
            response.into_html(status, html)
        })
    }
}

#[derive(Serialize)]
struct Page {
    name: String,
    description: String,
    breadcrumbs: Vec<Crumb>,
    user: Option<String>,
    csrf_token: String,
    method: String,
    full_path: String,
    status: u16,
    reason: &'static str,
    is_error: bool,
    headers: Vec<Header>,
    content: String,
    formats: Vec<String>,
    can_get: bool,
    can_delete: bool,
    forms: Vec<RawForm>,
}

#[derive(Serialize)]
struct Crumb {
    name: String,
    url: String,
}

#[derive(Serialize)]
struct Header {
    name: String,
    value: String,
}

/// A form whose content is typed as it is sent.
#[derive(Serialize)]
struct RawForm {
    title: &'static str,
    methods: Vec<&'static str>,
    media_types: Vec<&'static str>,
    content: String,
}

impl Page {
    async fn of(view: &View, request: &Request, response: &Response) -> Self {
        let status = response.status();
        // Who may not see the view is not told what it is.
        let hidden = matches!(status, 401 | 403);
        let compact = response.compact_json().unwrap_or_default();
        Self {
            name: view.view_name().to_owned(),
            description: if hidden { String::new() } else { view.view_description().to_owned() },
            breadcrumbs: breadcrumbs(request),
            user: request.user().ok().map(|user| user.username.clone()),
            csrf_token: request.csrf_token(),
            method: request.method().to_owned(),
            full_path: request.full_path(),
            status,
            reason: StatusCode::from_u16(status).ok().and_then(|code| code.canonical_reason()).unwrap_or(""),
            is_error: status >= 400,
            headers: headers(response),
            content: highlight::html(&String::from_utf8_lossy(&reindent(compact, 4))),
            formats: view.renderers().iter().map(|renderer| renderer.format().to_owned()).collect(),
            can_get: view.allowed_methods().any(|method| method == "GET"),
            can_delete: allowed(view, "DELETE", request).await,
            forms: forms(view, request, compact).await,
        }
    }
}

/// The views above this one, from the root.
fn breadcrumbs(request: &Request) -> Vec<Crumb> {
    let path = request.path();
    let ends = path.char_indices().filter(|(_, c)| *c == '/').map(|(at, _)| at + 1);
    ends.chain([path.len()].into_iter().filter(|_| !path.ends_with('/')))
        .filter_map(|end| {
            let url = &path[..end];
            let name = request.application().urls().view_at(url)?.view_name().to_owned();
            Some(Crumb { name, url: url.to_owned() })
        })
        .collect()
}

/// The headers as the JSON renderer would send them, sorted.
fn headers(response: &Response) -> Vec<Header> {
    let mut headers: Vec<Header> = response
        .headers()
        .iter()
        .map(|(name, value)| Header {
            name: title_case(name.as_str()),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        })
        .collect();
    if response.compact_json().is_some() {
        headers.push(Header { name: "Content-Type".to_owned(), value: "application/json".to_owned() });
    }
    headers.sort_by(|a, b| a.name.cmp(&b.name));
    headers
}

fn title_case(name: &str) -> String {
    if name == "www-authenticate" {
        return "WWW-Authenticate".to_owned();
    }
    let words: Vec<String> = name
        .split('-')
        .map(|word| {
            let mut chars = word.chars();
            chars
                .next()
                .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
        })
        .collect();
    words.join("-")
}

/// Whether the view has a method and the user may use it. A question that fails is answered with no.
async fn allowed(view: &View, method: &'static str, request: &Request) -> bool {
    let answer: Result<bool> = view.may_use(method, request).await;
    answer.unwrap_or(false)
}

async fn forms(view: &View, request: &Request, compact: &[u8]) -> Vec<RawForm> {
    let media_types: Vec<&'static str> = view.parser_media_types().collect();
    let serializer = view.serializer_class();
    let mut forms = Vec::new();
    if allowed(view, "POST", request).await {
        let content = serializer.map(blank).unwrap_or_default();
        let media_types = media_types.clone();
        forms.push(RawForm { title: "Create", methods: vec!["POST"], media_types, content });
    }
    let mut methods = Vec::new();
    for method in ["PUT", "PATCH"] {
        if allowed(view, method, request).await {
            methods.push(method);
        }
    }
    if !methods.is_empty() {
        let content = serializer.map(|serializer| editable(serializer, compact)).unwrap_or_default();
        forms.push(RawForm { title: "Change", methods, media_types, content });
    }
    forms
}

/// The fields that input sets, empty.
fn blank(serializer: &SerializerClass) -> String {
    let mut dict = Dict::new();
    for field in serializer.fields().iter().filter(|field| !field.read_only) {
        let value = match field.kind {
            FieldType::Char { .. } => Json::from(""),
            FieldType::Boolean => Json::Bool(false),
            _ => Json::Null,
        };
        dict.insert(field.name, value);
    }
    pretty(&Json::Dict(dict))
}

/// The fields that input sets, with the values of the object shown.
fn editable(serializer: &SerializerClass, compact: &[u8]) -> String {
    let shown = std::str::from_utf8(compact).ok().and_then(|text| belleville_rest::json::parse(text).ok());
    let Some(shown) = shown else { return blank(serializer) };
    let mut dict = Dict::new();
    for field in serializer.fields().iter().filter(|field| !field.read_only) {
        if let Some(value) = shown.get(field.name) {
            dict.insert(field.name, value.clone());
        }
    }
    pretty(&Json::Dict(dict))
}

fn pretty(json: &Json) -> String {
    let mut compact = Vec::new();
    match json.write(&mut compact) {
        Ok(()) => String::from_utf8_lossy(&reindent(&compact, 4)).into_owned(),
        Err(_) => String::new(),
    }
}
