//! `/api-auth/login/` and `/api-auth/logout/`: how a person gets a session, as `rest_framework.urls` has it.

use std::sync::Arc;

use belleville_auth::user;
use belleville_auth::users;
use belleville_http::uri::iri_to_uri;
use belleville_rest::BoxFuture;
use belleville_rest::events::Through;
use belleville_rest::exceptions::{Error, Result};
use belleville_rest::login::LoginSettings;
use belleville_rest::python::{self, str_strip};
use belleville_rest::request::Request;
use belleville_rest::response::Response;
use belleville_rest::urls::{Page, Urls};
use belleville_rest::views::CREDENTIALS_BODY_LIMIT;
use http::header::{ALLOW, CACHE_CONTROL, EXPIRES, RETRY_AFTER};
use serde::Serialize;

use crate::login::{FieldState, LoginPage};
use crate::templates::Templates;
use crate::{error_page, next, wait};

const REQUIRED: &str = "This field is required.";
const NULL_CHARACTERS: &str = "Null characters are not allowed.";

/// The URLs, to be included under `api-auth/`.
pub fn urls(templates: &Arc<Templates>) -> Urls {
    Urls::new()
        .page("login/", Login { templates: Arc::clone(templates) })
        .name(LOGIN)
        .page("logout/", Logout { templates: Arc::clone(templates) })
        .name(LOGOUT)
        .namespace("rest_framework")
}

/// The names of the two URLs, which have DRF's namespace.
pub(crate) const LOGIN: &str = "login";
pub(crate) const LOGOUT: &str = "logout";

/// The path of one of these pages, when it is among the program's URLs.
pub(crate) fn path_of(request: &Request, name: &str) -> Option<String> {
    request.urls().reverse(&format!("rest_framework:{name}"), ()).ok()
}

struct Login {
    templates: Arc<Templates>,
}

impl Page for Login {
    fn respond<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            let response = match request.method() {
                "GET" | "HEAD" => self.form(request, LoginPage::default()).await?,
                "POST" | "PUT" => self.submitted(request).await?,
                "OPTIONS" => allowing(200, LOGIN_METHODS),
                _ => allowing(405, LOGIN_METHODS),
            };
            Ok(never_cached(response))
        })
    }

    fn csrf_failure(&self, request: &Request, reason: &str) -> Response {
        csrf_failure(&self.templates, request, reason)
    }

    fn name(&self) -> &'static str {
        "LoginView"
    }

    fn allowed_methods(&self) -> &'static str {
        LOGIN_METHODS
    }

    fn body_limit(&self) -> Option<usize> {
        Some(CREDENTIALS_BODY_LIMIT)
    }
}

const LOGIN_METHODS: &str = "GET, POST, PUT, HEAD, OPTIONS";
const LOGOUT_METHODS: &str = "POST, OPTIONS";

impl Login {
    async fn submitted(&self, request: &Request) -> Result<Response> {
        let form = request.post().await?;
        let username = users::normalize_username(str_strip(form.get("username").unwrap_or_default()));
        let password = form.get("password").unwrap_or_default();
        let mut page = LoginPage {
            password_errors: problems(password),
            username: FieldState { errors: problems(&username), value: username },
            ..LoginPage::default()
        };
        if !(page.username.errors.is_empty() && page.password_errors.is_empty()) {
            return self.form(request, page).await;
        }
        let found = match request.authenticate(Through::Session, &page.username.value, password).await {
            Err(Error::Api(refusal)) if refusal.status() == 429 => {
                return self.waiting(request, page, refusal.retry_after().unwrap_or(1)).await;
            }
            found => found?,
        };
        let Some(user) = found else {
            page.form_errors = vec![refused()];
            return self.form(request, page).await;
        };
        request.login(&user).await?;
        let default = &request.services().require::<LoginSettings>()?.login_redirect_url;
        Ok(Response::redirect(&destination(request, default).await?))
    }

    /// There were too many failures: the form again, with how long to wait.
    async fn waiting(&self, request: &Request, mut page: LoginPage, seconds: u64) -> Result<Response> {
        page.form_errors = vec![format!("Too many failed logins. Try again in {}.", wait::in_words(seconds))];
        let mut response = self.form(request, page).await?;
        response.set_status(429);
        response.set_header(RETRY_AFTER, &seconds.to_string());
        Ok(response)
    }

    async fn form(&self, request: &Request, page: LoginPage) -> Result<Response> {
        let next = wanted(request).await?.unwrap_or_default().to_owned();
        let username_label = python::capfirst(verbose_login());
        let page = LoginPage { next, csrf_token: request.csrf_token(), username_label, ..page };
        let response = Response::html(200, page.render(&self.templates));
        Ok(self.templates.policy().guard(request, response))
    }
}

/// What people call the field of the name to log in with.
fn verbose_login() -> &'static str {
    user::meta().fields[user::roles().login].verbose_name
}

fn refused() -> String {
    let login = verbose_login();
    format!("Please enter a correct {login} and password. Note that both fields may be case-sensitive.")
}

/// What is wrong with a text before anybody is asked.
fn problems(text: &str) -> Vec<String> {
    match text {
        "" => vec![REQUIRED.to_owned()],
        _ if text.contains('\0') => vec![NULL_CHARACTERS.to_owned()],
        _ => vec![],
    }
}

/// What is said after a logout that leads nowhere.
#[derive(Serialize)]
pub(crate) struct LoggedOut {
    pub(crate) login_url: Option<String>,
}

struct Logout {
    templates: Arc<Templates>,
}

impl Page for Logout {
    fn respond<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            let response = match request.method() {
                "POST" => {
                    request.logout().await?;
                    self.logged_out(request).await?
                }
                "OPTIONS" => allowing(200, LOGOUT_METHODS),
                _ => allowing(405, LOGOUT_METHODS),
            };
            Ok(never_cached(response))
        })
    }

    fn csrf_failure(&self, request: &Request, reason: &str) -> Response {
        csrf_failure(&self.templates, request, reason)
    }

    fn name(&self) -> &'static str {
        "LogoutView"
    }

    fn allowed_methods(&self) -> &'static str {
        LOGOUT_METHODS
    }

    fn body_limit(&self) -> Option<usize> {
        Some(CREDENTIALS_BODY_LIMIT)
    }
}

impl Logout {
    /// Led on, or told so when there is nowhere to be led.
    async fn logged_out(&self, request: &Request) -> Result<Response> {
        let destination = destination(request, request.path()).await?;
        if destination != request.full_path() {
            return Ok(Response::redirect(&destination));
        }
        let page = LoggedOut { login_url: path_of(request, LOGIN) };
        let response = Response::html(200, self.templates.render("registration/logged_out.html", page));
        Ok(self.templates.policy().guard(request, response))
    }
}

/// Where the client wants to be led: the form's word before the query's.
async fn wanted(request: &Request) -> Result<Option<&str>> {
    let query = request.readable_query()?;
    Ok(request.post().await?.get("next").or_else(|| query.get("next")))
}

/// Where it is led: a place on the same host, or the default.
async fn destination(request: &Request, default: &str) -> Result<String> {
    let require_https = request.scheme() == "https";
    let wanted = wanted(request).await?.filter(|url| next::is_safe(url, &request.host(), require_https));
    Ok(iri_to_uri(wanted.unwrap_or(default)))
}

fn allowing(status: u16, methods: &str) -> Response {
    let mut response = Response::html(status, "");
    response.set_header(ALLOW, methods);
    response
}

/// No copy of a page about credentials is kept anywhere.
fn never_cached(mut response: Response) -> Response {
    response.set_header(CACHE_CONTROL, "max-age=0, no-cache, no-store, must-revalidate, private");
    response.set_header(EXPIRES, &belleville_rest::response::http_date(belleville_db::now()));
    response
}

fn csrf_failure(templates: &Templates, request: &Request, reason: &str) -> Response {
    let debug = request.services().debug;
    let response = Response::html(403, error_page::csrf_failure(templates, Some(reason), debug));
    templates.policy().guard(request, response)
}
