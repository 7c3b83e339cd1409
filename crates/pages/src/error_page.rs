//! The page of a form that was refused because its CSRF token was missing or wrong.

use serde::Serialize;

use crate::templates::Templates;

#[derive(Serialize)]
pub(crate) struct CsrfFailure<'a> {
    pub(crate) reason: Option<&'a str>,
}

/// The page of a 403 for a failed CSRF check. The reason helps developers, and attackers: it is shown only with `debug`.
pub fn csrf_failure(templates: &Templates, reason: Option<&str>, debug: bool) -> String {
    templates.render("403_csrf.html", CsrfFailure { reason: reason.filter(|_| debug) })
}
