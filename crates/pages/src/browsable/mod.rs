//! The browsable API: an answer as a page, with what else can be done at its URL.
//!
//! [`BrowsablePage`] says what the page shows and becomes HTML; [`BrowsableAPIRenderer`] fills it from a response.

mod fields;
mod form;
mod links;
mod renderer;
mod sent;

use serde::{Serialize, Serializer};

pub use self::fields::{FieldsForm, FormField};
pub use self::form::RawForm;
pub use self::links::ObjectLink;
pub use self::renderer::BrowsableAPIRenderer;
use crate::templates::Templates;

/// What a page of the browsable API shows. Every text is plain: the page escapes it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BrowsablePage {
    /// The view's name.
    pub name: String,
    /// What the view says of itself: paragraphs between empty lines.
    pub description: String,
    /// The views from the root to this one: names and URLs.
    pub breadcrumbs: Vec<(String, String)>,
    /// Who is logged in.
    pub user: Option<String>,
    /// The path of the login page, when there is one.
    pub login_url: Option<String>,
    /// The path that logs out, when there is one.
    pub logout_url: Option<String>,
    /// The value of `csrfmiddlewaretoken` and of the header below.
    pub csrf_token: String,
    /// The header that carries the token; `X-CSRFToken` when it is empty.
    pub csrf_header_name: String,
    /// The method of the request.
    pub method: String,
    /// The path of the request with its query.
    pub path_with_query: String,
    /// The status of the answer.
    pub status_code: u16,
    /// The status in words: `Not Found`.
    pub status_text: String,
    /// The headers of the answer, in any order: the page sorts them.
    #[serde(serialize_with = "sorted")]
    pub response_headers: Vec<(String, String)>,
    /// How long to wait, when the answer asks for that.
    pub wait: Option<String>,
    /// The body of the answer: indented JSON.
    pub content: String,
    /// The values of the body that name an object.
    pub links: Vec<ObjectLink>,
    /// The methods that the view answers.
    pub allowed_methods: Vec<String>,
    /// The viewset's actions beside the view: names and URLs.
    pub extra_actions: Vec<(String, String)>,
    /// The formats that `?format=` can ask for.
    pub formats: Vec<String>,
    /// The POST form of a serializer that takes files, when the user may POST.
    pub post_fields: Option<FieldsForm>,
    /// The same for PUT and PATCH.
    pub put_fields: Option<FieldsForm>,
    /// The POST form of raw data, when the user may POST.
    pub post: Option<RawForm>,
    /// The PUT form of raw data, when the user may PUT.
    pub put: Option<RawForm>,
    /// The PATCH form of raw data, when the user may PATCH. Beside `put` it is one more button of the same form.
    pub patch: Option<RawForm>,
    /// Whether the user may DELETE.
    pub delete: bool,
}

impl BrowsablePage {
    /// The page as HTML.
    pub fn render(&self, templates: &Templates) -> String {
        templates.render("rest_framework/api.html", self)
    }
}

fn sorted<S: Serializer>(headers: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut headers: Vec<&(String, String)> = headers.iter().collect();
    headers.sort_by_cached_key(|(name, _)| name.to_ascii_lowercase());
    headers.serialize(serializer)
}
