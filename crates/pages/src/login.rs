//! The login page: a form of two fields, and what was wrong with the last attempt. It works without JavaScript, and a
//! password that was typed never comes back in the page.

use serde::Serialize;

use crate::templates::Templates;

/// What the login page shows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LoginPage {
    /// The path that the form is sent to; the page's own when it is empty.
    pub action: String,
    /// The value of `csrfmiddlewaretoken`.
    pub csrf_token: String,
    /// Where a login leads, sent along as it is; whoever redirects must check it.
    pub next: String,
    /// What is wrong with the attempt as a whole.
    pub form_errors: Vec<String>,
    /// What people call the name to log in with: `Username`.
    pub username_label: String,
    /// The user name that was typed, and what is wrong with it.
    pub username: FieldState,
    /// What is wrong with the password.
    pub password_errors: Vec<String>,
}

/// A field that was sent: its value and what is wrong with it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FieldState {
    /// The text of the field.
    pub value: String,
    /// What is wrong with it.
    pub errors: Vec<String>,
}

impl LoginPage {
    /// The page as HTML.
    pub fn render(&self, templates: &Templates) -> String {
        templates.render("rest_framework/login.html", self)
    }
}
