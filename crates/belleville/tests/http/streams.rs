//! Responses that are made while they are sent: what clients get of them, and what slow and vanished ones hold.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::db::{Conflicts, capture_queries};
use belleville::filters::SearchFilter;
use belleville::pagination::PageNumberPagination;
use belleville::prelude::*;
use belleville::serializers::{SerializerClass, SerializerMethodField, serializer_methods};
use belleville::test::TestClient;

use crate::server::{Server, log, settings};

#[derive(Clone, Debug, Model)]
#[model(app = "shelves", ordering = ["id"])]
struct Shelf {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 2000)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "shelves", ordering = ["id"])]
struct Volume {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    title: String,
    #[field(on_delete = Cascade, related_name = "volumes")]
    shelf: ForeignKey<Shelf>,
}

#[derive(ModelSerializer)]
#[serializer(model = Volume, fields = [id, title])]
struct VolumeSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Shelf, fields = [id, name, volumes])]
struct ShelfSerializer {
    #[field(many, read_only)]
    volumes: VolumeSerializer,
}

/// How many rows were written with the field below.
static WRITTEN: AtomicUsize = AtomicUsize::new(0);

#[derive(ModelSerializer)]
#[serializer(model = Shelf, fields = [name, written])]
struct CountedSerializer {
    written: SerializerMethodField,
}

#[serializer_methods]
impl CountedSerializer {
    fn get_written(shelf: &Shelf) -> i64 {
        WRITTEN.fetch_add(1, Ordering::SeqCst);
        shelf.id
    }
}

struct Whole;
struct Streamed;
struct Counted;

fn open<V>(config: &mut Config<V>) {
    config.permission_classes(AllowAny).filter_backends(SearchFilter).search_fields(["name"]);
}

impl ModelViewSet for Whole {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Shelf;
    type Serializer = ShelfSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        open(config);
    }
}

impl ModelViewSet for Streamed {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Shelf;
    type Serializer = ShelfSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        open(config);
        config.stream();
    }
}

impl ModelViewSet for Counted {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Shelf;
    type Serializer = CountedSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        open(config);
        config.stream();
    }
}

async fn function(request: Request) -> Result<Response> {
    Response::stream_rows::<ShelfSerializer>(Shelf::objects(), &request).await
}

/// Adds a row, which the list has when the transaction has ended.
async fn added(request: Request) -> Result<Response> {
    Shelf::objects().create(request.db(), [Shelf::NAME.set("added")]).await?;
    Response::stream_rows::<ShelfSerializer>(Shelf::objects(), &request).await
}

/// Says of itself whether it is in a transaction, and keeps something in the session.
async fn lines(request: Request) -> Result<Response> {
    request.session(|session| session.set_csrf_secret(&"s".repeat(32))).await?;
    let db = request.db().clone();
    Ok(Response::stream(201, "text/plain; charset=utf-8", |mut chunks| async move {
        chunks.send("one\n").await?;
        chunks.send(String::new()).await?;
        chunks.send(format!("in a transaction: {}\n", db.is_in_transaction())).await
    }))
}

async fn cut(request: Request) -> Result<Response> {
    let how = request.kwarg("how").unwrap_or_default().to_owned();
    Ok(Response::stream(200, "text/plain", |mut chunks| async move {
        chunks.send("the beginning").await?;
        match how.as_str() {
            "error" => Err(Error::internal("the sky fell")),
            "refusal" => Err(Error::busy()),
            _ => panic!("the ground opened"),
        }
    }))
}

/// An event each one and a half seconds.
async fn slow(_: Request) -> Result<Response> {
    Ok(Response::stream(200, "text/event-stream", |mut chunks| async move {
        for number in 1..=3 {
            chunks.send(format!("data: {number}\n\n")).await?;
            tokio::time::sleep(Duration::from_millis(1500)).await;
        }
        Ok(())
    }))
}

/// How many bytes of the endless one were made, and whether it has ended.
static MADE: AtomicUsize = AtomicUsize::new(0);
static ENDED: AtomicBool = AtomicBool::new(false);

struct Ending;

impl Drop for Ending {
    fn drop(&mut self) {
        ENDED.store(true, Ordering::SeqCst);
    }
}

async fn endless(_: Request) -> Result<Response> {
    Ok(Response::stream(200, "text/plain", |mut chunks| async move {
        let _ending = Ending;
        loop {
            MADE.fetch_add(10_000, Ordering::SeqCst);
            chunks.send(vec![b'x'; 10_000]).await?;
        }
    }))
}

/// Waits for ever after its first piece.
async fn silent(_: Request) -> Result<Response> {
    Ok(Response::stream(200, "text/plain", |mut chunks| async move {
        let _ending = Ending;
        chunks.send("and then").await?;
        std::future::pending().await
    }))
}

fn app() -> AppConfig {
    let first =
        Migration::new("0001_initial").create(ModelState::of::<Shelf>()).create(ModelState::of::<Volume>());
    AppConfig::new("shelves").model::<Shelf>().model::<Volume>().migration(first)
}

fn urls() -> Urls {
    let view = |name: &str| View::new(name).permission_classes(AllowAny);
    let mut router = DefaultRouter::new();
    router.register("whole", Whole);
    router.register("streamed", Streamed).basename("streamed");
    router.register("counted", Counted).basename("counted");
    Urls::new()
        .path("function/", view("Function").get(function))
        .path("added/", view("Added").atomic().get(added))
        .path("lines/", view("Lines").atomic().get(lines))
        .path("cut/<how>/", view("Cut").get(cut))
        .path("slow/", view("Slow").get(slow))
        .path("endless/", view("Endless").get(endless))
        .path("silent/", view("Silent").get(silent))
        .include("", router.urls())
}

fn server(text: &str, shelves: i64, name_length: usize) -> Server {
    let server = Server::start_with(text, &[], urls(), vec![app()], vec![]);
    server.runtime.block_on(fill(&server.application.db, shelves, name_length));
    server
}

async fn fill(db: &Database, count: i64, name_length: usize) {
    let name = |id: i64| format!("sh\u{e9}lf {id} {}", "x".repeat(name_length));
    let mut shelves: Vec<Shelf> = (1..=count).map(|id| Shelf { id, name: name(id) }).collect();
    Shelf::objects().bulk_create(db, &mut shelves, Conflicts::fail()).await.unwrap();
    let volume = |id: i64| Volume { id, title: format!("volume {id}"), shelf: ForeignKey::new(id / 2 + 1) };
    let mut volumes: Vec<Volume> = (1..count).map(volume).collect();
    Volume::objects().bulk_create(db, &mut volumes, Conflicts::fail()).await.unwrap();
}

/// The chunks of a body, and whether its end was there.
fn chunks(body: &str) -> (Vec<&str>, bool) {
    let (mut rest, mut found) = (body, Vec::new());
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            return (found, after == "\r\n");
        }
        let Some(chunk) = after.get(..length) else { break };
        found.push(chunk);
        rest = &after[length + 2..];
    }
    (found, false)
}

fn whole(body: &str) -> String {
    let (chunks, is_ended) = chunks(body);
    assert!(is_ended, "no end");
    chunks.concat()
}

/// Opens a connection with a request, of whose answer nothing is read.
fn begun(server: &Server, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n").unwrap();
    stream
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_streamed_list_has_the_bytes_of_the_same_list_at_once() {
    for settings in ["", "[rest_framework]\ncompact_json = false\nunicode_json = false\n"] {
        let server = server(settings, 2000, 0);
        for headers in ["", "Accept: application/json; indent=4", "Accept: application/json; indent=0"] {
            let expected = server.get("/whole/", headers);
            let length = expected.body.len().to_string();
            assert_eq!(expected.header("content-length"), Some(length.as_str()));
            for path in ["/streamed/", "/function/"] {
                let streamed = server.get(path, headers);
                assert_eq!(streamed.header("content-length"), None, "{path} {headers}");
                assert_eq!(streamed.header("transfer-encoding"), Some("chunked"));
                for header in ["content-type", "vary", "allow", "x-frame-options"] {
                    let expected = if path == "/function/" && header == "allow" {
                        Some("GET, HEAD, OPTIONS")
                    } else {
                        expected.header(header)
                    };
                    assert_eq!(streamed.header(header), expected, "{path} {header}");
                }
                assert_eq!(chunks(&streamed.body).0.len(), 4, "three batches and an end");
                assert!(whole(&streamed.body) == expected.body, "{settings} {path} {headers}");
            }
            // What is found is less than a batch, or nothing.
            for search in ["19", "nowhere"] {
                let expected = server.get(&format!("/whole/?search={search}"), headers);
                let streamed = server.get(&format!("/streamed/?search={search}"), headers);
                assert_eq!(streamed.body, expected.body, "{settings} {headers}");
                assert_eq!(streamed.header("content-length"), expected.header("content-length"));
            }
        }
    }
}

#[test]
fn exact_batches_have_an_end_as_well() {
    for count in [900, 1800] {
        let server = server("", count, 0);
        assert!(whole(&server.get("/streamed/", "").body) == server.get("/whole/", "").body);
    }
}

#[test]
fn pages_of_people_and_heads_are_not_streamed() {
    let app = program();
    let server = Server::start_app(&app, "", &[]);
    server.runtime.block_on(fill(&server.application.db, 1000, 0));
    let page = server.get("/streamed/", "Accept: text/html");
    assert!(
        page.header("content-type").unwrap().starts_with("text/html") && page.body.contains("volume 999")
    );
    assert!(page.header("content-length").is_some());
    let head = server.send("HEAD /streamed/", "", "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(
        (head.header("content-type"), head.header("content-length")),
        (Some("application/json"), None)
    );
}

#[test]
fn a_client_of_http_1_0_reads_until_the_end() {
    let server = server("", 1000, 0);
    let answer = server.raw(b"GET /streamed/ HTTP/1.0\r\nHost: testserver\r\n\r\n");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    assert!(!head.contains("transfer-encoding") && !head.contains("content-length"), "{head}");
    assert!(body == server.get("/whole/", "").body);
}

#[test]
fn what_belongs_to_rows_is_asked_for_batch_by_batch() {
    let server = server("", 2000, 0);
    let request = belleville::http::Request::get("/streamed/").header("host", "testserver");
    let request = request.body(Vec::new().into()).unwrap();
    let answer = server.application.answer(request);
    let (answer, statements) = server.runtime.block_on(capture_queries(answer));
    assert_eq!(answer.headers().get("content-length"), None);
    assert!(answer.body().ends_with(b"]"));
    let of_volumes = statements.iter().filter(|sql| sql.contains("shelves_volume")).count();
    assert_eq!((of_volumes, statements.len()), (3, 4), "{statements:#?}");
}

/// The memory of a streamed list does not depend on its length: the largest piece is that of a batch, and of a list that
/// nobody takes no more is made than fits on the way.
#[test]
fn the_memory_of_a_list_does_not_grow_with_its_rows() {
    let largest = |count: i64| {
        let answer = server("", count, 0).get("/streamed/", "");
        chunks(&answer.body).0.into_iter().map(str::len).max().unwrap()
    };
    let (short, long) = (largest(1_800), largest(18_000));
    assert!(long < short + short / 10, "{short} and {long} bytes");

    let server = server("", 30_000, 1_000);
    let mut stream = begun(&server, "/counted/");
    until("nothing is written", || WRITTEN.load(Ordering::SeqCst) > 0);
    until("the list does not stop", || {
        let before = WRITTEN.load(Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(500));
        before == WRITTEN.load(Ordering::SeqCst)
    });
    let before = WRITTEN.load(Ordering::SeqCst);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(before, WRITTEN.load(Ordering::SeqCst), "it goes on without a reader");
    assert!(before < 20_000, "{before} of 30,000 rows are held for a client that takes none");
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    assert!(all.ends_with(b"0\r\n\r\n") && WRITTEN.load(Ordering::SeqCst) == 30_000);
}

#[test]
fn a_client_that_hangs_up_ends_the_stream() {
    let server = server("[server]\nmax_connections = 2\n", 0, 0);
    for (path, wait) in [("/endless/", 20_000), ("/silent/", 0)] {
        ENDED.store(false, Ordering::SeqCst);
        MADE.store(0, Ordering::SeqCst);
        until("it has a place", || server.get("/lines/", "").status == 201);
        let mut stream = begun(&server, path);
        let mut status = [0; 12];
        stream.read_exact(&mut status).unwrap();
        assert_eq!(&status, b"HTTP/1.1 200");
        until("it is not begun", || wait <= MADE.load(Ordering::SeqCst));
        std::thread::sleep(Duration::from_millis(200));
        assert!(!ENDED.load(Ordering::SeqCst), "{path}");
        drop(stream);
        until(path, || ENDED.load(Ordering::SeqCst));
        // Its place is free again.
        until("it keeps its place", || server.get("/lines/", "").status == 201);
    }
    // Who stays, and takes nothing, has `write_timeout`; what nobody takes is not made.
    ENDED.store(false, Ordering::SeqCst);
    MADE.store(0, Ordering::SeqCst);
    let server = self::server("[server]\nwrite_timeout = 1\n", 0, 0);
    let stream = begun(&server, "/endless/");
    until("it goes on", || ENDED.load(Ordering::SeqCst));
    assert!(MADE.load(Ordering::SeqCst) < 50_000_000);
    drop(stream);
}

#[test]
fn a_stream_may_be_slower_than_an_idle_connection() {
    let server = server("[server]\nkeep_alive_timeout = 1\nwrite_timeout = 1\n", 0, 0);
    let answer = server.get("/slow/", "");
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(chunks(&answer.body), (vec!["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"], true));
}

#[test]
fn what_goes_wrong_in_the_middle_ends_the_connection_and_is_logged() {
    let log = log();
    let server = server("", 0, 0);
    server.expects_panics();
    for (how, told) in [
        ("error", "the sky fell"),
        ("refusal", "a streamed response was cut short"),
        ("panic", "the ground opened"),
    ] {
        let answer = server.get(&format!("/cut/{how}/"), "");
        assert_eq!((answer.status, chunks(&answer.body)), (200, (vec!["the beginning"], false)), "{how}");
        assert!(log.text().contains(told), "{how}");
    }
}

#[test]
fn a_slow_client_does_not_keep_the_database_for_ever() {
    let log = log();
    let server = server("[server]\nstream_timeout = 1\n", 20_000, 1_000);
    let mut stream = begun(&server, "/streamed/");
    // The list has been begun when its status comes, and is longer than what fits on the way: it goes on when the client does,
    // which takes as long as a list may.
    stream.read_exact(&mut [0; 12]).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    assert!(!all.ends_with(b"0\r\n\r\n"));
    // The connection is closed before that is logged.
    while !log.text().contains("server.stream_timeout") {
        std::thread::yield_now();
    }
    // Not a list again: on a slow machine that takes as long.
    assert_eq!(server.get("/streamed/1/", "").status, 200);
}

#[test]
fn a_stream_is_outside_of_the_transaction_and_has_what_the_middleware_adds() {
    let server = server("", 1000, 0);
    let answer = server.get("/lines/", "");
    assert_eq!((answer.status, whole(&answer.body)), (201, "one\nin a transaction: false\n".to_owned()));
    assert!(answer.cookie("sessionid").is_some());
    assert_eq!(answer.header("vary"), Some("Cookie"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    // The row is there, because the transaction has ended before the list is read.
    assert!(whole(&server.get("/added/", "").body).contains("\"added\""));
}

fn program() -> App {
    App::new("shelves", env!("CARGO_MANIFEST_DIR"), urls).app(app())
}

#[belleville::test]
async fn the_client_of_tests_gets_all_of_it() {
    let client = TestClient::new(&program()).await;
    fill(client.db(), 1000, 0).await;
    let streamed = client.get("/streamed/").await;
    assert_eq!(streamed.text(), client.get("/whole/").await.text());
    assert_eq!(client.get("/lines/").await.assert_status(201).text(), "one\nin a transaction: false\n");
}

#[belleville::test]
#[should_panic(expected = "GET /cut/error/ was cut short after 13 bytes: the sky fell")]
async fn the_client_of_tests_tells_what_went_wrong() {
    TestClient::new(&program()).await.get("/cut/error/").await;
}

#[test]
fn a_list_with_pages_is_not_streamed() {
    let urls = || {
        Urls::new().path(
            "",
            View::new("Both")
                .serializer_class(SerializerClass::of::<ShelfSerializer>())
                .pagination_class(PageNumberPagination::new().page_size(2))
                .stream()
                .get(function),
        )
    };
    let app = App::new("both", env!("CARGO_MANIFEST_DIR"), urls).app(app());
    let mistake = app.application(settings("", &[], "sqlite://:memory:")).err().unwrap().to_string();
    assert!(mistake.contains("the list is streamed, and it has pages"), "{mistake}");
    assert!(mistake.contains("pagination_class(())"), "{mistake}");
}
