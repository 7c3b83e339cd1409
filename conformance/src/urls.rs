//! The URLs of the reference project.

use belleville::prelude::*;
use belleville::static_files::ServeMedia;
use belleville::{knox, simplejwt};

use crate::{
    auth, converters, echo, errors, every_field, library, links, model_permissions, permissions, stock,
    uploads,
};

pub(crate) fn urls() -> Urls {
    let urls = auth::urls(Urls::new());
    let urls = permissions::urls(urls);
    let urls = echo::urls(urls);
    let urls = errors::urls(urls);
    let urls = model_permissions::urls(urls);
    let urls = converters::urls(urls);
    let urls = stock::urls(urls);
    let urls = uploads::urls(urls);
    let urls = library::urls(urls);
    let urls = every_field::urls(urls);
    // Of two URLs of one name the last is found.
    let urls = links::urls(urls);
    tracker::urls::urls()
        .include("conformance/knox/", knox::urls())
        .include("conformance/", urls)
        .page("media/<path:path>", ServeMedia)
        .path("api/token/sliding/", simplejwt::token_obtain_sliding())
        .path("api/token/sliding/refresh/", simplejwt::token_refresh_sliding())
}
