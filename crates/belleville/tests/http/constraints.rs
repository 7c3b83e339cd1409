//! What the database refuses, and rows that cannot be read: what the client is told, and what the log says.

use belleville::application::Application;
use belleville::db::Registry;
use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::prelude::*;

use crate::server::{Folder, Server, log, settings};

#[derive(Clone, Debug, Model)]
#[model(
    app = "letters",
    unique_together = [["subject", "pages"]],
    constraints = [unique(name = "one_of_seven_pages", expressions = [lower(subject)], condition = pages == 7)],
)]
struct Letter {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    subject: String,
    #[field(max_length = 20, unique)]
    number: String,
    pages: Option<u32>,
    #[field(blank)]
    weight: i64,
    #[field(auto_now_add)]
    sent: DateTime,
    #[field(on_delete = Cascade)]
    owner: ForeignKey<User>,
}

/// The same table as a program knows it that takes less care.
#[derive(Clone, Debug, Model)]
#[model(app = "letters", table = "letters_letter")]
struct Careless {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    subject: Option<String>,
    #[field(max_length = 20)]
    number: String,
    #[field(max_length = 20)]
    pages: Option<String>,
    #[field(default = 0)]
    weight: i64,
    #[field(max_length = 40)]
    sent: String,
    owner_id: i64,
}

#[derive(ModelSerializer)]
#[serializer(model = Letter, fields = [id, subject, number, pages, weight, sent])]
struct LetterSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Letter, fields = [id, subject, number, pages, weight, sent, owner])]
struct WholeSerializer;

/// Sets a field, but not the one that is needed.
struct Forgetful;

impl ModelViewSet for Forgetful {
    type Model = Letter;
    type Serializer = LetterSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }

    async fn perform_create(&self, serializer: Serializer<Letter>, request: &Request) -> Result<Letter> {
        serializer.with(Letter::PAGES.set(1)).save(request.db()).await
    }
}

macro_rules! plain {
    ($($name:ident $serializer:ident $actions:expr;)*) => {$(
        struct $name;

        impl ModelViewSet for $name {
            type Model = Letter;
            type Serializer = $serializer;

            const ACTIONS: &'static [Action] = $actions;

            fn configure(&self, config: &mut Config<Self>) {
                config.permission_classes(AllowAny);
            }
        }
    )*};
}

plain! {
    Incomplete LetterSerializer Action::ALL;
    Whole WholeSerializer Action::ALL;
    Unchanging LetterSerializer Action::READ_ONLY;
}

/// Inserts a row that the query describes, past every check.
async fn insert(request: Request) -> Result<Response> {
    let query = request.query_params();
    let text = |name: &str| query.get(name).map(str::to_owned);
    let number = |name: &str| query.get(name).and_then(|text| text.parse().ok()).unwrap_or(1);
    let row = [
        Careless::ID.set(number("id")),
        Careless::SUBJECT.set(text("subject")),
        Careless::NUMBER.set(text("number").unwrap_or_default()),
        Careless::PAGES.set(text("pages")),
        Careless::SENT.set(text("sent").unwrap_or_else(|| "2026-01-02 03:04:05".to_owned())),
        Careless::OWNER_ID.set(number("owner")),
    ];
    Careless::objects().create(request.db(), row).await?;
    Ok(Response::empty(204))
}

async fn read(request: Request) -> Result<Response> {
    match request.query_params().get("how") {
        Some("values") => {
            drop(Letter::objects().values((Letter::ID, Letter::PAGES)).all(request.db()).await?)
        }
        _ => drop(Letter::objects().all(request.db()).await?),
    }
    Ok(Response::empty(204))
}

fn letters() -> AppConfig {
    let app = AppConfig::new("letters").model::<Letter>();
    app.migration(Migration::new("0001_initial").create(ModelState::of::<Letter>()))
}

fn server(text: &str) -> Server {
    let mut router = DefaultRouter::new();
    router.register("forgetful", Forgetful).basename("forgetful");
    router.register("whole", Whole).basename("whole");
    router.register("unchanging", Unchanging).basename("unchanging");
    let public = |name: &str| View::new(name).permission_classes(AllowAny);
    let urls = Urls::new()
        .include("", router.urls())
        .path("insert/", public("Insert").get(insert))
        .path("read/", public("Read").get(read));
    Server::start_with(text, &[], urls, vec![letters()], vec![])
}

const JSON: &str = "Content-Type: application/json\nAccept: application/json";
const CONFLICT: &str = "{\"detail\":\"The change conflicts with another one made at the same time, or refers to a row that is \
                        gone.\"}";

#[test]
fn a_value_that_nobody_gave_is_told_before_anything_is_written() {
    let log = log();
    let forgotten = "LetterSerializer does not take `owner`, which has no default: set it in perform_create";
    let left_out =
        "WholeSerializer got no value for `weight`, which has no default: set it in perform_create";
    for debug in [true, false] {
        let server = server(&format!("debug = {debug}"));
        for (view, body, reason) in [
            ("forgetful", "{\"subject\": \"s\", \"number\": \"1\", \"weight\": 1}", forgotten),
            ("whole", "{\"subject\": \"s\", \"number\": \"1\", \"owner\": 1}", left_out),
        ] {
            let answer = server.send(&format!("POST /{view}/"), JSON, body);
            assert_eq!(answer.status, 500, "{}", answer.body);
            assert_eq!(answer.body.contains(reason), debug, "{}", answer.body);
            assert!(log.text().contains(reason), "{}", log.text());
            // What is wrong with the input is told all the same.
            assert_eq!(server.send(&format!("POST /{view}/"), JSON, "{}").status, 400);
        }
        let rows = server.runtime.block_on(Letter::objects().count(&server.application.db)).unwrap();
        assert_eq!(rows, 0);
        let whole = "{\"subject\": \"s\", \"number\": \"1\", \"weight\": 1, \"owner\": 1}";
        assert_eq!(server.send("POST /whole/", JSON, whole).status, 201);
    }
}

#[test]
fn a_viewset_whose_every_post_would_fail_does_not_start() {
    let started = |urls: Urls| {
        let folder = Folder::new();
        let apps = belleville::auth::user::install([letters()]).unwrap();
        let models = apps.iter().flat_map(|app| app.models.iter().copied());
        let db = Database::open(&folder.database(), Registry::new(models)).unwrap();
        let settings = settings("", &[], &folder.database());
        Application::new(settings, db, urls, vec![], Default::default()).map(drop)
    };
    let mut router = DefaultRouter::new();
    router.register("incomplete", Incomplete);
    let error = started(Urls::new().include("", router.urls())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Incomplete: LetterSerializer does not take `owner`, which has no default: set it in perform_create"
    );
    let mut router = DefaultRouter::new();
    router.register("forgetful", Forgetful).basename("forgetful");
    router.register("whole", Whole).basename("whole");
    router.register("unchanging", Unchanging).basename("unchanging");
    started(Urls::new().include("", router.urls())).unwrap();
}

/// Of another request at the same time the client is told; a mistake of the program is the program's. The log names the
/// constraint, the table and the columns of both.
#[test]
fn a_constraint_says_which_it_is() {
    let log = log();
    let server = server("");
    assert_eq!(server.get("/insert/?subject=s&number=first&pages=3", "").status, 204);
    assert_eq!(server.get("/insert/?subject=seven&number=7&pages=7&id=7", "").status, 204);
    for (query, status, reason) in [
        ("id=2&number=2", 500, "NOT NULL constraint failed: letters_letter.subject"),
        ("id=2&number=first&subject=s", 409, "UNIQUE constraint failed: letters_letter.number"),
        (
            "id=2&number=2&subject=s&pages=3",
            409,
            "UNIQUE constraint failed: letters_letter.subject, letters_letter.pages",
        ),
        (
            "id=2&number=2&subject=SEVEN&pages=7",
            409,
            "UNIQUE constraint failed: one_of_seven_pages (table letters_letter)",
        ),
        ("id=1&number=2&subject=s", 409, "UNIQUE constraint failed: letters_letter.id"),
        ("id=2&number=2&subject=s&owner=99", 409, "FOREIGN KEY constraint failed (table letters_letter)"),
        ("id=2&number=2&subject=s&pages=-3", 500, "CHECK constraint failed: pages (table letters_letter)"),
    ] {
        let answer = server.get(&format!("/insert/?{query}"), "");
        assert_eq!(answer.status, status, "{query}: {}", answer.body);
        if status == 409 {
            assert_eq!(answer.body, CONFLICT, "{query}");
        }
        assert!(!answer.body.contains("letters_letter"), "{}", answer.body);
        let log = log.text();
        assert!(log.contains(&format!("reason=\"{reason}\"")), "{query}: {log}");
    }
}

#[test]
fn a_row_that_cannot_be_read_is_told_by_its_column_and_not_by_its_content() {
    let log = log();
    let server = server("");
    assert_eq!(server.get("/insert/?subject=s&pages=unsaid-pages&number=unsaid-number", "").status, 204);
    for path in ["/unchanging/1/", "/unchanging/", "/read/", "/read/?how=values"] {
        let begun = log.text().len();
        assert_eq!(server.get(path, "").status, 500, "{path}");
        let told = log.text().split_off(begun);
        let reason = "reason=\"letters_letter.pages: expected an integer, found text\"";
        assert!(told.contains(reason), "{path}: {told}");
    }
    assert_eq!(server.get("/insert/?id=2&subject=t&number=2&sent=unsaid-time", "").status, 204);
    assert_eq!(server.get("/unchanging/2/", "").status, 500);
    let log = log.text();
    assert!(log.contains("reason=\"letters_letter.sent: expected a datetime, found other text\""), "{log}");
    assert!(!log.lines().any(|line| line.contains("unsaid-") && !line.contains("/insert/")), "{log}");
}
