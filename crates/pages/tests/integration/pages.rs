//! Whatever any field of any page holds, the page has the same tags, and no link leads off the web.

use belleville_pages::Templates;
use belleville_pages::browsable::{BrowsablePage, FieldsForm, FormField, ObjectLink, RawForm};
use belleville_pages::development::{WelcomePage, WelcomeUrl, failed_page, not_found_page};
use belleville_pages::error_page;
use belleville_pages::login::{FieldState, LoginPage};
use belleville_rest::development::{NotFound, Report};

use crate::markup::{skeleton, tags};

const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "' onfocus='alert(1)' autofocus='",
    "\" onfocus=\"alert(1)",
    "</textarea></pre></option><img src=x onerror=alert(1)>",
    "</script></style></title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//http",
    "\u{1}java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/",
    "/\t/evil.example/",
    "/\\evil.example/",
    "{\"a\": \"</pre><script>alert(1)</script>\\\"<b>\", \"javascript:alert(1)\": null}",
    "{{ 77 * 77 }}{% include '403_csrf.html' %}{# #}",
    "<!-- ]]> &lt;script&gt; &#60;b&#62;",
    "\u{0}\u{b}\u{202e}\u{2028}é",
    "",
];

#[test]
fn no_text_changes_the_markup_of_a_page() {
    let templates = Templates::new(None).expect("the built-in templates");
    for (name, page) in PAGES {
        // A text that is no JSON, has no link and is not empty.
        let expected = skeleton(&page(&templates, "text"));
        for attack in ATTACKS.iter().filter(|attack| !attack.is_empty()) {
            let html = page(&templates, attack);
            assert_eq!(skeleton(&html), expected, "{name}: {attack:?}");
            assert!(!html.contains("5929"), "{name}: {attack:?} was calculated");
        }
    }
}

#[test]
fn every_link_and_form_stays_on_the_web() {
    let templates = Templates::new(None).expect("the built-in templates");
    for (name, page) in PAGES {
        for attack in ATTACKS {
            for tag in tags(&page(&templates, attack)) {
                for attribute in ["href", "action", "data-url", "src", "formaction"] {
                    let Some(url) = tag.get(attribute) else { continue };
                    let at_home = url.starts_with('#') || url.starts_with('?') || url.starts_with('/');
                    let is_safe = at_home && !url.starts_with("//") && !url.contains(['\\', '\t', '\n']);
                    assert!(is_safe, "{name}: {attack:?} became {attribute}={url:?}");
                }
            }
        }
    }
}

type Page = fn(&Templates, &str) -> String;

/// Every page, with one text in all of its fields.
const PAGES: &[(&str, Page)] = &[
    ("login", |templates, text| login(text).render(templates)),
    ("csrf failure", |templates, text| error_page::csrf_failure(templates, Some(text), true)),
    ("browsable", |templates, text| browsable(text).render(templates)),
    ("anonymous", |templates, text| BrowsablePage { user: None, ..browsable(text) }.render(templates)),
    ("patch only", |templates, text| {
        BrowsablePage { put: None, logout_url: None, ..browsable(text) }.render(templates)
    }),
    ("not found", |templates, text| {
        let tried = vec![(text.into(), text.into())];
        not_found_page(templates, &NotFound { path: text.into(), tried, hint: Some(text.into()) })
    }),
    ("failed", |templates, text| failed_page(templates, &report(text))),
    ("welcome", |templates, text| WelcomePage { user: None, ..welcome(text) }.render(templates)),
    ("welcome back", |templates, text| welcome(text).render(templates)),
];

fn report(text: &str) -> Report {
    Report {
        status: 500,
        reason: text.into(),
        place: Some(text.into()),
        sql: Some(text.into()),
        view: Some(text.into()),
        method: text.into(),
        path: text.into(),
        request_id: Some(text.into()),
        query: vec![(text.into(), text.into())],
        headers: vec![(text.into(), text.into())],
    }
}

fn welcome(text: &str) -> WelcomePage {
    let url = WelcomeUrl { path: text.into(), link: true, methods: vec![text.into()], view: text.into() };
    WelcomePage {
        user: Some(text.into()),
        login_url: Some(text.into()),
        notice: Some(text.into()),
        urls: vec![url],
    }
}

fn login(text: &str) -> LoginPage {
    LoginPage {
        action: text.into(),
        csrf_token: text.into(),
        next: text.into(),
        form_errors: vec![text.into()],
        username_label: "Username".to_owned(),
        username: FieldState { value: text.into(), errors: vec![text.into()] },
        password_errors: vec![text.into()],
    }
}

fn fields_form(text: &str) -> FieldsForm {
    let field = |element| FormField {
        name: text.into(),
        label: text.into(),
        help_text: text.into(),
        element,
        multiple: false,
        image: false,
        value: vec![text.into()],
        options: vec![(text.into(), text.into())],
    };
    FieldsForm { fields: ["select", "textarea", "file", "text"].map(field).into() }
}

fn browsable(text: &str) -> BrowsablePage {
    let raw = RawForm { media_types: vec![text.into()], content: text.into() };
    BrowsablePage {
        name: text.into(),
        description: text.into(),
        breadcrumbs: vec![(text.into(), text.into())],
        user: Some(text.into()),
        login_url: Some(text.into()),
        logout_url: Some(text.into()),
        csrf_token: text.into(),
        csrf_header_name: text.into(),
        method: text.into(),
        path_with_query: text.into(),
        status_code: 200,
        status_text: text.into(),
        response_headers: vec![(text.into(), text.into())],
        wait: Some(text.into()),
        content: text.into(),
        links: vec![ObjectLink { key: text.into(), before: text.into(), after: text.into() }],
        allowed_methods: vec![text.into(), "GET".into(), "OPTIONS".into()],
        extra_actions: vec![(text.into(), text.into())],
        formats: vec![text.into()],
        post_fields: Some(fields_form(text)),
        put_fields: Some(fields_form(text)),
        post: Some(raw.clone()),
        put: Some(raw.clone()),
        patch: Some(raw),
        delete: true,
    }
}
