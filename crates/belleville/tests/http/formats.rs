//! Parsers, renderers, content negotiation and metadata of one's own, and the settings that name them. The blocks of
//! `docs/guide/parsers-and-renderers.md` are pieces of this file.

use belleville::json;
use belleville::json::Json;
use belleville::metadata::Metadata;
use belleville::negotiation::{Accepted, ContentNegotiation};
use belleville::parsers::{BoxedParser, Data, JSONParser, Parser, ParserContext};
use belleville::prelude::*;
use belleville::renderers::{
    BoxedRenderer, JSONRenderer, Renderer, StaticHTMLRenderer, TemplateHTMLRenderer,
};
use belleville::settings::Settings;
use belleville::test::TestClient;

use crate::server::Folder;

/// A list of objects as a table: its first line has the names of the first object's values.
struct CSVRenderer;

impl Renderer for CSVRenderer {
    fn media_type(&self) -> &str {
        "text/csv"
    }

    fn format(&self) -> &str {
        "csv"
    }

    async fn render(&self, _: &Request, mut response: Response) -> Response {
        if let Some(data) = response.take_data() {
            response.set_rendered(table(&data));
        }
        response
    }
}

fn table(data: &Json) -> String {
    let rows: Vec<&Json> = match data {
        Json::List(rows) => rows.iter().collect(),
        one => vec![one],
    };
    let Some(Json::Dict(first)) = rows.first() else { return String::new() };
    let names: Vec<&str> = first.iter().map(|(name, _)| name).collect();
    let mut table = names.join(",") + "\r\n";
    for row in rows {
        let cells: Vec<String> = names.iter().map(|name| cell(row.get(name))).collect();
        table += &(cells.join(",") + "\r\n");
    }
    table
}

/// A value between quotes, where it has characters that would end it.
fn cell(value: Option<&Json>) -> String {
    let text = match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::Str(text)) => text.as_str().to_owned(),
        Some(other) => other.dumps().unwrap_or_default(),
    };
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

async fn prices(_: Request) -> Result<Response> {
    Response::data(
        200,
        &json!([{"title": "Emma, or", "price": 7}, {"title": "She said \"no\"", "price": null}]),
    )
}

fn price_list() -> View {
    View::new("Prices").renderer_classes((JSONRenderer, CSVRenderer)).permission_classes(AllowAny).get(prices)
}

/// Lines of `name: value`: the input is an object.
struct LinesParser;

impl Parser for LinesParser {
    fn media_type(&self) -> &str {
        "text/x-lines"
    }

    fn parse(&self, context: &ParserContext) -> Result<Data> {
        let mut object = json::Dict::new();
        for line in context.text()?.lines() {
            let Some((name, value)) = line.split_once(": ") else {
                return Err(Error::parse("Lines parse error - there is a line without a colon."));
            };
            object.insert(name, Json::from(value));
        }
        Ok(Data::Json(Json::Dict(object)))
    }
}

async fn echo(request: Request) -> Result<Response> {
    match &*request.data().await? {
        Data::Json(json) => Response::data(200, json),
        Data::Form(form) => Response::data(200, &json!({"form": form.lists().len() as u64})),
    }
}

fn lines() -> View {
    View::new("Lines").parser_classes((JSONParser, LinesParser)).permission_classes(AllowAny).post(echo)
}

/// Clients get JSON, whatever they accept, and send JSON, whatever they say.
struct JSONForAll;

impl ContentNegotiation for JSONForAll {
    fn select_renderer(&self, _: &Request, renderers: &[BoxedRenderer], _: Option<&str>) -> Result<Accepted> {
        Accepted::first(renderers)
    }

    fn select_parser(&self, _: &Request, _: &[BoxedParser]) -> Option<usize> {
        Some(0)
    }
}

/// The name, and nothing of the fields.
struct MinimalMetadata;

impl Metadata for MinimalMetadata {
    async fn determine_metadata(&self, _: &Request, view: &View) -> Result<Response> {
        Response::data(200, &json!({"name": view.view_name()}))
    }
}

async fn page(_: Request) -> Result<Response> {
    Ok(Response::html(200, "<h1>Hello</h1>"))
}

/// What is known of the parts of a form.
async fn kept(request: Request) -> Result<Response> {
    let data = request.data().await?;
    let Data::Form(form) = &*data else { return Err(Error::validation("It is no form.")) };
    let file = form.file("a \"b\"").ok_or_else(|| Error::validation("There is no file."))?;
    let content = String::from_utf8_lossy(&file.read().await?).into_owned();
    Response::data(200, &json!({"title": form.get("title"), "name": file.name(), "content": content}))
}

async fn nothing(_: Request) -> Result<Response> {
    Ok(Response::empty(204))
}

async fn refused(_: Request) -> Result<Response> {
    Err(Error::permission_denied())
}

fn urls() -> Urls {
    let open = |name: &str| View::new(name).permission_classes(AllowAny);
    let both = || open("Both").renderer_classes((JSONRenderer, CSVRenderer));
    Urls::new()
        .path("prices/", price_list())
        .path("lines/", lines())
        .path("all/", both().content_negotiation_class(JSONForAll).get(prices).post(echo))
        .path("minimal/", open("Minimal").metadata_class(MinimalMetadata).get(prices))
        .path("silent/", open("Silent").metadata_class(()).get(prices))
        .path("default/", open("Default").get(prices).post(echo))
        .path("page/", open("Page").renderer_classes(StaticHTMLRenderer).get(page).post(refused))
        .path("kept/", open("Kept").post(kept))
        .path("nothing/", both().get(nothing).post(refused))
        .format_suffix_patterns()
}

fn app() -> App {
    App::new("formats", env!("CARGO_MANIFEST_DIR"), urls)
}

async fn with(settings: &str) -> TestClient {
    let settings = Settings::read(&format!("[rest_framework]\n{settings}"), &Default::default()).unwrap();
    TestClient::with_settings(&app(), settings).await
}

#[belleville::test]
async fn a_renderer_of_ones_own_writes_a_table() {
    let client = with("").await;
    let table = "title,price\r\n\"Emma, or\",7\r\n\"She said \"\"no\"\"\",\r\n";
    for answer in [
        client.get("/prices/?format=csv").await,
        client.get("/prices.csv").await,
        client.get("/prices/").header("Accept", "text/csv").await,
    ] {
        assert_eq!((answer.text().as_str(), answer.status()), (table, 200));
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
        assert!(answer.header("vary").unwrap_or_default().contains("Accept"));
    }
    assert_eq!(client.get("/prices/").await.header("content-type"), Some("application/json"));
    client.get("/prices/?format=xml").await.assert_status(404);
    client.get("/prices/").header("Accept", "text/html").await.assert_status(406);
    // An error is rendered as every answer is; what has no body has no content type.
    let refused = client.request("POST", "/nothing/?format=csv").await;
    assert_eq!(refused.text(), "detail\r\nYou do not have permission to perform this action.\r\n");
    let nothing = client.get("/nothing/?format=csv").await;
    assert_eq!((nothing.status(), nothing.header("content-type"), nothing.text().as_str()), (204, None, ""));
}

#[belleville::test]
async fn a_parser_of_ones_own_reads_its_media_type() {
    let client = with("").await;
    let send = |body: &'static str, kind: &'static str| client.request("POST", "/lines/").body(kind, body);
    let sent = send("a: 1\nb: x: y", "text/x-lines").await;
    sent.assert_status(200).assert_json(json!({"a": "1", "b": "x: y"}));
    let latin =
        client.request("POST", "/lines/").body("text/x-lines; charset=latin-1", b"a: \xe9".to_vec()).await;
    latin.assert_json(json!({"a": "\u{e9}"}));
    let broken = send("a", "text/x-lines").await;
    broken
        .assert_status(400)
        .assert_json(json!({"detail": "Lines parse error - there is a line without a colon."}));
    send("{\"a\": 1}", "application/json").await.assert_json(json!({"a": 1}));
    let unknown = send("a=1", "application/x-www-form-urlencoded").await;
    unknown.assert_status(415).assert_json(
        json!({"detail": "Unsupported media type \"application/x-www-form-urlencoded\" in request."}),
    );
    let options = client.request("OPTIONS", "/lines/").await;
    options.assert_key("parses", json!(["application/json", "text/x-lines"]));
}

#[belleville::test]
async fn a_negotiation_of_ones_own_chooses() {
    let client = with("").await;
    let answer = client.get("/all/?format=csv").header("Accept", "image/png").await;
    answer.assert_status(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let sent = client.request("POST", "/all/").body("text/nonsense", "{\"a\": 1}").await;
    sent.assert_status(200).assert_json(json!({"a": 1}));
}

#[belleville::test]
async fn options_answers_what_the_metadata_say() {
    let client = with("").await;
    client.request("OPTIONS", "/minimal/").await.assert_status(200).assert_json(json!({"name": "Minimal"}));
    let silent = client.request("OPTIONS", "/silent/").await;
    silent.assert_status(405).assert_json(json!({"detail": "Method \"OPTIONS\" not allowed."}));
    client.request("OPTIONS", "/default/").await.assert_status(200);
    let off = with("default_metadata_class = false").await;
    off.request("OPTIONS", "/default/").await.assert_status(405);
    off.request("OPTIONS", "/minimal/").await.assert_status(200);
}

#[belleville::test]
async fn the_settings_name_classes_for_all_views() {
    let client = with("").await;
    client.request("POST", "/default/").form([("a", "1")]).await.assert_json(json!({"form": 1}));
    let html = client.get("/default/").header("Accept", "text/html").await;
    assert_eq!(html.header("content-type"), Some("text/html; charset=utf-8"));

    let narrow = "default_renderer_classes = ['rest_framework.renderers.JSONRenderer']\ndefault_parser_classes = ['JSONParser']";
    let client = with(narrow).await;
    client.request("POST", "/default/").form([("a", "1")]).await.assert_status(415);
    client.get("/default/").header("Accept", "text/html").await.assert_status(406);
    assert_eq!(client.get("/default/").await.header("vary"), Some("Cookie"));

    let other = with("url_format_override = 'f'").await;
    assert_eq!(other.get("/prices/?f=csv").await.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(other.get("/prices/?format=csv").await.header("content-type"), Some("application/json"));
    let none = with("url_format_override = false").await;
    none.get("/prices/?format=xml").await.assert_status(200);
    none.get("/prices.xml").await.assert_status(404);
}

fn gone(error: Error, _: &Request) -> Result<Response> {
    match error {
        Error::Api(exception) if exception.status() == 403 => Ok(Response::empty(410)),
        other => Err(other),
    }
}

#[belleville::test]
async fn a_program_sets_policies_for_all_views() {
    let app = app().default_policies(|policies| {
        policies.exception_handler(gone).metadata_class(MinimalMetadata).renderer_classes(CSVRenderer);
    });
    let client = TestClient::new(&app).await;
    client.request("POST", "/nothing/").await.assert_status(410);
    client.request("OPTIONS", "/prices/").await.assert_json(json!({"name": "Prices"}));
    assert_eq!(client.get("/default/").await.header("content-type"), Some("text/csv; charset=utf-8"));
    client.request("OPTIONS", "/silent/").await.assert_status(405);
}

#[belleville::test]
async fn pages_are_sent_as_they_are() {
    let client = with("").await;
    let page = client.get("/page/").await;
    assert_eq!(
        (page.text().as_str(), page.header("content-type")),
        ("<h1>Hello</h1>", Some("text/html; charset=utf-8"))
    );
    assert_eq!(client.request("POST", "/page/").await.text(), "403 Forbidden");
    client.get("/page/").header("Accept", "application/json").await.assert_status(406);
}

#[belleville::test]
async fn a_test_sends_forms_with_files_and_logs_out() {
    let client = with("").await;
    let request = client.request("POST", "/kept/");
    let sent =
        request.multipart([("title", "\u{e9}\r\n")], [("a \"b\"", "c \"d\".txt", &b"x\r\n--y"[..])]).await;
    sent.assert_status(200)
        .assert_json(json!({"title": "\u{e9}\r\n", "name": "c \"d\".txt", "content": "x\r\n--y"}));

    let alice = client.create_user("alice").await;
    let known = client.force_authenticate(alice).header("Accept", "image/png");
    known.get("/default/").await.assert_status(406);
    known.logout().get("/default/").await.assert_status(200);
}

async fn shelf(request: Request) -> Result<Response> {
    match request.query_params().get("missing") {
        Some("1") => Err(Error::not_found()),
        Some(_) => Err(Error::permission_denied()),
        None => Response::data(200, &json!({"title": "<Emma>", "tags": ["a", "b"], "price": 7})),
    }
}

fn shelf_page() -> View {
    View::new("Shelf")
        .renderer_classes((TemplateHTMLRenderer::new("shelf.html"), JSONRenderer))
        .permission_classes(AllowAny)
        .get(shelf)
}

fn shelf_app() -> App {
    App::new("formats", env!("CARGO_MANIFEST_DIR"), || Urls::new().path("shelf/", shelf_page()))
}

#[belleville::test]
async fn a_template_of_the_project_shows_the_answer() {
    let folder = Folder::new();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("shelf.html", "<h1>{{ title }}</h1>{% for tag in tags %}{{ tag }};{% endfor %}{{ price + 1 }}");
    write("404.html", "{{ status_code }}: {{ detail }}");
    let mut settings = Settings::default();
    settings.pages.templates = Some(folder.path().to_owned());
    let client = TestClient::with_settings(&shelf_app(), settings.clone()).await;
    let page = client.get("/shelf/").await;
    assert_eq!((page.text().as_str(), page.status()), ("<h1>&lt;Emma&gt;</h1>a;b;8", 200));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    client.get("/shelf/?format=json").await.assert_key("price", 7);
    let missing = client.get("/shelf/?missing=1").await;
    assert_eq!((missing.text().as_str(), missing.status()), ("404: Not found.", 404));
    assert_eq!(client.get("/shelf/?missing=2").await.text(), "403 Forbidden");
    write("api_exception.html", "no: {{ status_code }}");
    let client = TestClient::with_settings(&shelf_app(), settings).await;
    assert_eq!(client.get("/shelf/?missing=2").await.text(), "no: 403");
}

#[test]
fn a_template_that_is_not_there_stops_the_start() {
    let settings = crate::server::settings("", &[], "sqlite://:memory:");
    let error = shelf_app().application(settings).unwrap_err().to_string();
    assert!(error.contains("Shelf: TemplateHTMLRenderer needs the template `shelf.html`"), "{error}");
}
