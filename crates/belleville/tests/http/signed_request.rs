//! The example of a custom authenticator.

#[path = "../../examples/signed_request.rs"]
#[expect(dead_code, reason = "the example's own main")]
mod example;

use std::time::{SystemTime, UNIX_EPOCH};

use crate::server::{Answer, Server};

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn send(server: &Server, line: &str, username: &str, timestamp: u64, signature: &str, body: &str) -> Answer {
    let headers = format!("X-Key-Id: {username}\nX-Timestamp: {timestamp}\nX-Signature: {signature}");
    server.send(line, &headers, body)
}

#[test]
fn a_signature_is_good_for_one_request() {
    let server = Server::start("", &[], example::urls());
    let secret = server.token("alice").rsplit(' ').next().unwrap().to_owned();
    let sign = |line: &str, timestamp: u64, body: &str| {
        example::sign(&secret, format!("{}\n{timestamp}\n{body}", line.replace(' ', "\n")).as_bytes())
    };
    let (get, post) = ("GET /whoami/?a=b", "POST /whoami/");
    let good = send(&server, get, "alice", now(), &sign(get, now(), ""), "");
    assert_eq!((good.status, good.body.as_str()), (200, "\"alice\""));
    assert_eq!(send(&server, post, "alice", now(), &sign(post, now(), "{}"), "{}").status, 200);

    let refused = r#"{"detail":"The signature is not good."}"#;
    for (why, answer) in [
        ("another path", send(&server, "GET /whoami/?a=c", "alice", now(), &sign(get, now(), ""), "")),
        ("another method", send(&server, post, "alice", now(), &sign("GET /whoami/", now(), ""), "")),
        ("another body", send(&server, post, "alice", now(), &sign(post, now(), "{}"), "[]")),
        ("another user", send(&server, get, "bob", now(), &sign(get, now(), ""), "")),
        ("nobody", send(&server, get, "nobody", now(), &sign(get, now(), ""), "")),
        ("another moment", send(&server, get, "alice", now() - 1, &sign(get, now(), ""), "")),
        ("no signature", server.get("/whoami/", &format!("X-Key-Id: alice\nX-Timestamp: {}", now()))),
    ] {
        assert_eq!((answer.status, answer.body.as_str()), (401, refused), "{why}");
        assert_eq!(answer.header("www-authenticate"), Some("Signature"), "{why}");
    }
    let old = send(&server, get, "alice", now() - 1000, &sign(get, now() - 1000, ""), "");
    assert_eq!(old.body, r#"{"detail":"The timestamp is not of the last minutes."}"#);
    let anonymous = server.get("/whoami/", "");
    assert_eq!(anonymous.body, r#"{"detail":"Authentication credentials were not provided."}"#);
}
