//! Writes every page into the folder named by the first argument, to be looked at in a browser:
//! `cargo run -p belleville-pages --example gallery -- FOLDER`.

use std::path::PathBuf;

use belleville_pages::Templates;
use belleville_pages::browsable::{BrowsablePage, RawForm};
use belleville_pages::error_page;
use belleville_pages::login::{FieldState, LoginPage};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    let templates = Templates::new(None)?;
    std::fs::create_dir_all(&folder)?;
    let pages = [
        ("login", LoginPage::default().render(&templates)),
        ("login-refused", refused().render(&templates)),
        ("csrf", error_page::csrf_failure(&templates, Some("CSRF cookie not set."), true)),
        ("list", list().render(&templates)),
        ("anonymous", anonymous().render(&templates)),
        ("invalid", invalid().render(&templates)),
        ("detail", detail().render(&templates)),
    ];
    for (name, html) in pages {
        std::fs::write(folder.join(name).with_extension("html"), html)?;
    }
    Ok(())
}

fn refused() -> LoginPage {
    LoginPage {
        form_errors: vec![
            "Please enter a correct username and password. Note that both fields may be case-sensitive."
                .into(),
        ],
        username: FieldState { value: "django".into(), errors: vec![] },
        password_errors: vec!["This field is required.".into()],
        next: "/api/projects/".into(),
        ..LoginPage::default()
    }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn list() -> BrowsablePage {
    BrowsablePage {
        name: "Project List".into(),
        description:
            "The projects that you own or take part in, newest first.\nAnyone who is logged in may start one."
                .into(),
        breadcrumbs: pairs(&[("Api Root", "/api/"), ("Project List", "/api/projects/")]),
        user: Some("django".into()),
        login_url: Some("/api-auth/login/".into()),
        logout_url: Some("/api-auth/logout/".into()),
        csrf_token: "token".into(),
        method: "GET".into(),
        path_with_query: "/api/projects/?page=2".into(),
        status_code: 200,
        status_text: "OK".into(),
        response_headers: pairs(&[
            ("Vary", "Accept, Cookie"),
            ("Allow", "GET, POST, HEAD, OPTIONS"),
            ("Content-Type", "application/json"),
            ("Link", "<http://localhost:8000/api/projects/?page=3>; rel=\"next\""),
        ]),
        content: LIST.into(),
        allowed_methods: ["GET", "POST", "HEAD", "OPTIONS"].map(str::to_owned).to_vec(),
        formats: ["json", "api"].map(str::to_owned).to_vec(),
        post: Some(raw(
            "{\n    \"name\": \"\",\n    \"notes\": \"\",\n    \"budget\": null,\n    \"is_public\": false\n}",
        )),
        ..BrowsablePage::default()
    }
}

const LIST: &str = r#"{
    "count": 3,
    "next": "http://localhost:8000/api/projects/?page=3",
    "previous": null,
    "results": [
        {
            "url": "http://localhost:8000/api/projects/1/",
            "name": "Nuages & <b>other</b> tunes",
            "notes": "Recorded at https://en.wikipedia.org/wiki/Belleville_(song), they say; a line that is longer than most screens are wide, to see how it wraps.",
            "budget": "1200.00",
            "rating": 4.5,
            "is_public": true,
            "tags": []
        }
    ]
}"#;

fn anonymous() -> BrowsablePage {
    BrowsablePage {
        user: None,
        description: String::new(),
        status_code: 403,
        status_text: "Forbidden".into(),
        content: "{\n    \"detail\": \"Authentication credentials were not provided.\"\n}".into(),
        post: None,
        ..list()
    }
}

fn invalid() -> BrowsablePage {
    BrowsablePage {
        method: "POST".into(),
        status_code: 400,
        status_text: "Bad Request".into(),
        content: "{\n    \"name\": [\n        \"This field may not be blank.\"\n    ]\n}".into(),
        ..list()
    }
}

fn detail() -> BrowsablePage {
    let content = "{\n    \"name\": \"Nuages\",\n    \"budget\": \"1200.00\",\n    \"is_public\": true\n}";
    BrowsablePage {
        name: "Project Instance".into(),
        breadcrumbs: pairs(&[
            ("Api Root", "/api/"),
            ("Project List", "/api/projects/"),
            ("Project Instance", "/api/projects/1/"),
        ]),
        path_with_query: "/api/projects/1/".into(),
        content: content.into(),
        post: None,
        put: Some(raw(content)),
        patch: Some(raw(content)),
        delete: true,
        ..list()
    }
}

fn raw(content: &str) -> RawForm {
    let media_types = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"];
    RawForm { media_types: media_types.map(str::to_owned).to_vec(), content: content.to_owned() }
}
