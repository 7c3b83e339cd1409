//! The templates: built in, and a project's own in their place.

use std::fmt;
use std::path::Path;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use serde::Serialize;

use crate::highlight::escaped;

const BUILT_IN: &[(&str, &str)] = &[
    ("rest_framework/base.html", include_str!("../templates/rest_framework/base.html")),
    ("rest_framework/login.html", include_str!("../templates/rest_framework/login.html")),
    ("rest_framework/api.html", include_str!("../templates/rest_framework/api.html")),
    ("registration/logged_out.html", include_str!("../templates/registration/logged_out.html")),
    ("403_csrf.html", include_str!("../templates/403_csrf.html")),
];

/// Every template, checked at start.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
}

/// A template that cannot be used: which, where and why.
#[derive(Debug)]
pub struct TemplateError(String);

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TemplateError {}

impl Templates {
    /// The built-in templates, but for those that a folder has under the same name.
    ///
    /// # Errors
    /// When a file cannot be read or is no template; the text names the file and the line.
    pub fn new(folder: Option<&Path>) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        // Django's five characters; minijinja would escape slashes too.
        environment.set_formatter(|out, _, value| {
            if value.is_undefined() || value.is_none() {
                return Ok(());
            }
            let text = value.to_string();
            let written = if value.is_safe() { out.write_str(&text) } else { out.write_str(&escaped(&text)) };
            written.map_err(minijinja::Error::from)
        });
        for (name, built_in) in BUILT_IN {
            let source = own(folder, name)?.unwrap_or_else(|| (*built_in).to_owned());
            environment
                .add_template_owned(*name, source)
                .map_err(|error| TemplateError(format!("{name}: {error:#}")))?;
        }
        Ok(Self { environment })
    }

    /// Renders a template. One that fails at that late point (a project's own with an unknown filter) is logged.
    pub(crate) fn render(&self, name: &str, context: impl Serialize) -> String {
        let rendered =
            self.environment.get_template(name).and_then(|template| template.render(Serde(context)));
        rendered.unwrap_or_else(|error| {
            tracing::error!(template = name, %error, "a template failed");
            "This page cannot be shown: its template failed.".to_owned()
        })
    }
}

fn own(folder: Option<&Path>, name: &str) -> Result<Option<String>, TemplateError> {
    let Some(folder) = folder else { return Ok(None) };
    if !folder.is_dir() {
        return Err(TemplateError(format!("{} is not a folder", folder.display())));
    }
    let path = folder.join(name);
    match std::fs::read_to_string(&path) {
        Ok(source) => Ok(Some(source)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(TemplateError(format!("cannot read {}: {error}", path.display()))),
    }
}
