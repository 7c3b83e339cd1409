//! `/api-auth/login/` and `/api-auth/logout/`: how a person gets a session, as `rest_framework.urls` has it.

use std::sync::Arc;

use belleville_auth::users;
use belleville_rest::BoxFuture;
use belleville_rest::exceptions::Result;
use belleville_rest::python::str_strip;
use belleville_rest::request::Request;
use belleville_rest::response::Response;
use belleville_rest::urls::{Page, Urls};
use http::header::{ALLOW, CACHE_CONTROL, EXPIRES};
use serde::Serialize;

use crate::next;
use crate::templates::Templates;

const REQUIRED: &str = "This field is required.";
const NULL_CHARACTERS: &str = "Null characters are not allowed.";
const REFUSED: &str =
    "Please enter a correct username and password. Note that both fields may be case-sensitive.";

/// The URLs, to be included under `api-auth/`.
pub fn urls(templates: &Arc<Templates>) -> Urls {
    Urls::new()
        .page("login/", Login { templates: Arc::clone(templates) })
        .page("logout/", Logout { templates: Arc::clone(templates) })
}

struct Login {
    templates: Arc<Templates>,
}

/// What the form shows.
#[derive(Default, Serialize)]
struct Form {
    username: String,
    username_errors: Vec<&'static str>,
    password_errors: Vec<&'static str>,
    errors: Vec<&'static str>,
}

impl Page for Login {
    fn respond<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            let response = match request.method() {
                "GET" | "HEAD" => self.form(request, Form::default()),
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
}

const LOGIN_METHODS: &str = "GET, POST, PUT, HEAD, OPTIONS";
const LOGOUT_METHODS: &str = "POST, OPTIONS";

impl Login {
    async fn submitted(&self, request: &Request) -> Result<Response> {
        let username = request.form_field("username").unwrap_or_default();
        let username = users::normalize_username(str_strip(&username));
        let password = request.form_field("password").unwrap_or_default();
        let mut form = Form {
            username_errors: problems(&username),
            password_errors: problems(&password),
            username,
            errors: vec![],
        };
        if !(form.username_errors.is_empty() && form.password_errors.is_empty()) {
            return Ok(self.form(request, form));
        }
        let application = request.application();
        let user =
            users::authenticate(&application.db, &application.hashing, &form.username, &password).await?;
        let Some(user) = user else {
            form.errors = vec![REFUSED];
            return Ok(self.form(request, form));
        };
        request.login(&user).await?;
        Ok(Response::redirect(&destination(request, &application.settings.login_redirect_url)))
    }

    fn form(&self, request: &Request, form: Form) -> Response {
        #[derive(Serialize)]
        struct Context {
            form: Form,
            next: String,
            csrf_token: String,
        }
        let context =
            Context { form, next: wanted(request).unwrap_or_default(), csrf_token: request.csrf_token() };
        Response::html(200, self.templates.render("rest_framework/login.html", context))
    }
}

/// What is wrong with a text before anybody is asked.
fn problems(text: &str) -> Vec<&'static str> {
    match text {
        "" => vec![REQUIRED],
        _ if text.contains('\0') => vec![NULL_CHARACTERS],
        _ => vec![],
    }
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
                    self.logged_out(request)
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
}

impl Logout {
    /// Led on, or told so when there is nowhere to be led.
    fn logged_out(&self, request: &Request) -> Response {
        let destination = destination(request, request.path());
        if destination != request.full_path() {
            return Response::redirect(&destination);
        }
        Response::html(200, self.templates.render("registration/logged_out.html", ()))
    }
}

/// Where the client wants to be led: the form's word before the query's.
fn wanted(request: &Request) -> Option<String> {
    request.form_field("next").or_else(|| request.query_params().get("next").map(str::to_owned))
}

/// Where it is led: a place on the same host, or the default.
fn destination(request: &Request, default: &str) -> String {
    let wanted = wanted(request).filter(|url| next::is_safe(url, &request.host()));
    next::location(wanted.as_deref().unwrap_or(default))
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
    #[derive(Serialize)]
    struct Context<'a> {
        reason: Option<&'a str>,
    }
    let context = Context { reason: request.application().settings.debug.then_some(reason) };
    Response::html(403, templates.render("403_csrf.html", context))
}
