//! A program that panics: one request is answered with 500, and everything else goes on.

use belleville::prelude::*;

use crate::hooks::{Note, NoteSerializer, notes};
use crate::server::{PASSWORD, Server, basic, log};

async fn at_once(_: Request) -> Result<Response> {
    panic!("nobody expected this");
}

async fn later(request: Request) -> Result<Response> {
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let number: u32 = request.path().parse().expect("a path that is a number");
    Ok(Response::json(200, number.to_string().into_bytes()))
}

async fn fine(_: Request) -> Result<Response> {
    Ok(Response::json(200, b"1".to_vec()))
}

/// Panics when the row is written.
struct Notes;

impl ModelViewSet for Notes {
    type Model = Note;
    type Serializer = NoteSerializer;

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        let db = request.db();
        db.atomic(async || {
            let note = serializer.with(Note::OWNER.set(request.user()?)).save(db).await?;
            assert!(note.text != "bad", "no such note");
            Ok(note)
        })
        .await
    }
}

fn open(name: &str) -> View {
    View::new(name).permission_classes(())
}

#[test]
fn a_panic_is_one_answer() {
    let mut router = SimpleRouter::new();
    router.register("notes", Notes);
    let urls = Urls::new()
        .path("at-once/", open("At once").get(at_once))
        .path("later/", open("Later").get(later))
        .path("fine/", open("Fine").get(fine))
        .include("", router.urls());
    let log = log();
    let server = Server::start_with("", &[], urls, notes(), vec![]);
    server.expects_panics();

    let get = |path: &str, headers: &str| format!("GET {path} HTTP/1.1\r\n{headers}\r\n");
    let requests = [get("/at-once/", ""), get("/later/", ""), get("/fine/", "Connection: close\r\n")];
    let answers = server.pipelined(&requests.each_ref().map(String::as_str));
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [500, 500, 200], "the connection goes on");
    assert!(answers[0].header("x-frame-options").is_some(), "it is an answer like the others");
    assert!(!answers[0].body.contains("nobody expected this"), "what panicked is not told outside");

    let text = log.text();
    for line in ["panicked: nobody expected this", "panicked: a path that is a number"] {
        assert!(text.contains(line), "{line} is not in the log:\n{text}");
    }

    let alice = format!("{}\nContent-Type: application/json", basic("alice", PASSWORD));
    assert_eq!(server.send("POST /notes/", &alice, r#"{"text": "bad"}"#).status, 500);
    let posted = server.send("POST /notes/", &alice, r#"{"text": "good"}"#);
    assert_eq!(posted.status, 201, "no lock is left behind: {}", posted.body);
    let listed = server.get("/notes/", &alice).body;
    assert!(listed.contains("good") && !listed.contains("bad"), "nothing half-written is left: {listed}");
}
