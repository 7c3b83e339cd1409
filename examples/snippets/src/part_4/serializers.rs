//! Snippets with the names of their owners, and users with the keys of their snippets.

use belleville::prelude::*;
use belleville::serializers::PrimaryKeyRelatedField;
use belleville::serializers::fields::ReadOnlyField;

use super::Snippet;

/// A snippet with the name of its owner.
#[derive(ModelSerializer)]
#[serializer(model = Snippet, fields = [id, owner, title, code, linenos, language, style])]
pub(super) struct SnippetSerializer {
    #[field(source = "owner.username")]
    owner: ReadOnlyField,
}

/// A user with the keys of their snippets.
#[derive(ModelSerializer)]
#[serializer(model = User, fields = [id, username, snippets])]
pub(super) struct UserSerializer {
    #[field(many)]
    snippets: PrimaryKeyRelatedField<Snippet>,
}
