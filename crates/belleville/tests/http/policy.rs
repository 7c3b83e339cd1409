//! The pages' Content-Security-Policy: a page says it, an answer to a program does not, and a project has its own word.

use belleville::App;
use belleville::prelude::*;

use crate::server::{Answer, Folder, PASSWORD, Server};

async fn open(request: Request) -> Result<Response> {
    match request.query_params().get("fail") {
        None => Ok(Response::json(200, b"1".to_vec())),
        Some(_) => Err(Error::internal("it fails")),
    }
}

async fn own_page(_: Request) -> Result<Response> {
    Ok(Response::html(200, "<script>own()</script>"))
}

fn app() -> App {
    App::new("policy", env!("CARGO_MANIFEST_DIR"), || {
        Urls::new()
            .path("open/", View::new("Open").permission_classes(()).get(open))
            .path("closed/", View::new("Closed").get(open))
            .path("own/", View::new("Own").permission_classes(()).get(own_page))
    })
}

const HTML: &str = "Accept: text/html";

/// Every page that comes with a program, by what it is.
fn pages(server: &Server) -> Vec<(&'static str, Answer)> {
    let logged_in = server.login("alice", PASSWORD);
    let session = logged_in.cookie_value("sessionid").unwrap();
    let secret = "a".repeat(32);
    let csrf = format!("Cookie: csrftoken={secret}; sessionid={session}\nX-CSRFToken: {secret}");
    vec![
        ("the login", server.get("/api-auth/login/", "")),
        ("a refused login", server.login("alice", "wrong")),
        ("the logout", server.send("POST /api-auth/logout/", &csrf, "")),
        ("a form without its token", server.send("POST /api-auth/login/", "", "")),
        ("a view", server.get("/open/", HTML)),
        ("a refusal", server.get("/closed/", HTML)),
        ("no page", server.get("/nowhere/", HTML)),
        ("a failure", server.get("/open/?fail", HTML)),
        ("a wrong host", server.get("/open/", "Host: evil.example")),
    ]
}

/// The sources of a directive.
fn directive<'a>(policy: &'a str, name: &str) -> Option<&'a str> {
    policy.split("; ").find_map(|directive| directive.strip_prefix(name)?.strip_prefix(' '))
}

fn policy(answer: &Answer) -> &str {
    let policies: Vec<&str> = answer.headers("content-security-policy").collect();
    assert_eq!(policies.len(), 1, "{answer:?}");
    policies[0]
}

/// What Django's setting allows, the policy does not take back.
#[test]
fn frames_are_allowed_as_x_frame_options_says() {
    let server = Server::start_app(&app(), "", &[("X_FRAME_OPTIONS", "SAMEORIGIN")]);
    let page = server.get("/api-auth/login/", "");
    assert_eq!(page.header("x-frame-options"), Some("SAMEORIGIN"));
    assert_eq!(directive(policy(&page), "frame-ancestors"), Some("'self'"));
}

#[test]
fn every_page_has_a_strict_policy() {
    let server = Server::start_app(&app(), "", &[]);
    for (what, page) in pages(&server) {
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{what}");
        let policy = policy(&page);
        for (name, sources) in
            [("default-src", "'none'"), ("base-uri", "'none'"), ("frame-ancestors", "'none'")]
        {
            assert_eq!(directive(policy, name), Some(sources), "{what}: {policy}");
        }
        for word in ["unsafe", "*", "http", "data:", "nonce"] {
            assert!(!policy.contains(word), "{what}: {word} in {policy}");
        }
        // What does not stand in a page may not run there.
        let has = |text: &str| page.body.contains(text);
        assert!(!has("<style") || directive(policy, "style-src").unwrap().starts_with("'sha256-"), "{what}");
        assert!(
            !has("<script") || directive(policy, "script-src").unwrap().starts_with("'sha256-"),
            "{what}"
        );
        let forms = directive(policy, "form-action").unwrap();
        assert!(forms == if has("<form") || has("<style") { "'self'" } else { "'none'" }, "{what}: {policy}");
    }
    for (what, answer) in [
        ("JSON", server.get("/open/", "")),
        ("a program's own page", server.get("/own/", "")),
        ("a redirect", server.login("alice", PASSWORD)),
    ] {
        assert_eq!(answer.header("content-security-policy"), None, "{what}");
    }
}

#[test]
fn a_project_has_a_policy_of_its_own_or_none() {
    let own = "default-src 'self' https://cdn.example.com";
    let server = Server::start_app(&app(), &format!("content_security_policy = \"{own}\""), &[]);
    for (what, page) in pages(&server) {
        assert_eq!(policy(&page), own, "{what}");
    }
    let server = Server::start_app(&app(), "", &[("CONTENT_SECURITY_POLICY", "")]);
    for (what, page) in pages(&server) {
        assert_eq!(page.header("content-security-policy"), None, "{what}");
    }
}

/// A browser follows a login no further than its page's policy lets forms go.
#[test]
fn a_login_leads_where_the_setting_says() {
    for (url, forms) in [
        ("/accounts/profile/", "'self'"),
        ("https://app.example.com/welcome?x=1", "'self' https://app.example.com"),
    ] {
        let server = Server::start_app(&app(), "", &[("LOGIN_REDIRECT_URL", url)]);
        let page = server.get("/api-auth/login/", "");
        assert_eq!(directive(policy(&page), "form-action"), Some(forms));
        assert_eq!(server.login("alice", PASSWORD).header("location"), Some(url));
    }
}

/// What a project writes into its templates runs as well, without a word; what a client sends does not.
#[test]
fn a_projects_own_scripts_and_styles_run() {
    let folder = Folder::new();
    let own = folder.path().join("rest_framework");
    std::fs::create_dir_all(&own).unwrap();
    let login = "{% extends 'rest_framework/login_base.html' %}{% block style %}b { color: teal }{% endblock %}\
                 {% block content %}<script>alert(1)</script><script>go(\"{{ next }}\")</script>{% endblock %}";
    std::fs::write(own.join("login.html"), login).unwrap();
    let text = format!("templates = '{}'", folder.path().display());
    let server = Server::start_app(&app(), &text, &[]);
    let page = server.get("/api-auth/login/?next=stranger", "");
    assert!(page.body.contains("color: teal") && page.body.contains("go(\"stranger\")"), "{}", page.body);
    let scripts = directive(policy(&page), "script-src").unwrap();
    // The hash of `alert(1)`, as every guide shows it.
    assert!(scripts.contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"), "{scripts}");
    // `go("stranger")`: printf 'go("stranger")' | openssl dgst -sha256 -binary | base64
    assert!(!scripts.contains("hGikldKp7TjWQqh/Ie5JaHEIvCnTc0GpkAdBc9JPSjw="), "{scripts}");
    let built_in = Server::start_app(&app(), "", &[]).get("/api-auth/login/", "");
    assert_ne!(directive(policy(&page), "style-src"), directive(policy(&built_in), "style-src"));
}
