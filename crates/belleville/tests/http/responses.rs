//! Files, ranges of them, and conditional requests. What is not about ranges is what Django 5.2 answers to the same requests.

use belleville::db::DateTime;
use belleville::exceptions::ApiException;
use belleville::prelude::*;
use belleville::response::{FileResponse, Validators};

use crate::server::{Answer, Folder, Server};

const CONTENT: &str = "0123456789abcdefghij";

/// In the folder of the query, or in memory where there is none.
async fn file(request: Request) -> Result<Response> {
    let name = request.query_params().get("name").unwrap_or_default().to_owned();
    let mut file = match request.query_params().get("folder") {
        Some(folder) => FileResponse::open(std::path::Path::new(folder).join(name)).await?,
        None => FileResponse::of_bytes("", CONTENT).filename(name),
    };
    if request.query_params().get("attachment").is_some() {
        file = file.as_attachment();
    }
    if let Some(etag) = request.query_params().get("etag") {
        file = file.etag(etag).last_modified(changed()).content_type("text/x-own");
    }
    Ok(file.answer(&request))
}

fn changed() -> DateTime {
    DateTime::constant(2025, 1, 2, 3, 4, 5, 600_000_000)
}

/// A file that a browser saves.
async fn report(request: Request) -> Result<Response> {
    let file = FileResponse::open("Cargo.toml").await?;
    Ok(file.as_attachment().filename("report.toml").answer(&request))
}

/// A client that has this version already gets 304.
async fn known(request: Request) -> Result<Response> {
    let version = request.query_params().get("etag").unwrap_or("v1");
    let validators = Validators::new().etag(version).last_modified(changed());
    request.condition(validators, async || Ok(Response::text(200, "made"))).await
}

/// Refuses in DRF's words, or in its own.
async fn borrow(request: Request) -> Result<Response> {
    match request.query_params().get("copies") {
        None => Err(Error::validation("Say how many.").with_code("required")),
        Some("0") => Err(Error::not_found()),
        Some("1") => Err(Error::throttled_because("The last one is slow.", Some(90.0))),
        Some(_) => Err(ApiException::new(402, "payment_required", "Pay for the last one first.").into()),
    }
}

async fn hello(request: Request) -> Result<Response> {
    let mut response =
        Response::html(if request.kwarg("how") == Some("missing") { 404 } else { 200 }, "hello");
    for (how, name, value) in [
        ("kept", "cache-control", "private"),
        ("kept", "set-cookie", "a=b"),
        ("kept", "x-own", "1"),
        ("private", "cache-control", "private, No-Store"),
        ("own", "etag", "\"own\""),
    ] {
        if request.kwarg("how") == Some(how) {
            response.set_header(belleville::http::HeaderName::from_static(name), value);
        }
    }
    Ok(response)
}

async fn streamed(_: Request) -> Result<Response> {
    Ok(Response::stream(200, "text/plain", |mut chunks| async move { chunks.send("hello").await }))
}

fn server(settings: &str) -> Server {
    let view = |name: &str| View::new(name).permission_classes(AllowAny);
    let urls = Urls::new()
        .path("file/", view("File").get(file))
        .path("borrow/", view("Borrow").get(borrow))
        .path("report/", view("Report").get(report))
        .path("known/", view("Known").get(known).put(known))
        .path("hello/<how>/", view("Hello").get(hello))
        .path("streamed/", view("Streamed").get(streamed));
    Server::start(settings, &[], urls)
}

fn ask(server: &Server, path: &str, headers: &str) -> Answer {
    server.get(path, headers)
}

#[test]
fn files_have_djangos_headers() {
    let server = server("");
    for (query, content_type, disposition) in [
        ("name=a.txt", "text/plain", Some("inline; filename=\"a.txt\"")),
        ("name=a.tar.gz&attachment=1", "application/gzip", Some("attachment; filename=\"a.tar.gz\"")),
        ("name=b.br", "application/x-brotli", Some("inline; filename=\"b.br\"")),
        (
            "name=q%22u%5Co.pdf&attachment=1",
            "application/pdf",
            Some("attachment; filename=\"q\\\"u\\\\o.pdf\""),
        ),
        ("name=%C3%A9.csv", "text/csv", Some("inline; filename*=utf-8''%C3%A9.csv")),
        ("name=", "application/octet-stream", None),
        ("name=&attachment=1", "application/octet-stream", Some("attachment")),
        ("name=dir/x.unknown", "application/octet-stream", Some("inline; filename=\"x.unknown\"")),
        ("name=dir/", "application/octet-stream", None),
        ("name=nl%0A.txt", "text/plain", Some("inline; filename*=utf-8''nl%0A.txt")),
        ("name=a.JPG", "image/jpeg", Some("inline; filename=\"a.JPG\"")),
    ] {
        let answer = ask(&server, &format!("/file/?{query}"), "");
        assert_eq!((answer.status, answer.body.as_str()), (200, CONTENT), "{query}");
        assert_eq!(answer.header("content-type"), Some(content_type), "{query}");
        assert_eq!(answer.header("content-disposition"), disposition, "{query}");
        assert_eq!(answer.header("content-length"), Some("20"), "{query}");
        for absent in ["transfer-encoding", "accept-ranges", "last-modified", "etag"] {
            assert_eq!(answer.header(absent), None, "{query} {absent}");
        }
    }
}

#[test]
fn files_of_the_disk_are_sent_piece_by_piece() {
    let (server, folder) = (server(""), Folder::new());
    // More than is read at once, and not a multiple of it.
    let long = "0123456789".repeat(30_001);
    std::fs::write(folder.path().join("long.txt"), &long).unwrap();
    std::fs::write(folder.path().join("empty.bin"), "").unwrap();
    let path = |name: &str| format!("/file/?folder={}&name={name}", folder.path().display());
    let answer = ask(&server, &path("long.txt"), "");
    assert_eq!(answer.header("content-length"), Some("300010"));
    assert!(answer.body == long);
    let part = ask(&server, &path("long.txt"), "Range: bytes=65530-131080");
    assert_eq!((part.status, part.header("content-range")), (206, Some("bytes 65530-131080/300010")));
    assert!(part.body == long[65_530..=131_080]);
    let head = server.send(&format!("HEAD {}", path("long.txt")), "Range: bytes=0-1", "");
    assert_eq!((head.status, head.header("content-length"), head.body.as_str()), (200, Some("300010"), ""));
    let empty = ask(&server, &path("empty.bin"), "");
    assert_eq!((empty.status, empty.header("content-length"), empty.body.as_str()), (200, Some("0"), ""));
    assert_eq!(ask(&server, &path("empty.bin"), "Range: bytes=0-").status, 416);
    assert_eq!(ask(&server, &path("missing.txt"), "").status, 404);
    assert_eq!(ask(&server, &path(""), "").status, 500);
    // Tests are run in the folder of their crate.
    let report = ask(&server, "/report/", "");
    assert_eq!(report.header("content-disposition"), Some("attachment; filename=\"report.toml\""));
    assert!(report.body.contains("[package]"));
}

#[test]
fn ranges_are_answered_as_rfc_9110_says() {
    let server = server("");
    let get = |headers: &str| ask(&server, "/file/?name=a.txt&etag=v1", headers);
    for (headers, body, range) in [
        ("Range: bytes=0-4", "01234", "bytes 0-4/20"),
        ("Range: bytes=15-", "fghij", "bytes 15-19/20"),
        ("Range: bytes=-3", "hij", "bytes 17-19/20"),
        ("Range: bytes=15-99", "fghij", "bytes 15-19/20"),
        ("Range: bytes=0-0\nIf-Range: \"v1\"", "0", "bytes 0-0/20"),
        ("Range: bytes=0-0\nIf-Range: Thu, 02 Jan 2025 03:04:05 GMT", "0", "bytes 0-0/20"),
    ] {
        let answer = get(headers);
        assert_eq!((answer.status, answer.body.as_str()), (206, body), "{headers}");
        assert_eq!(answer.header("content-range"), Some(range), "{headers}");
        assert_eq!(answer.header("content-length"), Some(body.len().to_string().as_str()), "{headers}");
        assert_eq!(answer.header("content-type"), Some("text/x-own"), "{headers}");
        assert_eq!(answer.header("etag"), Some("\"v1\""), "{headers}");
        assert_eq!(answer.header("last-modified"), Some("Thu, 02 Jan 2025 03:04:05 GMT"), "{headers}");
    }
    for headers in [
        "Range: bytes=5-4",
        "Range: lines=0-4",
        "Range: bytes=0-4\nIf-Range: \"v2\"",
        "Range: bytes=0-4\nIf-Range: W/\"v1\"",
        "Range: bytes=0-4\nIf-Range: Thu, 02 Jan 2025 03:04:06 GMT",
        "Range: bytes=0-15,4-19",
    ] {
        let answer = get(headers);
        assert_eq!((answer.status, answer.body.as_str()), (200, CONTENT), "{headers}");
    }
    let answer = get("Range: bytes=20-");
    assert_eq!((answer.status, answer.body.as_str()), (416, ""));
    assert_eq!(answer.header("content-range"), Some("bytes */20"));

    let answer = get("Range: bytes=0-1, -2");
    let kind = answer.header("content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/byteranges; boundary=").unwrap();
    let expected = format!(
        "--{boundary}\r\nContent-Type: text/x-own\r\nContent-Range: bytes 0-1/20\r\n\r\n01\r\n--{boundary}\r\n\
         Content-Type: text/x-own\r\nContent-Range: bytes 18-19/20\r\n\r\nij\r\n--{boundary}--\r\n"
    );
    assert_eq!((answer.status, answer.body.as_str()), (206, expected.as_str()));
    assert_eq!(answer.header("content-length"), Some(expected.len().to_string().as_str()));
}

#[test]
fn conditions_are_met_as_djangos_decorator_meets_them() {
    let server = server("");
    let (then, before) = ("Thu, 02 Jan 2025 03:04:05 GMT", "Thu, 02 Jan 2025 03:04:04 GMT");
    // What GET and HEAD, and what PUT are answered, of a strong and of a weak `ETag`.
    for (headers, strong, weak) in [
        (String::new(), (200, 200), (200, 200)),
        ("If-None-Match: \"v1\"".to_owned(), (304, 412), (304, 412)),
        ("If-None-Match: W/\"v1\"".to_owned(), (304, 412), (304, 412)),
        ("If-None-Match: \"a\", \"v1\"".to_owned(), (304, 412), (304, 412)),
        ("If-None-Match: v1".to_owned(), (200, 200), (200, 200)),
        ("If-None-Match: *".to_owned(), (304, 412), (304, 412)),
        ("If-None-Match: \"v2\"".to_owned(), (200, 200), (200, 200)),
        ("If-Match: \"v1\"".to_owned(), (200, 200), (412, 412)),
        ("If-Match: W/\"v1\"".to_owned(), (412, 412), (412, 412)),
        ("If-Match: \"v2\"".to_owned(), (412, 412), (412, 412)),
        ("If-Match: *".to_owned(), (200, 200), (200, 200)),
        ("If-Match: v1".to_owned(), (200, 200), (200, 200)),
        (format!("If-Modified-Since: {then}"), (304, 200), (304, 200)),
        (format!("If-Modified-Since: {before}"), (200, 200), (200, 200)),
        ("If-Modified-Since: Thursday, 02-Jan-25 03:04:05 GMT".to_owned(), (304, 200), (304, 200)),
        ("If-Modified-Since: Thu Jan  2 03:04:05 2025".to_owned(), (304, 200), (304, 200)),
        ("If-Modified-Since: yesterday".to_owned(), (200, 200), (200, 200)),
        (format!("If-Unmodified-Since: {then}"), (200, 200), (200, 200)),
        (format!("If-Unmodified-Since: {before}"), (412, 412), (412, 412)),
        (format!("If-None-Match: \"v2\"\nIf-Modified-Since: {then}"), (200, 200), (200, 200)),
        (format!("If-Match: \"v1\"\nIf-Unmodified-Since: {before}"), (200, 200), (412, 412)),
    ] {
        for (etag, sent, expected) in [("v1", "\"v1\"", strong), ("W/%22v1%22", "W/\"v1\"", weak)] {
            for (method, expected) in [("GET", expected.0), ("HEAD", expected.0), ("PUT", expected.1)] {
                let what = format!("{method} {etag} {headers}");
                let answer = server.send(&format!("{method} /known/?etag={etag}"), &headers, "");
                assert_eq!(answer.status, expected, "{what}");
                assert_eq!(
                    answer.body,
                    if method != "HEAD" && expected == 200 { "made" } else { "" },
                    "{what}"
                );
                let validators = (answer.header("etag"), answer.header("last-modified"));
                let said = if method == "PUT" { (None, None) } else { (Some(sent), Some(then)) };
                assert_eq!(validators, said, "{what}");
                let kind = match expected {
                    200 => Some("text/plain; charset=utf-8"),
                    412 => Some("text/html; charset=utf-8"),
                    _ => None,
                };
                assert_eq!(answer.header("content-type"), kind, "{what}");
            }
        }
    }
}

#[test]
fn errors_say_what_they_are_told_to() {
    let server = server("");
    for (query, status, body) in [
        ("", 400, r#"["Say how many."]"#),
        ("?copies=0", 404, r#"{"detail":"Not found."}"#),
        ("?copies=1", 429, r#"{"detail":"The last one is slow. Expected available in 90 seconds."}"#),
        ("?copies=2", 402, r#"{"detail":"Pay for the last one first."}"#),
    ] {
        let answer = ask(&server, &format!("/borrow/{query}"), "");
        assert_eq!((answer.status, answer.body.as_str()), (status, body));
        assert_eq!(answer.header("retry-after"), (status == 429).then_some("90"));
    }
}

#[test]
fn a_setting_gives_every_get_an_etag() {
    const OF_HELLO: &str = "\"5d41402abc4b2a76b9719d911017c592\"";
    let quiet = server("");
    assert_eq!(ask(&quiet, "/hello/kept/", "").header("etag"), None);
    let server = server("conditional_get = true");
    for (path, etag) in [
        ("/hello/kept/", Some(OF_HELLO)),
        ("/hello/missing/", Some(OF_HELLO)),
        ("/hello/own/", Some("\"own\"")),
        ("/hello/private/", None),
        ("/streamed/", None),
    ] {
        assert_eq!(ask(&server, path, "").header("etag"), etag, "{path}");
    }
    let same = ask(&server, "/hello/kept/", &format!("If-None-Match: {OF_HELLO}"));
    assert_eq!((same.status, same.body.as_str(), same.header("content-type")), (304, "", None));
    assert_eq!((same.header("cache-control"), same.header("etag")), (Some("private"), Some(OF_HELLO)));
    assert_eq!((same.header("set-cookie"), same.header("x-own")), (Some("a=b"), None));
    assert_eq!(same.header("x-content-type-options"), Some("nosniff"));
    for (path, headers, status) in [
        ("/hello/own/", "If-None-Match: \"own\"", 304),
        ("/hello/missing/", "If-None-Match: *", 404),
        ("/hello/kept/", "If-Match: \"other\"", 412),
        ("/streamed/", "If-None-Match: *", 200),
    ] {
        assert_eq!(ask(&server, path, headers).status, status, "{path} {headers}");
    }
    let head = server.send("HEAD /hello/kept/", &format!("If-None-Match: {OF_HELLO}"), "");
    assert_eq!((head.status, head.header("etag")), (200, None));
}
