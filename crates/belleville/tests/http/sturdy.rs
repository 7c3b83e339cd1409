//! Requests that nobody well-meaning sends, and more of them than usual.

use belleville::prelude::*;

use crate::server::Server;

async fn length(request: Request) -> Result<Response> {
    let body = request.body()?.len();
    request.data()?;
    Ok(Response::json(200, body.to_string().into_bytes()))
}

fn server() -> Server {
    Server::start(
        "",
        &[],
        Urls::new().path("length/", View::new("Length").permission_classes([]).get(length).post(length)),
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

#[test]
fn random_bytes_are_answered_or_refused() {
    let seed =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
    println!("seed {seed}");
    let server = server();
    let mut state = seed;
    // xorshift64: repeatable from the seed.
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for round in 0..200 {
        let mut bytes = if round % 2 == 0 {
            b"POST /length/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n".to_vec()
        } else {
            vec![]
        };
        bytes.extend((0..next() % 400).map(|_| (next() >> 32) as u8));
        bytes.extend_from_slice(b"\r\n\r\n");
        let stream = std::net::TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_millis(20))).unwrap();
        let _ = std::io::Write::write_all(&mut &stream, &bytes);
        let _ = std::io::Read::read(&mut &stream, &mut [0; 64]);
    }
    assert_eq!(server.get("/length/", "").body, "0", "seed {seed}");
}

#[test]
fn a_client_that_dawdles_holds_nobody_up() {
    let server = server();
    let dawdling: Vec<_> = (0..16)
        .map(|_| {
            let mut stream = std::net::TcpStream::connect(server.address).unwrap();
            std::io::Write::write_all(
                &mut stream,
                b"POST /length/ HTTP/1.1\r\nHost: testserver\r\nContent-Length: 9\r\n\r\nx",
            )
            .unwrap();
            stream
        })
        .collect();
    assert_eq!(server.get("/length/", "").body, "0");
    drop(dawdling);
    assert_eq!(server.get("/length/", "").body, "0");
}
