//! What handlers can do beyond the usual: hooks around them, answers of any value, tokens that they hand out. The blocks of
//! `docs/guide/views.md` and `authentication.md` are pieces of this file.

use std::sync::{Arc, Mutex};

use belleville::App;
use belleville::exceptions::ApiException;
use belleville::http::HeaderName;
use belleville::json;
use belleville::knox;
use belleville::pagination::{Page, PageNumberPagination};
use belleville::prelude::*;
use serde::Serialize;

use crate::hooks::{Note, NoteSerializer, notes};
use crate::server::{PASSWORD, Server, basic, log};

/// Counts who came in, and says so in all answers.
struct Audited {
    seen: Mutex<Vec<String>>,
}

#[viewset]
impl APIView for Audited {
    async fn initial(&self, request: &Request) -> Result<()> {
        let user = request.user()?.username();
        if user == "bob" {
            return Err(Error::permission_denied_because("Not bob."));
        }
        if let Ok(mut seen) = self.seen.lock() {
            seen.push(user.to_owned());
        }
        Ok(())
    }

    async fn finalize_response(&self, request: &Request, mut response: Response) -> Result<Response> {
        let by = request.successful_authenticator().unwrap_or("nobody");
        response.set_header(HeaderName::from_static("x-authenticated-by"), by);
        Ok(response)
    }

    async fn get(&self, request: &Request) -> Result<Response> {
        let seen = self.seen.lock().map(|seen| seen.len()).unwrap_or_default();
        match request.query_params().get("fail") {
            Some(_) => Err(Error::not_found()),
            None => Response::data(200, &seen),
        }
    }
}

/// Its second hook goes wrong.
struct Failing;

#[viewset]
impl ViewSet for Failing {
    async fn finalize_response(&self, request: &Request, response: Response) -> Result<Response> {
        match request.query_params().get("how") {
            Some("panic") => panic!("the hook went wrong"),
            Some("error") => Err(ApiException::new(409, "late", "Too late.").into()),
            Some("internal") => Err(Error::internal("the hook knows nothing")),
            _ => Ok(response),
        }
    }

    fn list(&self, _: &Request) -> Result<Response> {
        Response::data(200, &["fine"])
    }
}

/// Sends its rows in pages, or all of them where the client says so.
struct Paged;

impl ModelViewSet for Paged {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.pagination_class(PageNumberPagination::new().page_size(1));
    }

    async fn initial(&self, request: &Request) -> Result<()> {
        match request.action() {
            Some(Action::Destroy) => Err(ApiException::new(410, "kept", "Nothing is thrown away.").into()),
            _ => Ok(()),
        }
    }

    async fn paginate_queryset(&self, queryset: &QuerySet<Note>, request: &Request) -> Result<Option<Page>> {
        match request.query_params().get("all") {
            Some(_) => Ok(None),
            None => request.paginate_queryset(queryset).await,
        }
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
    }
}

#[derive(Serialize)]
struct Weather {
    place: String,
    degrees: Option<f64>,
    #[serde(serialize_with = "belleville::json::field_value")]
    measured: DateTime,
}

async fn weather(request: Request) -> Result<Response> {
    let place = request.kwarg("place").unwrap_or_default().to_owned();
    let degrees = request.query_params().get("degrees").and_then(|text| text.parse().ok());
    let measured = DateTime::constant(2026, 1, 2, 3, 4, 5, 0);
    Response::data(200, &Weather { place, degrees, measured })
}

/// A pair of JSON Web Tokens for a user who was let in by other means.
async fn pair(request: Request) -> Result<Response> {
    let pair = request.jwt().pair_for(request.user()?).await?;
    Response::data(201, &pair)
}

async fn sliding(request: Request) -> Result<Response> {
    Response::data(201, &json!({"token": (request.jwt().sliding_for(request.user()?).await?)}))
}

async fn drf(request: Request) -> Result<Response> {
    Response::data(201, &json!({"token": (request.tokens().get_or_create(request.user()?).await?.key)}))
}

async fn of_knox(request: Request) -> Result<Response> {
    let (_, token) = request.knox().create(request.user()?).await?;
    Response::data(201, &json!({"token": token}))
}

async fn me(request: Request) -> Result<Response> {
    Response::data(200, request.user()?.username())
}

fn urls() -> Urls {
    let mut router = SimpleRouter::new();
    router.register("failing", Failing).basename("failing");
    router.register("paged", Paged);
    Urls::new()
        .include("", router.urls())
        .path("audited/", Audited { seen: Mutex::default() })
        .path("weather/<place>/", View::new("Weather").permission_classes(AllowAny).get(weather))
        .path("pair/", View::new("Pair").post(pair))
        .path("sliding/", View::new("Sliding").post(sliding))
        .path("drf/", View::new("Token").post(drf))
        .path("knox/", View::new("Knox").post(of_knox))
        .path("me/", View::new("Me").get(me))
}

fn program() -> App {
    notes().into_iter().fold(App::new("handlers", env!("CARGO_MANIFEST_DIR"), urls), App::app)
}

const CLASSES: (&str, &str) = (
    "REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES",
    "BasicAuthentication,TokenAuthentication,JWTAuthentication,KnoxTokenAuthentication",
);

#[test]
fn hooks_stand_around_the_handler() {
    let server = Server::start_app(&program(), "", &[CLASSES]);
    let (alice, bob) = (basic("alice", PASSWORD), basic("bob", PASSWORD));
    for (line, headers, status, body, by) in [
        ("GET /audited/", "", 401, "not provided", "nobody"),
        ("GET /audited/", &*bob, 403, "Not bob.", "BasicAuthentication"),
        ("GET /audited/", &*alice, 200, "1", "BasicAuthentication"),
        ("GET /audited/?fail", &*alice, 404, "Not found.", "BasicAuthentication"),
        ("POST /audited/", &*alice, 405, "POST", "BasicAuthentication"),
        ("GET /audited/?format=xml", &*alice, 404, "Not found.", "nobody"),
        ("GET /audited/", &*alice, 200, "4", "BasicAuthentication"),
    ] {
        let answer = server.send(line, headers, "");
        assert_eq!(answer.status, status, "{line} {headers}: {answer:?}");
        assert!(answer.body.contains(body), "{line} {headers}: {answer:?}");
        assert_eq!(answer.header("x-authenticated-by"), Some(by), "{line} {headers}");
        assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS"), "{line} {headers}");
    }
}

#[test]
fn a_hook_that_goes_wrong_is_one_answer() {
    let server = Server::start_app(&program(), "", &[CLASSES]);
    server.expects_panics();
    let alice = basic("alice", PASSWORD);
    for (how, status, body) in [
        ("panic", 500, "Server Error (500)"),
        ("internal", 500, "Server Error (500)"),
        ("error", 409, "{\"detail\":\"Too late.\"}"),
        ("not", 200, "[\"fine\"]"),
    ] {
        let answer = server.get(&format!("/failing/?how={how}"), &alice);
        assert_eq!(answer.status, status, "{how}: {answer:?}");
        assert!(answer.body.contains(body), "{how}: {answer:?}");
    }
}

#[test]
fn a_viewset_overrides_its_pages_and_what_comes_before() {
    let server = Server::start_app(&program(), "", &[CLASSES]);
    let alice = &format!("{}\nContent-Type: application/json", basic("alice", PASSWORD));
    for text in ["a", "b"] {
        assert_eq!(server.send("POST /paged/", alice, &format!("{{\"text\":\"{text}\"}}")).status, 201);
    }
    assert!(server.get("/paged/", alice).body.starts_with("{\"count\":2,"));
    assert!(server.get("/paged/?all", alice).body.starts_with("[{\"id\":1,"));
    let refused = server.send("DELETE /paged/1/", alice, "");
    assert_eq!((refused.status, &*refused.body), (410, "{\"detail\":\"Nothing is thrown away.\"}"));
}

#[test]
fn an_answer_is_any_value() {
    let log = log();
    let server = Server::start_app(&program(), "", &[]);
    let answer = server.get("/weather/Li%C3%A8ge/?degrees=12", "");
    let expected = "{\"place\":\"Liège\",\"degrees\":12.0,\"measured\":\"2026-01-02T03:04:05Z\"}";
    assert_eq!((answer.status, &*answer.body), (200, expected));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let indented = server.get("/weather/x/", "Accept: application/json; indent=1").body;
    assert!(indented.starts_with("{\n \"place\": \"x\",\n \"degrees\": null,\n"), "{indented}");
    assert_eq!(server.get("/weather/x/?degrees=inf", "").status, 500);
    let told = "the answer cannot be written as JSON: Out of range float values are not JSON compliant: inf";
    assert!(log.text().contains(told), "{}", log.text());
}

/// Answers with credentials say so to caches.
const NO_STORE: &str = "credentials_no_store = true";

/// The text under `token` or `access`.
fn token(server: &Server, path: &str) -> String {
    let answer = server.send(&format!("POST {path}"), &basic("alice", PASSWORD), "");
    assert_eq!(answer.status, 201, "{path}: {answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    answer.body.split('"').rev().nth(1).unwrap_or_default().to_owned()
}

#[test]
fn handlers_hand_out_tokens_that_the_program_takes() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let app = program().app(knox::app()).on_event(move |event| {
        ear.lock().unwrap().push(format!("{} {}", event.kind.name(), event.username));
    });
    let server = Server::start_app(&app, NO_STORE, &[CLASSES]);
    let (pair, drf) = (token(&server, "/pair/"), token(&server, "/drf/"));
    assert_eq!(drf, server.token("alice").rsplit(' ').next().unwrap_or_default());
    let mut expected = vec!["token_issued alice"; 2];
    assert_eq!(*told.lock().unwrap(), expected);
    for credentials in [format!("Bearer {pair}"), format!("Token {drf}")] {
        let answer = server.get("/me/", &format!("Authorization: {credentials}"));
        assert_eq!((answer.status, &*answer.body), (200, "\"alice\""), "{credentials}");
    }
    let of_knox = token(&server, "/knox/");
    expected.push("token_issued alice");
    assert_eq!(*told.lock().unwrap(), expected);
    let classes =
        ("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "KnoxTokenAuthentication,BasicAuthentication");
    let with_knox = Server::start_app(&app, NO_STORE, &[classes]);
    let new = token(&with_knox, "/knox/");
    assert_ne!(new, of_knox);
    assert_eq!(with_knox.get("/me/", &format!("Authorization: Token {new}")).body, "\"alice\"");
    let slides = ("SIMPLE_JWT__AUTH_TOKEN_CLASSES", "SlidingToken");
    let server = Server::start_app(&app, NO_STORE, &[CLASSES, slides]);
    let sliding = token(&server, "/sliding/");
    assert_eq!(server.get("/me/", &format!("Authorization: Bearer {sliding}")).body, "\"alice\"");
}

/// Of RFC 7515, appendix A.3.
const VERIFYING_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n\
    6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n-----END PUBLIC KEY-----\n";

#[test]
fn what_hands_out_no_tokens_says_why() {
    let log = log();
    // A program that only checks tokens of another one.
    let verifying =
        [CLASSES, ("SIMPLE_JWT__ALGORITHM", "ES256"), ("SIMPLE_JWT__VERIFYING_KEY", VERIFYING_KEY)];
    let server = Server::start_app(&program(), "", &verifying);
    for (path, reason) in [
        ("/knox/", "knox's tokens need their table; add the app `knox::app()` to the program"),
        ("/pair/", "simple_jwt.signing_key is not set"),
    ] {
        assert_eq!(server.send(&format!("POST {path}"), &basic("alice", PASSWORD), "").status, 500, "{path}");
        assert!(log.text().contains(reason), "{path}: {}", log.text());
    }
}
