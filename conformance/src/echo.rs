//! `/conformance/echo/` and `/conformance/plain/`: what was parsed, sent back.

use belleville::json::{Dict, Json};
use belleville::parsers::{Data, FormParser, JSONParser, QueryDict};
use belleville::prelude::*;
use belleville::renderers::JSONRenderer;

pub(crate) fn urls(urls: Urls) -> Urls {
    let echo = |name: &str| {
        View::new(name).authentication_classes(()).permission_classes(AllowAny).get(query).post(data)
    };
    let plain_view = View::function("Plain")
        .description("A function-based view.")
        .permission_classes(AllowAny)
        .get(plain)
        .post(plain);
    urls.path("echo/", echo("Echo"))
        .path("echo/json/", echo("Json Only").parser_classes(JSONParser).renderer_classes(JSONRenderer))
        .path("echo/form/", echo("Form Only").parser_classes(FormParser))
        .path("plain/", plain_view)
}

async fn query(request: Request) -> Result<Response> {
    let mut body = Dict::new();
    body.insert("method", Json::from(request.method()));
    body.insert("query", lists(request.query_params()));
    Response::data(200, &Json::Dict(body))
}

async fn data(request: Request) -> Result<Response> {
    let mut body = Dict::new();
    let data = representation(&*request.data().await?);
    body.insert("content_type", Json::from(request.content_type().as_str()));
    body.insert("data", data);
    Response::data(200, &Json::Dict(body))
}

fn representation(data: &Data) -> Json {
    match data {
        Data::Json(json) => json.clone(),
        Data::Form(form) => lists(form),
    }
}

/// Each key with the list of its values.
fn lists(query: &QueryDict) -> Json {
    let mut body = Dict::new();
    for (key, values) in query.lists() {
        body.insert(key, Json::List(values.iter().map(|value| Json::from(value.as_str())).collect()));
    }
    for (key, file) in query.files() {
        let mut values = match body.get(key) {
            Some(Json::List(values)) => values.to_vec(),
            _ => Vec::new(),
        };
        values.push(file.content().blocking_read().map_or(Json::Null, |content| lines(&content)));
        body.insert(key, Json::from(values));
    }
    Json::Dict(body)
}

/// A form as JSON: each key with its last value.
fn last_values(data: &Data) -> Json {
    let form = match data {
        Data::Json(json) => return json.clone(),
        Data::Form(form) => form,
    };
    let mut body = Dict::new();
    for (key, _) in form.lists() {
        body.insert(key, form.get(key).map_or(Json::Null, Json::from));
    }
    Json::Dict(body)
}

/// A file as Django's encoder shows it: its lines.
fn lines(bytes: &[u8]) -> Json {
    Json::List(String::from_utf8_lossy(bytes).split_inclusive('\n').map(Json::from).collect())
}

async fn plain(request: Request) -> Result<Response> {
    let mut body = Dict::new();
    let data = if request.method() == "POST" { last_values(&*request.data().await?) } else { Json::Null };
    body.insert("method", Json::from(request.method()));
    body.insert("data", data);
    Response::data(200, &Json::Dict(body))
}
