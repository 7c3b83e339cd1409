//! What a view, a viewset and a page can say for themselves, against settings that say something else.

use belleville::BoxFuture;
use belleville::exceptions::ApiException;
use belleville::filters::SearchFilter;
use belleville::pagination::PageNumberPagination;
use belleville::parsers::FormParser;
use belleville::prelude::*;
use belleville::renderers::Renderer;
use belleville::serializers::SerializerClass;
use belleville::urls::Page;

use crate::hooks::{KeyAuthentication, Never, Note, NoteSerializer, method, notes};
use crate::server::{Server, refusal};

/// Says who may ask how, for each action another rule; `newest` is an object too.
struct Particular;

impl ModelViewSet for Particular {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.authentication_classes((
            KeyAuthentication { challenge: Some("Key") },
            TokenAuthentication::new(),
        ));
        config.on(Action::List).permission_classes(AllowAny);
        config.on(Action::Create).permission_classes(IsAuthenticated);
        config.on(Action::Retrieve).permission_classes(IsAuthenticated & !Never);
        config.on(Action::Update).permission_classes(IsAuthenticated);
        config.on(Action::PartialUpdate).permission_classes(IsAuthenticated);
        config.on(Action::Metadata).permission_classes(IsAdminUser);
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
    }

    async fn get_object(&self, request: &Request) -> Result<Note> {
        if request.kwarg("pk") != Some("newest") {
            return Err(ApiException::new(410, "gone", "Only the newest is kept.").into());
        }
        let note = self.queryset(request)?.order_by([Note::ID.desc()]).first(request.db()).await?;
        let note = note.ok_or_else(Error::not_found)?;
        request.check_object_permissions(&note).await?;
        Ok(note)
    }
}

/// Each answer can come about only if the viewset's own word was taken: the settings ask for a Basic header and refuse
/// everybody but staff.
#[test]
fn a_viewsets_own_word_is_taken_for_each_action() {
    let mut router = SimpleRouter::new();
    router.register("notes", Particular);
    let mut bare = SimpleRouter::without_trailing_slash();
    bare.register("notes", Particular);
    let urls = router.urls();
    let text = "[rest_framework]\ndefault_authentication_classes = ['BasicAuthentication']\n\
                default_permission_classes = ['IsAdminUser']";
    let urls = Urls::new().include("", urls).include("bare/", bare.urls());
    let server = Server::start_with(text, &[], urls, notes(), vec![]);
    let (bob, root) = (server.token("bob"), server.token("root"));
    let alice = "X-Key: sesame";
    let json = |who: &str| format!("{who}\nContent-Type: application/json");
    let refused = "{\"detail\":\"You do not have permission to perform this action.\"}";
    let anonymous = "{\"detail\":\"Authentication credentials were not provided.\"}";
    let gone = "{\"detail\":\"Only the newest is kept.\"}";
    for (line, headers, body, status, expected) in [
        ("GET /notes/", "", "", 200, "[]"),
        ("HEAD /notes/", "", "", 200, ""),
        ("POST /notes/", "", "", 401, anonymous),
        ("OPTIONS /notes/", "", "", 401, anonymous),
        ("OPTIONS /notes/", alice, "", 403, refused),
        ("OPTIONS /notes/", &root, "", 200, ""),
        // A method that the viewset does not have is no action: the rule of the settings is asked first.
        ("PUT /notes/", alice, "", 403, refused),
        ("PUT /notes/", &root, "", 405, "{\"detail\":\"Method \\\"PUT\\\" not allowed.\"}"),
        ("PUT /notes/newest/", alice, "", 404, "{\"detail\":\"Not found.\"}"),
        (
            "POST /notes/",
            &json(alice),
            "{\"text\":\"a\"}",
            201,
            "{\"id\":1,\"text\":\"a\",\"rank\":7,\"owner\":1}",
        ),
        (
            "POST /notes/",
            &json(&bob),
            "{\"text\":\"b\"}",
            201,
            "{\"id\":2,\"text\":\"b\",\"rank\":7,\"owner\":2}",
        ),
        (
            "PATCH /notes/newest/",
            &json(alice),
            "{\"rank\":1}",
            200,
            "{\"id\":2,\"text\":\"b\",\"rank\":1,\"owner\":2}",
        ),
        // As in DRF, `~` turns both answers round: Never refuses the request but not the object.
        ("GET /notes/newest/", alice, "", 403, refused),
        ("PATCH /notes/1/", &json(alice), "{\"rank\":1}", 410, gone),
        ("DELETE /notes/newest/", alice, "", 403, refused),
        ("DELETE /notes/1/", &root, "", 410, gone),
        ("DELETE /notes/newest/", &root, "", 204, ""),
        ("GET /notes/", "", "", 200, "[{\"id\":1,\"text\":\"a\",\"rank\":7,\"owner\":1}]"),
        ("GET /bare/notes", "", "", 200, "[{\"id\":1,\"text\":\"a\",\"rank\":7,\"owner\":1}]"),
        ("GET /bare/notes/", "", "", 404, ""),
        ("DELETE /bare/notes/newest", &root, "", 204, ""),
    ] {
        let answer = server.send(line, headers, body);
        assert_eq!(answer.status, status, "{line} {headers}: {}", answer.body);
        if !expected.is_empty() {
            assert_eq!(answer.body, expected, "{line} {headers}");
        }
        let challenge = (status == 401).then_some("Key");
        assert_eq!(answer.header("www-authenticate"), challenge, "{line}");
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, text])]
struct BriefSerializer;

/// Writes in capitals.
struct Capitals;

impl Renderer for Capitals {
    fn media_type(&self) -> &str {
        "text/capitals"
    }

    fn format(&self) -> &str {
        "capitals"
    }

    async fn render(&self, _: &Request, response: Response) -> Response {
        let text = String::from_utf8_lossy(response.compact_json().unwrap_or_default()).to_uppercase();
        response.into_html(203, text)
    }
}

fn teapot(error: Error, _: &Request) -> Result<Response> {
    match error {
        Error::Api(exception) if exception.status() == 400 => Ok(Response::json(418, b"\"teapot\"".to_vec())),
        other => Err(other),
    }
}

/// All that an action can say for itself, it says.
struct Divided;

impl ModelViewSet for Divided {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny).authentication_classes(TokenAuthentication::new());
        config
            .on(Action::List)
            .pagination_class(PageNumberPagination::new().page_size(1))
            .filter_backends(SearchFilter)
            .search_fields(["text"])
            .renderer_classes(Capitals)
            .serializer_class(SerializerClass::of::<BriefSerializer>());
        config
            .on(Action::Create)
            .authentication_classes(KeyAuthentication { challenge: Some("Key") })
            .permission_classes(IsAuthenticated)
            .parser_classes(FormParser)
            .body_limit(20)
            .exception_handler(teapot);
        config.on(Action::Update).atomic();
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
    }

    async fn perform_update(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.save(request.db()).await?;
        Err(Error::permission_denied())
    }
}

#[test]
fn an_action_has_its_own_policies_and_the_viewsets_where_it_has_none() {
    let mut router = SimpleRouter::new();
    router.register("notes", Divided);
    let server = Server::start_with("", &[], router.urls(), notes(), vec![]);
    let bob = server.token("bob");
    let (form, json) = ("Content-Type: application/x-www-form-urlencoded", "Content-Type: application/json");
    let alice = &format!("X-Key: sesame\n{form}");
    let one = "{\"id\":1,\"text\":\"a\",\"rank\":7,\"owner\":1}";
    for (line, headers, body, status, expected) in [
        ("POST /notes/", form, "text=a", 401, "Authentication credentials were not provided."),
        (
            "POST /notes/",
            &format!("{bob}\n{form}"),
            "text=a",
            401,
            "Authentication credentials were not provided.",
        ),
        ("POST /notes/", &format!("X-Key: sesame\n{json}"), "{}", 415, "Unsupported media type"),
        ("POST /notes/", alice, "text=", 418, "\"teapot\""),
        ("POST /notes/", alice, "text=a&rank=777777777", 400, ""),
        ("POST /notes/", alice, "text=a", 201, one),
        ("POST /notes/", alice, "text=b", 201, "\"id\":2"),
        ("GET /notes/", "", "", 203, "\"RESULTS\":[{\"ID\":1,\"TEXT\":\"A\"}]}"),
        ("GET /notes/?search=b", "", "", 203, "\"PREVIOUS\":NULL,\"RESULTS\":[{\"ID\":2,\"TEXT\":\"B\"}]}"),
        ("HEAD /notes/", "", "", 203, ""),
        ("GET /notes/1/?search=b", "", "", 200, one),
        ("OPTIONS /notes/", "", "", 200, "\"renders\":[\"application/json\"]"),
        ("PATCH /notes/1/", json, "{\"text\":\"\"}", 400, "{\"text\":[\"This field may not be blank.\"]}"),
        // In a transaction, which the error undoes, and without one.
        ("PUT /notes/1/", json, "{\"text\":\"c\"}", 403, ""),
        ("GET /notes/1/", "", "", 200, one),
        ("PATCH /notes/1/", json, "{\"text\":\"c\"}", 403, ""),
        ("GET /notes/1/", "", "", 200, "{\"id\":1,\"text\":\"c\",\"rank\":7,\"owner\":1}"),
    ] {
        let answer = server.send(line, headers, body);
        assert_eq!(answer.status, status, "{line} {headers} {body}: {}", answer.body);
        assert!(answer.body.contains(expected), "{line} {headers} {body}: {}", answer.body);
    }
}

/// An action whose serializer is of another model.
struct Astray;

impl ModelViewSet for Astray {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.search_fields(["text"]);
        config.on(Action::Create).serializer_class(SerializerClass::of::<UserSerializer>());
        config.on(Action::List).ordering(["text"]);
    }
}

#[derive(ModelSerializer)]
#[serializer(model = User, fields = [id, username])]
struct UserSerializer;

#[test]
fn mistakes_in_an_actions_policies_stop_the_start() {
    let mut router = SimpleRouter::new();
    router.register("notes", Astray);
    let error = refusal(router.urls(), notes());
    for part in [
        "Astray: the serializer of Create is no serializer of notes.Note, the model of the viewset",
        "Astray: search_fields is set, and no filter reads it: add SearchFilter to `filter_backends`",
        "Astray: ordering is set, and no filter reads it: add OrderingFilter to `filter_backends`",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

/// Creates lists of notes, and says the codes of what is wrong alone.
struct Several;

impl ModelViewSet for Several {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn many(&self, request: &Request) -> bool {
        !request.query_params().getlist("many").is_empty()
    }

    fn configure(&self, config: &mut Config<Self>) {
        config
            .authentication_classes(TokenAuthentication::new())
            .permission_classes(AllowAny)
            .exception_handler(codes);
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
    }
}

fn codes(error: Error, _: &Request) -> Result<Response> {
    match error {
        Error::Api(exception) => {
            Ok(Response::json(exception.status(), exception.codes().to_string().into_bytes()))
        }
        other => Err(other),
    }
}

/// A mistake that the database alone sees undoes the notes before it.
#[test]
fn a_viewset_creates_lists_and_answers_errors_itself() {
    let mut router = SimpleRouter::new();
    router.register("notes", Several);
    let server = Server::start_with("", &[], router.urls(), notes(), vec![]);
    let bob = format!("{}\nContent-Type: application/json", server.token("bob"));
    for (line, body, status, expected) in [
        (
            "POST /notes/?many=1",
            r#"[{"text": "a"}, {"text": "b", "rank": 1}]"#,
            201,
            r#"[{"id":1,"text":"a","rank":7,"owner":2},{"id":2,"text":"b","rank":1,"owner":2}]"#,
        ),
        ("POST /notes/?many=1", "[]", 201, "[]"),
        (
            "POST /notes/?many=1",
            r#"[{"text": "c"}, {"text": "a"}, {}]"#,
            400,
            r#"{"1":{"text":["unique"]},"2":{"text":["required"]}}"#,
        ),
        ("POST /notes/?many=1", r#"[{"text": "c"}, {"text": "c"}]"#, 400, r#"{"text":["unique"]}"#),
        ("POST /notes/?many=1", r#"{"text": "c"}"#, 400, r#"{"non_field_errors":["not_a_list"]}"#),
        ("POST /notes/", r#"{"text": "c"}"#, 201, r#"{"id":3,"text":"c","rank":7,"owner":2}"#),
        ("GET /notes/9/", "", 404, "\"not_found\""),
    ] {
        let answer = server.send(line, &bob, body);
        assert_eq!((answer.status, &*answer.body), (status, expected), "{line} {body}");
    }
}

/// Refuses with an error of its own.
#[derive(Clone, Composable, Copy)]
struct Hidden;

impl Permission for Hidden {
    async fn has_permission(&self, _: &Request) -> Result<bool> {
        Err(Error::not_found())
    }
}

async fn year(request: Request) -> Result<Response> {
    let year = request.kwarg("year").unwrap_or_default();
    Ok(Response::json(200, format!("\"{year}\"").into_bytes()))
}

async fn text(_: Request) -> Result<Response> {
    let mut response = Response::json(202, b"{\"a\":[1,2]}".to_vec());
    response.set_header(belleville::http::HeaderName::from_static("x-own"), "1");
    Ok(response)
}

#[test]
fn views_and_urls_do_what_they_are_told() {
    let open = |name: &str| View::new(name).permission_classes(AllowAny);
    let urls = Urls::new()
        .path("hidden/", View::new("Hidden").permission_classes(Hidden).get(method))
        .path("twice/", open("First").get(method).get(text))
        .path("empty/", View::new("Empty").permission_classes(()).authentication_classes(()).get(method))
        .path("closed/", View::new("Closed").authentication_classes(()).get(method))
        .include("of/<year>/", Urls::new().path("all/", open("Year").get(year)))
        .fallback(Urls::new().path("twice/", open("Second").get(year)));
    let server = Server::start("", &[], urls);
    for (line, headers, status, expected) in [
        ("GET /hidden/", "", 404, "{\"detail\":\"Not found.\"}"),
        ("GET /twice/", "", 202, "{\"a\":[1,2]}"),
        ("GET /twice/", "Accept: application/json; indent=2", 202, "{\n  \"a\": [\n    1,\n    2\n  ]\n}"),
        ("GET /twice", "", 301, ""),
        ("GET /of/1984/all/", "", 200, "\"1984\""),
        ("GET /of/19/84/all/", "", 404, ""),
        // Nobody is asked, not even about credentials that are no good.
        ("GET /empty/", "Authorization: Basic x", 200, "\"GET\""),
        // Without an authenticator nobody could say who they are: refused, as in DRF.
        ("GET /closed/", "", 403, "{\"detail\":\"You do not have permission to perform this action.\"}"),
    ] {
        let answer = server.send(line, headers, "");
        assert_eq!(answer.status, status, "{line}: {}", answer.body);
        if !expected.is_empty() {
            assert_eq!(answer.body, expected, "{line}");
        }
    }
    assert_eq!(server.get("/twice/", "").header("x-own"), Some("1"));
    assert_eq!(server.get("/twice?a=%20b", "").header("location"), Some("/twice/?a=%20b"));
}

/// A page with a form: it greets, or fails as it is asked to.
struct Greeting;

impl Page for Greeting {
    fn respond<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            match request.query_params().get("fail") {
                Some("lost") => return Err(Error::not_found()),
                Some("refused") => return Err(Error::permission_denied()),
                Some("bad") => return Err(Error::validation("No.")),
                _ => {}
            }
            let name = request.post().await?.get("name").unwrap_or("nobody");
            Ok(Response::html(200, format!("{name} {}", request.csrf_token())))
        })
    }

    fn csrf_failure(&self, _: &Request, reason: &str) -> Response {
        Response::html(418, format!("refused: {reason}"))
    }

    fn name(&self) -> &'static str {
        "Greeting"
    }
}

#[test]
fn a_page_of_ones_own_stands_behind_the_csrf_check() {
    let server = Server::start("", &[], Urls::new().page("hello/", Greeting));
    let route = &server.application.urls().routes()[0];
    assert_eq!((route.name(), route.path().as_str()), ("Greeting", "/hello/"));
    let page = server.get("/hello/", "");
    let (cookie, token) = (page.cookie_value("csrftoken").unwrap(), page.body.split_once(' ').unwrap().1);
    let form = "Content-Type: application/x-www-form-urlencoded\n";
    let with_cookie = format!("{form}Cookie: csrftoken={cookie}");
    let good = format!("name=alice&csrfmiddlewaretoken={token}");
    for (line, headers, body, status, expected) in [
        ("GET /hello/", "", "", 200, "nobody "),
        ("POST /hello/", form, &good, 418, "refused: CSRF cookie not set."),
        ("POST /hello/", &with_cookie, "name=alice", 418, "refused: CSRF token missing."),
        ("POST /hello/", &with_cookie, &good, 200, "alice "),
        // Django's plain pages for the errors that a page may end with.
        ("GET /hello/?fail=lost", "", "", 404, "<h1>Not Found</h1><p>The requested resource was not found"),
        ("GET /hello/?fail=refused", "", "", 403, "<h1>403 Forbidden</h1><p></p>"),
        ("GET /hello/?fail=bad", "", "", 400, "<h1>Bad Request (400)</h1><p></p>"),
    ] {
        let answer = server.send(line, headers, body);
        assert_eq!(answer.status, status, "{line} {body}: {}", answer.body);
        assert!(answer.body.contains(expected), "{line} {body}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    }
}
