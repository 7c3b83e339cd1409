//! Requests that nobody well-meaning sends, and more of them than usual.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use belleville::pages::{Templates, api_auth};
use belleville::prelude::*;

use crate::hooks::{Note, NoteSerializer, notes};
use crate::server::{Answer, Server};

/// Notes that everybody may write; they are alice's.
struct Notes;

impl ModelViewSet for Notes {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        let alice = User::objects().filter(User::USERNAME.eq("alice")).get(request.db()).await?;
        serializer.with(Note::OWNER.set(&alice)).save(request.db()).await
    }
}

async fn length(request: Request) -> Result<Response> {
    let body = request.body().await?.len();
    request.data().await?;
    Ok(Response::json(200, body.to_string().into_bytes()))
}

fn server() -> Server {
    Server::start(
        "",
        &[],
        Urls::new().path("length/", View::new("Length").permission_classes(()).get(length).post(length)),
    )
}

#[test]
fn the_server_goes_on_after_bad_requests() {
    let server = server();
    let deep = "[".repeat(100_000);
    let long = format!("\"{}\"", "x".repeat(2_621_440));
    for (line, headers, body, status) in [
        ("POST /length/", "Content-Type: application/json", "{\"a\": 1}", 200),
        ("POST /length/", "Content-Type: application/json", deep.as_str(), 400),
        ("POST /length/", "Content-Type: application/json", long.as_str(), 400),
        ("POST /length/", "Content-Type: text/odd", "x", 415),
        ("GET /%00%0A%FF/", "", "", 404),
        ("FOO /length/", "", "", 405),
        ("GET /length/", "Host: a b", "", 400),
        ("GET /length/", "Authorization: Basic \u{ff}\u{fe}", "", 403),
    ] {
        let answer = server.send(line, headers, body);
        assert_eq!(answer.status, status, "{line} {headers}: {}", answer.head);
    }
    assert_eq!(server.get("/length/", "").body, "0");
}

/// Each is what Django and DRF answer; a NUL never reaches the database.
#[test]
fn nul_characters_are_refused() {
    let mut router = SimpleRouter::new();
    router.register("notes", Notes);
    let templates = Arc::new(Templates::new(None).unwrap());
    let urls = Urls::new()
        .include("", router.urls())
        .path("api-token-auth/", obtain_auth_token())
        .include("api-auth/", api_auth::urls(&templates));
    let server = Server::start_with("", &[], urls, notes(), vec![]);
    let secret = "a".repeat(32);
    let form = "Content-Type: application/x-www-form-urlencoded";
    let login = format!("{form}\nCookie: csrftoken={secret}\nX-CSRFToken: {secret}");
    let refused = "Null characters are not allowed.";
    for (line, headers, body, status, part) in [
        ("POST /notes/", "Content-Type: application/json", "{\"text\":\"a\\u0000\"}", 400, refused),
        ("POST /notes/", form, "text=a%00", 400, refused),
        ("POST /api-token-auth/", form, "username=a%00&password=b", 400, refused),
        ("POST /api-auth/login/", &login, "username=a%00&password=b", 200, refused),
        ("POST /notes/", "Content-Type: application/json", "{\"text\":\"a\0\"}", 400, "JSON parse error"),
        ("GET /notes/%00/", "", "", 404, "Not found."),
        ("GET /notes/1%00/", "", "", 404, "Not found."),
        ("GET /notes/?format=%00", "", "", 404, "Not found."),
        ("GET /notes/%00", "", "", 301, ""),
        // `a\0b:c`
        ("GET /notes/", "Authorization: Basic YQBiOmM=", "", 403, "Invalid username/password."),
        // No header may have these characters (RFC 9110).
        ("GET /notes/", "Cookie: sessionid=a\u{1}b; csrftoken=%00", "", 400, ""),
        ("GET /notes/", "X-A: a\0b", "", 400, ""),
        ("GET /notes/\0", "", "", 400, ""),
    ] {
        let answer = server.send(line, headers, body);
        assert_eq!(answer.status, status, "{line} {body:?}: {}", answer.body);
        assert!(answer.body.contains(part), "{line} {body:?}: {}", answer.body);
    }
    assert_eq!(server.get("/notes/", "").body, "[]", "nothing was written");
}

#[test]
fn deep_documents_are_refused() {
    let mut router = SimpleRouter::new();
    router.register("notes", Notes);
    let server = Server::start_with("", &[], router.urls(), notes(), vec![]);
    const DEPTH: usize = 100_000;
    let json = "Content-Type: application/json";
    for body in [
        "[".repeat(DEPTH),
        "{\"text\":".repeat(DEPTH),
        format!("{{\"text\":{}{}}}", "[".repeat(DEPTH), "]".repeat(DEPTH)),
        format!("{{\"text\":\"a\",\"odd\":{}1{}}}", "{\"a\":[".repeat(DEPTH), "]}".repeat(DEPTH)),
    ] {
        let answer = server.send("POST /notes/", json, &body);
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert!(answer.body.contains("JSON parse error"), "{}", answer.body);
    }
    assert_eq!(server.send("POST /notes/", json, "{\"text\":\"a\"}").status, 201);
}

/// Django's DATA_UPLOAD_MAX_MEMORY_SIZE, to the byte.
const LIMIT: usize = 2_621_440;

#[test]
fn a_body_may_be_as_long_as_djangos_and_no_longer() {
    let server = server();
    let text = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
    let json = "Content-Type: application/json";
    let longest = server.send("POST /length/", json, &text(LIMIT));
    assert_eq!((longest.status, longest.body), (200, LIMIT.to_string()));
    for (length, status) in [(LIMIT, 200), (LIMIT + 1, 400)] {
        let chunked: String = text(length)
            .as_bytes()
            .chunks(100_000)
            .map(|chunk| format!("{:x}\r\n{}\r\n", chunk.len(), String::from_utf8_lossy(chunk)))
            .collect();
        let head = "POST /length/ HTTP/1.1\r\nHost: testserver\r\nTransfer-Encoding: chunked\r\n";
        let request = format!("{head}{json}\r\nConnection: close\r\n\r\n{chunked}0\r\n\r\n");
        assert_eq!(Answer::of(&server.raw(request.as_bytes())).status, status, "{length} in chunks");
    }
    let refused = server.send("POST /length/", json, &text(LIMIT + 1));
    assert_eq!(refused.status, 400);
    assert_eq!(refused.header("connection"), Some("close"));
    // Nobody asked for the body, so that its length is no matter: Django reads it lazily too.
    assert_eq!(server.send("DELETE /length/", json, &text(LIMIT + 1)).status, 405);
}

/// A body without an end is not read without end, and others are served in the meantime.
#[test]
fn an_endless_body_is_cut_off() {
    let server = server();
    let mut endless = TcpStream::connect(server.address).unwrap();
    endless.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    let head = "POST /length/ HTTP/1.1\r\nHost: testserver\r\nTransfer-Encoding: chunked\r\n\r\n";
    endless.write_all(head.as_bytes()).unwrap();
    let chunk = format!("{:x}\r\n{}\r\n", 1_000_000, "x".repeat(1_000_000));
    let mut sent = 0;
    for number in 0..100 {
        if endless.write_all(chunk.as_bytes()).is_err() {
            break;
        }
        sent += 1;
        if number % 10 == 0 {
            assert_eq!(server.get("/length/", "").body, "0", "after {sent} MB");
        }
    }
    assert!(sent < 100, "the server reads on and on");
    assert_eq!(server.get("/length/", "").body, "0");
}

#[test]
fn requests_on_one_connection_are_answered_in_order() {
    let server = server();
    let post = |body: &str| {
        let length = body.len();
        format!(
            "POST /length/ HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    };
    let (one, bad) = (post("[1]"), post("{"));
    let answers = server.pipelined(&[
        "GET /length/ HTTP/1.1\r\n\r\n",
        &one,
        "HEAD /length/ HTTP/1.1\r\n\r\n",
        &bad,
        "GET /nowhere/ HTTP/1.1\r\n\r\n",
        "DELETE /length/ HTTP/1.1\r\n\r\n",
        "POST /length/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n2\r\n[]\r\n0\r\n\r\n",
        "GET /length/ HTTP/1.1\r\nConnection: close\r\n\r\n",
    ]);
    let found: Vec<(u16, &str)> =
        answers.iter().map(|answer| (answer.status, answer.body.as_str())).take(4).collect();
    let error = "{\"detail\":\"JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)\"}";
    assert_eq!(found, [(200, "0"), (200, "3"), (200, ""), (400, error)]);
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 400, 404, 405, 200, 200]);
    assert_eq!(answers[2].header("content-length"), Some("1"), "HEAD tells the length of GET");
}

/// Bytes of all kinds, and good requests with a few bytes changed. A panic on the server's threads fails the test
/// (see [`Server`]). `SEED=...` repeats a run.
#[test]
fn random_bytes_are_answered_or_refused() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let seed = std::env::var("SEED").map_or(now, |seed| seed.parse().unwrap()) | 1;
    println!("SEED={seed}");
    let mut state = seed;
    // xorshift64: repeatable from the seed.
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut router = SimpleRouter::new();
    router.register("notes", Notes);
    let server = Server::start_with("", &[], router.urls(), notes(), vec![]);
    let good = [
        "POST /notes/?format=json&a=%41 HTTP/1.1\r\nHost: testserver:80\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 28\r\nCookie: sessionid=abcdefghijklmnop; csrftoken=\"aaaa\\054\"\r\nAuthorization: Basic YWxpY2U6cA==\r\nAccept: text/html, */*; q=0.1\r\n\r\n{\"text\":\"\\ud83d\\ude00\",\"a\":1e5}",
        "POST /notes/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=xx\r\nContent-Length: 101\r\nOrigin: http://testserver\r\n\r\n--xx\r\nContent-Disposition: form-data; name=\"text\"; filename*=utf-8''a\r\nContent-Type: a/b\r\n\r\nb\r\n--xx--\r\n",
        "PATCH /notes/1/ HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\ntext=a%C3%A4&rank=1+",
    ];
    for round in 0..600 {
        let mut bytes = if round % 4 == 0 {
            (0..next() % 400).map(|_| (next() >> 32) as u8).collect()
        } else {
            good[round % good.len()].as_bytes().to_vec()
        };
        for _ in 0..next() % 6 {
            let at = (next() as usize) % (bytes.len() + 1);
            match next() % 3 {
                0 => bytes.insert(at, (next() >> 32) as u8),
                1 if at < bytes.len() => bytes[at] = (next() >> 32) as u8,
                _ => bytes.truncate(bytes.len().saturating_sub(at % 8)),
            }
        }
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = std::io::Read::read_to_end(&mut stream, &mut answer);
        let status = Answer::of(&String::from_utf8_lossy(&answer)).status;
        assert!(
            status < 500,
            "SEED={seed} round {round}: {status} for {:?}",
            String::from_utf8_lossy(&bytes)
        );
    }
    assert_eq!(server.get("/notes/", "").status, 200, "SEED={seed}");
}

/// They send half a head, half a body, or don't read what they asked for.
#[test]
fn clients_that_dawdle_hold_nobody_up() {
    async fn long(_: Request) -> Result<Response> {
        Ok(Response::json(200, vec![b'1'; 8_000_000]))
    }
    async fn short(_: Request) -> Result<Response> {
        Ok(Response::json(200, b"1".to_vec()))
    }
    let urls = Urls::new()
        .path("long/", View::new("Long").permission_classes(()).get(long))
        .path("short/", View::new("Short").permission_classes(()).get(short).post(short));
    let server = Server::start("", &[], urls);
    let halves = [
        "POST /short/ HTTP/1.1\r\nHost: testserver\r\nContent-Length: 9\r\n\r\nx",
        "GET /short/ HTTP/1.1\r\nHost: tes",
        "GET /long/ HTTP/1.1\r\nHost: testserver\r\n\r\n",
        "",
    ];
    let dawdling: Vec<TcpStream> = (0..64)
        .map(|number| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.write_all(halves[number % halves.len()].as_bytes()).unwrap();
            stream
        })
        .collect();
    let begun = std::time::Instant::now();
    for _ in 0..20 {
        assert_eq!(server.get("/short/", "").body, "1");
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    drop(dawdling);
    assert_eq!(server.get("/short/", "").body, "1");
}
