//! `/conformance/routes/`: converters of one's own, regular expressions, and namespaces with several instances.

use belleville::json::{Dict, Json};
use belleville::prelude::*;
use belleville::urls::PathConverter;

use crate::stock::Item;

struct FourDigitYear;

impl PathConverter for FourDigitYear {
    fn regex(&self) -> &str {
        "[0-9]{4}"
    }

    fn to_python(&self, text: &str) -> Option<String> {
        Some(text.parse::<u16>().ok()?.to_string())
    }

    fn to_url(&self, value: &str) -> Option<String> {
        Some(format!("{:04}", value.parse::<u64>().ok()?))
    }
}

/// Numbers up to 4095.
struct Hexadecimal;

impl PathConverter for Hexadecimal {
    fn regex(&self) -> &str {
        "[0-9a-f]+"
    }

    fn to_python(&self, text: &str) -> Option<String> {
        let number = u64::from_str_radix(text, 16).ok().filter(|number| *number <= 4095)?;
        Some(number.to_string())
    }

    fn to_url(&self, value: &str) -> Option<String> {
        Some(format!("{:x}", value.parse::<u64>().ok()?))
    }
}

fn target(request: &Request) -> Result<Response> {
    let mut kwargs = Dict::new();
    request.kwargs().for_each(|(name, value)| kwargs.insert(name, Json::from(value)));
    let mut body = Dict::new();
    body.insert("url_name", Json::from(request.url_name()));
    body.insert("namespace", Json::from(request.namespace().unwrap_or_default()));
    body.insert("app_name", Json::from(request.app_name().unwrap_or_default()));
    body.insert("kwargs", Json::Dict(kwargs));
    Response::data(200, &body)
}

/// The URLs of the application that the request is in.
fn here(request: &Request) -> Result<Response> {
    let mut body = Dict::new();
    for name in ["polls:index", "inner:leaf", "polls:inner:leaf", "outer:polls:index"] {
        let url = request.reverse_in(request.namespace().unwrap_or_default(), name, ());
        body.insert(name, Json::from(url.ok()));
    }
    Response::data(200, &body)
}

/// The URL of a name for a current application.
fn reverse(request: &Request) -> Result<Response> {
    let query = request.query_params();
    let given = query.lists().map(|(key, values)| (key, values.last().cloned().unwrap_or_default()));
    let kwargs: Vec<(&str, String)> =
        given.filter(|(key, _)| !["name", "current_app"].contains(key)).collect();
    let name = query.get("name").unwrap_or_default();
    let url = match query.get("current_app") {
        Some(current_app) => request.reverse_in(current_app, name, kwargs),
        None => request.reverse(name, kwargs),
    };
    let mut body = Dict::new();
    body.insert("url", Json::from(url.ok()));
    Response::data(200, &body)
}

#[derive(ModelSerializer)]
#[serializer(model = Item, fields = [id, code, number])]
struct ItemSerializer;

/// Items by a field of theirs, with actions under regular expressions.
macro_rules! items {
    ($($name:ident $lookup:expr;)*) => {$(
        struct $name;

        #[viewset]
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

            #[action(detail, url_path = r"parts/(?P<part_id>\d+)")]
            async fn parts(&self, request: &Request) -> Result<Response> {
                let mut body = Dict::new();
                body.insert("id", Json::from(self.get_object(request).await?.id));
                body.insert("part", Json::from(request.kwarg("part_id")));
                Response::data(200, &body)
            }

            #[action(list, url_path = r"range/(?P<low>\d+)-(?P<high>\d+)", url_name = "in-range")]
            async fn in_range(&self, request: &Request) -> Result<Response> {
                let (low, high): (i32, i32) = (request.kwarg_as("low")?, request.kwarg_as("high")?);
                let items = self.queryset(request)?.filter(Item::NUMBER.gte(low)).filter(Item::NUMBER.lte(high));
                let items = items.all(request.db()).await?;
                Response::data(200, &items.iter().map(|item| item.number).collect::<Vec<_>>())
            }
        }
    )*};
}

items! {
    Items Lookup::PRIMARY_KEY;
    ItemsByCode Lookup::field(Item::CODE).regex("[a-z]{1,3}");
}

struct ItemsByHex;

impl ModelViewSet for ItemsByHex {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Item;
    type Serializer = ItemSerializer;

    const LOOKUP: Lookup<Item> = Lookup::field(Item::NUMBER).converter("hex");

    fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
        Ok(Item::objects().order_by([Item::ID.asc()]))
    }

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }
}

struct Words;

#[viewset]
impl ViewSet for Words {
    const LOOKUP_URL_KWARG: &'static str = "word";
    const LOOKUP_VALUE_REGEX: Option<&'static str> = Some("[a-z]+(?:-[a-z]+)*");

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    fn list(&self, _: &Request) -> Result<Response> {
        Response::data(200, &["a", "a-b"])
    }

    fn retrieve(&self, request: &Request) -> Result<Response> {
        let mut body = Dict::new();
        body.insert("word", Json::from(request.kwarg("word")));
        Response::data(200, &body)
    }
}

fn view(name: &str) -> View {
    View::new(name).permission_classes(AllowAny)
}

fn to() -> View {
    view("Target").get(target)
}

fn at_here() -> View {
    view("Here").description("The URLs of the application that the request is in.").get(here)
}

fn polls() -> Urls {
    let inner = Urls::new().path("leaf/", to()).name("leaf").app_name("inner");
    Urls::new()
        .path("", to())
        .name("index")
        .path("<int:pk>/", to())
        .name("detail")
        .re_path("^by/(?P<name>[a-z]+)/$", to())
        .name("by")
        .path("here/", at_here())
        .name("here")
        .include("inner/", inner)
        .app_name("polls")
}

fn shop() -> Urls {
    Urls::new().path("", to()).name("index").path("here/", at_here()).name("here").app_name("shop")
}

fn outer() -> Urls {
    Urls::new()
        .path("here/", at_here())
        .name("here")
        .include("a/", polls().namespace("a-polls"))
        .include("b/", polls().namespace("b-polls"))
        .app_name("outer")
}

fn spaces() -> Urls {
    let reversed = view("Reverse").description("The URL of a name for a current application.").get(reverse);
    Urls::new()
        .path("reverse/", reversed)
        .include("authors/", polls().namespace("author-polls"))
        .include("publishers/<slug:house>/", polls().namespace("publisher-polls"))
        .include("shop/", shop())
        .include("shop-two/", shop().namespace("shop-two"))
        .include("one/", outer().namespace("outer-one"))
        .include("two/", outer().namespace("outer-two"))
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let mut router = DefaultRouter::new();
    router.register("items", Items).basename("routed-item");
    router.register("codes", ItemsByCode).basename("routed-code");
    router.register("words", Words).basename("routed-word");
    let mut converted = SimpleRouter::new();
    converted.register("hex", ItemsByHex).basename("routed-hex");
    let under = Urls::new()
        .path("<int:second>/", to())
        .name("rt-under")
        .re_path(r"^deeper/(?P<third>\d{2})/$", to())
        .name("rt-deeper")
        .path("", to())
        .name("rt-under-root");
    let within = Urls::new()
        .re_path(r"^(?P<slug>[-\w]+)\.html$", to())
        .name("rt-slug")
        .path("<hex:number>/", to())
        .name("rt-within")
        .path("", to())
        .name("rt-within-root");
    let suffixed = Urls::new()
        .register_converter("yyyy", FourDigitYear)
        .re_path("^suffixed/(?P<word>[a-z]+)/$", to())
        .name("rt-suffixed")
        .path("suffixed-year/<yyyy:year>/", to())
        .name("rt-suffixed-year")
        .format_suffix_patterns();
    let given = Urls::new()
        .path("", to())
        .name("rt-given-root")
        .path("inner/", to())
        .kwargs([("own", "inner")])
        .name("rt-given-inner");
    let given_suffix = Urls::new()
        .path("given-suffix/", to())
        .kwargs([("state", "suffixed")])
        .name("rt-given-suffix")
        .format_suffix_patterns();
    let routes = Urls::new()
        .include("", router.urls())
        .include("", converted.urls())
        .path("year/<yyyy:year>/", to())
        .name("rt-year")
        .path("year/<yyyy:year>/<hex:number>/", to())
        .name("rt-year-number")
        .path("number/<hex:number>/", to())
        .name("rt-number")
        .path("number/<hex:number>-<yyyy:year>", to())
        .name("rt-two")
        .re_path("^articles/(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/$", to())
        .name("rt-articles")
        .re_path(r"^open/(?P<rest>\w+)", to())
        .name("rt-open")
        .re_path(r"^optional/(?:page-(?P<page>\d+)/)?$", to())
        .name("rt-optional")
        .re_path("^(?P<language>de|fr)/hello/$", to())
        .name("rt-hello")
        .re_path("^either/(?:a|b)/$", to())
        .name("rt-either")
        .re_path(r"anywhere/(?P<number>\d+)/$", to())
        .name("rt-anywhere")
        .re_path("^both/(?P<one>[a-z]+)/(?P<two>[^/]+)$", to())
        .name("rt-both")
        .re_path(r"^end/(?P<word>[a-z]+)\Z", to())
        .name("rt-end")
        .re_include("^(?P<first>[a-z]{2})-under/", under)
        .include("within/<yyyy:year>/", within)
        .include("", suffixed)
        .include("spaces/", spaces())
        .path("given/<int:year>/", to())
        .kwargs([("state", "draft")])
        .name("rt-given")
        .path("given/<int:year>/final/", to())
        .name("rt-given")
        .kwargs([("state", "final"), ("year", "2000")])
        .re_path("^given/(?P<slug>[a-z]+)/$", to())
        .kwargs([("state", "other")])
        .name("rt-given")
        .path("given-items/first/", View::detail_of(Items))
        .kwargs([("pk", 1)])
        .name("rt-given-item")
        .path("given-format/", to())
        .kwargs([("format", "json")])
        .name("rt-given-format")
        .include("given-by/<slug:house>/", given)
        .kwargs([("more", "outer"), ("last", "outer")])
        .include("", given_suffix)
        .register_converter("yyyy", FourDigitYear)
        .register_converter("hex", Hexadecimal);
    urls.include("routes/", routes)
}
