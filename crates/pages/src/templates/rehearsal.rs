//! Every page, rendered once at start with each of its parts. A filter that does not exist, or a file that is not there,
//! shows only when a template runs: it runs here first.

use minijinja::{Environment, Error};

use super::rendered;
use crate::api_auth::LoggedOut;
use crate::browsable::{BrowsablePage, FieldsForm, FormField, ObjectLink, RawForm};
use crate::development::{WelcomePage, WelcomeUrl};
use crate::error_page::CsrfFailure;
use crate::login::{FieldState, LoginPage};

/// The pages as they came out.
pub(super) fn run(environment: &Environment<'_>) -> Result<Vec<String>, Error> {
    let mut pages = Vec::new();
    for page in [LoginPage::default(), login()] {
        pages.push(rendered(environment, "rest_framework/login.html", page)?);
    }
    for page in [BrowsablePage::default(), anonymous(), everything()] {
        pages.push(rendered(environment, "rest_framework/api.html", page)?);
    }
    for login_url in [None, Some(text())] {
        pages.push(rendered(environment, "registration/logged_out.html", LoggedOut { login_url })?);
    }
    for reason in [None, Some("text")] {
        pages.push(rendered(environment, "403_csrf.html", CsrfFailure { reason })?);
    }
    for page in [WelcomePage::default(), welcome()] {
        pages.push(rendered(environment, "development/welcome.html", page)?);
    }
    Ok(pages)
}

fn text() -> String {
    "text".to_owned()
}

fn welcome() -> WelcomePage {
    let url = WelcomeUrl { path: text(), link: true, methods: vec![text()], view: text() };
    WelcomePage { user: None, login_url: Some(text()), notice: Some(text()), urls: vec![url] }
}

fn login() -> LoginPage {
    LoginPage {
        action: text(),
        csrf_token: text(),
        next: text(),
        form_errors: vec![text()],
        username_label: text(),
        username: FieldState { value: text(), errors: vec![text()] },
        password_errors: vec![text()],
    }
}

fn anonymous() -> BrowsablePage {
    BrowsablePage { user: None, patch: None, delete: false, status_code: 403, ..everything() }
}

/// Each element of a form.
fn fields_form() -> FieldsForm {
    let field = |element| FormField {
        name: text(),
        label: text(),
        help_text: text(),
        element,
        multiple: true,
        image: true,
        value: vec![text()],
        options: vec![(text(), text())],
    };
    FieldsForm { fields: ["select", "textarea", "checkbox", "file", "text", "number"].map(field).into() }
}

fn everything() -> BrowsablePage {
    let raw = RawForm { media_types: vec![text()], content: text() };
    BrowsablePage {
        name: text(),
        description: text(),
        breadcrumbs: vec![(text(), text()), (text(), text())],
        user: Some(text()),
        login_url: Some(text()),
        logout_url: Some(text()),
        csrf_token: text(),
        csrf_header_name: text(),
        method: text(),
        path_with_query: text(),
        status_code: 200,
        status_text: text(),
        response_headers: vec![(text(), text())],
        wait: Some(text()),
        content: text(),
        links: vec![ObjectLink { key: text(), before: text(), after: text() }],
        allowed_methods: ["GET", "OPTIONS"].map(str::to_owned).to_vec(),
        extra_actions: vec![(text(), text())],
        formats: vec![text()],
        post_fields: Some(fields_form()),
        put_fields: Some(fields_form()),
        post: Some(raw.clone()),
        put: Some(raw.clone()),
        patch: Some(raw),
        delete: true,
    }
}
