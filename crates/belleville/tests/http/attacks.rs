//! Clients that take more than their share: each wait has a deadline, each thing that clients take has a limit, and
//! nobody pays for what somebody else does.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use belleville::parsers::Data;
use belleville::prelude::*;
use socket2::{Domain, Socket, Type};

use crate::server::{Answer, Server, basic};

async fn short(_: Request) -> Result<Response> {
    Ok(Response::json(200, b"1".to_vec()))
}

/// More than an operating system keeps for a client that does not read.
async fn long(_: Request) -> Result<Response> {
    Ok(Response::json(200, vec![b'1'; 16_000_000]))
}

async fn length(request: Request) -> Result<Response> {
    let body = request.body().await?.len();
    Ok(Response::json(200, body.to_string().into_bytes()))
}

async fn files(request: Request) -> Result<Response> {
    let count = match &*request.data().await? {
        Data::Form(form) => form.files().len(),
        Data::Json(_) => 0,
    };
    Ok(Response::json(200, count.to_string().into_bytes()))
}

fn open(name: &str) -> View {
    View::new(name).permission_classes(AllowAny)
}

fn urls() -> Urls {
    Urls::new()
        .path("short/", open("Short").get(short).post(short))
        .path("long/", open("Long").get(long))
        .path("length/", open("Length").post(length))
        .path("files/", open("Files").post(files))
        .path("small/", open("Small").body_limit(10).post(length))
        .path("mine/", View::new("Mine").get(short).post(length))
        .path("api-token-auth/", obtain_auth_token())
}

fn server(settings: &str) -> Server {
    Server::start(&format!("[server]\n{settings}"), &[], urls())
}

/// Bodies of 20,000 bytes at the most, and memory for two of them.
fn small_server() -> Server {
    let settings =
        "data_upload_max_memory_size = 20000\n[server]\nmax_body_size = 20000\nbody_memory = 40000\n";
    Server::start(settings, &[], urls())
}

const GET: &str = "GET /short/ HTTP/1.1\r\nHost: testserver\r\n\r\n";

fn post(path: &str, length: usize) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: testserver\r\nContent-Length: {length}\r\n\r\n")
}

/// A connection on which something was sent. Whoever reads from it waits a minute at the most: a server that keeps it
/// open for good fails the test instead of holding it up.
fn sent(address: SocketAddr, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    stream
}

/// A connection from another address of this machine.
fn from(address: &str, server: &Server) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let own: SocketAddr = format!("{address}:0").parse().unwrap();
    socket.bind(&own.into()).unwrap();
    socket.connect(&server.address.into()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    socket.into()
}

/// Everything that the server sends until it closes the connection.
fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("the connection stays open"),
        // A reset ends a connection as well.
        _ => String::from_utf8_lossy(&answer).into_owned(),
    }
}

/// One answer of a connection that stays open; its body has as many bytes as it says.
fn answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
        bytes.push(byte[0]);
    }
    let head = Answer::of(&String::from_utf8_lossy(&bytes));
    let mut body = vec![0; head.header("content-length").map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    bytes.extend(body);
    Answer::of(&String::from_utf8_lossy(&bytes))
}

/// Asks until the answer has a status.
fn until(server: &Server, status: u16) {
    for _ in 0..600 {
        if server.get("/short/", "").status == status {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the answer never was {status}");
}

#[test]
fn a_handler_runs_to_its_end_when_the_client_has_gone() {
    static BEGUN: AtomicUsize = AtomicUsize::new(0);
    static ENDED: AtomicUsize = AtomicUsize::new(0);
    async fn slow(_: Request) -> Result<Response> {
        BEGUN.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(300)).await;
        ENDED.fetch_add(1, Ordering::SeqCst);
        Ok(Response::empty(204))
    }
    let urls = Urls::new().path("slow/", open("Slow").post(slow));
    let server = Server::start("", &[], urls);
    for _ in 0..5 {
        let begun = BEGUN.load(Ordering::SeqCst);
        let stream = sent(server.address, &post("/slow/", 0));
        while BEGUN.load(Ordering::SeqCst) == begun {
            std::thread::sleep(Duration::from_millis(1));
        }
        Socket::from(stream).set_linger(Some(Duration::ZERO)).unwrap();
    }
    for _ in 0..600 {
        if ENDED.load(Ordering::SeqCst) == 5 {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{} of 5 handlers ran to their end", ENDED.load(Ordering::SeqCst));
}

#[test]
fn every_wait_has_a_deadline() {
    let patient = "keep_alive_timeout = 600\nheader_timeout = 600\nbody_timeout = 600\n";
    let with = |name: &str| server(&patient.replace(&format!("{name} = 600"), &format!("{name} = 1")));
    for (name, bytes, status) in [
        ("keep_alive_timeout", String::new(), 0),
        ("keep_alive_timeout", GET.to_owned(), 200),
        ("header_timeout", "GET /short/ HTTP/1.1\r\nHost: te".to_owned(), 0),
        ("header_timeout", format!("{GET}GET /short/ HTTP/1.1\r\nHost: te"), 200),
        ("body_timeout", post("/length/", 9) + "x", 408),
    ] {
        let server = with(name);
        let closed = Answer::of(&rest(sent(server.address, &bytes)));
        assert_eq!(closed.status, status, "{name} {bytes:?}");
    }
}

#[test]
fn who_does_not_read_is_cut_off() {
    let server = server("write_timeout = 1\nmax_connections = 1\n");
    let greedy = sent(server.address, &GET.replace("short", "long").repeat(4));
    until(&server, 503);
    until(&server, 200);
    drop(greedy);
}

/// Reading slower than the server writes is no offence.
#[test]
fn who_reads_slowly_gets_everything() {
    let server = server("write_timeout = 2\nkeep_alive_timeout = 1\n");
    let mut stream = sent(server.address, &GET.replace("short", "long"));
    let (mut read, mut buffer) = (0, vec![0; 400_000]);
    while read < 16_000_000 {
        let length = stream.read(&mut buffer).unwrap();
        assert!(length > 0, "cut off after {read} bytes");
        read += length;
        std::thread::sleep(Duration::from_millis(60));
    }
}

#[test]
fn connections_bring_so_many_requests_and_no_more() {
    let server = server("max_requests_per_connection = 2\n");
    let answers = rest(sent(server.address, &GET.repeat(3)));
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 2, "{answers}");
    assert_eq!(answers.to_lowercase().matches("connection: close").count(), 1, "{answers}");
}

#[test]
fn there_are_so_many_connections_and_no_more() {
    let server = server("max_connections = 2\n");
    let mut held: Vec<TcpStream> = (0..2).map(|_| sent(server.address, GET)).collect();
    held.iter_mut().for_each(|stream| assert_eq!(answer(stream).status, 200));
    let refused = server.get("/short/", "");
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    held.pop();
    until(&server, 200);
}

#[test]
fn one_address_leaves_room_for_others() {
    let own = "max_connections_per_address = 1\n";
    let direct = server(own);
    let mut held = sent(direct.address, GET);
    assert_eq!(answer(&mut held).status, 200);
    assert_eq!(direct.get("/short/", "").status, 503);
    let mut other = from("127.0.0.2", &direct);
    other.write_all(GET.as_bytes()).unwrap();
    assert_eq!(answer(&mut other).status, 200);
    // Behind a proxy everybody comes from its address.
    let proxied = Server::start(&format!("[server]\n{own}"), &[("REST_FRAMEWORK__NUM_PROXIES", "1")], urls());
    let mut held = sent(proxied.address, GET);
    assert_eq!(answer(&mut held).status, 200);
    assert_eq!(proxied.get("/short/", "").status, 200);
}

#[test]
fn heads_are_as_long_as_they_may_be() {
    let server = server("max_head_size = 9000\n");
    for (length, status) in [(8500, 200), (9500, 431)] {
        assert_eq!(server.get("/short/", &format!("X-A: {}", "x".repeat(length))).status, status, "{length}");
    }
}

#[test]
fn a_view_says_how_long_its_bodies_are() {
    let server = server("");
    for (path, length, status) in [
        ("/small/", 10, 200),
        ("/small/", 11, 400),
        ("/length/", 100_000, 200),
        ("/api-token-auth/", 65_537, 400),
    ] {
        let answer =
            server.send(&format!("POST {path}"), "Content-Type: application/json", &"1".repeat(length));
        assert_eq!(answer.status, status, "{path} {length}");
        let refused = answer.body.contains("<h1>Bad Request (400)</h1>");
        assert_eq!(refused, status == 400, "{path} {length}: {}", answer.body);
    }
}

#[test]
fn forms_with_files_have_a_limit_of_their_own() {
    let form = |length: usize| {
        let file = "x".repeat(length);
        format!(
            "--X\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n{file}\r\n--X--\r\n"
        )
    };
    let headers = "Content-Type: multipart/form-data; boundary=X";
    let by_default = server("");
    assert_eq!(by_default.send("POST /files/", headers, &form(5_000_000)).body, "1");
    let small = small_server();
    assert_eq!(small.send("POST /files/", headers, &form(19_000)).status, 200);
    assert_eq!(small.send("POST /files/", headers, &form(20_000)).status, 400);
}

/// A client that sends a head and waits learns what is wrong with it; nothing more is read.
#[test]
fn nothing_is_read_for_whoever_is_refused() {
    let server = server("");
    for (head, status) in [
        (post("/length/", 2_000_000).replace("testserver", "elsewhere"), 400),
        (post("/nowhere/", 2_000_000), 404),
        (post("/mine/", 2_000_000), 403),
        (post("/length/", 3_000_000), 400),
        (
            post("/api-token-auth/", 2_000_000)
                .replace("\r\n\r\n", "\r\nContent-Type: application/json\r\n\r\n"),
            400,
        ),
        (post("/short/", 2_000_000), 200),
        (post("/length/", 1_000).replace("POST", "PATCH"), 405),
    ] {
        let mut stream = sent(server.address, &head);
        let answer = answer(&mut stream);
        assert_eq!(answer.status, status, "{head}");
        let is_long = !head.contains(" 1000\r");
        assert_eq!(answer.header("connection"), is_long.then_some("close"), "{head}");
    }
}

/// A short body that nobody wanted does not cost the connection.
#[test]
fn a_connection_outlives_an_unread_body() {
    let server = server("");
    let mut stream = sent(server.address, &(post("/nowhere/", 5) + "12345" + GET));
    assert_eq!(answer(&mut stream).status, 404);
    assert_eq!(answer(&mut stream).status, 200);
    stream.write_all((post("/nowhere/", 60_000) + &"x".repeat(60_000) + GET).as_bytes()).unwrap();
    assert_eq!(answer(&mut stream).status, 404);
    assert_eq!(answer(&mut stream).status, 200);
}

/// Whoever sends all of a long body first is there to read the answer.
#[test]
fn a_long_body_does_not_drown_the_answer() {
    let server = server("");
    for path in ["/nowhere/", "/mine/", "/length/"] {
        let refused = server.send(&format!("POST {path}"), "", &"x".repeat(3_500_000));
        assert!([400, 403, 404].contains(&refused.status), "{path}: {refused:?}");
    }
}

#[test]
fn one_address_does_not_have_all_the_memory() {
    let server = small_server();
    let json = "Content-Type: application/json";
    // It has no end, so that its 20,000 bytes stay taken.
    let endless = |mut stream: TcpStream| {
        stream.write_all((post("/length/", 20_000) + &"1".repeat(19_000)).as_bytes()).unwrap();
        stream
    };
    let held = endless(from("127.0.0.1", &server));
    std::thread::sleep(Duration::from_millis(300));
    let refused = server.send("POST /length/", json, &"1".repeat(10_000));
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    let mut other = from("127.0.0.2", &server);
    other.write_all((post("/length/", 10_000) + &"1".repeat(10_000)).as_bytes()).unwrap();
    assert_eq!(answer(&mut other).body, "10000");
    drop(held);
    for _ in 0..600 {
        if server.send("POST /length/", json, &"1".repeat(10_000)).status == 200 {
            return;
        }
    }
    panic!("the memory of a body whose client has gone is not given back");
}

#[test]
fn a_broken_body_is_refused() {
    let server = server("");
    let chunked = "POST /length/ HTTP/1.1\r\nHost: testserver\r\nTransfer-Encoding: chunked\r\n\r\n";
    for body in ["ZZ\r\nab\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "2\r\nab\r\n", "ffffffffffffffffff\r\n"] {
        let stream = sent(server.address, &format!("{chunked}{body}"));
        stream.shutdown(Shutdown::Write).unwrap();
        let answer = Answer::of(&rest(stream));
        assert_eq!((answer.status, answer.header("connection")), (400, Some("close")), "{body:?}");
    }
    let stream = sent(server.address, &(post("/length/", 10) + "short"));
    stream.shutdown(Shutdown::Write).unwrap();
    let answer = Answer::of(&rest(stream));
    assert_eq!((answer.status, answer.header("connection")), (400, Some("close")));
}

/// RFC 9112 lets a server take a bare line feed for the end of a line; a proxy in front may see no end there.
#[test]
fn a_line_of_a_head_ends_with_both_characters() {
    let server = server("");
    let body = post("/length/", 3) + "a\nb";
    for (bytes, statuses) in [
        (GET.replace("\r\n", "\n"), &[400][..]),
        (GET.replacen("\r\n", "\n", 1), &[400]),
        (GET.replace("\r\n\r\n", "\r\nX: a\nContent-Length: 5\r\n\r\n"), &[400]),
        (GET.replace("\r\n\r\n", "\r\n\n"), &[400]),
        (format!("\n{GET}"), &[400]),
        (format!("{body}{}", GET.replace("\r\n", "\n")), &[200, 400]),
        (format!("{body}{GET}{}", GET.replacen("\r\n", "\n", 1)), &[200, 200, 400]),
        (format!("\r\n{GET}{body}"), &[200, 200]),
    ] {
        let stream = sent(server.address, &bytes);
        stream.shutdown(Shutdown::Write).unwrap();
        let answers = rest(stream);
        let found: Vec<u16> = answers
            .match_indices("HTTP/1.1 ")
            .map(|(at, _)| answers[at + 9..at + 12].parse().unwrap())
            .collect();
        assert_eq!(found, statuses, "{bytes:?}");
    }
}

/// A guess whose client hangs up before the answer is a guess.
#[test]
fn an_aborted_login_counts() {
    let server =
        Server::start("login_failures_per_address = '3/min'", &[("PBKDF2_ITERATIONS", "300000")], urls());
    let form = "username=alice&password=wrong";
    let head = post("/api-token-auth/", form.len())
        .replace("\r\n\r\n", "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n");
    for _ in 0..3 {
        let stream = sent(server.address, &format!("{head}{form}"));
        std::thread::sleep(Duration::from_millis(100));
        Socket::from(stream).set_linger(Some(Duration::ZERO)).unwrap();
    }
    let urlencoded = "Content-Type: application/x-www-form-urlencoded";
    let right = format!("username=alice&password={}", crate::server::PASSWORD.replace(' ', "+"));
    assert_eq!(server.send("POST /api-token-auth/", urlencoded, &right).status, 429);
    assert_eq!(server.get("/mine/", &basic("alice", "wrong")).status, 429);
}

/// Requests under way are waited for, so long and no longer; connections without one are not.
#[test]
fn a_server_that_stops_waits_for_what_is_under_way() {
    async fn slow(_: Request) -> Result<Response> {
        tokio::time::sleep(Duration::from_secs(3)).await;
        Ok(Response::empty(204))
    }
    for (timeout, status) in [(60, 204), (1, 0)] {
        let settings = format!("[server]\nshutdown_timeout = {timeout}\n");
        let server = Server::start(&settings, &[], Urls::new().path("slow/", open("Slow").get(slow)));
        let listener = server.runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let application = std::sync::Arc::clone(&server.application);
        let serving = server.runtime.spawn(async move {
            belleville::server::serve(application, listener, async { drop(stopped.await) }).await
        });
        let idle = sent(address, "");
        let mut asked = sent(address, &GET.replace("short", "slow"));
        asked.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        stop.send(()).unwrap();
        server.runtime.block_on(serving).unwrap().unwrap();
        // What is there when the server has stopped is all that there will be.
        let mut bytes = [0; 100];
        let length = asked.read(&mut bytes).unwrap_or(0);
        assert_eq!(Answer::of(&String::from_utf8_lossy(&bytes[..length])).status, status, "{timeout}");
        assert_eq!(rest(idle), "");
    }
}

/// However many requests others have sent before, an address that had nothing waiting does not wait until all of them are
/// answered: neither when they come from one address, nor when each connection has an address of its own.
#[test]
fn a_newcomer_does_not_wait_for_everybody() {
    static ANSWERED: AtomicUsize = AtomicUsize::new(0);
    async fn busy(_: Request) -> Result<Response> {
        // The thread has nothing else to do meanwhile: this is no wait, but work.
        std::thread::sleep(Duration::from_millis(5));
        ANSWERED.fetch_add(1, Ordering::SeqCst);
        Ok(Response::json(200, b"1".to_vec()))
    }
    for addresses in [1, 100] {
        let urls = Urls::new().path("busy/", open("Busy").get(busy)).path("short/", open("Short").get(short));
        let server = Server::start("", &[], urls);
        let flood = GET.replace("short", "busy").repeat(50);
        let start = ANSWERED.load(Ordering::SeqCst);
        let held = (0..100).map(|number| {
            let mut stream = from(&format!("127.0.1.{}", number % addresses + 1), &server);
            stream.write_all(flood.as_bytes()).unwrap();
            stream
        });
        let _held: Vec<TcpStream> = held.collect();
        // Each address has had its first turn by then.
        while ANSWERED.load(Ordering::SeqCst) < start + 150 {
            std::thread::sleep(Duration::from_millis(1));
        }
        let waited = (0..5).map(|number| {
            let before = ANSWERED.load(Ordering::SeqCst);
            let mut other = from(&format!("127.0.0.{}", number + 2), &server);
            other.write_all(GET.as_bytes()).unwrap();
            assert_eq!(answer(&mut other).status, 200);
            ANSWERED.load(Ordering::SeqCst) - before
        });
        let mut waited: Vec<usize> = waited.collect();
        waited.sort_unstable();
        assert!(
            waited[2] < 50,
            "so many of {addresses} addresses were answered before one of another: {waited:?}"
        );
    }
}
