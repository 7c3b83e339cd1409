//! Custom views, viewsets, routers, permissions, authenticators and renderers.

use belleville::auth::models::Token;
use belleville::authentication::{Authenticated, BoxedAuthenticator, RemoteUserAuthentication};
use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::http::HeaderName;
use belleville::parsers::{FormParser, JSONParser};
use belleville::prelude::*;
use belleville::renderers::Renderer;

use crate::server::Server;

/// A line that somebody wrote.
#[derive(Clone, Debug, Model)]
#[model(app = "notes", ordering = ["id"], permissions = [["publish_note", "Can publish note"]])]
pub(crate) struct Note {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 10, unique)]
    pub(crate) text: String,
    #[field(default = 7)]
    pub(crate) rank: i64,
    #[field(on_delete = Cascade)]
    pub(crate) owner: ForeignKey<User>,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, text, rank, owner], read_only_fields = [owner])]
pub(crate) struct NoteSerializer;

pub(crate) fn notes() -> Vec<AppConfig> {
    vec![
        AppConfig::new("notes")
            .model::<Note>()
            .migration(Migration::new("0001_initial").create(ModelState::of::<Note>())),
    ]
}

#[derive(Clone, Composable, Copy)]
pub(crate) struct IsOwner;

impl ObjectPermission for IsOwner {
    type Object = Note;

    async fn allows(&self, request: &Request, note: &Note) -> Result<bool> {
        Ok(request.user()? == &note.owner)
    }

    fn message(&self) -> Option<belleville::exceptions::Detail> {
        Some("Only the owner may do this.".into())
    }
}

#[derive(Clone, Composable, Copy)]
pub(crate) struct Never;

impl Permission for Never {
    async fn has_permission(&self, _: &Request) -> Result<bool> {
        Ok(false)
    }

    fn message(&self) -> Option<belleville::exceptions::Detail> {
        Some("Never.".into())
    }
}

/// Everything overridden.
struct NoteViewSet;

impl ModelViewSet for NoteViewSet {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn queryset(&self, _: &Request) -> Result<QuerySet<Note>> {
        Ok(Note::objects().exclude(Note::TEXT.eq("hidden")).order_by([Note::ID.desc()]))
    }

    fn configure(&self, config: &mut Config<Self>) {
        config
            .description("Lines that somebody wrote.")
            .authentication_classes(TokenAuthentication::new())
            .permission_classes((IsAuthenticated, IsOwner));
        config.on(Action::List).permission_classes(AllowAny);
        config.on(Action::Destroy).permission_classes([IsAdminUser]);
        config.on(Action::PartialUpdate).permission_classes(IsOwner | IsAdminUser);
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        assert!(serializer.instance().is_none());
        if serializer.validated(Note::TEXT).as_deref() == Some("teapot") {
            return Err(belleville::exceptions::ApiException::new(418, "teapot", "Short and stout.").into());
        }
        serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
    }

    async fn perform_update(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        let rank = serializer.instance().map_or(0, |note| note.rank);
        serializer.with(Note::RANK.set(rank + 1)).save(request.db()).await
    }

    async fn perform_destroy(&self, note: Note, request: &Request) -> Result<()> {
        Note::objects().filter_pk(note.id).update(request.db(), [Note::TEXT.set("hidden")]).await?;
        Ok(())
    }
}

struct OnlyCreate;

impl ModelViewSet for OnlyCreate {
    type Model = Note;
    type Serializer = NoteSerializer;

    const ACTIONS: &'static [Action] = &[Action::Create];

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
    }
}

struct ReadNotes;

impl ModelViewSet for ReadNotes {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Note;
    type Serializer = NoteSerializer;

    fn queryset(&self, _: &Request) -> Result<QuerySet<Note>> {
        Ok(Note::objects().filter(Note::RANK.gt(7)))
    }

    fn configure(&self, config: &mut Config<Self>) {
        config
            .description("To be read.")
            .authentication_classes([BasicAuthentication])
            .permission_classes(vec![AllowAny]);
    }
}

fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("notes", NoteViewSet);
    router.register("create", OnlyCreate).basename("create").register("read", ReadNotes).basename("read");
    let mut bare = SimpleRouter::without_trailing_slash();
    bare.register("notes", ReadNotes).basename("bare");
    let mut simple = SimpleRouter::new();
    simple.register("notes", ReadNotes).basename("simple");
    Urls::new().include("api/", router.urls()).include("bare/", bare.urls()).include("simple/", simple.urls())
}

fn server() -> Server {
    Server::start_with(
        "[rest_framework]\ndefault_authentication_classes = ['TokenAuthentication']",
        &[],
        urls(),
        notes(),
        vec![],
    )
}

#[test]
fn a_viewset_does_what_its_methods_say() {
    let server = server();
    let (alice, bob, root) = (server.token("alice"), server.token("bob"), server.token("root"));
    let json = |token: &str| format!("{token}\nContent-Type: application/json");
    for (line, headers, body, status, expected) in [
        ("GET /api/notes/", "", "", 200, "[]"),
        (
            "POST /api/notes/",
            "",
            "{\"text\":\"a\"}",
            401,
            "{\"detail\":\"Authentication credentials were not provided.\"}",
        ),
        (
            "POST /api/notes/",
            &json(&alice),
            "{\"text\":\"a\"}",
            201,
            "{\"id\":1,\"text\":\"a\",\"rank\":7,\"owner\":1}",
        ),
        (
            "POST /api/notes/",
            &json(&alice),
            "{\"text\":\"teapot\"}",
            418,
            "{\"detail\":\"Short and stout.\"}",
        ),
        (
            "POST /api/notes/",
            &json(&alice),
            "{\"text\":\"b\",\"owner\":2,\"rank\":\"9\"}",
            201,
            "{\"id\":2,\"text\":\"b\",\"rank\":9,\"owner\":1}",
        ),
        (
            "GET /api/notes/",
            "",
            "",
            200,
            "[{\"id\":2,\"text\":\"b\",\"rank\":9,\"owner\":1},{\"id\":1,\"text\":\"a\",\"rank\":7,\"owner\":1}]",
        ),
        (
            "POST /api/notes/",
            &json(&alice),
            "{\"text\":\"a\",\"rank\":1.5}",
            400,
            "{\"text\":[\"note with this text already exists.\"],\"rank\":[\"A valid biginteger is required.\"]}",
        ),
        (
            "POST /api/notes/",
            &json(&alice),
            "{\"text\":\"12345678901\",\"rank\":9223372036854775808}",
            400,
            "{\"text\":[\"Ensure this field has no more than 10 characters.\"],\"rank\":[\"Ensure this value is less than or equal to 9223372036854775807.\"]}",
        ),
        (
            "PUT /api/notes/1/",
            &json(&bob),
            "{\"text\":\"c\"}",
            403,
            "{\"detail\":\"Only the owner may do this.\"}",
        ),
        (
            "PATCH /api/notes/1/",
            &json(&bob),
            "{\"text\":\"c\"}",
            403,
            "{\"detail\":\"You do not have permission to perform this action.\"}",
        ),
        (
            "PATCH /api/notes/1/",
            &json(&root),
            "{\"text\":\"a\"}",
            200,
            "{\"id\":1,\"text\":\"a\",\"rank\":8,\"owner\":1}",
        ),
        (
            "PUT /api/notes/1/",
            &json(&alice),
            "{\"text\":\"c\",\"rank\":99}",
            200,
            "{\"id\":1,\"text\":\"c\",\"rank\":9,\"owner\":1}",
        ),
        (
            "PUT /api/notes/1/",
            &json(&alice),
            "{\"text\":\"b\"}",
            400,
            "{\"text\":[\"note with this text already exists.\"]}",
        ),
        (
            "DELETE /api/notes/1/",
            &alice,
            "",
            403,
            "{\"detail\":\"You do not have permission to perform this action.\"}",
        ),
        ("DELETE /api/notes/1/", &root, "", 204, ""),
        ("GET /api/notes/1/", &alice, "", 404, "{\"detail\":\"No Note matches the given query.\"}"),
        ("GET /api/notes/x/", &alice, "", 404, "{\"detail\":\"Not found.\"}"),
        ("GET /api/create/", &alice, "", 405, "{\"detail\":\"Method \\\"GET\\\" not allowed.\"}"),
        ("GET /api/create/2/", &alice, "", 404, ""),
        (
            "GET /api/read/",
            "",
            "",
            200,
            "[{\"id\":1,\"text\":\"hidden\",\"rank\":9,\"owner\":1},{\"id\":2,\"text\":\"b\",\"rank\":9,\"owner\":1}]",
        ),
        ("GET /api/read/2.json", "", "", 200, "{\"id\":2,\"text\":\"b\",\"rank\":9,\"owner\":1}"),
        ("POST /api/read/", &alice, "", 405, "{\"detail\":\"Method \\\"POST\\\" not allowed.\"}"),
        ("GET /bare/notes/2", "", "", 200, "{\"id\":2,\"text\":\"b\",\"rank\":9,\"owner\":1}"),
        ("GET /bare/notes/2/", "", "", 404, ""),
        ("GET /simple/notes/2/", "", "", 200, "{\"id\":2,\"text\":\"b\",\"rank\":9,\"owner\":1}"),
        ("GET /simple/notes/2.json", "", "", 404, ""),
        ("GET /simple/", "", "", 404, ""),
        (
            "GET /api/",
            &alice,
            "",
            200,
            "{\"notes\":\"http://testserver/api/notes/\",\"create\":\"http://testserver/api/create/\",\"read\":\"http://testserver/api/read/\"}",
        ),
    ] {
        let answer = server.send(line, headers, body);
        assert_eq!(answer.status, status, "{line} {body}: {}", answer.body);
        if !expected.is_empty() {
            assert_eq!(answer.body, expected, "{line} {body}");
        }
    }
}

#[test]
fn views_describe_themselves() {
    let server = server();
    let alice = server.token("alice");
    for (path, parts) in [
        (
            "/api/notes/",
            &[
                "\"name\":\"Note List\"",
                "\"description\":\"Lines that somebody wrote.\"",
                "\"rank\":{\"type\":\"integer\",\"required\":false,\"read_only\":false,\"label\":\"Rank\",\"min_value\":-9223372036854775808,\"max_value\":9223372036854775807}",
            ][..],
        ),
        ("/api/read/", &["\"name\":\"Read Notes List\"", "\"description\":\"To be read.\""]),
    ] {
        let answer = server.send(&format!("OPTIONS {path}"), &alice, "");
        assert_eq!(answer.status, 200, "{}", answer.body);
        for part in parts {
            assert!(answer.body.contains(part), "{path} lacks {part}: {}", answer.body);
        }
    }
    let challenge = server.get("/api/read/", "Authorization: Basic x");
    assert_eq!((challenge.status, challenge.header("www-authenticate")), (401, Some("Basic realm=\"api\"")));
}

pub(crate) async fn method(request: Request) -> Result<Response> {
    Ok(Response::json(200, format!("\"{}\"", request.method()).into_bytes()))
}

#[test]
fn a_view_answers_the_methods_it_is_given() {
    let all = View::new("All").get(method).post(method).put(method).patch(method).delete(method);
    let urls = Urls::new()
        .path("all/", all.permission_classes(()))
        .path(
            "function/",
            View::function("Function").permission_classes(()).get(method).description("Says it."),
        )
        .path("json/", View::new("Json").permission_classes(()).post(echo).parser_classes(JSONParser))
        .path("form/", View::new("Form").permission_classes(()).post(echo).parser_classes(FormParser))
        .path("closed/", View::new("Closed").get(method))
        .path("years/<year>/", View::new("Year").permission_classes(()).get(year));
    let server = Server::start("", &[], urls);
    for (line, headers, body, status, expected) in [
        ("GET /all/", "", "", 200, "\"GET\""),
        ("HEAD /all/", "", "", 200, ""),
        ("POST /all/", "", "", 200, "\"POST\""),
        ("PUT /all/", "", "", 200, "\"PUT\""),
        ("PATCH /all/", "", "", 200, "\"PATCH\""),
        ("DELETE /all/", "", "", 200, "\"DELETE\""),
        ("TRACE /all/", "", "", 405, "{\"detail\":\"Method \\\"TRACE\\\" not allowed.\"}"),
        ("HEAD /function/", "", "", 405, ""),
        ("POST /json/", "Content-Type: application/json", "{}", 200, "1"),
        (
            "POST /json/",
            "Content-Type: application/x-www-form-urlencoded",
            "a=1",
            415,
            "{\"detail\":\"Unsupported media type \\\"application/x-www-form-urlencoded\\\" in request.\"}",
        ),
        (
            "POST /form/",
            "Content-Type: application/json",
            "{}",
            415,
            "{\"detail\":\"Unsupported media type \\\"application/json\\\" in request.\"}",
        ),
        ("GET /closed/", "", "", 403, "{\"detail\":\"Authentication credentials were not provided.\"}"),
        ("GET /years/19%2084/", "", "", 200, "\"19 84\""),
    ] {
        let answer = server.send(line, headers, body);
        assert_eq!((answer.status, answer.body.as_str()), (status, expected), "{line}");
    }
    assert!(server.send("OPTIONS /function/", "", "").body.contains("\"description\":\"Says it.\""));
    assert_eq!(server.get("/all/", "").header("allow"), Some("GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"));
}

async fn echo(request: Request) -> Result<Response> {
    request.data().await?;
    Ok(Response::json(200, b"1".to_vec()))
}

async fn year(request: Request) -> Result<Response> {
    Ok(Response::json(200, format!("\"{}\"", request.kwarg("year").unwrap_or_default()).into_bytes()))
}

/// `X-Key: sesame` is alice.
pub(crate) struct KeyAuthentication {
    pub(crate) challenge: Option<&'static str>,
}

impl Authentication for KeyAuthentication {
    async fn authenticate(&self, request: &Request) -> Result<Option<Authenticated>> {
        match request.header(&HeaderName::from_static("x-key")).as_deref() {
            None => Ok(None),
            Some("sesame") => {
                let alice = User::objects().filter(User::USERNAME.eq("alice")).get(request.db()).await?;
                Ok(Some(Authenticated::by(alice, 42_u8)))
            }
            Some(_) => Err(Error::authentication_failed("No such key.")),
        }
    }

    fn authenticate_header(&self, _: &Request) -> Option<String> {
        self.challenge.map(str::to_owned)
    }
}

async fn who(request: Request) -> Result<Response> {
    let by = match (request.auth::<u8>(), request.auth::<Token>()) {
        (Some(number), _) => number.to_string(),
        (None, Some(_)) => "token".to_owned(),
        (None, None) => "nothing".to_owned(),
    };
    let name = request.user().map_or("nobody", AuthUser::username);
    let authenticator = request.successful_authenticator().unwrap_or("none");
    Ok(Response::json(200, format!("\"{name} by {by} of {authenticator}\"").into_bytes()))
}

#[test]
fn authenticators_of_ones_own_are_asked_in_order() {
    let key = |challenge| BoxedAuthenticator::from(KeyAuthentication { challenge });
    let token = TokenAuthentication::with_keyword("Api-Key");
    let proxy = || RemoteUserAuthentication::from_header(HeaderName::from_static("x-remote-user"));
    let view = |authenticators: Vec<BoxedAuthenticator>| {
        View::new("Who").authentication_classes(authenticators).permission_classes(AllowAny).get(who)
    };
    let urls = Urls::new()
        .path("quiet/", view(vec![key(None), token.into()]))
        .path("loud/", view(vec![key(Some("Key")), token.into()]))
        .path("closed/", view(vec![key(Some("Key"))]).permission_classes(IsAuthenticated))
        .path("proxy/", view(vec![proxy().into()]))
        .path("new/", view(vec![proxy().create_unknown_user().into()]));
    let server = Server::start("", &[], urls);
    let token = server.token("bob").replace("Token", "api-key");
    for (path, headers, status, expected, challenge) in [
        ("/quiet/", "X-Key: sesame", 200, "\"alice by 42 of KeyAuthentication\"", None),
        ("/quiet/", &format!("X-Key: sesame\n{token}"), 200, "\"alice by 42 of KeyAuthentication\"", None),
        ("/quiet/", &token, 200, "\"bob by token of TokenAuthentication\"", None),
        ("/quiet/", "Authorization: Token x", 200, "\"nobody by nothing of none\"", None),
        ("/quiet/", "X-Key: open", 403, "{\"detail\":\"No such key.\"}", None),
        ("/loud/", "X-Key: open", 401, "{\"detail\":\"No such key.\"}", Some("Key")),
        ("/loud/", "Authorization: Api-Key x", 401, "{\"detail\":\"Invalid token.\"}", Some("Key")),
        ("/closed/", "", 401, "{\"detail\":\"Authentication credentials were not provided.\"}", Some("Key")),
        ("/proxy/", "X-Remote-User: bob", 200, "\"bob by nothing of RemoteUserAuthentication\"", None),
        ("/proxy/", "X-Remote-User: carol", 200, "\"nobody by nothing of none\"", None),
        ("/proxy/", "X-Remote-User:", 200, "\"nobody by nothing of none\"", None),
        ("/new/", "X-Remote-User: carol", 200, "\"carol by nothing of RemoteUserAuthentication\"", None),
        ("/proxy/", "X-Remote-User: carol", 200, "\"carol by nothing of RemoteUserAuthentication\"", None),
    ] {
        let answer = server.get(path, headers);
        let found = (answer.status, answer.body.as_str(), answer.header("www-authenticate"));
        assert_eq!(found, (status, expected, challenge), "{path} {headers}");
    }
}

#[test]
fn permissions_of_ones_own_speak_for_themselves_alone() {
    let view = |rule: Rule| View::new("Rule").permission_classes(rule).get(method);
    let urls = Urls::new()
        .path("never/", view(Never.into()))
        .path("not-never/", view(!Never))
        .path("or/", view(Never | IsAuthenticated))
        .path("and/", view(IsAuthenticated & Never))
        .path("nested/", view(IsAuthenticated & (!Never & !IsAdminUser)));
    let server = Server::start(
        "[rest_framework]\ndefault_authentication_classes = ['TokenAuthentication']",
        &[],
        urls,
    );
    let (alice, root) = (server.token("alice"), server.token("root"));
    let default = "{\"detail\":\"You do not have permission to perform this action.\"}";
    for (path, headers, status, body) in [
        ("/never/", alice.as_str(), 403, "{\"detail\":\"Never.\"}"),
        ("/never/", "", 401, "{\"detail\":\"Authentication credentials were not provided.\"}"),
        ("/not-never/", "", 200, "\"GET\""),
        ("/or/", &alice, 200, "\"GET\""),
        ("/or/", "", 401, "{\"detail\":\"Authentication credentials were not provided.\"}"),
        ("/and/", &alice, 403, default),
        ("/nested/", &alice, 200, "\"GET\""),
        ("/nested/", &root, 403, default),
    ] {
        let answer = server.get(path, headers);
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{path} {headers}");
    }
}

/// Shouts.
struct Shout;

impl Renderer for Shout {
    fn media_type(&self) -> &str {
        "text/shout"
    }

    fn format(&self) -> &str {
        "shout"
    }

    async fn render(&self, _: &Request, response: Response) -> Response {
        let loud = String::from_utf8_lossy(response.compact_json().unwrap_or_default()).to_uppercase();
        let status = response.status();
        response.into_html(status, loud)
    }
}

#[test]
fn renderers_of_ones_own_are_negotiated() {
    let urls = Urls::new()
        .path("both/", View::new("Both").permission_classes(()).get(method))
        .path("only/", View::new("Only").permission_classes(()).get(method).renderer_classes(Shout));
    let server = Server::start_with(
        "[rest_framework]\ndefault_renderer_classes = ['JSONRenderer', 'Shout']",
        &[],
        urls,
        vec![],
        vec![Shout.into()],
    );
    for (path, headers, status, body) in [
        ("/both/", "", 200, "\"GET\""),
        ("/both/", "Accept: text/shout", 200, "\"GET\""),
        ("/both/?format=shout", "", 200, "\"GET\""),
        ("/nothing/", "", 404, ""),
        (
            "/only/",
            "Accept: application/json",
            406,
            "{\"DETAIL\":\"COULD NOT SATISFY THE REQUEST ACCEPT HEADER.\"}",
        ),
        ("/both/?format=loud", "", 404, "{\"detail\":\"Not found.\"}"),
    ] {
        let answer = server.get(path, headers);
        assert_eq!(answer.status, status, "{path}");
        if !body.is_empty() {
            assert_eq!(answer.body, body, "{path} {headers}");
        }
    }
    assert_eq!(server.get("/both/", "").header("vary"), Some("Accept, Cookie"));
    assert_eq!(server.get("/only/", "").header("vary"), Some("Cookie"));
    assert_eq!(
        server.get("/both/", "Accept: text/shout").header("content-type"),
        Some("text/html; charset=utf-8")
    );
}

/// Two hundred who write at the same moment are all served, and nothing is lost.
#[test]
fn writers_queue() {
    const WRITERS: usize = 200;
    let server = server();
    let headers = format!("{}\nContent-Type: application/json", server.token("alice"));
    let start = std::sync::Barrier::new(WRITERS);
    std::thread::scope(|scope| {
        for number in 0..WRITERS {
            let (server, headers, start) = (&server, &headers, &start);
            scope.spawn(move || {
                start.wait();
                let body = format!("{{\"text\":\"{number}\"}}");
                let answer = server.send("POST /api/notes/", headers, &body);
                assert_eq!(answer.status, 201, "{}", answer.body);
            });
        }
    });
    let count = server.runtime.block_on(Note::objects().count(&server.application.db)).unwrap();
    assert_eq!(count, WRITERS as u64);
}
