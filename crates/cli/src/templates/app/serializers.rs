//! Which fields of `{{app}}` are shown and taken.

use belleville::prelude::*;

use super::models::{{Model}};

/// {{A_model}}; its owner is whoever made it.
#[derive(ModelSerializer)]
#[serializer(model = {{Model}}, fields = [id, title, text, created_at])]
pub struct {{Model}}Serializer;
