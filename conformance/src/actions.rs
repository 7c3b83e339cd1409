//! `/conformance/actions/`: viewsets with actions of their own, viewsets without a model, generic views, `APIView` and functions.

use belleville::filters::SearchFilter;
use belleville::http::header::VARY;
use belleville::json;
use belleville::json::{Dict, Json};
use belleville::negotiation::{Accepted, ContentNegotiation};
use belleville::pagination::PageNumberPagination;
use belleville::parsers::{Data, FormParser, JSONParser};
use belleville::prelude::*;
use belleville::renderers::{BoxedRenderer, JSONRenderer};
use belleville::serializers::SerializerClass;
use belleville::throttling::Verdict;
use belleville::versioning::QueryParameterVersioning;

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

fn brief() -> std::sync::Arc<SerializerClass> {
    SerializerClass::of::<BriefSerializer>()
}

/// What the client sent, as DRF's `request.data` is shown.
async fn sent(request: &Request) -> Result<Json> {
    Ok(match &*request.data().await? {
        Data::Json(json) => json.clone(),
        Data::Form(form) => {
            let mut dict = Dict::new();
            for (key, values) in form.lists() {
                dict.insert(key, Json::from(values.last().map(String::as_str)));
            }
            Json::Dict(dict)
        }
    })
}

fn action_of(request: &Request) -> &'static str {
    request.action().map_or("none", Action::name)
}

struct ItemViewSet;

/// Items, and what can be done with them.
#[viewset]
impl ModelViewSet for ItemViewSet {
    type Model = Item;
    type Serializer = ItemSerializer;

    fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
        Ok(Item::objects().order_by([Item::ID.asc()]))
    }

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
        config.on(Action::List).serializer_class(brief());
    }

    async fn destroy(&self, request: &Request) -> Result<Response> {
        Response::data(202, &json!({"kept": self.get_object(request).await?.id}))
    }

    /// How many there are.
    #[action(list)]
    async fn how_many(&self, request: &Request) -> Result<Response> {
        let count = i64::try_from(self.queryset(request)?.count(request.db()).await?).unwrap_or_default();
        Response::data(200, &json!({"count": count, "action": action_of(request)}))
    }

    #[action(list, methods = [GET, POST], suffix = "Codes", url_name = "all_codes")]
    fn codes(&self, request: &Request) -> Result<Response> {
        Response::data(200, &json!({"method": request.method(), "action": action_of(request)}))
    }

    #[action(
        detail,
        methods = [POST, PATCH],
        url_path = "mark/<slug:how>",
        name = "Marked",
        description = "Marks an item."
    )]
    async fn mark(&self, request: &Request) -> Result<Response> {
        let item = self.get_object(request).await?;
        Response::data(
            200,
            &json!({"id": item.id, "how": request.kwarg("how").unwrap_or_default(), "method": request.method()}),
        )
    }

    /// The notes on an item.
    #[action(detail, permission_classes = IsAuthenticated, renderer_classes = JSONRenderer)]
    async fn notes(&self, request: &Request) -> Result<Response> {
        let item = self.get_object(request).await?;
        Response::data(200, &json!({"id": item.id, "action": action_of(request)}))
    }

    #[action(mapping = notes, methods = [POST])]
    fn add_note(&self, request: &Request) -> Result<Response> {
        Response::data(201, &json!({"action": action_of(request)}))
    }

    #[action(mapping = notes, methods = [DELETE])]
    fn remove_notes(&self, _: &Request) -> Response {
        Response::empty(204)
    }

    #[action(detail, serializer_class = brief())]
    async fn shortly(&self, request: &Request) -> Result<Response> {
        self.retrieve(request).await
    }

    #[action(detail, methods = [PATCH], serializer_class = brief(), parser_classes = FormParser)]
    async fn rename(&self, request: &Request) -> Result<Response> {
        Response::data(200, &json!({"data": (sent(request).await?)}))
    }
}

struct CreateListViewSet;

/// Made and listed, and nothing else.
#[viewset]
impl ModelViewSet for CreateListViewSet {
    type Model = Item;
    type Serializer = ItemSerializer;

    const ACTIONS: &'static [Action] = &[Action::Create, Action::List];

    fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
        Ok(Item::objects().order_by([Item::ID.asc()]))
    }

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }
}

struct ColourViewSet {
    colours: [&'static str; 2],
}

const COLOURS: ColourViewSet = ColourViewSet { colours: ["red", "green"] };

/// Colours are no rows.
#[viewset]
impl ViewSet for ColourViewSet {
    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    fn list(&self, _: &Request) -> Result<Response> {
        Response::data(200, &Json::List(self.colours.iter().map(|colour| Json::from(*colour)).collect()))
    }

    async fn create(&self, request: &Request) -> Result<Response> {
        Response::data(201, &json!({"created": (sent(request).await?)}))
    }

    fn retrieve(&self, request: &Request) -> Result<Response> {
        let pk = request.kwarg("pk").unwrap_or_default();
        Response::data(200, &json!({"colour": pk, "known": (self.colours.contains(&pk))}))
    }

    fn partial_update(&self, request: &Request) -> Result<Response> {
        Response::data(200, &json!({"changed": request.kwarg("pk").unwrap_or_default()}))
    }

    /// Fades a colour.
    #[action(detail, methods = [DELETE])]
    fn fade(&self, _: &Request) -> Response {
        Response::empty(204)
    }
}

struct PathViewSet;

/// Paths with parameters.
#[viewset]
impl ViewSet for PathViewSet {
    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    #[action(list, url_path = "list/<int:kwarg>")]
    fn url_path_list(&self, request: &Request) -> Result<Response> {
        Response::data(200, &json!({"kwarg": (request.kwarg_as::<i64>("kwarg")?)}))
    }

    #[action(detail, url_path = "detail/<int:kwarg>")]
    fn url_path_detail(&self, request: &Request) -> Result<Response> {
        let pk = request.kwarg("pk").unwrap_or_default();
        Response::data(200, &json!({"pk": pk, "kwarg": (request.kwarg_as::<i64>("kwarg")?)}))
    }

    #[action(detail, url_path = "detail/<int:kwarg>/detail/<int:param>")]
    fn url_path_detail_multiple_params(&self, request: &Request) -> Result<Response> {
        let pk = request.kwarg("pk").unwrap_or_default();
        let [kwarg, param] = [request.kwarg_as::<i64>("kwarg")?, request.kwarg_as::<i64>("param")?];
        Response::data(200, &json!({"pk": pk, "kwarg": kwarg, "param": param}))
    }
}

struct Never;

impl Throttle for Never {
    async fn allow_request(&self, _: &Request) -> Result<Verdict> {
        Ok(Verdict::refused(None))
    }
}

/// The first renderer, whatever the client accepts.
struct First;

impl ContentNegotiation for First {
    fn select_renderer(&self, _: &Request, renderers: &[BoxedRenderer], _: Option<&str>) -> Result<Accepted> {
        Accepted::first(renderers)
    }
}

#[derive(Clone, Copy)]
struct ActionViewSet;

/// Actions, and nothing else.
#[viewset]
impl ModelViewSet for ActionViewSet {
    type Model = Item;
    type Serializer = ItemSerializer;

    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
        Ok(Item::objects().order_by([Item::ID.asc()]))
    }

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    async fn list(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    async fn retrieve(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    /// Of the list.
    #[action(list)]
    fn list_action(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(list, url_name = "list-custom")]
    fn custom_list_action(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(detail)]
    fn detail_action(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(detail, url_name = "detail-custom")]
    fn custom_detail_action(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(detail, url_path = "unresolvable/<arg>", url_name = "unresolvable")]
    fn unresolvable_detail_action(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(detail, name = "Custom Name")]
    fn named_action(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(detail, suffix = "Custom Suffix", description = "What it does.")]
    fn suffixed_action(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(detail, methods = [POST, DELETE])]
    fn both(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(detail, methods = [POST])]
    fn mapped(&self, request: &Request) -> Result<Response> {
        answer(201, request)
    }

    /// What is there.
    #[action(mapping = mapped, methods = [GET])]
    fn mapped_read(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(mapping = mapped, methods = [PATCH])]
    fn mapped_change(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(mapping = mapped, methods = [DELETE])]
    fn mapped_end(&self, request: &Request) -> Result<Response> {
        answer(202, request)
    }

    #[action(
        list,
        pagination_class = PageNumberPagination::new().page_size(2),
        filter_backends = SearchFilter,
        search_fields = ["code"]
    )]
    async fn paged(&self, request: &Request) -> Result<Response> {
        Response::of_page::<ItemSerializer>(self.queryset(request)?, request).await
    }

    #[action(list, metadata_class = ())]
    fn quiet(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(list, content_negotiation_class = First)]
    fn first(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(list, throttle_classes = Never)]
    fn limited(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(list, authentication_classes = ())]
    fn unknown(&self, request: &Request) -> Result<Response> {
        Response::data(200, &json!({"known": (request.user().is_ok())}))
    }

    #[action(list, versioning_class = QueryParameterVersioning)]
    fn versioned(&self, request: &Request) -> Result<Response> {
        Response::data(200, &json!({"version": (Json::from(request.version()))}))
    }

    #[action(list, methods = [HEAD])]
    fn heads(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }

    #[action(list, methods = [TRACE, OPTIONS])]
    fn odd(&self, request: &Request) -> Result<Response> {
        answer(200, request)
    }
}

fn answer(status: u16, request: &Request) -> Result<Response> {
    Response::data(status, &json!({"action": (action_of(request)), "method": (request.method())}))
}

struct Greeting;

/// Greets whoever comes.
#[viewset]
impl APIView for Greeting {
    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    fn get(&self, request: &Request) -> Result<Response> {
        Response::data(200, &json!({"hello": request.kwarg("name").unwrap_or("you")}))
    }

    async fn post(&self, request: &Request) -> Result<Response> {
        Response::data(201, &json!({"said": (sent(request).await?)}))
    }

    fn delete(&self, _: &Request) -> Response {
        Response::empty(204)
    }
}

/// Items in a few words.
#[api_view(GET, POST, permission_classes = AllowAny)]
async fn item_overview(request: Request) -> Result<Response> {
    let count = i64::try_from(Item::objects().count(request.db()).await?).unwrap_or_default();
    Response::data(200, &json!({"method": request.method(), "count": count}))
}

#[api_view(permission_classes = IsAuthenticated)]
fn hello_view(request: &Request) -> Result<Response> {
    Response::data(200, &json!({"hello": request.user()?.username()}))
}

fn nothing(_: &Request) -> Result<Response> {
    Response::data(200, &json!({}))
}

#[api_view(GET, PUT, permission_classes = AllowAny)]
fn put(request: &Request) -> Result<Response> {
    nothing(request)
}

#[api_view(GET, PATCH, permission_classes = AllowAny)]
fn patch(request: &Request) -> Result<Response> {
    nothing(request)
}

#[api_view(GET, POST, permission_classes = AllowAny, parser_classes = JSONParser)]
async fn json(request: Request) -> Result<Response> {
    sent(&request).await?;
    nothing(&request)
}

#[api_view(GET, permission_classes = IsAuthenticated, authentication_classes = BasicAuthentication)]
fn basic(request: &Request) -> Result<Response> {
    nothing(request)
}

#[api_view(GET, permission_classes = AllowAny, metadata_class = ())]
fn quiet(request: &Request) -> Result<Response> {
    nothing(request)
}

#[api_view(GET, permission_classes = AllowAny, content_negotiation_class = First)]
fn negotiated(request: &Request) -> Result<Response> {
    nothing(request)
}

#[api_view(GET, permission_classes = AllowAny, versioning_class = QueryParameterVersioning)]
fn versioned(request: &Request) -> Result<Response> {
    Response::data(200, &json!({"version": (Json::from(request.version()))}))
}

fn once_a_day() -> impl Throttle {
    UserRateThrottle.with_scope("function").with_rate("1/day")
}

#[api_view(GET, permission_classes = AllowAny, throttle_classes = once_a_day())]
fn throttled(request: &Request) -> Result<Response> {
    nothing(request)
}

#[api_view(GET, permission_classes = AllowAny, throttle_classes = ScopedRateThrottle, throttle_scope = "uploads")]
fn scoped_1(request: &Request) -> Result<Response> {
    nothing(request)
}

#[api_view(GET, permission_classes = AllowAny, throttle_classes = ScopedRateThrottle, throttle_scope = "uploads")]
fn scoped_2(request: &Request) -> Result<Response> {
    nothing(request)
}

#[api_view(GET, permission_classes = AllowAny, throttle_classes = ScopedRateThrottle)]
fn unscoped(request: &Request) -> Result<Response> {
    nothing(request)
}

#[api_view(GET, permission_classes = AllowAny, vary_on_headers = ["X-Some-Header", "X-Other-Header"])]
fn vary(request: &Request) -> Result<Response> {
    nothing(request)
}

#[api_view(GET, permission_classes = AllowAny, vary_on_headers = ["Cookie", "Accept"])]
fn vary_own(request: &Request) -> Result<Response> {
    let mut response = nothing(request)?;
    response.set_header(VARY, "X-Foo-Header,X-Bar-Header");
    Ok(response)
}

/// Functions with each of the policies.
fn functions() -> Urls {
    Urls::new()
        .path("put/", put())
        .path("patch/", patch())
        .path("json/", json())
        .path("basic/", basic())
        .path("quiet/", quiet())
        .path("negotiated/", negotiated())
        .path("versioned/", versioned())
        .path("throttled/", throttled())
        .path("scoped-1/", scoped_1())
        .path("scoped-2/", scoped_2())
        .path("unscoped/", unscoped())
        .path("vary/", vary())
        .path("vary-own/", vary_own())
}

/// The generic views: viewsets with these actions.
macro_rules! generic {
    ($($class:ident $doc:literal $($action:ident)*;)*) => {$(
        struct $class;

        impl ModelViewSet for $class {
            type Model = Item;
            type Serializer = ItemSerializer;

            const DOC: &'static str = $doc;
            const ACTIONS: &'static [Action] = &[$(Action::$action),*];

            fn queryset(&self, _: &Request) -> Result<QuerySet<Item>> {
                Ok(Item::objects().order_by([Item::ID.asc()]))
            }

            fn configure(&self, config: &mut Config<Self>) {
                config.permission_classes(AllowAny);
            }
        }
    )*};
}

generic! {
    ListItems "ListAPIView of items." List;
    CreateItems "CreateAPIView of items." Create;
    ListCreateItems "ListCreateAPIView of items." List Create;
    RetrieveItems "RetrieveAPIView of items." Retrieve;
    UpdateItems "UpdateAPIView of items." Update PartialUpdate;
    DestroyItems "DestroyAPIView of items." Destroy;
    RetrieveUpdateItems "RetrieveUpdateAPIView of items." Retrieve Update PartialUpdate;
    RetrieveDestroyItems "RetrieveDestroyAPIView of items." Retrieve Destroy;
    RetrieveUpdateDestroyItems "RetrieveUpdateDestroyAPIView of items." Retrieve Update PartialUpdate Destroy;
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let mut router = DefaultRouter::new();
    router.register("items", ItemViewSet).basename("acted-item");
    router.register("made", CreateListViewSet).basename("made-item");
    router.register("colours", COLOURS).basename("colour");
    router.register("acts", ActionViewSet).basename("act");
    router.register("acts-alt", ActionViewSet).basename("act-alt");
    let mut paths = SimpleRouter::new();
    paths.register("paths", PathViewSet).basename("path");
    let mut bare = SimpleRouter::without_trailing_slash();
    bare.register("items", ItemViewSet).basename("bare-item");
    let mut empty = SimpleRouter::new();
    empty.register("", COLOURS).basename("bare-colour");
    let actions = Urls::new()
        .include("", router.urls())
        .include("bare/", bare.urls())
        .include("empty/", empty.urls())
        .include("", paths.urls())
        .path("greeting/", Greeting)
        .path("greeting/<str:name>/", Greeting)
        .path("overview/", item_overview())
        .path("hello/", hello_view())
        .include("functions/", functions())
        .path("generic/list/", ListItems)
        .path("generic/create/", CreateItems)
        .path("generic/list-create/", ListCreateItems)
        .path("generic/retrieve/<int:pk>/", RetrieveItems)
        .path("generic/update/<int:pk>/", UpdateItems)
        .path("generic/destroy/<int:pk>/", DestroyItems)
        .path("generic/retrieve-update/<int:pk>/", RetrieveUpdateItems)
        .path("generic/retrieve-destroy/<int:pk>/", RetrieveDestroyItems)
        .path("generic/retrieve-update-destroy/<int:pk>/", RetrieveUpdateDestroyItems);
    urls.include("actions/", actions)
}
