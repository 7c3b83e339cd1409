//! The templates: built in, and a project's own in their place. All of them are read, parsed and tried out at start, so
//! that a mistake in one is an error with its file and line before the first request.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use belleville_http::printable::Quoted;
use belleville_http::settings::Section;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment};
use serde::{Deserialize, Serialize};

use crate::browsable::ObjectLink;
use crate::policy::Policy;
use crate::{highlight, html};

mod rehearsal;

/// The pages.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PageSettings {
    /// A folder with templates that replace the built-in pages.
    pub templates: Option<PathBuf>,
}

impl Section for PageSettings {}

macro_rules! built_in {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../../templates/", $name)))),*] };
}

const BUILT_IN: &[(&str, &str)] = built_in![
    "rest_framework/base.html",
    "rest_framework/api.html",
    "rest_framework/login_base.html",
    "rest_framework/login.html",
    "rest_framework/fields_form.html",
    "rest_framework/form.html",
    "rest_framework/raw_data_form.html",
    "rest_framework/mark.svg",
    "rest_framework/style.css",
    "rest_framework/script.js",
    "registration/logged_out.html",
    "403_csrf.html",
    "development/base.html",
    "development/technical_404.html",
    "development/technical_500.html",
    "development/welcome.html",
];

/// What is read from a project's folder besides the names above; a template of its own can be included or extended.
const EXTENSIONS: [&str; 5] = ["html", "svg", "css", "js", "txt"];

/// Every template, checked at start.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    policy: Policy,
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
    /// When the folder or a file in it cannot be read, or a file is no template that can be shown; the text names the file
    /// and the line.
    pub fn new(folder: Option<&Path>) -> Result<Self, TemplateError> {
        let own = folder.map(own_files).transpose()?.unwrap_or_default();
        let environment = environment().map_err(|error| explained(&error, &own))?;
        let mut templates = Self { environment, policy: Policy::of(&[]) };
        for (name, source) in BUILT_IN {
            if !own.contains_key(*name) {
                templates.add(name, (*source).to_owned(), &own)?;
            }
        }
        for (name, path) in &own {
            let source = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
            templates.add(name, source, &own)?;
        }
        let pages = rehearsal::run(&templates.environment).map_err(|error| explained(&error, &own))?;
        templates.policy = Policy::of(&pages);
        Ok(templates)
    }

    fn add(&mut self, name: &str, source: String, own: &Own) -> Result<(), TemplateError> {
        let added = self.environment.add_template_owned(name.to_owned(), source);
        added.map_err(|error| explained(&error, own))
    }

    /// What may run in the pages.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether there is a template of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.environment.get_template(name).is_ok()
    }

    /// Renders a template. One that fails at that late point (a branch that the rehearsal did not take) is logged.
    pub(crate) fn render(&self, name: &str, context: impl Serialize) -> String {
        rendered(&self.environment, name, context).unwrap_or_else(|error| failed(name, &error))
    }

    /// The same with values that are the template's already.
    pub(crate) fn render_values(&self, name: &str, values: Value) -> String {
        let template = self.environment.get_template(name);
        template.and_then(|template| template.render(values)).unwrap_or_else(|error| failed(name, &error))
    }
}

fn failed(name: &str, error: &minijinja::Error) -> String {
    tracing::error!(template = name, error = %Quoted(error), "a template failed");
    "This page cannot be shown: its template failed.".to_owned()
}

fn rendered(
    environment: &Environment<'_>,
    name: &str,
    context: impl Serialize,
) -> Result<String, minijinja::Error> {
    environment.get_template(name)?.render(Serde(context))
}

/// What every template may use: the escaping, and the filters `href`, `linkify`, `paragraphs`, `highlight` and
/// `with_query`.
fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    environment.set_syntax(syntax.trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // Django's five characters; minijinja would escape slashes too.
    environment.set_formatter(|out, _, value| {
        if value.is_undefined() || value.is_none() {
            return Ok(());
        }
        let shown = value.as_str().map_or_else(|| value.to_string().into(), std::borrow::Cow::Borrowed);
        if value.is_safe() {
            return out.write_str(&shown).map_err(minijinja::Error::from);
        }
        html::escaped(&shown).try_for_each(|piece| out.write_str(piece)).map_err(minijinja::Error::from)
    });
    environment.add_filter("href", |url: &str| html::href(url));
    environment.add_filter("linkify", |text: &str| {
        let mut out = String::new();
        html::linkify(&mut out, text);
        Value::from_safe_string(out)
    });
    environment.add_filter("paragraphs", |text: &str| Value::from_safe_string(html::paragraphs(text)));
    environment.add_filter("highlight", |text: &str, links: Option<Vec<Value>>| {
        Value::from_safe_string(highlight::json(text, &object_links(links.unwrap_or_default())))
    });
    environment.add_filter("with_query", |url: &str, name: &str, value: &Value| {
        minijinja::filters::urlencode(value).map(|value| html::with_query(url, name, &value))
    });
    Ok(environment)
}

/// The links as they were before a template had them.
fn object_links(values: Vec<Value>) -> Vec<ObjectLink> {
    let text = |value: &Value, name: &str| Some(value.get_attr(name).ok()?.as_str()?.to_owned());
    let link = |value: &Value| {
        Some(ObjectLink {
            key: text(value, "key")?,
            before: text(value, "before")?,
            after: text(value, "after")?,
        })
    };
    values.iter().filter_map(link).collect()
}

/// A project's own templates: their names and where they are.
type Own = BTreeMap<String, PathBuf>;

fn own_files(folder: &Path) -> Result<Own, TemplateError> {
    if !folder.is_dir() {
        return Err(TemplateError(format!("{} is not a folder", folder.display())));
    }
    let mut own = Own::new();
    collect(folder, "", &mut own)?;
    for (name, _) in BUILT_IN {
        let path = folder.join(name);
        if path.exists() {
            own.insert((*name).to_owned(), path);
        }
    }
    Ok(own)
}

/// Hidden files stay out, and links to folders, which could lead round in a circle.
fn collect(folder: &Path, prefix: &str, own: &mut Own) -> Result<(), TemplateError> {
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(|error| unreadable(&path, &error))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            collect(&path, &format!("{name}/"), own)?;
        } else if EXTENSIONS.contains(&extension) && path.is_file() {
            own.insert(name, path);
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &std::io::Error) -> TemplateError {
    TemplateError(format!("cannot read {}: {error}", path.display()))
}

/// A mistake with the file and the line where it was made, which for an included template is the innermost one.
fn explained(error: &minijinja::Error, own: &Own) -> TemplateError {
    let mut error = error;
    while let Some(cause) = error.source().and_then(|cause| cause.downcast_ref::<minijinja::Error>()) {
        error = cause;
    }
    let mut text = match error.name() {
        Some(name) => own.get(name).map_or_else(|| name.to_owned(), |path| path.display().to_string()),
        None => "a template".to_owned(),
    };
    if let Some(line) = error.line() {
        let _ = write!(text, ", line {line}");
    }
    let _ = write!(text, ": {}", error.kind());
    if let Some(detail) = error.detail() {
        let _ = write!(text, ": {detail}");
    }
    TemplateError(text)
}
