//! `/conformance/links/`: what is written from the name of a URL, what a URL is resolved to, and by which field a viewset finds
//! its objects.

use belleville::json::{Dict, Json};
use belleville::parsers::Data;
use belleville::prelude::*;

use crate::library::models::Review;
use crate::stock::Item;

#[derive(ModelSerializer)]
#[serializer(model = Item, fields = [id, code, number, serial], read_only_fields = [number])]
struct ItemSerializer;

macro_rules! items {
    ($($name:ident $lookup:expr;)*) => {$(
        struct $name;

        impl ModelViewSet for $name {
            const ACTIONS: &'static [Action] = Action::READ_ONLY;

            type Model = Item;
            type Serializer = ItemSerializer;

            const LOOKUP: Lookup<Item> = $lookup;

            fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
                Ok(Item::objects().order_by([Item::ID.asc()]))
            }

            fn configure(&self, config: &mut Config<Self>) {
                config.permission_classes(AllowAny);
            }
        }
    )*};
}

items! {
    Items Lookup::PRIMARY_KEY;
    ItemsByNumber Lookup::field(Item::NUMBER);
    ItemsBySerial Lookup::field(Item::SERIAL).url_kwarg("key");
    ItemsBySlug Lookup::field(Item::CODE).converter("slug");
    ItemsByInt Lookup::field(Item::NUMBER).url_kwarg("count").converter("int");
    ItemsByUuid Lookup::field(Item::SERIAL).converter("uuid");
}

#[derive(ModelSerializer)]
#[serializer(model = Review, fields = [id, text])]
struct ReviewSerializer;

macro_rules! reviews {
    ($($name:ident $lookup:expr;)*) => {$(
        struct $name;

        impl ModelViewSet for $name {
            const ACTIONS: &'static [Action] =
                &[Action::List, Action::Retrieve, Action::Update, Action::PartialUpdate, Action::Destroy];

            type Model = Review;
            type Serializer = ReviewSerializer;

            const LOOKUP: Lookup<Review> = $lookup;

            fn configure(&self, config: &mut Config<Self>) {
                config.permission_classes(AllowAny);
            }
        }
    )*};
}

reviews! {
    ReviewsByIsbn Lookup::named("book__isbn").url_kwarg("isbn");
    ReviewsByPages Lookup::named("book__pages");
    ReviewsByUuid Lookup::named("book__uuid").url_kwarg("uuid").converter("uuid");
    ReviewsByTitle Lookup::named("book__title__istartswith").url_kwarg("title");
    ReviewsByAuthor Lookup::named("book__author__books__published_on__year__gt").url_kwarg("year");
    ReviewsByBook Lookup::named("book");
    ReviewsByGenre Lookup::named("book__genres__slug").url_kwarg("genre");
    ReviewsByRating Lookup::named("book__rating__gt").url_kwarg("rating").regex("[0-9.x]+");
}

struct ItemsByCode;

impl ModelViewSet for ItemsByCode {
    type Model = Item;
    type Serializer = ItemSerializer;

    const ACTIONS: &'static [Action] =
        &[Action::List, Action::Retrieve, Action::Update, Action::PartialUpdate, Action::Destroy];
    const LOOKUP: Lookup<Item> = Lookup::field(Item::CODE);

    fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
        Ok(Item::objects().order_by([Item::ID.asc()]))
    }

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let mut router = DefaultRouter::new();
    router.register("by-code", ItemsByCode);
    router.register("by-number", ItemsByNumber).basename("numbered");
    router.register("by-serial", ItemsBySerial).basename("serial");
    let mut converted = SimpleRouter::new();
    converted.register("by-slug", ItemsBySlug).basename("by-slug");
    converted.register("by-int", ItemsByInt).basename("by-int");
    converted.register("by-uuid", ItemsByUuid).basename("by-uuid");
    let mut through = SimpleRouter::new();
    through.register("by-isbn", ReviewsByIsbn).basename("by-isbn");
    through.register("by-pages", ReviewsByPages).basename("by-pages");
    through.register("by-book-uuid", ReviewsByUuid).basename("by-book-uuid");
    through.register("by-title", ReviewsByTitle).basename("by-title");
    through.register("by-author", ReviewsByAuthor).basename("by-author");
    through.register("by-book", ReviewsByBook).basename("by-book");
    through.register("by-genre", ReviewsByGenre).basename("by-genre");
    through.register("by-rating", ReviewsByRating).basename("by-rating");
    let mut spaced = DefaultRouter::new();
    spaced.register("items", Items);
    spaced.register("codes", ItemsByCode).basename("code");

    let view = |name: &str| View::new(name).permission_classes(AllowAny);
    let target = || view("Target").get(target);
    let leaf = Urls::new().path("<text>/", target()).name("leaf").namespace("outer");
    let inner = Urls::new().path("leaf/", target()).name("leaf").namespace("inner");
    let links = Urls::new()
        .include("", router.urls())
        .include("", converted.urls())
        .include("", through.urls())
        .include("spaced/<slug:shelf>/", spaced.urls().namespace("spaced"))
        .path(
            "reverse/",
            view("Reverse")
                .description(
                    "The URL of a name, written twice: once alone, and once as a hyperlinked field does it.",
                )
                .get(reverse),
        )
        .path(
            "resolve/",
            view("Resolve").description("What a hyperlinked field finds at a URL.").post(resolve),
        )
        .path("one/<int:pk>/", target())
        .name("one")
        .path("one/<slug:slug>/", target())
        .name("one")
        .path("first/<int:pk>/", target())
        .name("twice")
        .path("second/<slug:pk>/", target())
        .name("twice")
        .path("any/<path:rest>", target())
        .name("any")
        .path("text/<text>/", target())
        .name("text")
        .path("two/<int:first>-<slug:second>/", target())
        .name("two")
        .path("key/<uuid:key>/", target())
        .name("key")
        .include("under/<int:first>/", leaf)
        .include("deep/", inner.namespace("outest"))
        .path("é/<text>/ü/", target())
        .name("accent")
        .path("a b/", target())
        .name("space")
        .path("nameless/", target())
        .path("beside/", target())
        .name("beside")
        .kwargs([("pk", "1")])
        .path("beside/another/", target())
        .name("beside")
        .kwargs([("pk", "2")])
        .path("beside/<slug:pk>/", target())
        .name("beside-and-in")
        .kwargs([("pk", "1")])
        .path("beside/of/<int:pk>/", target())
        .name("beside-more")
        .kwargs([("state", "draft"), ("year", "2000")])
        .re_path(r"^beside/(?:a|b)\.c/$", target())
        .name("beside-regex")
        .kwargs([("pk", "1"), ("state", "a")])
        .include("beside/under/<slug:shelf>/", Urls::new().path("", target()).name("beside-under"))
        .kwargs([("pk", "1")]);
    urls.include("links/", links)
}

fn target(request: &Request) -> Result<Response> {
    let mut body = Dict::new();
    // Django's name for what has none is that of its view.
    body.insert("url_name", Json::from(request.url_name().unwrap_or("conformance.links.Target")));
    Response::data(200, &Json::Dict(body))
}

/// The URL of a name, alone and, where it has one parameter, as for the values of a list.
fn reverse(request: &Request) -> Result<Response> {
    let query = request.query_params();
    let name = query.get("name").unwrap_or_default();
    let suffix = query.get("suffix");
    let given = query.lists().map(|(key, values)| (key, values.last().cloned().unwrap_or_default()));
    let mut kwargs: Vec<(&str, String)> =
        given.filter(|(key, _)| !["name", "suffix", "format"].contains(key)).collect();
    let hyperlink = match &*kwargs {
        [(kwarg, value)] => request.reversed(name, kwarg, suffix).ok().and_then(|urls| urls.url(value)),
        _ => None,
    };
    kwargs.extend(suffix.map(|suffix| ("format", suffix.to_owned())));
    let several = kwargs.len() - usize::from(suffix.is_some()) != 1;
    let url = request.reverse(name, kwargs).ok();
    let hyperlink = if several { url.clone() } else { hyperlink };
    let mut body = Dict::new();
    body.insert("url", url.map_or(Json::Null, Json::from));
    body.insert("hyperlink", hyperlink.map_or(Json::Null, Json::from));
    Response::data(200, &Json::Dict(body))
}

/// What a hyperlinked field finds at a URL.
async fn resolve(request: Request) -> Result<Response> {
    let data = request.data().await?;
    let Data::Json(body) = &*data else { return Err(Error::parse("JSON is wanted.")) };
    let text = |key: &str| match body.get(key) {
        Some(Json::Str(text)) => text.as_str().to_owned(),
        _ => String::new(),
    };
    let refused = |text: &str| Err(Error::validation(format!("Invalid hyperlink - {text}")));
    let url = text("url");
    let Some(found) = request.urls().resolve_hyperlink(&url) else { return refused("No URL match.") };
    if found.url_name() != Some(&*text("name")) {
        return refused("Incorrect URL match.");
    }
    let mut kwargs = Dict::new();
    for (name, value) in found.kwargs() {
        kwargs.insert(name, Json::from(value));
    }
    let mut answer = Dict::new();
    answer.insert("name", Json::from(text("name")));
    answer.insert("kwargs", Json::Dict(kwargs));
    Response::data(200, &Json::Dict(answer))
}
