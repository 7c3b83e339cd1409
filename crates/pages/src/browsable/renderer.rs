//! From a response to its page: the renderer of `text/html`, and what it asks of the view and the user.

use std::sync::Arc;

use belleville_db::Dialect;
use belleville_rest::exceptions::Result;
use belleville_rest::json::{Dict, Json, reindent};
use belleville_rest::policies::CompletePolicies;
use belleville_rest::python;
use belleville_rest::renderers::{Renderer, styled};
use belleville_rest::request::Request;
use belleville_rest::response::Response;
use belleville_rest::serializers::SerializerClass;
use belleville_rest::views::View;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::{BrowsablePage, FieldsForm, RawForm, links, sent};
use crate::api_auth::{self, LOGIN, LOGOUT};
use crate::templates::Templates;
use crate::wait;

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

    async fn render(&self, request: &Request, response: Response) -> Response {
        let Some(view) = request.view() else { return response };
        let html = page(view, request, &response).await.render(&self.templates);
        // A browser shows no page for 204: it gets one that says so.
        let status = if response.status() == 204 { 200 } else { response.status() };
        self.templates.policy().guard(request, response.into_html(status, html))
    }
}

async fn page(view: &View, request: &Request, response: &Response) -> BrowsablePage {
    let status_code = response.status();
    // Who may not see the view is not told what it is.
    let hidden = matches!(status_code, 401 | 403);
    let compact = response.compact_json().unwrap_or_default();
    let status = StatusCode::from_u16(status_code).ok();
    let renderers = view.policies_of(request.method()).renderers();
    let mut page = BrowsablePage {
        name: view.view_name().to_owned(),
        description: if hidden { String::new() } else { view.view_description().to_owned() },
        breadcrumbs: breadcrumbs(request),
        user: request.user().ok().map(|user| user.username().to_owned()),
        login_url: api_auth::path_of(request, LOGIN),
        logout_url: api_auth::path_of(request, LOGOUT),
        csrf_token: request.csrf_token(),
        csrf_header_name: request.csrf_header().to_owned(),
        method: request.method().to_owned(),
        path_with_query: request.full_path(),
        status_code,
        status_text: status.and_then(|status| status.canonical_reason()).unwrap_or("").to_owned(),
        response_headers: headers(response),
        wait: wait::notice(response),
        content: String::from_utf8_lossy(&styled(request, compact.to_vec(), Some(4))).into_owned(),
        links: if status_code < 300 { links::of(view, request) } else { Vec::new() },
        extra_actions: if hidden { Vec::new() } else { view.extra_actions(request) },
        allowed_methods: view.allowed_methods().map(str::to_owned).collect(),
        formats: renderers.iter().map(|renderer| renderer.format().to_owned()).collect(),
        delete: allowed(view, "DELETE", request).await,
        ..BrowsablePage::default()
    };
    add_forms(&mut page, view, request, compact).await;
    if status_code >= 400 {
        put_back(&mut page, request);
    }
    page
}

/// The views above this one, from the root.
fn breadcrumbs(request: &Request) -> Vec<(String, String)> {
    let path = request.path();
    let ends = path.char_indices().filter(|(_, c)| *c == '/').map(|(at, _)| at + 1);
    ends.chain([path.len()].into_iter().filter(|_| !path.ends_with('/')))
        .filter_map(|end| {
            let url = &path[..end];
            let name = request.urls().view_at(url)?.view_name().to_owned();
            Some((name, url.to_owned()))
        })
        .collect()
}

/// The headers as the JSON renderer would send them.
fn headers(response: &Response) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = response
        .headers()
        .iter()
        .map(|(name, value)| {
            (title_case(name.as_str()), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    if response.compact_json().is_some() && !response.headers().contains_key(CONTENT_TYPE) {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    headers
}

fn title_case(name: &str) -> String {
    if name == "www-authenticate" {
        return "WWW-Authenticate".to_owned();
    }
    python::title(name)
}

/// Whether the view has a method and the user may use it. A question that fails is answered with no.
async fn allowed(view: &View, method: &'static str, request: &Request) -> bool {
    let answer: Result<bool> = view.may_use(method, request).await;
    answer.unwrap_or(false)
}

async fn add_forms(page: &mut BrowsablePage, view: &View, request: &Request, compact: &[u8]) {
    if allowed(view, "POST", request).await {
        let input = Input::of(view, "POST", request);
        page.post_fields = input.form(None);
        page.post = Some(input.raw(None));
    }
    // The body of an error is no object to be changed.
    let shown = if page.status_code < 300 { compact } else { &[] };
    let shown = std::str::from_utf8(shown).ok().and_then(|text| belleville_rest::json::loads(text).ok());
    for (method, form) in [("PATCH", &mut page.patch), ("PUT", &mut page.put)] {
        if allowed(view, method, request).await {
            let input = Input::of(view, method, request);
            *form = Some(input.raw(shown.as_ref()));
            page.put_fields = input.form(shown.as_ref());
        }
    }
}

/// What a method of a view takes.
struct Input<'a> {
    policies: &'a CompletePolicies,
    serializer: Option<Arc<SerializerClass>>,
    dialect: Dialect,
}

impl<'a> Input<'a> {
    /// A viewset that cannot say its serializer has no form.
    fn of(view: &'a View, method: &'static str, request: &Request) -> Self {
        let serializer = view.serializer_of(method, request).ok().flatten();
        Self { policies: view.policies_of(method), serializer, dialect: request.db().dialect() }
    }

    /// A form with the fields of the serializer, empty or with the values of an object.
    fn form(&self, shown: Option<&Json>) -> Option<FieldsForm> {
        let mut parsers = self.policies.parser_media_types();
        let serializer =
            self.serializer.as_ref().filter(|_| parsers.any(|known| known == "multipart/form-data"));
        FieldsForm::of(serializer?, self.dialect, shown)
    }

    /// A form for a body as it is sent.
    fn raw(&self, shown: Option<&Json>) -> RawForm {
        let media_types = self.policies.parser_media_types().map(str::to_owned).collect();
        let content = self.serializer.as_ref().map(|serializer| editable(serializer, shown));
        RawForm { media_types, content: content.unwrap_or_default() }
    }
}

/// What was sent and refused stands in its form again, as it was typed.
fn put_back(page: &mut BrowsablePage, request: &Request) {
    let forms = match request.method() {
        "POST" => [page.post.as_mut(), None],
        "PUT" | "PATCH" => [page.put.as_mut(), page.patch.as_mut()],
        _ => return,
    };
    let Some(sent) = sent::of(request) else { return };
    for form in forms.into_iter().flatten() {
        // The first is the one that is chosen.
        let Some(chosen) = form.media_types.iter().position(|known| *known == sent.media_type) else {
            continue;
        };
        form.media_types[..=chosen].rotate_right(1);
        form.content.clone_from(&sent.content);
    }
}

/// The fields that input sets, empty.
fn blank(serializer: &SerializerClass) -> String {
    let mut dict = Dict::new();
    for field in serializer.writable_fields() {
        dict.insert(field.bound.name, field.bound.initial());
    }
    pretty(&Json::Dict(dict))
}

/// The fields that input sets, with the values of the object shown.
fn editable(serializer: &SerializerClass, shown: Option<&Json>) -> String {
    let Some(shown) = shown else { return blank(serializer) };
    let mut dict = Dict::new();
    for field in serializer.writable_fields() {
        if let Some(value) = shown.get(field.bound.name) {
            dict.insert(field.bound.name, value.clone());
        }
    }
    pretty(&Json::Dict(dict))
}

fn pretty(json: &Json) -> String {
    let mut compact = Vec::new();
    match json.write_with_constants(&mut compact) {
        Ok(()) => String::from_utf8_lossy(&reindent(&compact, 4)).into_owned(),
        Err(_) => String::new(),
    }
}
