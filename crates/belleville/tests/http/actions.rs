//! Views, viewsets and their actions. The blocks of `docs/guide/views.md` and `routers.md` are pieces of this file.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use belleville::db::migrations::state::ModelState;
use belleville::json;
use belleville::json::Json;
use belleville::pagination::PageNumberPagination;
use belleville::prelude::*;
use belleville::routers::NestedSimpleRouter;
use belleville::serializers::SerializerClass;
use belleville::test::TestClient;

use crate::server::{Server, refusal};

#[derive(Clone, Debug, Model)]
#[model(app = "papers", ordering = ["id"])]
struct Paper {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    title: String,
    #[field(default = false)]
    public: bool,
}

#[derive(Clone, Debug, Model)]
#[model(app = "papers", ordering = ["id"])]
struct Remark {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    paper: ForeignKey<Paper>,
    #[field(max_length = 40)]
    text: String,
}

#[derive(ModelSerializer)]
#[serializer(model = Paper, fields = [id, title, public], read_only_fields = [public])]
struct PaperSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Paper, fields = [id, title])]
struct TitleSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Remark, fields = [id, text])]
struct RemarkSerializer;

fn papers() -> Vec<AppConfig> {
    vec![AppConfig::new("papers").model::<Paper>().model::<Remark>().migration(
        Migration::new("0001_initial").create(ModelState::of::<Paper>()).create(ModelState::of::<Remark>()),
    )]
}

struct PaperViewSet;

/// Papers, which their readers see once they are public.
#[viewset]
impl ModelViewSet for PaperViewSet {
    type Model = Paper;
    type Serializer = PaperSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny).pagination_class(PageNumberPagination::new().page_size(2));
        config.on(Action::List).serializer_class(SerializerClass::of::<TitleSerializer>());
        config.on(Action::Destroy).permission_classes(IsAdminUser);
        config.on("publish").atomic();
    }

    /// Shows a paper to everybody.
    #[action(detail, methods = [POST], permission_classes = IsAuthenticated)]
    async fn publish(&self, request: &Request) -> Result<Response> {
        let paper = self.get_object(request).await?;
        let published = Paper::objects().filter_pk(paper.id);
        published.update(request.db(), [Paper::PUBLIC.set(true)]).await?;
        Response::data(200, &json!({"published": paper.id}))
    }

    /// Hides it again.
    #[action(mapping = publish, methods = [DELETE], permission_classes = IsAdminUser)]
    async fn hide(&self, request: &Request) -> Result<Response> {
        let paper = self.get_object(request).await?;
        Paper::objects().filter_pk(paper.id).update(request.db(), [Paper::PUBLIC.set(false)]).await?;
        Ok(Response::empty(204))
    }

    /// Those whose titles are as long.
    #[action(list, url_path = "of-length/<int:length>", url_name = "of-length", pagination_class = ())]
    async fn of_length(&self, request: &Request) -> Result<Response> {
        let length: usize = request.kwarg_as("length")?;
        let papers = self.queryset(request)?.all(request.db()).await?;
        let titles = papers.iter().filter(|paper| paper.title.chars().count() == length);
        Response::data(200, &Json::List(titles.map(|paper| Json::from(&*paper.title)).collect()))
    }
}

struct Drafts;

impl ModelViewSet for Drafts {
    type Model = Paper;
    type Serializer = PaperSerializer;

    const ACTIONS: &'static [Action] = &[Action::List, Action::Create];

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    async fn create(&self, request: &Request) -> Result<Response> {
        match request.query_params().get("dry") {
            Some(_) => Ok(Response::empty(202)),
            None => self.default_create(request).await,
        }
    }

    fn actions(config: &mut Config<Self>) {
        config.list_action("count", [Method::GET], Self::count).url_path("how-many").suffix("Number");
    }
}

impl Drafts {
    async fn count(&self, request: &Request) -> Result<Response> {
        let drafts = self.queryset(request)?.filter(Paper::PUBLIC.eq(false));
        Response::data(200, &Json::from(drafts.count(request.db()).await?))
    }
}

/// Counts in memory: no model, no serializer.
struct CounterViewSet {
    counted: Arc<AtomicU64>,
}

#[viewset]
impl ViewSet for CounterViewSet {
    const LOOKUP_URL_KWARG: &'static str = "step";

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    fn list(&self, _: &Request) -> Result<Response> {
        Response::data(200, &Json::from(self.counted.load(Ordering::Relaxed)))
    }

    fn update(&self, request: &Request) -> Result<Response> {
        self.counted.fetch_add(request.kwarg_as("step")?, Ordering::Relaxed);
        self.list(request)
    }
}

struct Greeting {
    word: &'static str,
}

/// Greets whoever comes.
#[viewset]
impl APIView for Greeting {
    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    async fn get(&self, request: &Request) -> Result<Response> {
        let name = request.kwarg("name").unwrap_or("you");
        Response::data(200, &json!({"greeting": (format!("{} {name}", self.word))}))
    }

    fn delete(&self, _: &Request) -> Response {
        Response::empty(204)
    }
}

/// How many papers there are.
#[api_view(GET, POST, permission_classes = AllowAny)]
async fn paper_count(request: Request) -> Result<Response> {
    Response::data(200, &Json::from(Paper::objects().count(request.db()).await?))
}

struct RemarkViewSet;

impl ModelViewSet for RemarkViewSet {
    type Model = Remark;
    type Serializer = RemarkSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    fn queryset(&self, request: &Request) -> Result<QuerySet<Remark>> {
        let paper: i64 = request.kwarg_as("paper_pk")?;
        Ok(Remark::objects().filter(Remark::PAPER.eq(paper)))
    }

    async fn perform_create(&self, serializer: Serializer<Remark>, request: &Request) -> Result<Remark> {
        let paper =
            Paper::objects().filter_pk(request.kwarg_as::<i64>("paper_pk")?).get(request.db()).await?;
        serializer.with(Remark::PAPER.set(&paper)).save(request.db()).await
    }
}

fn nested() -> Urls {
    let mut router = SimpleRouter::new();
    router.register("papers", PaperViewSet);
    let mut remarks = NestedSimpleRouter::new(&router, "papers", "paper");
    remarks.register("remarks", RemarkViewSet).basename("paper-remark");
    Urls::new().include("", router.urls()).include("", remarks.urls())
}

fn urls() -> Urls {
    let counted = Arc::new(AtomicU64::new(0));
    let mut router = DefaultRouter::new();
    router.register("drafts", Drafts).basename("draft");
    router.register("counter", CounterViewSet { counted }).basename("counter");
    router.root(|view| view.name("Papers").description("What there is.").permission_classes(AllowAny));
    Urls::new()
        .include("", nested())
        .include("more/", router.urls())
        .path("hello/<name>/", Greeting { word: "Hello" })
        .name("hello")
        .path("bye/", Greeting { word: "Bye" })
        .path("paper-count/", paper_count())
}

/// Of an object, and of the list; an action whose path wants more than the request has is left out.
#[belleville::test]
async fn pages_name_the_other_actions() {
    let app = papers().into_iter().fold(App::new("papers", env!("CARGO_MANIFEST_DIR"), urls), App::app);
    let client = TestClient::new(&app).await;
    client.post("/papers/", json!({"title": "abc"})).await.assert_status(201);
    for (path, shown, hidden) in [
        ("/papers/1/", "/papers/1/publish/\">Publish</a>", "of-length"),
        ("/papers/", "<title>", "Extra Actions"),
        ("/more/drafts/", "/more/drafts/how-many/\">Drafts Number</a>", "publish"),
        ("/more/drafts/how-many/", "/more/drafts/how-many/\">Drafts Number</a>", "publish"),
    ] {
        let page = client.get(path).header("Accept", "text/html").await.assert_status(200).text();
        assert!(page.contains(shown) && !page.contains(hidden), "{path}: {page}");
    }
}

#[test]
fn actions_views_and_routers_answer() {
    let tokens = "[rest_framework]\ndefault_authentication_classes = ['TokenAuthentication']";
    let server = Server::start_with(tokens, &[], urls(), papers(), vec![]);
    let (bob, root) = (&server.token("bob"), &server.token("root"));
    let json = "Content-Type: application/json";
    for (line, headers, body, status, expected) in [
        ("POST /papers/", json, "{\"title\":\"abc\"}", 201, "{\"id\":1,\"title\":\"abc\",\"public\":false}"),
        ("POST /papers/", json, "{\"title\":\"de\"}", 201, "{\"id\":2,"),
        ("POST /papers/", json, "{\"title\":\"fgh\"}", 201, "{\"id\":3,"),
        (
            "GET /papers/",
            "",
            "",
            200,
            "\"results\":[{\"id\":1,\"title\":\"abc\"},{\"id\":2,\"title\":\"de\"}]}",
        ),
        ("GET /papers/of-length/3/", "", "", 200, "[\"abc\",\"fgh\"]"),
        ("GET /papers/of-length/x/", "", "", 404, ""),
        ("POST /papers/1/publish/", "", "", 401, ""),
        ("POST /papers/1/publish/", bob, "", 200, "{\"published\":1}"),
        ("POST /papers/9/publish/", bob, "", 404, "No Paper matches the given query."),
        ("GET /papers/1/", "", "", 200, "\"public\":true"),
        ("GET /papers/1/publish/", bob, "", 405, ""),
        ("DELETE /papers/1/publish/", bob, "", 403, ""),
        ("DELETE /papers/1/publish/", root, "", 204, ""),
        ("GET /papers/1/", "", "", 200, "\"public\":false"),
        (
            "OPTIONS /papers/1/publish/",
            bob,
            "",
            200,
            "{\"name\":\"Publish\",\"description\":\"Shows a paper to everybody.\",",
        ),
        ("POST /more/drafts/?dry=1", json, "{}", 202, ""),
        ("POST /more/drafts/", json, "{}", 400, "{\"title\":[\"This field is required.\"]}"),
        ("GET /more/drafts/how-many/", "", "", 200, "3"),
        ("OPTIONS /more/drafts/how-many/", "", "", 200, "{\"name\":\"Drafts Number\","),
        ("GET /more/drafts/1/", "", "", 404, ""),
        ("GET /more/counter/", "", "", 200, "0"),
        ("PUT /more/counter/5/", "", "", 200, "5"),
        ("PUT /more/counter/x/", "", "", 404, ""),
        ("GET /more/counter.json", "", "", 200, "5"),
        ("POST /more/counter/", "", "", 405, ""),
        (
            "GET /more/",
            "",
            "",
            200,
            "{\"drafts\":\"http://testserver/more/drafts/\",\"counter\":\"http://testserver/more/counter/\"}",
        ),
        ("OPTIONS /more/", "", "", 200, "{\"name\":\"Papers\",\"description\":\"What there is.\","),
        ("GET /hello/ann/", "", "", 200, "{\"greeting\":\"Hello ann\"}"),
        ("HEAD /hello/ann/", "", "", 200, ""),
        ("GET /bye/", "", "", 200, "{\"greeting\":\"Bye you\"}"),
        ("POST /bye/", "", "", 405, ""),
        ("DELETE /bye/", "", "", 204, ""),
        ("OPTIONS /bye/", "", "", 200, "{\"name\":\"Greeting\",\"description\":\"Greets whoever comes.\","),
        ("POST /paper-count/", "", "", 200, "3"),
        (
            "OPTIONS /paper-count/",
            "",
            "",
            200,
            "{\"name\":\"Paper Count\",\"description\":\"How many papers there are.\",",
        ),
        ("POST /papers/2/remarks/", json, "{\"text\":\"good\"}", 201, "{\"id\":1,\"text\":\"good\"}"),
        ("GET /papers/2/remarks/", "", "", 200, "[{\"id\":1,\"text\":\"good\"}]"),
        ("GET /papers/2/remarks/1/", "", "", 200, "{\"id\":1,\"text\":\"good\"}"),
        ("GET /papers/1/remarks/1/", "", "", 404, ""),
        ("GET /papers/1/remarks/", "", "", 200, "[]"),
        ("GET /papers/2.5/remarks/", "", "", 404, ""),
        ("POST /papers/9/remarks/", json, "{\"text\":\"good\"}", 404, ""),
    ] {
        let answer = server.send(line, headers, body);
        assert_eq!(answer.status, status, "{line} {headers}: {}", answer.body);
        assert!(answer.body.contains(expected), "{line} {headers}: {}", answer.body);
    }
    let urls = server.application.urls();
    for (name, kwargs, expected) in [
        ("paper-publish", vec![("pk", "1")], "/papers/1/publish/"),
        ("paper-of-length", vec![("length", "3")], "/papers/of-length/3/"),
        ("draft-count", vec![], "/more/drafts/how-many/"),
        ("counter-detail", vec![("step", "1")], "/more/counter/1/"),
        ("paper-remark-detail", vec![("paper_pk", "2"), ("pk", "1")], "/papers/2/remarks/1/"),
        ("hello", vec![("name", "ann")], "/hello/ann/"),
    ] {
        assert_eq!(urls.reverse(name, kwargs).unwrap(), expected);
    }
}

/// Everything that can be declared wrongly.
struct Wrong;

impl ModelViewSet for Wrong {
    type Model = Paper;
    type Serializer = PaperSerializer;

    fn actions(config: &mut Config<Self>) {
        config.detail_action("retrieve", [Method::POST], Self::answer);
        config.detail_action("nothing", [], Self::answer);
        config.detail_action("one", [Method::POST], Self::answer).url_path("same").mapping(
            "again",
            [Method::POST],
            Self::answer,
        );
        config.detail_action("two", [Method::GET], Self::answer).url_path("same");
    }
}

impl Wrong {
    fn answer(&self, _: &Request) -> Response {
        Response::empty(204)
    }
}

struct Idle;

impl ViewSet for Idle {}

#[test]
fn mistakes_in_actions_and_routers_stop_the_start() {
    let mut router = SimpleRouter::new();
    router.register("wrong", Wrong);
    router.register("counter", CounterViewSet { counted: Arc::default() });
    let mut astray = NestedSimpleRouter::new(&router, "rong", "wrong");
    astray.register("remarks", RemarkViewSet);
    let urls = Urls::new()
        .include("", router.urls())
        .include("", astray.urls())
        .path("drafts/", Drafts)
        .path("remarks/", RemarkViewSet)
        .path("idle/", Idle);
    let error = refusal(urls, papers());
    for part in [
        "Wrong: `retrieve` is one of the usual actions, which have a path already: give yours another name",
        "Wrong: the action `nothing` answers no method",
        "Wrong: POST of the action `one` is answered twice, also by `again`",
        "two routes answer `/wrong/<pk>/same/`: Wrong, and then Wrong",
        "the router does not know what the names of the URLs of CounterViewSet begin with, which has no model: say it, \
         `router.register(\"counter\", CounterViewSet).basename(\"..\")`",
        "Drafts has actions under paths of their own: register it with a router",
        "RemarkViewSet has actions on the list and on one object, and stands at one path: register it with a router, say \
         `View::list_of(..)` and `View::detail_of(..)`, or give it fewer ACTIONS",
        "Idle has no actions",
        "the nested router is below `rong`, and its parent has no such prefix; did you mean `wrong`?",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
}
