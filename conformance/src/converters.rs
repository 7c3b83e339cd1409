//! `/conformance/converters/...`: what Django's path converters take, and what the view reads.

use belleville::json::{Dict, Json};
use belleville::prelude::*;

/// The names of all routes; those of one route stand here in the route's order.
const NAMES: [&str; 7] = ["first", "second", "int", "path", "slug", "str", "uuid"];

pub(crate) fn urls(urls: Urls) -> Urls {
    let view = || View::new("Converted").permission_classes(AllowAny).get(converted);
    urls.path("converters/int/<int:int>/", view())
        .path("converters/str/<str>/", view())
        .path("converters/slug/<slug:slug>/", view())
        .path("converters/uuid/<uuid:uuid>/", view())
        .path("converters/path/<path:path>/end/", view())
        .path("converters/two/<int:first>-<slug:second>/", view())
        .path("converters/many/<first><str:second>.<path:path>", view())
        .include("converters/under/<path:first>/", Urls::new().path("<int:second>/", view()))
}

fn converted(request: &Request) -> Result<Response> {
    let mut body = Dict::new();
    for name in NAMES {
        if let Some(value) = request.kwarg(name) {
            body.insert(name, Json::from(value));
        }
    }
    Response::data(200, &Json::Dict(body))
}
