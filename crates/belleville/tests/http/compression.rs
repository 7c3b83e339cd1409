//! Answers in fewer bytes. With `gzip`, what Django's `GZipMiddleware` does.

use std::io::{Read, Write};

use belleville::http::HeaderName;
use belleville::prelude::*;
use belleville::response::FileResponse;

use crate::server::{Answer, Server};

const LINE: &str = "the same line again and again\n";

/// So many bytes of text, with the headers of the query.
async fn text(request: Request) -> Result<Response> {
    let number = |name| request.query_params().get(name).and_then(|text| text.parse().ok());
    let length = number("length").unwrap_or(3000);
    let mut response = Response::text(200, LINE.repeat(length / LINE.len() + 1)[..length].to_owned());
    for name in ["etag", "content-encoding", "vary"] {
        if let Some(value) = request.query_params().get(name) {
            response.set_header(HeaderName::from_static(name), value);
        }
    }
    Ok(response)
}

/// Bytes that cannot be made fewer.
async fn noise(_: Request) -> Result<Response> {
    let mut state = 1_u64;
    let bytes = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    });
    Ok(Response::text(200, bytes.take(400).collect::<Vec<u8>>()))
}

/// The second piece is made when the client has the first one.
async fn stream(_: Request) -> Result<Response> {
    Ok(Response::stream(200, "text/plain", |mut chunks| async move {
        chunks.send("short").await?;
        chunks.send(LINE.repeat(3000)).await
    }))
}

async fn broken(_: Request) -> Result<Response> {
    Ok(Response::stream(200, "text/plain", |mut chunks| async move {
        chunks.send(LINE.repeat(10)).await?;
        Err(Error::internal("the source is dry"))
    }))
}

async fn file(request: Request) -> Result<Response> {
    Ok(FileResponse::of_bytes("a.txt", LINE.repeat(100)).etag("v1").answer(&request))
}

fn server(compression: &str) -> Server {
    let view = |name| View::new(name).permission_classes(()).authentication_classes(());
    let urls = Urls::new()
        .path("text/", view("Text").get(text))
        .path("noise/", view("Noise").get(noise))
        .path("stream/", view("Stream").get(stream))
        .path("broken/", view("Broken").get(broken))
        .path("file/", view("File").get(file));
    Server::start("", &[("COMPRESSION", compression)], urls)
}

/// The head and the body of an answer, whose chunks are put together.
fn ask(server: &Server, line: &str, headers: &str) -> (Answer, Vec<u8>) {
    let mut connection = std::net::TcpStream::connect(server.address).unwrap();
    let headers: String = headers.lines().map(|line| format!("{line}\r\n")).collect();
    let request = format!("{line} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n{headers}\r\n");
    connection.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    connection.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let head = Answer::of(std::str::from_utf8(&bytes[..end]).unwrap());
    let body = match head.header("transfer-encoding") {
        Some(_) => dechunked(&bytes[end..]),
        None => bytes[end..].to_owned(),
    };
    (head, body)
}

fn dechunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        body.extend_from_slice(&bytes[end + 2..end + 2 + length]);
        bytes = &bytes[end + 4 + length..];
    }
    body
}

fn gunzipped(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

const GZIP: &str = "Accept-Encoding: gzip";

#[test]
fn long_bodies_are_sent_in_fewer_bytes() {
    let server = server("gzip");
    let (head, body) = ask(&server, "GET /text/", GZIP);
    assert_eq!(
        (head.header("content-encoding"), head.header("vary")),
        (Some("gzip"), Some("Accept-Encoding"))
    );
    assert_eq!(head.header("content-length"), Some(body.len().to_string().as_str()));
    assert!(body.len() < 300, "{}", body.len());
    assert_eq!(gunzipped(&body), LINE.repeat(100));

    for (path, headers, encoding, vary) in [
        ("/text/?length=199", GZIP, None, None),
        ("/text/?length=200", GZIP, Some("gzip"), Some("Accept-Encoding")),
        ("/text/?length=100000", GZIP, Some("gzip"), Some("Accept-Encoding")),
        ("/text/", "", None, Some("Accept-Encoding")),
        ("/text/", "Accept-Encoding: br, deflate", None, Some("Accept-Encoding")),
        ("/text/", "Accept-Encoding: gzip;q=0", None, Some("Accept-Encoding")),
        ("/text/?vary=X", GZIP, Some("gzip"), Some("X, Accept-Encoding")),
        ("/text/?content-encoding=own", GZIP, Some("own"), None),
        ("/noise/", GZIP, None, Some("Accept-Encoding")),
    ] {
        let (head, body) = ask(&server, &format!("GET {path}"), headers);
        let told = (head.header("content-encoding"), head.header("vary"));
        assert_eq!(told, (encoding, vary), "{path} {headers}");
        assert_eq!(head.header("content-length"), Some(body.len().to_string().as_str()), "{path} {headers}");
    }
    for (etag, sent) in [("%22a%22", "W/\"a\""), ("W/%22a%22", "W/\"a\"")] {
        let (head, _) = ask(&server, &format!("GET /text/?etag={etag}"), GZIP);
        assert_eq!(head.header("etag"), Some(sent));
    }
    let (head, _) = ask(&server, "GET /text/?etag=%22a%22", "");
    assert_eq!(head.header("etag"), Some("\"a\""), "what is sent as it is stays what it is");

    let (head, body) = ask(&server, "HEAD /text/", GZIP);
    assert_eq!((head.header("content-encoding"), body.len()), (Some("gzip"), 0));
    let length: usize = head.header("content-length").unwrap().parse().unwrap();
    assert!((30..300).contains(&length), "{length}");
}

#[test]
fn nothing_is_compressed_where_no_coding_is_switched_on() {
    let (head, body) = ask(&server(""), "GET /text/", "Accept-Encoding: gzip, br, zstd");
    assert_eq!((head.header("content-encoding"), head.header("vary"), body.len()), (None, None, 3000));
}

#[test]
fn streams_are_compressed_as_streams() {
    let server = server("gzip");
    for path in ["/stream/", "/file/"] {
        let (head, body) = ask(&server, &format!("GET {path}"), GZIP);
        assert_eq!((head.header("content-encoding"), head.header("content-length")), (Some("gzip"), None));
        let whole = match path {
            "/stream/" => format!("short{}", LINE.repeat(3000)),
            _ => LINE.repeat(100),
        };
        assert_eq!(gunzipped(&body), whole, "{path}");
    }
    let (head, _) = ask(&server, "GET /file/", GZIP);
    assert_eq!((head.header("etag"), head.header("accept-ranges")), (Some("W/\"v1\""), None));
    let (part, body) = ask(&server, "GET /file/", &format!("{GZIP}\nRange: bytes=4-7"));
    assert_eq!((part.status, part.header("content-encoding"), &body[..]), (206, None, &b"same"[..]));
    let (parts, _) = ask(&server, "GET /file/", &format!("{GZIP}\nRange: bytes=4-7, 20-400"));
    assert_eq!((parts.status, parts.header("content-encoding")), (206, None));
    let head = ask(&server, "HEAD /stream/", GZIP).0;
    assert_eq!(
        (head.header("content-encoding"), head.header("vary")),
        (Some("gzip"), Some("Accept-Encoding"))
    );
}

#[test]
fn a_piece_is_sent_when_it_is_made() {
    let waiting = std::sync::Arc::new(tokio::sync::Notify::new());
    let gate = std::sync::Arc::clone(&waiting);
    let view = View::new("Slow").permission_classes(()).authentication_classes(()).get(move |_: Request| {
        let gate = std::sync::Arc::clone(&gate);
        async move {
            Ok(Response::stream(200, "text/plain", |mut chunks| async move {
                chunks.send("first").await?;
                gate.notified().await;
                chunks.send("second").await
            }))
        }
    });
    let server = Server::start("", &[("COMPRESSION", "gzip")], Urls::new().path("slow/", view));
    let mut connection = std::net::TcpStream::connect(server.address).unwrap();
    let request = format!("GET /slow/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n{GZIP}\r\n\r\n");
    connection.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let is_there = |bytes: &[u8]| {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let start = end + bytes[end..].windows(2).position(|two| two == b"\r\n")? + 2;
        let mut text = [0; 5];
        let read = flate2::read::GzDecoder::new(&bytes[start..]).read_exact(&mut text);
        read.ok().map(|()| text)
    };
    while is_there(&bytes).is_none() {
        let mut some = [0; 1024];
        let length = connection.read(&mut some).unwrap();
        assert!(length > 0, "the answer has ended");
        bytes.extend_from_slice(&some[..length]);
    }
    assert_eq!(is_there(&bytes), Some(*b"first"));
    waiting.notify_one();
    connection.read_to_end(&mut bytes).unwrap();
    assert!(bytes.ends_with(b"0\r\n\r\n"));
}

#[test]
fn a_stream_that_breaks_off_is_seen_to_be_incomplete() {
    let server = server("gzip");
    let answer = server.get("/broken/", GZIP);
    assert_eq!(answer.status, 200);
    assert!(!answer.body.ends_with("0\r\n\r\n"), "{}", answer.body);
}

#[test]
fn the_length_tells_less_than_the_content_does() {
    let lengths = |most: &str| {
        let urls = Urls::new()
            .path("text/", View::new("Text").permission_classes(()).authentication_classes(()).get(text));
        let variables = [("COMPRESSION", "gzip"), ("COMPRESSION_MAX_RANDOM_BYTES", most)];
        let server = Server::start("", &variables, urls);
        let lengths = (0..30).map(|_| ask(&server, "GET /text/", GZIP).1.len());
        lengths.collect::<std::collections::BTreeSet<_>>()
    };
    let fixed = lengths("0");
    assert_eq!(fixed.len(), 1);
    let shortest = fixed.first().unwrap();
    let few = lengths("5");
    assert!(few.len() > 1 && few.iter().all(|length| (*shortest..=shortest + 5).contains(length)), "{few:?}");
    assert!(lengths("100").last().unwrap() > &(shortest + 10));
}

#[cfg(all(feature = "brotli", feature = "zstd"))]
#[test]
fn a_client_gets_the_coding_that_it_likes_best() {
    let server = server("zstd, br, gzip");
    for (accepted, encoding) in [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br", "br"),
        ("br;q=0.5, gzip;q=0.6", "gzip"),
        ("*", "zstd"),
    ] {
        for path in ["/text/", "/text/?length=90000", "/stream/"] {
            let (head, body) = ask(&server, &format!("GET {path}"), &format!("Accept-Encoding: {accepted}"));
            assert_eq!(head.header("content-encoding"), Some(encoding), "{path} {accepted}");
            assert!((30..2000).contains(&body.len()), "{path} {encoding}: {}", body.len());
        }
    }
}
