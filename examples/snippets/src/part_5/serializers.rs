//! Snippets and users, who name each other by their URLs.

use belleville::prelude::*;
use belleville::serializers::fields::ReadOnlyField;
use belleville::serializers::{
    HyperlinkedIdentityField, HyperlinkedModelSerializer, HyperlinkedRelatedField,
};

use crate::part_4::Snippet;

/// A snippet with the name of its owner and the URL of its page.
#[derive(HyperlinkedModelSerializer)]
#[serializer(
    model = Snippet,
    fields = [url, id, highlight, owner, title, code, linenos, language, style]
)]
pub struct SnippetSerializer {
    #[field(source = "owner.username")]
    owner: ReadOnlyField,
    #[field(view_name = "snippet-highlight", format = "html")]
    highlight: HyperlinkedIdentityField,
}

/// A user with the URLs of their snippets.
#[derive(HyperlinkedModelSerializer)]
#[serializer(model = User, fields = [url, id, username, snippets])]
pub struct UserSerializer {
    #[field(many, view_name = "snippet-detail", read_only)]
    snippets: HyperlinkedRelatedField<Snippet>,
}
