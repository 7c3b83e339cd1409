//! HTTP/2: requests and answers are those of HTTP/1, and so are the limits, of which each stream has its own.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use belleville::prelude::*;
use bytes::Bytes;
use h2::client::{Builder, ResponseFuture, SendRequest};
use h2::{Reason, RecvStream, SendStream};
use http::HeaderMap;
use tokio::task::JoinHandle;

use crate::server::{Answer, Server, exchange};

const LONG: usize = 1_000_000;

/// What an answer has before it fails: as much as fits into a client's window.
const BEGUN: usize = 60_000;

async fn short(_: Request) -> Result<Response> {
    Ok(Response::json(200, b"1".to_vec()))
}

async fn long(_: Request) -> Result<Response> {
    Ok(Response::json(200, vec![b'1'; LONG]))
}

/// More than an operating system keeps for a client that does not read.
async fn huge(_: Request) -> Result<Response> {
    Ok(Response::json(200, vec![b'1'; 16_000_000]))
}

async fn length(request: Request) -> Result<Response> {
    let body = request.body().await?.len();
    Ok(Response::json(200, body.to_string().into_bytes()))
}

async fn slow(_: Request) -> Result<Response> {
    tokio::time::sleep(Duration::from_millis(500)).await;
    short_text("slow")
}

fn short_text(text: &str) -> Result<Response> {
    Ok(Response::text(200, text))
}

/// What the program sees of the head.
async fn seen(request: Request) -> Result<Response> {
    let text = |name: &str| {
        request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("-").to_owned()
    };
    short_text(&format!(
        "{}|{}|{}|{}|{}",
        request.build_absolute_uri("/a/"),
        text("cookie"),
        text("x_a"),
        text("x-a"),
        request.cookie("two").unwrap_or_default(),
    ))
}

/// An answer with what only HTTP/1 has.
async fn old(_: Request) -> Result<Response> {
    let mut response = Response::text(200, "old");
    for (name, value) in [("connection", "close"), ("keep-alive", "timeout=5"), ("upgrade", "h2c")] {
        response.headers_mut().insert(http::HeaderName::from_static(name), value.parse().unwrap());
    }
    Ok(response)
}

async fn nothing(_: Request) -> Result<Response> {
    Ok(Response::empty(204))
}

async fn pieces(_: Request) -> Result<Response> {
    Ok(Response::stream(200, "text/plain", |mut chunks| async move {
        for _ in 0..20 {
            chunks.send(vec![b'x'; 10_000]).await?;
        }
        Ok(())
    }))
}

async fn broken(_: Request) -> Result<Response> {
    Ok(Response::stream(200, "text/plain", |mut chunks| async move {
        for _ in 0..3 {
            chunks.send(vec![b'x'; BEGUN / 3]).await?;
        }
        Err(Error::internal("it is broken"))
    }))
}

fn open(name: &str) -> View {
    View::new(name).permission_classes(AllowAny)
}

fn urls() -> Urls {
    Urls::new()
        .path("short/", open("Short").get(short).post(short))
        .path("long/", open("Long").get(long))
        .path("huge/", open("Huge").get(huge))
        .path("length/", open("Length").post(length))
        .path("slow/", open("Slow").get(slow))
        .path("seen/", open("Seen").get(seen))
        .path("old/", open("Old").get(old))
        .path("nothing/", open("Nothing").get(nothing))
        .path("pieces/", open("Pieces").get(pieces))
        .path("broken/", open("Broken").get(broken))
        .path("mine/", View::new("Mine").get(short).post(length))
}

fn server(settings: &str) -> Server {
    Server::start(&format!("[server]\n{settings}"), &[], urls())
}

/// A connection. Whatever is not answered within a minute fails the test instead of holding it up.
struct Client {
    send: SendRequest<Bytes>,
    /// How the connection ends.
    end: JoinHandle<Result<(), h2::Error>>,
}

struct Got {
    status: u16,
    headers: HeaderMap,
    body: String,
}

async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), work).await.expect("an answer within a minute")
}

impl Client {
    async fn new(address: SocketAddr) -> Self {
        Self::with(address, &Builder::new()).await
    }

    async fn with(address: SocketAddr, builder: &Builder) -> Self {
        Self::on(tokio::net::TcpStream::connect(address).await.unwrap(), builder).await
    }

    async fn from(own: &str, address: SocketAddr) -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{own}:0").parse().unwrap()).unwrap();
        Self::on(socket.connect(address).await.unwrap(), &Builder::new()).await
    }

    async fn on(stream: tokio::net::TcpStream, builder: &Builder) -> Self {
        // As every client of HTTP/2 does: windows are opened in small pieces.
        stream.set_nodelay(true).unwrap();
        let (send, connection) = in_time(builder.handshake(stream)).await.unwrap();
        let end = tokio::spawn(connection);
        Self { send, end }
    }

    /// Begins a request.
    async fn begin(
        &mut self,
        request: http::Request<()>,
        is_whole: bool,
    ) -> Result<(ResponseFuture, SendStream<Bytes>), h2::Error> {
        self.send = in_time(self.send.clone().ready()).await?;
        self.send.send_request(request, is_whole)
    }

    async fn ask(&mut self, request: http::Request<()>) -> Result<Got, h2::Error> {
        let (answer, _) = self.begin(request, true).await?;
        got(answer).await
    }

    async fn get(&mut self, path: &str) -> Result<Got, h2::Error> {
        self.ask(request("GET", path)).await
    }

    /// How the connection ends.
    async fn ended(self) -> Result<(), h2::Error> {
        in_time(self.end).await.unwrap()
    }
}

fn request(method: &str, path: &str) -> http::Request<()> {
    let url = format!("http://testserver{path}");
    http::Request::builder().method(method).uri(url).version(http::Version::HTTP_2).body(()).unwrap()
}

fn with(mut request: http::Request<()>, headers: &[(&'static str, &str)]) -> http::Request<()> {
    for (name, value) in headers {
        request.headers_mut().append(http::HeaderName::from_static(name), value.parse().unwrap());
    }
    request
}

async fn got(answer: ResponseFuture) -> Result<Got, h2::Error> {
    let (head, mut body) = in_time(answer).await?.into_parts();
    let mut bytes = Vec::new();
    while let Some(piece) = in_time(body.data()).await {
        let piece = piece?;
        bytes.extend_from_slice(&piece);
        body.flow_control().release_capacity(piece.len())?;
    }
    let body = String::from_utf8(bytes).unwrap();
    Ok(Got { status: head.status.as_u16(), headers: head.headers, body })
}

fn reason<T>(outcome: Result<T, h2::Error>) -> Option<Reason> {
    outcome.map(drop).expect_err("an error").reason()
}

/// Runs a client on the server's threads.
fn run<T>(server: &Server, work: impl Future<Output = T>) -> T {
    server.runtime.block_on(work)
}

/// Whether something becomes true within a minute.
fn eventually(mut is_so: impl FnMut() -> bool) -> bool {
    (0..600).any(|_| {
        let now = is_so();
        if !now {
            std::thread::sleep(Duration::from_millis(100));
        }
        now
    })
}

#[test]
fn streams_are_answered_at_the_same_time() {
    let server = server("");
    let begun = Instant::now();
    run(&server, async {
        let mut client = Client::new(server.address).await;
        let mut answers = Vec::new();
        for number in 0..60 {
            let path = if number % 3 == 0 { "/slow/" } else { "/long/" };
            answers.push(client.begin(request("GET", path), true).await.unwrap().0);
        }
        let answers: Vec<_> = answers.into_iter().map(|answer| tokio::spawn(got(answer))).collect();
        for (number, answer) in answers.into_iter().enumerate() {
            let answer = answer.await.unwrap().unwrap();
            let expected = if number % 3 == 0 { 4 } else { LONG };
            assert_eq!((answer.status, answer.body.len()), (200, expected));
        }
    });
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    // On the same port.
    assert_eq!(server.get("/short/", "").body, "1");
}

#[test]
fn without_the_setting_there_is_no_http2() {
    let server = server("http2 = false\n");
    let answer = exchange(server.address, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    assert_eq!(server.get("/short/", "").body, "1");
}

/// A request of HTTP/1 may begin like the preface, and come byte by byte.
#[test]
fn what_begins_like_it_is_http1() {
    let server = server("");
    for method in ["P", "PR", "PRI", "POST"] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_nodelay(true).unwrap();
        let request = format!("{method} /short/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n");
        for byte in request.bytes().take(8) {
            stream.write_all(&[byte]).unwrap();
            std::thread::sleep(Duration::from_millis(5));
        }
        stream.write_all(&request.as_bytes()[8..]).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert_eq!(Answer::of(&answer).status, if method == "POST" { 200 } else { 405 }, "{method}");
    }
    let long = server.get("/short/", &format!("X-A: {}", "x".repeat(10_000)));
    assert_eq!(long.body, "1");
}

#[test]
fn answers_are_those_of_http1() {
    let server = server("");
    run(&server, async {
        let mut client = Client::new(server.address).await;
        for (method, path) in [
            ("GET", "/short/"),
            ("HEAD", "/short/"),
            ("HEAD", "/pieces/"),
            ("GET", "/long/"),
            ("GET", "/nothing/"),
            ("GET", "/nowhere/"),
            ("GET", "/short"),
            ("GET", "/mine/?format=json"),
            ("PATCH", "/short/"),
            ("OPTIONS", "/short/"),
            ("GET", "/pieces/"),
            ("get", "/short/?a=%41"),
        ] {
            let new = client.ask(request(method, path)).await.unwrap();
            let old = tokio::task::block_in_place(|| server.send(&format!("{method} {path}"), "", ""));
            let mut expected: Vec<(String, String)> = old
                .head
                .lines()
                .skip(1)
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .filter(|(name, _)| !matches!(name.as_str(), "connection" | "transfer-encoding" | "date"))
                .collect();
            let mut found: Vec<(String, String)> = new
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
                .filter(|(name, _)| name != "date")
                .collect();
            expected.sort();
            found.sort();
            assert_eq!((new.status, found), (old.status, expected), "{method} {path}");
            assert!(new.headers["date"].to_str().unwrap().ends_with(" GMT"), "{method} {path}");
            if path != "/pieces/" {
                assert_eq!(new.body, old.body, "{method} {path}");
            }
        }
        assert_eq!(client.get("/pieces/").await.unwrap().body.len(), 200_000);
        let old = client.get("/old/").await.unwrap();
        for name in ["connection", "keep-alive", "upgrade"] {
            assert!(!old.headers.contains_key(name), "{name}");
        }
    });
}

#[test]
fn heads_are_what_http1_makes_of_them() {
    let server = server("");
    run(&server, async {
        let mut client = Client::new(server.address).await;
        let seen = |headers: &[(&'static str, &str)]| with(request("GET", "/seen/"), headers);
        for (request, status, body) in [
            (seen(&[]), 200, "http://testserver/a/|-|-|-|"),
            (seen(&[("host", "TestServer")]), 200, "http://TestServer/a/|-|-|-|"),
            (seen(&[("host", "elsewhere")]), 400, ""),
            (seen(&[("host", "testserver"), ("host", "testserver")]), 400, ""),
            (
                seen(&[("cookie", "one=1"), ("cookie", "two=2"), ("cookie", "three=3")]),
                200,
                "http://testserver/a/|one=1; two=2; three=3|-|-|2",
            ),
            // The proxy's business in HTTP/1 as well: they are two headers.
            (seen(&[("x_a", "1"), ("x-a", "2")]), 200, "http://testserver/a/|-|1|2|"),
        ] {
            let answer = client.ask(request).await.unwrap();
            assert_eq!(answer.status, status, "{}", answer.body);
            assert_eq!(answer.body, if status == 200 { body } else { "" });
        }
        // A host that is not allowed is Django's answer.
        let elsewhere = http::Request::builder().uri("http://elsewhere/short/").body(()).unwrap();
        let refused = client.ask(elsewhere).await.unwrap();
        assert!(refused.status == 400 && refused.body.contains("<h1>Bad Request (400)</h1>"));
    });
}

#[test]
fn a_body_is_asked_for_when_it_is_wanted() {
    let server = server("");
    run(&server, async {
        let mut client = Client::new(server.address).await;
        let expecting =
            |path| with(request("POST", path), &[("expect", "100-continue"), ("content-length", "4")]);
        let (mut answer, mut body) = client.begin(expecting("/length/"), false).await.unwrap();
        let told = std::future::poll_fn(|cx| answer.poll_informational(cx));
        assert_eq!(in_time(told).await.unwrap().unwrap().status(), 100);
        body.send_data(Bytes::from_static(b"body"), true).unwrap();
        assert_eq!(got(answer).await.unwrap().body, "4");
        // Who is refused is not told to send it.
        let (answer, _body) = client.begin(expecting("/mine/"), false).await.unwrap();
        assert_eq!(got(answer).await.unwrap().status, 403);
        // Trailers are no part of it.
        let (answer, mut body) = client.begin(request("POST", "/length/"), false).await.unwrap();
        body.send_data(Bytes::from_static(b"12345"), false).unwrap();
        body.send_trailers(HeaderMap::new()).unwrap();
        assert_eq!(got(answer).await.unwrap().body, "5");
    });
}

#[test]
fn bodies_have_the_same_limits() {
    let server = server("body_timeout = 3\nmax_body_size = 3000000\nmax_head_size = 9000\n");
    run(&server, async {
        let mut client = Client::new(server.address).await;
        let (answer, mut body) = client.begin(request("POST", "/length/"), false).await.unwrap();
        body.send_data(vec![b'x'; 2_000_000].into(), true).unwrap();
        assert_eq!(got(answer).await.unwrap().body, "2000000");
        // Refused by its length, while it comes, and when it does not come.
        let announced = with(request("POST", "/length/"), &[("content-length", "4000000")]);
        let (answer, _body) = client.begin(announced, false).await.unwrap();
        assert_eq!(got(answer).await.unwrap().status, 400);
        let (answer, mut body) = client.begin(request("POST", "/length/"), false).await.unwrap();
        body.send_data(vec![b'x'; 4_000_000].into(), true).unwrap();
        assert_eq!(got(answer).await.unwrap().status, 400);
        let (answer, mut body) = client.begin(request("POST", "/length/"), false).await.unwrap();
        body.send_data(Bytes::from_static(b"x"), false).unwrap();
        assert_eq!(got(answer).await.unwrap().status, 408);
        // The connection goes on, and has all of its window again.
        for _ in 0..3 {
            let (answer, mut body) = client.begin(request("POST", "/mine/"), false).await.unwrap();
            // Who is refused by then does not get to send it.
            let _ = body.send_data(vec![b'x'; 60_000].into(), true);
            assert_eq!(got(answer).await.unwrap().status, 403);
        }
        let (answer, mut body) = client.begin(request("POST", "/length/"), false).await.unwrap();
        body.send_data(vec![b'x'; 100_000].into(), true).unwrap();
        assert_eq!(got(answer).await.unwrap().body, "100000");
        for (length, status) in [(8000, 200), (9500, 431)] {
            let request = with(request("GET", "/short/"), &[("x-a", &"x".repeat(length))]);
            assert_eq!(client.ask(request).await.unwrap().status, status, "{length}");
        }
        for (count, status) in [(90, 200), (110, 431)] {
            let request = with(request("GET", "/short/"), &vec![("x-a", "1"); count]);
            assert_eq!(client.ask(request).await.unwrap().status, status, "{count}");
        }
    });
}

#[test]
fn one_address_does_not_have_all_the_memory() {
    let settings =
        "data_upload_max_memory_size = 20000\n[server]\nmax_body_size = 20000\nbody_memory = 40000\n";
    let server = Server::start(settings, &[], urls());
    run(&server, async {
        let mut client = Client::new(server.address).await;
        let post = |length: &str| with(request("POST", "/length/"), &[("content-length", length)]);
        let (held, mut endless) = client.begin(post("20000"), false).await.unwrap();
        endless.send_data(vec![b'1'; 19_000].into(), false).unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let small = async |client: &mut Client| {
            let (answer, mut body) = client.begin(post("10000"), false).await.unwrap();
            body.send_data(vec![b'1'; 10_000].into(), true).unwrap();
            got(answer).await.unwrap()
        };
        let refused = small(&mut client).await;
        assert_eq!((refused.status, &refused.headers["retry-after"]), (503, &"1".parse().unwrap()));
        let mut other = Client::from("127.0.0.2", server.address).await;
        assert_eq!(small(&mut other).await.body, "10000");
        // A stream that is reset gives its memory back.
        endless.send_reset(Reason::CANCEL);
        drop(held);
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(small(&mut client).await.status);
        }
        assert_eq!(statuses.last(), Some(&200), "{statuses:?}");
    });
}

#[test]
fn connections_are_counted_whatever_they_speak() {
    let server = server("max_connections_per_address = 1\n");
    run(&server, async {
        let mut client = Client::new(server.address).await;
        assert_eq!(client.get("/short/").await.unwrap().status, 200);
        let refused = tokio::task::block_in_place(|| server.get("/short/", ""));
        assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
        let mut other = Client::from("127.0.0.2", server.address).await;
        assert_eq!(other.get("/short/").await.unwrap().status, 200);
    });
    assert!(eventually(|| server.get("/short/", "").status == 200), "the place is not given back");
}

/// Whoever has few connections does not have more requests under way by that.
#[test]
fn requests_of_one_connection_count_as_connections() {
    let of_address = ("max_connections_per_address = 3\n", "0");
    let of_all = ("max_connections = 2\n", "1");
    for (settings, proxies) in [of_address, of_all] {
        let (work, urls) = work(Duration::from_secs(1));
        let variables = [("REST_FRAMEWORK__NUM_PROXIES", proxies)];
        let server = Server::start(&format!("[server]\n{settings}"), &variables, urls);
        run(&server, async {
            let mut client = Client::new(server.address).await;
            let mut answers = Vec::new();
            for _ in 0..5 {
                let (answer, _) = client.begin(request("GET", "/jobs/"), true).await.unwrap();
                answers.push(tokio::spawn(got(answer)));
            }
            while work.begun.load(Ordering::SeqCst) < 3 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            if proxies == "0" {
                let refused = tokio::task::block_in_place(|| server.get("/short/", ""));
                assert_eq!(refused.status, 503);
            }
            let mut outcomes = Vec::new();
            for answer in answers {
                outcomes
                    .push(answer.await.unwrap().map(|answer| answer.status).map_err(|error| error.reason()));
            }
            let refused = Err(Some(Reason::REFUSED_STREAM));
            assert_eq!(outcomes, [Ok(204), Ok(204), Ok(204), refused, refused], "{settings}");
            assert_eq!(client.get("/short/").await.unwrap().body, "1");
        });
    }
}

#[test]
fn connections_bring_so_many_requests_and_no_more() {
    let server = server("max_requests_per_connection = 3\n");
    run(&server, async {
        let mut client = Client::new(server.address).await;
        let mut answers = Vec::new();
        for _ in 0..5 {
            answers.push(client.begin(request("GET", "/slow/"), true).await.unwrap().0);
        }
        let mut statuses = Vec::new();
        for answer in answers {
            statuses.push(match got(answer).await {
                Ok(answer) => Ok(answer.status),
                Err(error) => Err(error.reason().unwrap()),
            });
        }
        assert_eq!(statuses[..3], [Ok(200); 3], "{statuses:?}");
        // By the stream, or by the GOAWAY that says the same.
        let refused =
            |status: &Result<u16, Reason>| matches!(status, Err(Reason::REFUSED_STREAM | Reason::NO_ERROR));
        assert!(statuses[3..].iter().all(refused), "{statuses:?}");
        client.ended().await.unwrap();
    });
}

#[test]
fn every_wait_has_a_deadline() {
    let patient = "keep_alive_timeout = 600\nheader_timeout = 600\nbody_timeout = 600\nmax_connections = 1\n";
    let begun = [PREFACE, &frame(4, 0, 0, &[])].concat();
    let get = [begun.clone(), frame(1, 5, 1, &fields("/short/"))].concat();
    let part = frame(1, 1, 1, &fields("/short/"));
    let ping = frame(6, 0, 0, &[0; 8]);
    for (name, bytes) in [
        ("keep_alive_timeout", begun.clone()),
        ("keep_alive_timeout", get.clone()),
        ("header_timeout", PREFACE[..10].to_vec()),
        ("header_timeout", PREFACE[..20].to_vec()),
        ("header_timeout", [begun.clone(), part.clone()].concat()),
        ("header_timeout", [begun.clone(), part[..12].to_vec()].concat()),
        ("header_timeout", [get.clone(), ping[..12].to_vec()].concat()),
    ] {
        let server = server(&patient.replace(&format!("{name} = 600"), &format!("{name} = 1")));
        let begun = Instant::now();
        let answer = exchange_within(server.address, &bytes);
        assert!(answer.is_some(), "{name} {bytes:?}: the connection stays open");
        assert!(begun.elapsed() < Duration::from_secs(20), "{name} {bytes:?}: {:?}", begun.elapsed());
    }
    // What is not complete may not be dragged out either.
    let server = server(&patient.replace("header_timeout = 600", "header_timeout = 2"));
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(&[begun, part].concat()).unwrap();
    let empty = frame(9, 0, 1, &[]);
    let is_closed = (0..100).any(|number| {
        std::thread::sleep(Duration::from_millis(100));
        stream.write_all(&empty[number % 9..number % 9 + 1]).is_err()
    });
    assert!(is_closed, "a head without end keeps the connection");
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// The fields of a GET: two of HPACK's static table, and two texts with names from there.
fn fields(path: &str) -> Vec<u8> {
    let mut fields = vec![0x82, 0x86];
    for (name, text) in [(0x04, path), (0x01, "testserver")] {
        fields.extend([name, u8::try_from(text.len()).unwrap()]);
        fields.extend_from_slice(text.as_bytes());
    }
    fields
}

/// Sends bytes and reads until the connection is closed; nothing if it is not within half a minute.
fn exchange_within(address: SocketAddr, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => None,
        _ => Some(answer),
    }
}

/// A client that reads one answer does not keep others in memory.
#[test]
fn who_does_not_read_a_stream_is_not_waited_for() {
    let server = server("write_timeout = 1\n");
    run(&server, async {
        let mut builder = Builder::new();
        builder.initial_connection_window_size(10_000_000);
        let mut client = Client::with(server.address, &builder).await;
        let (answer, _) = client.begin(request("GET", "/long/"), true).await.unwrap();
        let (streamed, _) = client.begin(request("GET", "/pieces/"), true).await.unwrap();
        let unread =
            [in_time(answer).await.unwrap().into_body(), in_time(streamed).await.unwrap().into_body()];
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(3) {
            assert_eq!(client.get("/long/").await.unwrap().body.len(), LONG);
        }
        for mut body in unread {
            assert_eq!(reason(to_the_end(&mut body).await), Some(Reason::CANCEL));
        }
        assert_eq!(client.get("/short/").await.unwrap().body, "1");
    });
}

async fn to_the_end(body: &mut RecvStream) -> Result<usize, h2::Error> {
    let mut length = 0;
    while let Some(piece) = in_time(body.data()).await {
        length += piece?.len();
    }
    Ok(length)
}

#[test]
fn who_reads_a_stream_slowly_gets_everything() {
    let server = server("write_timeout = 1\nkeep_alive_timeout = 1\n");
    run(&server, async {
        let mut client = Client::new(server.address).await;
        let (answer, _) = client.begin(request("GET", "/long/"), true).await.unwrap();
        let mut body = in_time(answer).await.unwrap().into_body();
        let mut length = 0;
        while let Some(piece) = in_time(body.data()).await {
            let piece = piece.unwrap();
            length += piece.len();
            tokio::time::sleep(Duration::from_millis(60)).await;
            body.flow_control().release_capacity(piece.len()).unwrap();
        }
        assert_eq!(length, LONG);
    });
}

/// Its windows are open, and it takes nothing off the wire.
#[test]
fn who_does_not_read_at_all_is_cut_off() {
    let server = server("write_timeout = 1\nmax_connections = 1\n");
    let settings = frame(4, 0, 0, &[0, 4, 0x7f, 0xff, 0xff, 0xff]);
    let window = frame(8, 0, 0, &[0x7f, 0xff, 0, 0]);
    let mut bytes = [PREFACE, &settings, &window].concat();
    for number in 0..2 {
        bytes.extend(frame(1, 5, 2 * number + 1, &fields("/huge/")));
    }
    let mut greedy = TcpStream::connect(server.address).unwrap();
    greedy.write_all(&bytes).unwrap();
    assert!(eventually(|| server.get("/short/", "").status == 503));
    assert!(eventually(|| server.get("/short/", "").status == 200), "the connection stays open");
    drop(greedy);
}

/// How many handlers are at work now, and how many were at most; how many have begun, and how many have ended.
#[derive(Default)]
struct Work {
    now: AtomicUsize,
    most: AtomicUsize,
    begun: AtomicUsize,
    ended: AtomicUsize,
}

/// A view that takes so long.
fn work(took: Duration) -> (Arc<Work>, Urls) {
    let work = Arc::<Work>::default();
    let counted = Arc::clone(&work);
    let handler = move |_: Request| {
        let work = Arc::clone(&counted);
        async move {
            work.begun.fetch_add(1, Ordering::SeqCst);
            let now = work.now.fetch_add(1, Ordering::SeqCst) + 1;
            work.most.fetch_max(now, Ordering::SeqCst);
            tokio::time::sleep(took).await;
            work.now.fetch_sub(1, Ordering::SeqCst);
            work.ended.fetch_add(1, Ordering::SeqCst);
            Ok::<_, Error>(Response::empty(204))
        }
    };
    (work, Urls::new().path("jobs/", open("Work").get(handler)).path("short/", open("Short").get(short)))
}

#[test]
fn a_handler_runs_to_its_end_when_its_stream_is_reset() {
    let (work, urls) = work(Duration::from_millis(300));
    let server = Server::start("", &[], urls);
    run(&server, async {
        let mut client = Client::new(server.address).await;
        for number in 1..=5 {
            let (_answer, mut stream) = client.begin(request("GET", "/jobs/"), false).await.unwrap();
            while work.begun.load(Ordering::SeqCst) < number {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            stream.send_reset(Reason::CANCEL);
        }
        assert_eq!(client.get("/short/").await.unwrap().body, "1");
    });
    assert!(eventually(|| work.ended.load(Ordering::SeqCst) == 5));
}

#[test]
fn so_many_streams_are_answered_at_once_and_no_more() {
    let (work, urls) = work(Duration::from_millis(200));
    let server = Server::start("[server]\nhttp2_max_concurrent_streams = 4\n", &[], urls);
    run(&server, async {
        let mut client = Client::new(server.address).await;
        assert_eq!(client.get("/short/").await.unwrap().body, "1");
        assert_eq!(client.send.current_max_send_streams(), 4);
        let mut answers = Vec::new();
        for _ in 0..12 {
            answers.push(tokio::spawn(got(client.begin(request("GET", "/jobs/"), true).await.unwrap().0)));
        }
        for answer in answers {
            assert_eq!(answer.await.unwrap().unwrap().status, 204);
        }
    });
    assert_eq!(work.most.load(Ordering::SeqCst), 4);
}

/// CVE-2023-44487: a stream that is reset counts no more, while its handler goes on.
#[test]
fn streams_that_are_reset_do_not_begin_handlers_without_end() {
    let (work, urls) = work(Duration::from_secs(2));
    let settings = "[server]\nhttp2_max_concurrent_streams = 5\nmax_requests_per_connection = 0\n";
    let server = Server::start(settings, &[], urls);
    let end = run(&server, async {
        let mut client = Client::new(server.address).await;
        for _ in 0..2000 {
            let Ok((_answer, mut stream)) = client.begin(request("GET", "/jobs/"), false).await else {
                break;
            };
            // The server sees each before it is reset.
            tokio::time::sleep(Duration::from_micros(300)).await;
            stream.send_reset(Reason::CANCEL);
        }
        client.ended().await
    });
    assert_eq!(reason(end), Some(Reason::ENHANCE_YOUR_CALM));
    let most = work.most.load(Ordering::SeqCst);
    assert!((1..=5).contains(&most), "{most} handlers at once");
    // Those that are reset before they are seen do not wait without end either.
    let mut bytes = [PREFACE, &frame(4, 0, 0, &[])].concat();
    for number in 0..500 {
        bytes.extend(frame(1, 4, 2 * number + 1, &fields("/jobs/")));
        bytes.extend(frame(3, 0, 2 * number + 1, &8_u32.to_be_bytes()));
    }
    let before = work.begun.load(Ordering::SeqCst);
    assert!(exchange_within(server.address, &bytes).is_some(), "the connection stays open");
    assert!(work.begun.load(Ordering::SeqCst) - before <= 5);
}

#[test]
fn a_head_has_no_end_of_continuations() {
    let server = server("");
    let mut bytes = [PREFACE, &frame(4, 0, 0, &[]), &frame(1, 1, 1, &fields("/short/"))].concat();
    // One field after the other, in frames of their own.
    for _ in 0..10_000 {
        bytes.extend(frame(9, 0, 1, &[0, 1, b'a', 1, b'b']));
    }
    let answer = exchange_within(server.address, &bytes).expect("the connection is closed");
    // A reset may overtake what was said before.
    let goaway = answer.windows(4).any(|bytes| bytes == 11_u32.to_be_bytes());
    assert!(goaway || answer.len() < 100, "{answer:?}");
    assert_eq!(server.get("/short/", "").body, "1");
}

#[test]
fn what_came_before_an_error_is_sent() {
    let server = server("");
    run(&server, async {
        let mut client = Client::new(server.address).await;
        for _ in 0..20 {
            let (answer, _) = client.begin(request("GET", "/broken/"), true).await.unwrap();
            let mut body = in_time(answer).await.unwrap().into_body();
            let mut begun = 0;
            while begun < BEGUN {
                let piece = in_time(body.data()).await.expect("what came before").unwrap();
                body.flow_control().release_capacity(piece.len()).unwrap();
                begun += piece.len();
            }
            assert_eq!(reason(to_the_end(&mut body).await), Some(Reason::INTERNAL_ERROR));
        }
        assert_eq!(client.get("/short/").await.unwrap().body, "1");
    });
}

#[test]
fn a_server_that_stops_finishes_what_has_begun() {
    let (work, urls) = work(Duration::from_millis(700));
    let server = Server::start("", &[], urls);
    run(&server, async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let served = Arc::clone(&server.application);
        let serving = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            belleville::server::serve(served, listener, stopped).await.unwrap();
        });
        let mut idle = Client::new(address).await;
        assert_eq!(idle.get("/short/").await.unwrap().body, "1");
        let mut busy = Client::new(address).await;
        let (answer, _) = busy.begin(request("GET", "/jobs/"), true).await.unwrap();
        while work.begun.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let begun = Instant::now();
        drop(stop);
        assert_eq!(got(answer).await.unwrap().status, 204);
        busy.ended().await.unwrap();
        idle.ended().await.unwrap();
        in_time(serving).await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    });
}
