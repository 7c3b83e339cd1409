//! Answers as pages of the project's own templates.

use std::sync::Arc;

use belleville_http::services::Services;
use belleville_http::settings::SettingsError;
use belleville_rest::apps::App;
use belleville_rest::json::Json;
use belleville_rest::renderers::{Renderer, depends_on_the_user};
use belleville_rest::request::Request;
use belleville_rest::response::Response;
use http::StatusCode;
use minijinja::value::Value;

use crate::templates::Templates;

/// Pages of a template in the folder of the setting `templates`: DRF's `TemplateHTMLRenderer`. The answer is an object, and the
/// template has its values: `TemplateHTMLRenderer::new("books.html")`.
///
/// An error is shown by the template of its status, `404.html`, or else by `api_exception.html`; where there is neither, by its
/// status alone.
#[derive(Clone, Copy, Debug)]
pub struct TemplateHTMLRenderer {
    template: &'static str,
}

impl TemplateHTMLRenderer {
    /// A renderer of this template.
    pub fn new(template_name: &'static str) -> Self {
        Self { template: template_name }
    }
}

impl Renderer for TemplateHTMLRenderer {
    fn media_type(&self) -> &str {
        "text/html"
    }

    fn format(&self) -> &str {
        "html"
    }

    fn check(&self, services: &Services) -> Result<(), SettingsError> {
        if services.get::<Arc<Templates>>().is_some_and(|templates| templates.has(self.template)) {
            return Ok(());
        }
        Err(SettingsError::new(format!(
            "TemplateHTMLRenderer needs the template `{}`, which is not in the folder of the setting `templates`",
            self.template
        )))
    }

    async fn render(&self, request: &Request, mut response: Response) -> Response {
        let Some(templates) = request.services().get::<Arc<Templates>>() else { return response };
        let status = response.status();
        let data = response.take_data();
        let page = if request.is_answered_with_an_error() {
            depends_on_the_user(request, &mut response);
            error_page(templates, status, data)
        } else {
            templates.render_values(self.template, values(data, None))
        };
        templates.policy().guard(request, response.into_html(status, page))
    }
}

fn error_page(templates: &Templates, status: u16, data: Option<Json>) -> String {
    let of_status = format!("{status}.html");
    match [of_status.as_str(), "api_exception.html"].into_iter().find(|name| templates.has(name)) {
        Some(name) => templates.render_values(name, values(data, Some(status))),
        None => StatusCode::from_u16(status).map(|status| status.to_string()).unwrap_or_default(),
    }
}

/// What the template has: the values of an object; anything else as `data`.
fn values(data: Option<Json>, status: Option<u16>) -> Value {
    let mut values: Vec<(String, Value)> = match &data {
        Some(Json::Dict(data)) => data.iter().map(|(name, json)| (name.to_owned(), value(json))).collect(),
        Some(other) => vec![("data".to_owned(), value(other))],
        None => Vec::new(),
    };
    values.extend(status.map(|status| ("status_code".to_owned(), Value::from(status))));
    Value::from_pairs(values)
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(yes) => Value::from(*yes),
        Json::Int(number) => Value::from(*number),
        Json::BigInt(digits) => Value::from(&**digits),
        Json::Float(number) => Value::from(*number),
        Json::Str(text) => Value::from(text.as_str()),
        Json::Surrogates(_) => Value::from(json.dumps().unwrap_or_default()),
        Json::List(items) => items.iter().map(value).collect(),
        Json::Dict(members) => {
            Value::from_pairs(members.iter().map(|(name, json)| (name.to_owned(), value(json))))
        }
    }
}

/// Gives the templates to the renderers.
#[derive(Debug)]
pub struct PagesApp(pub Arc<Templates>);

impl App for PagesApp {
    fn ready(&self, services: &mut Services) -> Result<(), SettingsError> {
        services.insert(Arc::clone(&self.0));
        Ok(())
    }
}
