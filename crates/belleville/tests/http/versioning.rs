//! Versions of an API, by every scheme and over HTTP. The blocks of `docs/guide/versioning.md` are pieces of this file.

use belleville::http::HeaderName;
use belleville::json;
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::TestClient;
use belleville::versioning::{
    AcceptHeaderVersioning, NamespaceVersioning, QueryParameterVersioning, Versioning, Versions,
};

async fn books(request: Request) -> Result<Response> {
    match request.version() {
        Some("2.0") => Response::data(200, &json!({"results": ["Emma"]})),
        _ => Response::data(200, &json!(["Emma"])),
    }
}

fn view() -> View {
    View::new("Books")
        .versioning_class(AcceptHeaderVersioning.default_version("1.0").allowed_versions(["1.0", "2.0"]))
        .permission_classes(AllowAny)
        .get(books)
}

/// The version is in the header `X-API-Version`.
struct HeaderVersioning;

impl Versioning for HeaderVersioning {
    fn determine_version(&self, request: &Request, versions: &Versions) -> Result<Option<String>> {
        let version = request.header(&HeaderName::from_static("x-api-version"));
        versions.checked(version.as_deref(), || Error::not_found_because("Invalid version in header."))
    }
}

async fn shown(request: &Request) -> Result<Response> {
    let url = request.reverse("shown", ())?;
    let scheme = request.versioning_scheme().map(|scheme| scheme.name());
    Response::data(200, &json!({"version": request.version(), "scheme": scheme, "url": url}))
}

fn urls() -> Urls {
    let any = || View::new("Shown").permission_classes(AllowAny).get(shown);
    let api = || Urls::new().path("shown/", any().versioning_class(NamespaceVersioning)).name("shown");
    Urls::new()
        .path("books/", view())
        .path("own/", any().versioning_class(HeaderVersioning.allowed_versions(["1", "2"])))
        .path("none/", any().versioning_class(()))
        .path("query/", any().versioning_class(QueryParameterVersioning.version_param("v")))
        .path("shown/", any())
        .name("shown")
        .include("v1/", api().namespace("v1"))
        .include("v2/", api().namespace("v2"))
        .path("<version>/shown/", any())
        .name("shown")
}

async fn client(settings: &str) -> TestClient {
    let app = App::new("versions", env!("CARGO_MANIFEST_DIR"), urls);
    let settings = Settings::read(&format!("[rest_framework]\n{settings}"), &Default::default()).unwrap();
    TestClient::with_settings(&app, settings).await
}

#[belleville::test]
async fn a_client_says_which_version_it_reads() {
    let client = client("").await;
    for (accept, status, body) in [
        ("application/json", 200, json!(["Emma"])),
        ("application/json; version=2.0", 200, json!({"results": ["Emma"]})),
        ("application/json; version=3.0", 406, json!({"detail": "Invalid version in \"Accept\" header."})),
    ] {
        client.get("/books/").header("Accept", accept).await.assert_status(status).assert_json(body);
    }
}

#[belleville::test]
async fn schemes_of_ones_own_find_versions() {
    let client = client("").await;
    let own = client.get("/own/").header("X-API-Version", "2").await;
    own.assert_key("version", "2").assert_key("scheme", "HeaderVersioning");
    let refused = client.get("/own/").header("X-API-Version", "3").await;
    refused.assert_status(404).assert_json(json!({"detail": "Invalid version in header."}));
    client.get("/own/").await.assert_status(404);
}

#[belleville::test]
async fn the_settings_are_for_all_views() {
    let scheme = "default_versioning_class = 'QueryParameterVersioning'";
    for (settings, path, status, version) in [
        ("", "/shown/?version=1", 200, json!(null)),
        (scheme, "/shown/?version=1", 200, json!("1")),
        (
            "default_versioning_class = 'rest_framework.versioning.URLPathVersioning'",
            "/1/shown/",
            200,
            json!("1"),
        ),
        (&format!("{scheme}\ndefault_version = '7'"), "/shown/", 200, json!("7")),
        (&format!("{scheme}\nallowed_versions = ['1']"), "/shown/?version=1", 200, json!("1")),
        (&format!("{scheme}\nallowed_versions = ['1']"), "/shown/?version=2", 404, json!(null)),
        (&format!("{scheme}\nversion_param = 'v'"), "/shown/?v=3", 200, json!("3")),
        // What a view says counts, for each of them alone.
        (scheme, "/none/?version=1", 200, json!(null)),
        (&format!("{scheme}\nallowed_versions = ['1']"), "/query/?v=2", 404, json!(null)),
    ] {
        let answer = client(settings).await.get(path).await;
        answer.assert_status(status);
        if status == 200 {
            answer.assert_key("version", version);
        }
    }
}

#[belleville::test]
async fn urls_keep_the_version() {
    let client = client("default_versioning_class = 'URLPathVersioning'").await;
    for (path, url) in [
        ("/shown/", "http://testserver/shown/"),
        ("/5/shown/", "http://testserver/5/shown/"),
        ("/v1/shown/", "http://testserver/v1/shown/"),
        ("/v2/shown/", "http://testserver/v2/shown/"),
        ("/query/?v=4&format=json", "http://testserver/shown/?format=json&v=4"),
        ("/none/", "http://testserver/shown/"),
    ] {
        client.get(path).await.assert_status(200).assert_key("url", url);
    }
}
