//! What each page must offer: the fields that a login sends, the links and forms of a view.

use belleville_pages::Templates;
use belleville_pages::browsable::{BrowsablePage, FieldsForm, FormField, RawForm};
use belleville_pages::error_page;
use belleville_pages::login::{FieldState, LoginPage};

fn templates() -> Templates {
    Templates::new(None).expect("the built-in templates")
}

/// Rows of: what it is, the page, what must be in it, what must not.
type Row<'a> = (&'a str, String, &'a [&'a str], &'a [&'a str]);

fn check(rows: &[Row<'_>]) {
    for (it, page, present, absent) in rows {
        for text in *present {
            assert!(page.contains(text), "{it}: no {text} in {page}");
        }
        for text in *absent {
            assert!(!page.contains(text), "{it}: {text} in {page}");
        }
        for asset in ["<link", "src=", "@import", "url("] {
            assert!(!page.contains(asset), "{it}: an asset from outside: {asset}");
        }
    }
}

#[test]
fn login_pages() {
    let templates = templates();
    let named = FieldState { value: "django".into(), errors: vec![] };
    let missing = "This field is required.".to_owned();
    let unnamed = FieldState { errors: vec![missing.clone()], ..FieldState::default() };
    let action = "/api-auth/login/".to_owned();
    let (next, csrf_token) = ("/api/?a=1&b".into(), "token".into());
    let username_label = "Username".to_owned();
    let fresh = LoginPage { action, next, csrf_token, username_label, ..LoginPage::default() };
    let refused = LoginPage { username: named, form_errors: vec!["Refused.".into()], ..fresh.clone() };
    let empty = LoginPage { username: unnamed, password_errors: vec![missing], ..fresh.clone() };
    let nowhere = LoginPage { action: String::new(), ..fresh.clone() };
    check(&[
        (
            "fresh",
            fresh.render(&templates),
            &[
                "<title>Log in – Belleville</title>",
                r#"<form method="post" action="/api-auth/login/">"#,
                r#"<input type="hidden" name="csrfmiddlewaretoken" value="token">"#,
                r#"<input type="hidden" name="next" value="/api/?a=1&amp;b">"#,
                r#"<label for="id_username">Username</label>"#,
                r#"<label for="id_password">Password</label>"#,
                r#"name="username" value="" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>"#,
                r#"name="password" autocomplete="current-password" required>"#,
            ],
            &["role=\"alert\"", "aria-invalid=\"true\"", "<script"],
        ),
        (
            "refused",
            refused.render(&templates),
            &[
                r#"<ul class="errors alert" role="alert"><li>Refused.</li></ul>"#,
                r#"value="django""#,
                r#"autocomplete="current-password" required autofocus>"#,
            ],
            &[],
        ),
        (
            "empty",
            empty.render(&templates),
            &[
                r#"required autofocus aria-invalid="true" aria-describedby="id_username-errors">"#,
                r#"<ul class="errors" id="id_username-errors" role="alert"><li>This field is required.</li></ul>"#,
                r#"<ul class="errors" id="id_password-errors" role="alert"><li>This field is required.</li></ul>"#,
            ],
            &[],
        ),
        ("no action", nowhere.render(&templates), &["<form method=\"post\">"], &[]),
    ]);
}

#[test]
fn csrf_failures() {
    let templates = templates();
    let text = "CSRF verification failed. Request aborted.";
    check(&[
        (
            "debug",
            error_page::csrf_failure(&templates, Some("CSRF cookie not set."), true),
            &[
                "<title>403 Forbidden</title>",
                "<h1>Forbidden <span>(403)</span></h1>",
                text,
                "CSRF cookie not set.",
            ],
            &[],
        ),
        (
            "production",
            error_page::csrf_failure(&templates, Some("CSRF cookie not set."), false),
            &[text],
            &["CSRF cookie", "debug"],
        ),
    ]);
}

fn page() -> BrowsablePage {
    BrowsablePage {
        name: "Project List".into(),
        breadcrumbs: vec![
            ("Api Root".into(), "/api/".into()),
            ("Project List".into(), "/api/projects/".into()),
        ],
        login_url: Some("/api-auth/login/".into()),
        logout_url: Some("/api-auth/logout/".into()),
        csrf_token: "token".into(),
        method: "GET".into(),
        path_with_query: "/api/projects/?page=2&format=api".into(),
        status_code: 200,
        status_text: "OK".into(),
        response_headers: vec![("Vary".into(), "Accept".into()), ("Allow".into(), "GET".into())],
        content: "{\n    \"url\": \"http://x/\"\n}".into(),
        allowed_methods: vec!["GET".into(), "OPTIONS".into()],
        formats: vec!["json".into()],
        ..BrowsablePage::default()
    }
}

#[test]
fn browsable_pages() {
    let templates = templates();
    let raw = || Some(RawForm { media_types: vec!["application/json".into()], content: "\n{}".into() });
    let field = |name: &str, label: &str, element| FormField {
        name: name.into(),
        label: label.into(),
        element,
        ..FormField::default()
    };
    let fields = || {
        let cover =
            FormField { help_text: "Of the book".into(), image: true, ..field("cover", "Cover", "file") };
        let pages = FormField { multiple: true, ..field("pages", "Pages", "file") };
        let public = FormField { value: vec!["true".into()], ..field("is_public", "Is public", "checkbox") };
        let options = ["a", "b"].map(|value| (value.to_owned(), value.to_uppercase())).into();
        let kind = FormField { value: vec!["a".into()], options, ..field("kind", "Kind", "select") };
        Some(FieldsForm { fields: vec![cover, pages, public, kind] })
    };
    let user = || Some("django".to_owned());
    let rendered = |page: BrowsablePage| page.render(&templates);
    check(&[
        (
            "anonymous",
            rendered(page()),
            &[
                "<title>Project List – Belleville</title>",
                "<h1>Project List</h1>",
                r#"<li><a href="/api/projects/" aria-current="page">Project List</a></li>"#,
                r#"href="/api-auth/login/?next=/api/projects/%3Fpage%3D2%26format%3Dapi""#,
                r#"<a class="button primary" href="/api/projects/?page=2&amp;format=api" rel="nofollow">GET</a>"#,
                r#"<a href="/api/projects/?page=2&amp;format=json" rel="nofollow">json</a>"#,
                r#"data-send="OPTIONS""#,
                "HTTP 200 OK",
                "<dt>Allow:</dt> <dd>GET</dd></div>\n      <div><dt>Vary:</dt>",
                r#"<a href="http://x/" rel="nofollow">"#,
            ],
            &["<form", "data-send=\"DELETE\"", "Log out"],
        ),
        (
            "logged in",
            rendered(BrowsablePage { user: user(), ..page() }),
            &[
                r#"<form method="post" action="/api-auth/logout/">"#,
                r#"<input type="hidden" name="csrfmiddlewaretoken" value="token">"#,
                r#"<input type="hidden" name="next" value="/api/projects/?page=2&amp;format=api">"#,
            ],
            &["Log in"],
        ),
        (
            "without login pages",
            rendered(BrowsablePage { login_url: None, logout_url: None, ..page() }),
            &[],
            &["Log in"],
        ),
        (
            "without logout",
            rendered(BrowsablePage { user: user(), logout_url: None, ..page() }),
            &["django"],
            &["Log out", "Log in"],
        ),
        (
            "nothing allowed",
            rendered(BrowsablePage { allowed_methods: vec![], ..page() }),
            &[],
            &[">GET</a>", "data-send=\"OPTIONS\""],
        ),
        (
            "raw POST",
            rendered(BrowsablePage { post: raw(), ..page() }),
            &[
                r#"data-method="POST">"#,
                "<option>application/json</option>",
                "data-content>\n\n{}</textarea>",
                r#"value="POST">POST</button>"#,
            ],
            &[">PUT</button>"],
        ),
        (
            "files by POST",
            rendered(BrowsablePage { post: raw(), post_fields: fields(), ..page() }),
            &[
                r#"<form method="post" action="/api/projects/?page=2&amp;format=api" enctype="multipart/form-data" data-method="POST">"#,
                r#"<input type="hidden" name="csrfmiddlewaretoken" value="token">"#,
                r#"<label for="post-field-1">Cover</label>"#,
                r#"<input type="file" id="post-field-1" name="cover" accept="image/*">"#,
                r#"<input type="file" id="post-field-2" name="pages" multiple>"#,
                r#"<input type="checkbox" id="post-field-3" name="is_public" value="true" checked>"#,
                r#"<option value="a" selected>A</option>"#,
                r#"<p class="help">Of the book</p>"#,
            ],
            &[">PUT</button>"],
        ),
        (
            "files by PATCH alone",
            rendered(BrowsablePage { patch: raw(), put_fields: fields(), ..page() }),
            &[
                r#"<form class="scripted" method="post" action="/api/projects/?page=2&amp;format=api" enctype="multipart/form-data" data-method="PATCH">"#,
                r#"<input type="file" id="put-field-1" name="cover" accept="image/*">"#,
            ],
            &[">PUT</button>", ">POST</button>"],
        ),
        (
            "PUT and PATCH",
            rendered(BrowsablePage { put: raw(), patch: raw(), ..page() }),
            &[r#"data-method="PUT">"#, ">PUT</button>", ">PATCH</button>"],
            &[">POST</button>"],
        ),
        (
            "PATCH alone",
            rendered(BrowsablePage { patch: raw(), ..page() }),
            &[r#"data-method="PATCH">"#, ">PATCH</button>"],
            &[">PUT</button>"],
        ),
        (
            "DELETE",
            rendered(BrowsablePage { delete: true, ..page() }),
            &["Are you sure you want to delete this Project List?", r#"data-send="DELETE">Delete</button>"#],
            &[],
        ),
        (
            "the page's own script",
            rendered(page()),
            &[
                r#"data-url="/api/projects/?page=2&amp;format=api" data-token="token" data-header="X-CSRFToken""#,
                r#"Accept: "text/html; q=1.0, */*""#,
                "[header]: token",
            ],
            &[],
        ),
    ]);
}
