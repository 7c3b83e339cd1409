//! HTTPS without a proxy.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use belleville::prelude::*;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::server::{Answer, Folder, Server, exchange};
use crate::start::application;

async fn seen(request: Request) -> Result<Response> {
    Ok(Response::text(200, request.build_absolute_uri("/a/")))
}

async fn long(_: Request) -> Result<Response> {
    Ok(Response::text(200, vec![b'1'; 3_000_000]))
}

async fn length(request: Request) -> Result<Response> {
    Ok(Response::text(200, request.body().await?.len().to_string()))
}

fn urls() -> Urls {
    let open = |name| View::new(name).permission_classes(AllowAny);
    Urls::new()
        .path("seen/", open("Seen").get(seen))
        .path("long/", open("Long").get(long))
        .path("length/", open("Length").post(length))
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/tls").join(name)
}

fn files(certificate: &Path, key: &Path) -> String {
    format!("tls_certificate = '{}'\ntls_private_key = '{}'\n", certificate.display(), key.display())
}

fn server(top: &str, own: &str) -> Server {
    let files = files(&file("certificate.pem"), &file("key.pem"));
    Server::start(&format!("{top}\n[server]\n{own}\n{files}"), &[], urls())
}

/// A client that trusts the certificate and speaks these protocols.
fn config(protocols: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(file("certificate.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}

fn connect(server: &Server, protocols: &[&str]) -> StreamOwned<ClientConnection, TcpStream> {
    let name = ServerName::try_from("testserver").unwrap();
    let connection = ClientConnection::new(config(protocols), name).unwrap();
    let stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    StreamOwned::new(connection, stream)
}

fn ask(server: &Server, request: &str) -> Answer {
    let mut stream = connect(server, &["http/1.1"]);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    Answer::of(&String::from_utf8(answer).unwrap())
}

fn get(server: &Server, path: &str, headers: &str) -> Answer {
    ask(server, &format!("GET {path} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n{headers}\r\n"))
}

#[test]
fn requests_over_tls_are_secure() {
    let server = server("secure_hsts_seconds = 60\nsecure_ssl_redirect = true", "");
    let seen = get(&server, "/seen/", "");
    assert_eq!((seen.status, seen.body.as_str()), (200, "https://testserver/a/"));
    assert_eq!(seen.header("strict-transport-security"), Some("max-age=60"));
    assert_eq!(get(&server, "/long/", "").body.len(), 3_000_000);
    let body = "x".repeat(200_000);
    let post =
        "POST /length/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n";
    assert_eq!(ask(&server, &format!("{post}{body}")).body, "200000");
    // An answer to a body that nobody reads arrives all the same.
    let refused = post.replace("200000", "3500000") + &"x".repeat(3_500_000);
    assert_eq!(ask(&server, &refused).status, 400);
    // Who does not speak TLS gets nothing.
    let plain = exchange(server.address, b"GET /seen/ HTTP/1.1\r\nHost: testserver\r\n\r\n");
    assert!(!plain.contains("HTTP/1.1"), "{plain}");
}

/// Django believes the header where it is there, and the connection otherwise.
#[test]
fn a_proxy_that_says_something_else_is_believed() {
    let server = server("secure_proxy_ssl_header = ['HTTP_X_FORWARDED_PROTO', 'https']", "");
    assert_eq!(get(&server, "/seen/", "").body, "https://testserver/a/");
    let plain = get(&server, "/seen/", "X-Forwarded-Proto: http\r\n");
    assert_eq!(plain.body, "http://testserver/a/");
}

#[test]
fn the_protocol_is_agreed_on() {
    let chosen = |server: &Server, protocols: &[&str]| {
        let mut stream = connect(server, protocols);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).unwrap();
        }
        stream.conn.alpn_protocol().map(|name| String::from_utf8(name.to_vec()).unwrap())
    };
    let both = ["h2", "http/1.1"];
    let newest = if cfg!(feature = "http2") { "h2" } else { "http/1.1" };
    let server_of_both = server("", "");
    assert_eq!(chosen(&server_of_both, &both).as_deref(), Some(newest));
    assert_eq!(chosen(&server_of_both, &["http/1.1"]).as_deref(), Some("http/1.1"));
    assert_eq!(chosen(&server_of_both, &[]), None);
    let old = server("", "http2 = false");
    assert_eq!(chosen(&old, &both).as_deref(), Some("http/1.1"));
}

#[cfg(feature = "http2")]
#[test]
fn http2_over_tls_is_secure_too() {
    let server = server("secure_ssl_redirect = true", "");
    server.runtime.block_on(async {
        let connector = tokio_rustls::TlsConnector::from(config(&["h2"]));
        let stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
        let name = ServerName::try_from("testserver").unwrap();
        let stream = connector.connect(name, stream).await.unwrap();
        let (send, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        for (path, length) in [("/seen/", 21), ("/long/", 3_000_000)] {
            let mut send = send.clone().ready().await.unwrap();
            let request = http::Request::builder().uri(format!("https://testserver{path}"));
            let (answer, _) = send.send_request(request.body(()).unwrap(), true).unwrap();
            let (head, mut body) = answer.await.unwrap().into_parts();
            let mut found = Vec::new();
            while let Some(piece) = body.data().await {
                let piece: bytes::Bytes = piece.unwrap();
                body.flow_control().release_capacity(piece.len()).unwrap();
                found.extend_from_slice(&piece);
            }
            assert_eq!((head.status.as_u16(), found.len()), (200, length));
        }
    });
}

#[test]
fn every_wait_has_a_deadline() {
    let patient =
        "keep_alive_timeout = 600\nheader_timeout = 600\nwrite_timeout = 600\nmax_connections = 1\n";
    let with = |name: &str| patient.replace(&format!("{name} = 600"), &format!("{name} = 1"));
    let closes = |stream: &mut dyn Read| {
        let begun = Instant::now();
        let mut answer = Vec::new();
        let outcome = stream.read_to_end(&mut answer);
        let is_open = outcome.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
        assert!(!is_open && begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    };
    // A handshake that does not begin, or does not go on.
    for bytes in [&b""[..], &[22, 3, 1, 1, 0]] {
        let server = server("", &with("header_timeout"));
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(bytes).unwrap();
        closes(&mut stream);
    }
    let server_that_closes = server("", &with("keep_alive_timeout"));
    let mut stream = connect(&server_that_closes, &[]);
    stream.write_all(b"GET /seen/ HTTP/1.1\r\nHost: testserver\r\n\r\n").unwrap();
    closes(&mut stream);
    // Whoever does not read loses its place.
    let server = server("", &with("write_timeout"));
    let mut greedy = connect(&server, &[]);
    greedy.write_all("GET /long/ HTTP/1.1\r\nHost: testserver\r\n\r\n".repeat(8).as_bytes()).unwrap();
    let has_place = || {
        let mut stream = connect(&server, &[]);
        let asked = stream.write_all(b"GET /seen/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n");
        let mut answer = String::new();
        asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.contains(" 200 ")
    };
    assert!(!has_place());
    let is_free = (0..300).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        has_place()
    });
    assert!(is_free, "the connection stays open");
}

#[test]
fn files_that_cannot_be_used_stop_the_start() {
    let folder = Folder::new();
    let (certificate, key) = (file("certificate.pem"), file("key.pem"));
    let secret = std::fs::read_to_string(&key).unwrap().lines().nth(1).unwrap().to_owned();
    let with = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let empty = with("empty.pem", "");
    let no_pem =
        with("odd.pem", &format!("-----BEGIN PRIVATE KEY-----\n{secret}!\n-----END PRIVATE KEY-----\n"));
    for (certificate, key, part) in [
        (folder.path().join("none.pem"), key.clone(), "none.pem, which cannot be used: "),
        (certificate.clone(), folder.path().join("none.pem"), "none.pem, which cannot be used: "),
        (empty.clone(), key.clone(), "it has no certificate; give a file in PEM"),
        (certificate.clone(), empty, "it has no private key; give a file in PEM"),
        (certificate.clone(), no_pem, "it is no file in PEM"),
        (
            certificate,
            file("other_key.pem"),
            "it is not the key of the certificate in server.tls_certificate",
        ),
    ] {
        let error = application(&format!("[server]\n{}", files(&certificate, &key))).unwrap_err();
        assert!(error.contains("server.tls_") && error.contains(part), "{error}");
        assert!(!error.contains(&secret), "the key is told: {error}");
    }
}
