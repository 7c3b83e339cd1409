//! What humans see: the login pages, the browsable API and the page of a refused form.
//!
//! A page is a plain struct that becomes HTML by [`Templates`]: [`login::LoginPage`], [`browsable::BrowsablePage`] and
//! [`error_page`] know nothing of HTTP. [`api_auth`] and [`browsable::BrowsableAPIRenderer`] fill them from a request.

pub mod api_auth;
pub mod browsable;
pub mod development;
pub mod error_page;
mod highlight;
mod html;
pub mod login;
mod next;
mod policy;
mod template_html;
mod templates;
mod wait;

pub use template_html::{PagesApp, TemplateHTMLRenderer};
pub use templates::{PageSettings, TemplateError, Templates};
