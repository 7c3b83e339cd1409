//! Random input: whatever a client sends, nothing panics and nothing is answered 5xx. The rounds and the seed can be given in the
//! environment, `FUZZ_ROUNDS=100000 FUZZ_SEED=7`; a failure names the seed of its round.

use belleville::db::Decimal;
use belleville::db::migrations::state::ModelState;
use belleville::filters::{DjangoFilterBackend, FilterSet, OrderingFilter, SearchFilter};
use belleville::http::{HeaderName, HeaderValue, Request as HttpRequest};
use belleville::pagination::{CursorPagination, LimitOffsetPagination, PageNumberPagination};
use belleville::parsers::{Data, FileUploadParser, FormParser, JSONParser, MultiPartParser};
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::TestClient;
use belleville::versioning::{AcceptHeaderVersioning, Versioning as _};

/// Numbers that look random: xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn pick<'a>(&mut self, among: &[&'a str]) -> &'a str {
        among[self.below(among.len())]
    }

    /// Some of the words one after the other, and now and then a byte of no meaning.
    fn text(&mut self, words: &[&str], most: usize) -> Vec<u8> {
        let mut text = Vec::new();
        for _ in 0..=self.below(most) {
            match self.below(12) {
                0 => text.push(self.next() as u8),
                1 => text.extend(std::iter::repeat_n(self.next() as u8, self.below(300))),
                _ => text.extend_from_slice(self.pick(words).as_bytes()),
            }
        }
        text
    }
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
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, price, read_at])]
struct BookSerializer;

macro_rules! viewsets {
    ($($name:ident $pages:expr;)*) => {$(
        struct $name;

        impl ModelViewSet for $name {
            type Model = Book;
            type Serializer = BookSerializer;

            fn configure(&self, config: &mut Config<Self>) {
                let filterset = FilterSet::new()
                    .lookups("id", ["exact", "in", "range"])
                    .lookups("title", ["exact", "icontains", "regex", "in"])
                    .lookups("price", ["exact", "lt", "range"])
                    .lookups("read_at", ["exact", "year", "date", "isnull"]);
                config
                    .permission_classes(AllowAny)
                    .filter_backends((DjangoFilterBackend, SearchFilter, OrderingFilter))
                    .filterset(filterset)
                    .search_fields(["title", "^title"])
                    .pagination_class($pages);
            }
        }
    )*};
}

viewsets! {
    ByNumber PageNumberPagination::new().page_size(2).page_size_query_param("size");
    ByOffset LimitOffsetPagination::new().default_limit(2);
    ByCursor CursorPagination::new().page_size(2).ordering(["-price"]);
}

async fn read(request: Request) -> Result<Response> {
    match &*request.data().await? {
        Data::Json(json) => Response::data(200, json),
        Data::Form(form) => {
            let names = form.lists().map(|(name, _)| belleville::json::Json::from(name));
            Response::data(200, &names.collect::<Vec<_>>())
        }
    }
}

fn urls() -> Urls {
    let view = |name: &str| View::new(name).permission_classes(AllowAny).get(read).post(read);
    let mut router = DefaultRouter::new();
    router.register("numbers", ByNumber).basename("number");
    router.register("offsets", ByOffset).basename("offset");
    router.register("cursors", ByCursor).basename("cursor");
    Urls::new()
        .include("api/", router.urls())
        .path("read/", view("Read").parser_classes((JSONParser, FormParser, MultiPartParser)))
        .path("file/", view("File").parser_classes(FileUploadParser))
        .path(
            "version/",
            view("Version").versioning_class(AcceptHeaderVersioning.allowed_versions(["1", "2"])),
        )
        .path("a/<int:one>/<slug:two>/<uuid:three>/", view("Converters"))
        .path("b/<path:one>/<str:two>.<slug:three>", view("Paths"))
}

const PATHS: &[&str] = &[
    "/api/",
    "/api/numbers/",
    "/api/offsets/",
    "/api/cursors/",
    "/api/numbers/1/",
    "/read/",
    "/file/",
    "/version/",
];
const PIECES: &[&str] = &[
    "/",
    "a",
    "b",
    "api",
    "numbers",
    ".json",
    ".",
    "%",
    "%2F",
    "%00",
    "%ff",
    "%C3%A9",
    "-",
    "1",
    "99999999999999999999",
    "..",
    "//",
    "c0ffee00-0000-0000-0000-000000000001",
    ";",
    "?",
    "#",
    "é",
];
const QUERY: &[&str] = &[
    "&",
    "=",
    "?",
    "+",
    "%",
    "%00",
    "%FF",
    "%C3%A9",
    ";",
    "page",
    "size",
    "limit",
    "offset",
    "cursor",
    "search",
    "ordering",
    "format",
    "json",
    "api",
    "id",
    "id__in",
    "id__range",
    "title",
    "title__regex",
    "title__icontains",
    "price__lt",
    "price__range_min",
    "read_at",
    "read_at__year",
    "read_at__date",
    "read_at__isnull",
    "1",
    "-1",
    "0",
    "1e400",
    "NaN",
    "9223372036854775808",
    "last",
    "cD0x",
    "bz0x",
    "((((",
    "[",
    "\\",
    "%",
    "_",
    "\"",
    "'",
    ",",
    ",,",
    "2024-02-30",
    "2024-01-01T00:00",
    "true",
    "null",
];
const ACCEPT: &[&str] = &[
    "application/json",
    "text/html",
    "*/*",
    "*",
    "/",
    "text/*",
    ",",
    ";",
    "q=",
    "q=0",
    "q=NaN",
    "version=1",
    "version=\"",
    "version*=utf-8''%ff",
    "indent=4",
    "indent=-1",
    "indent=99999999999999999999",
    "indent=",
    "=",
    "\"",
    "\\",
    " ",
    "\t",
    "é",
];
const COOKIES: &[&str] = &[
    "sessionid",
    "csrftoken",
    "=",
    ";",
    "; ",
    "\"",
    "\\",
    "\\073",
    "\\999",
    "abcdefghijklmnopqrstuvwxyz012345",
    ",",
    " ",
    "é",
    "messages",
    "$Version",
    "%",
];
const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[",
    "{\"a\":",
    ":",
    ",",
    "\"",
    "\"title\"",
    "\"price\"",
    "\"read_at\"",
    "\\u",
    "\\ud800",
    "\\u0000",
    "\\",
    "0",
    "-",
    "1",
    "e",
    "1e999",
    ".",
    "NaN",
    "Infinity",
    "true",
    "false",
    "null",
    "é",
    "\u{1f600}",
    " ",
    "\n",
    "//",
];
const FORM: &[&str] = &[
    "--B",
    "--B--",
    "\r\n",
    "\n",
    "Content-Disposition: form-data",
    "; name=\"a\"",
    "; name=title",
    "; filename=\"f\"",
    "; filename*=utf-8''%ff",
    "; filename=\"../..\"",
    "Content-Type: text/plain",
    "; charset=",
    "utf-16",
    "bz2",
    "Content-Transfer-Encoding: base64",
    ":",
    "\r\n\r\n",
    "=",
    "&",
    "%",
    "%FF",
    "+",
    "a",
    "é",
    "--",
    "B",
];
const TYPES: &[&str] = &[
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "; boundary=B",
    "; boundary=",
    "; charset=utf-8",
    "; charset=latin-1",
    "; charset=utf-16",
    "; charset=bz2",
    "; charset=\"",
    "*/*",
    "/",
    ";",
    "text/plain",
    "é",
];
const DISPOSITIONS: &[&str] = &[
    "attachment",
    "; filename=",
    "; filename*=",
    "utf-8''",
    "a.txt",
    "%ff",
    "\"",
    "/",
    "..",
    "\\",
    "é",
    "'",
];

/// A request with random parts, most of them nearly right.
fn request(random: &mut Random) -> HttpRequest<bytes::Bytes> {
    let mut target = match random.below(4) {
        0 => format!("/{}", String::from_utf8_lossy(&random.text(PIECES, 8))),
        _ => random.pick(PATHS).to_owned(),
    };
    if random.below(2) == 0 {
        target = format!("{target}?{}", String::from_utf8_lossy(&random.text(QUERY, 12)));
    }
    let method = random
        .pick(&["GET", "GET", "GET", "POST", "POST", "PUT", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW"]);
    let body = match random.below(3) {
        0 => Vec::new(),
        1 => random.text(JSON, 24),
        _ => random.text(FORM, 24),
    };
    let mut request = HttpRequest::builder().method(method).header("Host", "testserver");
    // What is no target is refused before it is a request.
    request = match target.parse::<belleville::http::Uri>() {
        Ok(uri) if uri.path().starts_with('/') => request.uri(uri),
        _ => request.uri("/read/"),
    };
    if !body.is_empty() {
        request = request.header("Content-Length", body.len());
    }
    for (name, words) in [
        ("accept", ACCEPT),
        ("cookie", COOKIES),
        ("content-type", TYPES),
        ("content-disposition", DISPOSITIONS),
    ] {
        if random.below(2) == 0
            && let Ok(value) = HeaderValue::from_bytes(&random.text(words, 6))
        {
            request = request.header(HeaderName::from_static(name), value);
        }
    }
    request.body(body.into()).unwrap()
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[belleville::test]
async fn nothing_that_a_client_sends_is_a_mistake_of_the_program() {
    let shop = AppConfig::new("shop")
        .model::<Book>()
        .migration(Migration::new("0001_initial").create(ModelState::of::<Book>()));
    let app = App::new("shop", env!("CARGO_MANIFEST_DIR"), urls).app(shop);
    let client = TestClient::with_settings(&app, Settings::default()).await;
    let (seed, rounds) = (number("FUZZ_SEED", 1), number("FUZZ_ROUNDS", 3000));
    println!("FUZZ_SEED={seed} FUZZ_ROUNDS={rounds}");
    for round in 0..rounds {
        let seed = seed.wrapping_add(round).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let sent = request(&mut Random(seed));
        let shown = format!("{sent:?}");
        let status = client.application().answer(sent).await.status().as_u16();
        assert!(
            status < 500,
            "{status} for FUZZ_SEED={} FUZZ_ROUNDS=1: {shown}",
            number("FUZZ_SEED", 1) + round
        );
    }
}
