//! What humans see: the login pages and the browsable API.

pub mod api_auth;
pub mod browsable;
mod highlight;
mod next;
mod templates;

pub use templates::{TemplateError, Templates};
