//! The form of a page.

use serde::Serialize;

/// A form that sends a body as it is typed. It needs JavaScript.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RawForm {
    /// The media types to choose from; the first is chosen.
    pub media_types: Vec<String>,
    /// The body to begin with.
    pub content: String,
}
