//! The URLs of the reference project.

use belleville::prelude::*;
use belleville::static_files::ServeMedia;
use belleville::{knox, simplejwt};

use crate::{
    actions, auth, cached, conditional, converters, echo, errors, every_field, formats, handlers, library,
    links, model_permissions, permissions, routes, sent, stock, throttled, uploads, versions,
};

pub(crate) fn urls() -> Urls {
    let urls = auth::urls(Urls::new());
    let urls = permissions::urls(urls);
    let urls = echo::urls(urls);
    let urls = errors::urls(urls);
    let urls = throttled::urls(urls);
    let urls = model_permissions::urls(urls);
    let urls = converters::urls(urls);
    let urls = stock::urls(urls);
    let urls = uploads::urls(urls);
    let urls = library::urls(urls);
    let urls = every_field::urls(urls);
    let urls = actions::urls(urls);
    let urls = versions::urls(urls);
    let urls = formats::urls(urls);
    let urls = cached::urls(urls);
    let urls = conditional::urls(urls);
    let urls = sent::urls(urls);
    let urls = handlers::urls(urls);
    let urls = routes::urls(urls);
    // Of two URLs of one name the last is found.
    let urls = links::urls(urls);
    tracker::urls::urls()
        .include("conformance/knox/", knox::urls())
        .include("conformance/", urls)
        .page("media/<path:path>", ServeMedia)
        .path("api/token/sliding/", simplejwt::token_obtain_sliding())
        .path("api/token/sliding/refresh/", simplejwt::token_refresh_sliding())
}
