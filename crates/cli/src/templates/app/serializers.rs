//! The fields of `{{app}}` that clients read and write.

use belleville::prelude::*;

use super::models::{{Model}};

/// {{A_model}}. The view sets its owner.
#[derive(ModelSerializer)]
#[serializer(model = {{Model}}, fields = [id, title, text, created_at])]
pub struct {{Model}}Serializer;
