//! Requests in a transaction. What each of them leaves is what Django with REST framework leaves, with `ATOMIC_REQUESTS` and
//! without.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::json;
use belleville::prelude::*;

use crate::server::Server;

#[derive(Clone, Debug, Model)]
#[model(app = "marks")]
struct Mark {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    text: String,
}

#[derive(ModelSerializer)]
#[serializer(model = Mark, fields = [id, text])]
struct MarkSerializer;

/// Writes a row and ends in the way of the URL. The answer says whether the row was committed at once.
async fn act(request: Request) -> Result<Response> {
    let db = request.db();
    let how = request.kwarg("how").unwrap_or_default();
    Mark::objects().create(db, [Mark::TEXT.set(how)]).await?;
    let is_committed = Arc::new(AtomicBool::new(false));
    let committed = Arc::clone(&is_committed);
    db.on_commit(move || committed.store(true, Ordering::Relaxed));
    let status = match how {
        "returned400" => 400,
        "returned500" => 500,
        "validation" => return Err(Error::validation("x")),
        "denied" => return Err(Error::permission_denied()),
        "404" => return Err(Error::not_found()),
        "crash" => return Err(Error::internal("on purpose")),
        "inner" => {
            let inner = db.atomic(async || {
                Mark::objects().create(db, [Mark::TEXT.set("inner")]).await?;
                Err::<(), Error>(Error::not_found())
            });
            assert!(inner.await.is_err());
            200
        }
        _ => 200,
    };
    Response::data(status, &json!({"committed": is_committed.load(Ordering::Relaxed)}))
}

async fn echo(request: Request) -> Result<Response> {
    let body = request.body().await?;
    Response::data(200, &json!(String::from_utf8_lossy(&body).as_ref()))
}

/// A viewset that writes another row with each new one, and then fails.
struct Marks<const ATOMIC: bool>;

impl<const ATOMIC: bool> ModelViewSet for Marks<ATOMIC> {
    type Model = Mark;
    type Serializer = MarkSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny).authentication_classes(());
        if ATOMIC {
            config.atomic()
        } else {
            config.non_atomic()
        };
    }

    async fn perform_create(&self, serializer: Serializer<Mark>, request: &Request) -> Result<Mark> {
        serializer.save(request.db()).await?;
        Err(Error::validation("x"))
    }
}

fn server(text: &str) -> Server {
    let view = |name: &str| View::new(name).permission_classes(()).authentication_classes(());
    let acting = |name: &str| view(name).get(act).post(act).put(act);
    let mut router = DefaultRouter::new();
    router.register("atomic-marks", Marks::<true>);
    router.register("plain-marks", Marks::<false>).basename("plain-mark");
    let urls = Urls::new()
        .path("usual/<how>/", acting("Usual"))
        .path("atomic/<how>/", acting("Atomic").atomic())
        .path("plain/<how>/", acting("Plain").non_atomic())
        .path("echo/", view("Echo").atomic().post(echo))
        .include("", router.urls());
    let first = Migration::new("0001_initial").create(ModelState::of::<Mark>());
    let app = AppConfig::new("marks").model::<Mark>().migration(first);
    Server::start_with(text, &[], urls, vec![app], vec![])
}

fn marks(server: &Server) -> u64 {
    let db = &server.application.db;
    let count = server.runtime.block_on(Mark::objects().count(db)).unwrap();
    server.runtime.block_on(Mark::objects().delete(db)).unwrap();
    count
}

#[test]
fn an_error_undoes_the_request_and_a_response_keeps_it() {
    for (text, usual_is_atomic) in
        [("", false), ("atomic_requests = true", true), ("atomic_requests = false", false)]
    {
        let server = server(text);
        for (view, is_atomic) in [("usual", usual_is_atomic), ("atomic", true), ("plain", false)] {
            for (how, status, kept) in [
                ("ok", 200, 1),
                ("returned400", 400, 1),
                ("returned500", 500, 1),
                ("validation", 400, 0),
                ("denied", 403, 0),
                ("404", 404, 0),
                ("crash", 500, 0),
                ("inner", 200, 1),
            ] {
                for method in ["GET", "POST", "PUT"] {
                    let what = format!("{text} {method} {view} {how}");
                    let answer = server.send(&format!("{method} /{view}/{how}/"), "", "");
                    assert_eq!(answer.status, status, "{what}");
                    assert_eq!(marks(&server), if is_atomic { kept } else { 1 }, "{what}");
                    if kept == 1 {
                        assert_eq!(answer.body, format!("{{\"committed\":{}}}", !is_atomic), "{what}");
                    }
                }
            }
        }
        for (line, kept) in [("POST /atomic-marks/", 0), ("POST /plain-marks/", 1)] {
            let answer = server.send(line, "Content-Type: application/json", "{\"text\":\"a\"}");
            assert_eq!((answer.status, marks(&server)), (400, kept), "{text} {line}");
        }
    }
}

/// SQLite has one writer: a transaction that waited for a body would keep all others out.
#[test]
fn a_body_that_comes_slowly_keeps_nobody_from_the_database() {
    let server = server("");
    let head = "POST /echo/ HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\
                Content-Type: application/json\r\nContent-Length: 4\r\n\r\n";
    let mut slow = TcpStream::connect(server.address).unwrap();
    slow.write_all(format!("{head}12").as_bytes()).unwrap();
    for _ in 0..20 {
        assert_eq!(server.send("POST /atomic/ok/", "", "").status, 200);
    }
    slow.write_all(b"34").unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut slow, &mut answer).unwrap();
    assert!(answer.ends_with("\"1234\""), "{answer}");
}
