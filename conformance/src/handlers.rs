//! `/conformance/handlers/`: what handlers can do beyond the usual: hooks around them, OPTIONS by its own policies, answers of any
//! value, tokens that they hand out.

use std::collections::BTreeMap;
use std::sync::Arc;

use belleville::db::{Date, DateTime, Decimal, Duration, Object, Time, Uuid};
use belleville::http::HeaderName;
use belleville::http::header::ALLOW;
use belleville::json::{self, Dict, Json};
use belleville::pagination::{Page, PageNumberPagination};
use belleville::parsers::Data;
use belleville::permissions::is_safe_method;
use belleville::prelude::*;
use belleville::serializers::SerializerClass;
use serde::Serialize;

use crate::stock::Item;

#[derive(ModelSerializer)]
#[serializer(
    model = Item,
    fields = [id, code, number, serial],
    extra_kwargs = [number(min_value = -100, max_value = 100)]
)]
struct ItemSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Item, fields = [id, code])]
struct BriefSerializer;

/// Only the first item may be changed.
#[derive(Clone, Copy)]
struct FirstOnly;

impl Permission for FirstOnly {
    async fn has_permission(&self, _: &Request) -> Result<bool> {
        Ok(true)
    }

    async fn has_object_permission(&self, request: &Request, object: &dyn Object) -> Result<bool> {
        Ok(is_safe_method(request) || object.as_any().downcast_ref::<Item>().is_some_and(|item| item.id == 1))
    }
}

fn in_order() -> QuerySet<Item> {
    Item::objects().order_by([Item::ID.asc()])
}

fn action_of(request: &Request) -> Result<Response> {
    Response::data(200, &BTreeMap::from([("action", request.action().map_or("none", Action::name))]))
}

struct Described;

/// Anybody may read what it takes, and some may write.
#[viewset]
impl ModelViewSet for Described {
    type Model = Item;
    type Serializer = ItemSerializer;

    fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
        Ok(in_order())
    }

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
        config.on(Action::Create).permission_classes(IsAuthenticated);
        config.on(Action::Update).permission_classes(IsAdminUser);
        config.on(Action::Metadata).permission_classes(FirstOnly);
        config.on("notes").permission_classes(IsAdminUser);
    }

    fn get_serializer_class(&self, request: &Request) -> Result<Arc<SerializerClass>> {
        Ok(match request.action() {
            Some(Action::Metadata) => SerializerClass::of::<BriefSerializer>(),
            _ => SerializerClass::of::<ItemSerializer>(),
        })
    }

    #[action(detail, methods = [GET, PUT], permission_classes = IsAuthenticated)]
    fn notes(&self, request: &Request) -> Result<Response> {
        action_of(request)
    }
}

struct Closed;

/// What it takes is told to users alone.
#[viewset]
impl ModelViewSet for Closed {
    type Model = Item;
    type Serializer = ItemSerializer;

    fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
        Ok(in_order())
    }

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
        config.on(Action::Metadata).permission_classes(IsAuthenticated);
        config.on("secret").permission_classes(IsAdminUser);
    }

    #[action(list, methods = [POST])]
    fn secret(&self, request: &Request) -> Result<Response> {
        action_of(request)
    }
}

struct Acting;

/// Its actions say for themselves who may use them.
#[viewset]
impl ModelViewSet for Acting {
    type Model = Item;
    type Serializer = ItemSerializer;

    fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
        Ok(in_order())
    }

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    #[action(
        detail,
        methods = [GET, PUT],
        permission_classes = IsAuthenticated,
        serializer_class = SerializerClass::of::<BriefSerializer>()
    )]
    fn notes(&self, request: &Request) -> Result<Response> {
        action_of(request)
    }

    #[action(list, methods = [POST, DELETE], permission_classes = IsAdminUser)]
    fn all(&self, request: &Request) -> Result<Response> {
        action_of(request)
    }
}

/// What was found out before the handler.
struct Seen(String);

/// Refuses some requests before their handlers.
fn mark(request: &Request) -> Result<()> {
    match request.query_params().get("initial") {
        Some("denied") => return Err(Error::permission_denied_because("Not today.")),
        Some("missing" | "http404") => return Err(Error::not_found()),
        _ => {}
    }
    let user = request.user().map(|user| user.username().to_owned()).unwrap_or_default();
    let format = request.accepted_media_type().map_or("none", |media_type| match media_type {
        "text/html" => "api",
        _ => "json",
    });
    let version = request.version().unwrap_or("None");
    request.facts().get_or_insert_with(|| Seen(format!("{user} {format} {version}")));
    Ok(())
}

fn seen(request: &Request) -> &str {
    request.facts().get().map_or("nothing", |Seen(seen)| seen)
}

/// Marks all answers.
fn marked(request: &Request, mut response: Response) -> Response {
    let allow = response.headers().get(ALLOW).and_then(|allow| allow.to_str().ok()).unwrap_or_default();
    let answer = format!("{} {allow}", response.status());
    response.set_header(HeaderName::from_static("x-seen"), seen(request));
    response.set_header(HeaderName::from_static("x-answer"), &answer);
    if request.query_params().get("teapot").is_some() {
        let mut body = Dict::new();
        body.insert("was", response.take_data().unwrap_or(Json::Null));
        response.set_status(418);
        response.set_compact_json(json::to_vec(&body).unwrap_or_default());
    }
    response
}

fn seen_by(request: &Request) -> Result<Response> {
    Response::data(200, &BTreeMap::from([("seen", seen(request))]))
}

struct Marked;

/// A view with hooks.
#[viewset]
impl APIView for Marked {
    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsAuthenticatedOrReadOnly);
    }

    async fn initial(&self, request: &Request) -> Result<()> {
        mark(request)
    }

    async fn finalize_response(&self, request: &Request, response: Response) -> Result<Response> {
        Ok(marked(request, response))
    }

    fn get(&self, request: &Request) -> Result<Response> {
        match request.query_params().get("fail") {
            Some(_) => Err(Error::not_found_because("The handler says so.")),
            None => seen_by(request),
        }
    }

    async fn post(&self, request: &Request) -> Result<Response> {
        match &*request.data().await? {
            Data::Json(body) => Response::data(201, body),
            Data::Form(_) => Err(Error::parse("JSON is wanted.")),
        }
    }
}

struct MarkedItems;

impl ModelViewSet for MarkedItems {
    type Model = Item;
    type Serializer = ItemSerializer;

    fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
        Ok(in_order())
    }

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsAuthenticatedOrReadOnly);
    }

    async fn initial(&self, request: &Request) -> Result<()> {
        mark(request)
    }

    async fn finalize_response(&self, request: &Request, response: Response) -> Result<Response> {
        Ok(marked(request, response))
    }
}

struct MarkedColours;

#[viewset]
impl ViewSet for MarkedColours {
    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsAuthenticatedOrReadOnly);
    }

    async fn initial(&self, request: &Request) -> Result<()> {
        mark(request)
    }

    async fn finalize_response(&self, request: &Request, response: Response) -> Result<Response> {
        Ok(marked(request, response))
    }

    fn list(&self, _: &Request) -> Result<Response> {
        Response::data(200, &["red"])
    }

    #[action(list)]
    fn seen_by(&self, request: &Request) -> Result<Response> {
        seen_by(request)
    }
}

struct PagedItems;

/// All of the items, or a page of them.
#[viewset]
impl ModelViewSet for PagedItems {
    type Model = Item;
    type Serializer = BriefSerializer;

    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
        Ok(in_order())
    }

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny).pagination_class(PageNumberPagination::new().page_size(2));
    }

    async fn paginate_queryset(&self, items: &QuerySet<Item>, request: &Request) -> Result<Option<Page>> {
        match request.query_params().get("all") {
            Some(_) => Ok(None),
            None => request.paginate_queryset(items).await,
        }
    }

    fn get_serializer_class(&self, request: &Request) -> Result<Arc<SerializerClass>> {
        Ok(match request.query_params().get("long") {
            Some(_) => SerializerClass::of::<ItemSerializer>(),
            None => SerializerClass::of::<BriefSerializer>(),
        })
    }
}

#[derive(Serialize)]
struct Numbers {
    small: u8,
    large: u64,
    larger: i128,
    float: f64,
    tiny: f64,
    huge: f64,
    single: f32,
}

#[derive(Serialize)]
struct Texts {
    text: &'static str,
    letter: char,
    nothing: Option<u8>,
    unit: (),
    yes: bool,
}

#[derive(Serialize)]
struct Inner {
    b: Option<u8>,
}

#[derive(Serialize)]
struct Moments {
    #[serde(serialize_with = "json::field_value")]
    at: DateTime,
    #[serde(serialize_with = "json::field_value")]
    whole: Option<DateTime>,
    #[serde(serialize_with = "json::field_value")]
    date: Date,
    #[serde(serialize_with = "json::field_value")]
    time: Time,
    #[serde(serialize_with = "json::field_value")]
    length: Duration,
    #[serde(serialize_with = "json::field_value")]
    none: Option<Time>,
}

#[derive(Serialize)]
struct Values {
    #[serde(serialize_with = "json::field_value")]
    price: Decimal,
    #[serde(serialize_with = "json::field_value")]
    large: Decimal,
    #[serde(serialize_with = "json::field_value")]
    id: Uuid,
    #[serde(serialize_with = "json::field_value")]
    bytes: Vec<u8>,
}

#[derive(Serialize)]
struct Number {
    number: f64,
}

fn answer(request: &Request) -> Result<Response> {
    let decimal = |text: &str| text.parse::<Decimal>().map_err(Error::internal);
    match request.kwarg("name").unwrap_or_default() {
        "numbers" => Response::data(
            200,
            &Numbers {
                small: 1,
                large: u64::MAX,
                larger: i128::MIN,
                float: 1.0,
                tiny: 1.5e-7,
                huge: 1e22,
                single: 0.1,
            },
        ),
        "texts" => Response::data(
            200,
            &Texts { text: "é\u{2028}\"\\\n", letter: 'x', nothing: None, unit: (), yes: true },
        ),
        "lists" => Response::data(
            200,
            &(
                [(); 0],
                BTreeMap::<u8, u8>::new(),
                (1, "two", 3.0),
                [1, 2],
                BTreeMap::from([("a", [Inner { b: None }])]),
            ),
        ),
        "keys" => Response::data(200, &BTreeMap::from([(1, "one"), (2, "two")])),
        "booleans" => Response::data(200, &BTreeMap::from([(true, 1)])),
        "moments" => Response::data(
            200,
            &Moments {
                at: DateTime::constant(2026, 1, 2, 3, 4, 5, 678_000_000),
                whole: Some(DateTime::constant(2026, 1, 2, 3, 4, 5, 0)),
                date: Date::constant(2026, 1, 2),
                time: Time::constant(3, 4, 5, 6_000),
                length: Duration::from_millis(86_401_500),
                none: None,
            },
        ),
        "values" => Response::data(
            200,
            &Values {
                price: decimal("9.50")?,
                large: decimal("12345678901234567890.5")?,
                id: Uuid::from_u128(7),
                bytes: "raw é".as_bytes().to_vec(),
            },
        ),
        "nan" => Response::data(200, &Number { number: f64::NAN }),
        "pairs" => Response::data(200, &BTreeMap::from([((1, 2), 3)])),
        _ => Err(Error::not_found()),
    }
}

/// Tokens for whoever asks.
async fn minted(request: Request) -> Result<Response> {
    let user = request.user()?;
    match request.kwarg("kind").unwrap_or_default() {
        "pair" => Response::data(201, &request.jwt().pair_for(user).await?),
        "claims" => {
            let pair = request.jwt().pair_with(user, |token| token.insert("name", user.username()));
            Response::data(201, &pair.await?)
        }
        "sliding" => {
            Response::data(201, &BTreeMap::from([("token", request.jwt().sliding_for(user).await?)]))
        }
        "token" => {
            let token = request.tokens().get_or_create(user).await?;
            Response::data(201, &BTreeMap::from([("token", token.key)]))
        }
        "knox" => {
            let (row, token) = request.knox().create(user).await?;
            Response::data(201, &BTreeMap::from([("token", token), ("token_key", row.token_key)]))
        }
        _ => Err(Error::not_found()),
    }
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let mut router = DefaultRouter::new();
    router.register("described", Described).basename("described");
    router.register("closed", Closed).basename("closed");
    router.register("acting", Acting).basename("acting");
    router.register("paged", PagedItems).basename("paged");
    let mut of_marked = SimpleRouter::new();
    of_marked.register("items", MarkedItems).basename("marked-item");
    of_marked.register("colours", MarkedColours).basename("marked-colour");
    let handlers = Urls::new()
        .include("", router.urls())
        .path("marked/", Marked)
        .include("marked/", of_marked.urls())
        .path("answers/<name>/", View::new("Answer").permission_classes(AllowAny).get(answer))
        .path("minted/<kind>/", View::new("Minted").description("Tokens for whoever asks.").post(minted));
    urls.include("handlers/", handlers)
}
