//! The program that gets random requests: whatever a client can send reaches something in it.

use belleville::db::Decimal;
use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::filters::{DjangoFilterBackend, FilterSet, OrderingFilter, SearchFilter};
use belleville::json;
use belleville::json::Json;
use belleville::pagination::{CursorPagination, LimitOffsetPagination, PageNumberPagination};
use belleville::parsers::{Data, FileUploadParser, FormParser, JSONParser, MultiPartParser};
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::TestClient;
use belleville::urls::PathConverter;
use belleville::versioning::{AcceptHeaderVersioning, QueryParameterVersioning, Versioning as _};

#[derive(Clone, Debug, Model)]
#[model(app = "shop", ordering = ["id"])]
struct Author {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20, unique)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "shop", ordering = ["id"])]
struct Book {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    title: String,
    #[field(max_digits = 5, decimal_places = 2)]
    price: Decimal,
    read_at: Option<DateTime>,
    #[field(blank, on_delete = SetNull)]
    author: Option<ForeignKey<Author>>,
    facts: Option<Json>,
    #[field(default = false)]
    sold: bool,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, price, read_at, author, facts, sold])]
struct BookSerializer;

macro_rules! viewsets {
    ($($name:ident $pages:expr;)*) => {$(
        struct $name;

        impl ModelViewSet for $name {
            type Model = Book;
            type Serializer = BookSerializer;

            fn configure(&self, config: &mut Config<Self>) {
                config
                    .permission_classes(AllowAny)
                    .filter_backends((DjangoFilterBackend, SearchFilter, OrderingFilter))
                    .filterset(filterset())
                    .search_fields(["title", "^title", "=author__name", "$title"])
                    .pagination_class($pages);
            }
        }
    )*};
}

fn filterset() -> FilterSet {
    FilterSet::new()
        .lookups("id", ["exact", "in", "range"])
        .lookups("title", ["exact", "icontains", "regex", "in"])
        .lookups("price", ["exact", "lt", "range"])
        .lookups("read_at", ["exact", "year", "date", "isnull"])
        .lookups("author", ["exact", "in"])
        .lookups("author__name", ["istartswith", "iregex"])
        .lookups("sold", ["exact"])
}

viewsets! {
    ByNumber PageNumberPagination::new().page_size(2).page_size_query_param("size");
    ByOffset LimitOffsetPagination::new().default_limit(2);
    ByCursor CursorPagination::new().page_size(2).ordering(["-price"]);
}

async fn read(request: Request) -> Result<Response> {
    match &*request.data().await? {
        // Not the JSON itself: numbers that are not finite can be read, and not written.
        Data::Json(json) => {
            Response::data(200, &json!({"type": json.python_type_name(), "text": json.dumps().is_ok()}))
        }
        Data::Form(form) => {
            let names = form.lists().map(|(name, values)| format!("{name}: {}", values.len()));
            let files = form.files().map(|(name, file)| format!("{name}: {} {}", file.name(), file.size()));
            Response::data(200, &names.chain(files).map(Json::from).collect::<Vec<_>>())
        }
    }
}

/// What the URL said, and the URL that is made of it again.
async fn told(request: Request) -> Result<Response> {
    let kwargs: Vec<Json> =
        request.kwargs().map(|(name, value)| Json::from(format!("{name}={value}"))).collect();
    let mut told = belleville::json::Dict::new();
    told.insert("kwargs", kwargs.into());
    told.insert("url", request.build_absolute_uri(request.raw_path()).into());
    Response::data(200, &Json::Dict(told))
}

struct FourDigitYear;

impl PathConverter for FourDigitYear {
    fn regex(&self) -> &str {
        "[0-9]{4}"
    }

    fn to_url(&self, value: &str) -> Option<String> {
        Some(format!("{:04}", value.parse::<u16>().ok()?))
    }
}

fn urls() -> Urls {
    let view = |name: &str| View::new(name).permission_classes(AllowAny).get(read).post(read).put(read);
    let at = |name: &str| View::new(name).permission_classes(AllowAny).get(told);
    let mut router = DefaultRouter::new();
    router.register("numbers", ByNumber).basename("number");
    router.register("offsets", ByOffset).basename("offset");
    router.register("cursors", ByCursor).basename("cursor");
    Urls::new()
        .register_converter("yyyy", FourDigitYear)
        .include("api/", router.urls())
        .path("read/", view("Read").parser_classes((JSONParser, FormParser, MultiPartParser)))
        .path("file/", view("File").parser_classes(FileUploadParser))
        .path("file/<str:filename>", view("Named File").parser_classes(FileUploadParser))
        .path(
            "version/",
            view("Version").versioning_class(AcceptHeaderVersioning.allowed_versions(["1", "2"])),
        )
        .path("asked/", view("Asked").versioning_class(QueryParameterVersioning.allowed_versions(["1", "2"])))
        .path("a/<int:one>/<slug:two>/<uuid:three>/", at("Converters"))
        .path("b/<path:one>/<str:two>.<slug:three>", at("Paths"))
        .path("c/<yyyy:year>/<int:month>/", at("Own"))
        .re_path("^d/(?P<first>[a-z])(?P<rest>[a-z]*)/$", at("Letters"))
        .re_path(r"^e/(?P<word>\w+)(?:/(?P<page>\d{1,3}))?/$", at("Optional"))
        .re_path(r"^(?i:F)/(?P<any>.+?)/(?P<last>[^/]*)$", at("Any"))
}

/// A client with some rows, and with a session.
pub(super) async fn client() -> TestClient {
    let shop = AppConfig::new("shop").model::<Author>().model::<Book>().migration(
        Migration::new("0001_initial").create(ModelState::of::<Author>()).create(ModelState::of::<Book>()),
    );
    let app = App::new("shop", env!("CARGO_MANIFEST_DIR"), urls).app(shop);
    let client = TestClient::with_settings(&app, Settings::default()).await;
    client.create_superuser("alice").await;
    forget(&client).await;
    client.login("alice").await
}

/// Leaves the rows that were there at first, so that lists stay short.
pub(super) async fn forget(client: &TestClient) {
    let db = client.db();
    Book::objects().delete(db).await.unwrap();
    Author::objects().delete(db).await.unwrap();
    for number in 1..4_i64 {
        let name = ["Ann", "Bob", "\u{c9}mile"][number as usize - 1];
        let author =
            Author::objects().create(db, [Author::ID.set(number), Author::NAME.set(name)]).await.unwrap();
        let row = [
            Book::ID.set(number),
            Book::TITLE.set(format!("Book {number}")),
            Book::PRICE.set(Decimal::from(number)),
            Book::AUTHOR.set(&author),
        ];
        Book::objects().create(db, row).await.unwrap();
    }
}
