//! The pages of development, where `debug` is on: what is here, a path that nothing answers, an error with its reason.
//!
//! They stand on no template that a project may have changed, but for the style and the mark.

use std::sync::Arc;

use belleville_auth::user::AuthUser;
use belleville_db::Model;
use belleville_rest::BoxFuture;
use belleville_rest::development::{DevelopmentPages, NotFound, Report};
use belleville_rest::exceptions::Result;
use belleville_rest::json::{Dict, Json};
use belleville_rest::request::Request;
use belleville_rest::response::Response;
use belleville_rest::urls::{Page, Urls};
use belleville_rest::views::View;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;

use crate::api_auth::{LOGIN, path_of};
use crate::templates::Templates;

/// The pages, made of templates.
#[derive(Debug)]
pub struct TechnicalPages {
    templates: Arc<Templates>,
}

impl TechnicalPages {
    /// Pages of these templates.
    pub fn new(templates: Arc<Templates>) -> Self {
        Self { templates }
    }
}

impl DevelopmentPages for TechnicalPages {
    fn urls(&self) -> Urls {
        let templates = Arc::clone(&self.templates);
        let answer = move |request: Request| {
            let templates = Arc::clone(&templates);
            async move { welcome(&templates, &request).await }
        };
        let view = View::new("What is here").permission_classes(()).get(answer);
        Urls::new().path("", view).page("favicon.ico", Icon)
    }

    fn not_found(&self, request: &Request, missing: &NotFound) -> Response {
        let response = Response::html(404, not_found_page(&self.templates, missing));
        self.templates.policy().guard(request, response)
    }

    fn failed(&self, request: &Request, report: &Report) -> Response {
        let response = Response::html(report.status, failed_page(&self.templates, report));
        self.templates.policy().guard(request, response)
    }
}

/// The page of a path that nothing answers, as HTML.
pub fn not_found_page(templates: &Templates, missing: &NotFound) -> String {
    #[derive(Serialize)]
    struct Shown<'a> {
        path: &'a str,
        tried: &'a [(String, String)],
        hint: Option<&'a str>,
    }
    let NotFound { path, tried, hint } = missing;
    templates.render("development/technical_404.html", Shown { path, tried, hint: hint.as_deref() })
}

/// The page of an error, as HTML.
pub fn failed_page(templates: &Templates, report: &Report) -> String {
    #[derive(Serialize)]
    struct Shown<'a> {
        status: u16,
        reason: &'a str,
        place: Option<&'a str>,
        sql: Option<&'a str>,
        view: Option<&'a str>,
        method: &'a str,
        path: &'a str,
        tables: Vec<(&'a str, &'a [(String, String)])>,
    }
    let tables = [("Query", &report.query), ("Headers", &report.headers)];
    let shown = Shown {
        status: report.status,
        reason: &report.reason,
        place: report.place.as_deref(),
        sql: report.sql.as_deref(),
        view: report.view.as_deref(),
        method: &report.method,
        path: &report.path,
        tables: tables
            .into_iter()
            .filter(|(_, pairs)| !pairs.is_empty())
            .map(|(name, pairs)| (name, pairs.as_slice()))
            .collect(),
    };
    templates.render("development/technical_500.html", shown)
}

/// What the page of `/` shows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WelcomePage {
    /// Who is logged in.
    pub user: Option<String>,
    /// The path of the login page, when there is one.
    pub login_url: Option<String>,
    /// What is to be done first.
    pub notice: Option<String>,
    /// The URLs of the program, in order.
    pub urls: Vec<WelcomeUrl>,
}

/// A URL of the program.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WelcomeUrl {
    /// The path, or its pattern.
    pub path: String,
    /// Whether it can be followed: it answers GET and has no parameters.
    pub link: bool,
    /// The methods that it answers.
    pub methods: Vec<String>,
    /// The name of what answers.
    pub view: String,
}

impl WelcomePage {
    /// The page as HTML.
    pub fn render(&self, templates: &Templates) -> String {
        templates.render("development/welcome.html", self)
    }

    async fn of(request: &Request) -> Self {
        let urls = request.urls().routes().iter().filter(|route| !route.is_format_suffix());
        let urls = urls.map(|route| WelcomeUrl {
            path: route.path(),
            link: route.is_plain() && route.methods().contains(&"GET"),
            methods: route.methods().into_iter().map(str::to_owned).collect(),
            view: route.name().to_owned(),
        });
        Self {
            user: request.user().ok().map(|user| user.username().to_owned()),
            login_url: path_of(request, LOGIN),
            notice: notice(request).await,
            urls: urls.collect(),
        }
    }

    fn json(&self, request: &Request) -> Json {
        let text = |text: &Option<String>| text.as_deref().map_or(Json::Null, Json::from);
        let url = |url: &WelcomeUrl| {
            let mut entry = Dict::new();
            let shown = if url.link { request.build_absolute_uri(&url.path) } else { url.path.clone() };
            entry.insert("url", Json::from(shown));
            entry.insert(
                "methods",
                Json::List(url.methods.iter().map(|one| Json::from(one.as_str())).collect()),
            );
            entry.insert("view", Json::from(url.view.as_str()));
            Json::Dict(entry)
        };
        let mut body = Dict::new();
        body.insert("user", text(&self.user));
        body.insert("login", text(&self.login_url.as_ref().map(|path| request.build_absolute_uri(path))));
        if self.notice.is_some() {
            body.insert("notice", text(&self.notice));
        }
        body.insert("urls", Json::List(self.urls.iter().map(url).collect()));
        Json::Dict(body)
    }
}

/// What has to be done before anybody can log in.
async fn notice(request: &Request) -> Option<String> {
    match AuthUser::objects().exists(request.db()).await {
        Ok(true) => None,
        Ok(false) => Some("No users yet: cargo run -- createsuperuser".to_owned()),
        Err(_) => Some("The tables cannot be read: cargo run -- migrate".to_owned()),
    }
}

/// `/` in development, where the program has nothing there.
async fn welcome(templates: &Templates, request: &Request) -> Result<Response> {
    let page = WelcomePage::of(request).await;
    if request.accepted_media_type() != Some("text/html") {
        return Response::data(200, &page.json(request));
    }
    let mut response = Response::html(200, page.render(templates));
    response.vary_on("Accept");
    Ok(templates.policy().guard(request, response))
}

/// The icon that every browser asks for.
struct Icon;

const ICON: &str = include_str!("../templates/rest_framework/mark.svg");

impl Page for Icon {
    fn respond<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response>> {
        let mut response = match request.method() {
            "GET" | "HEAD" => Response::html(200, icon()),
            _ => Response::html(405, ""),
        };
        if response.status() == 200 {
            response.set_header(CONTENT_TYPE, "image/svg+xml");
            response.set_header(CACHE_CONTROL, "max-age=86400");
        } else {
            response.set_header(ALLOW, "GET, HEAD");
        }
        Box::pin(std::future::ready(Ok(response)))
    }

    fn csrf_failure(&self, _: &Request, _: &str) -> Response {
        Response::html(403, "")
    }

    fn name(&self) -> &'static str {
        "Icon"
    }
}

/// The mark as a document of its own.
fn icon() -> String {
    ICON.trim_end().replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" color=\"#17495c\" ", 1)
}
