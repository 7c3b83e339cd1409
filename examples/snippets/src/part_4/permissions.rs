//! Who may do what with a snippet.

use belleville::permissions::is_safe_method;
use belleville::prelude::*;

use super::Snippet;

/// Everybody may read a snippet, and its owner may change it.
#[derive(Clone, Composable, Copy, Debug)]
pub struct IsOwnerOrReadOnly;

impl ObjectPermission for IsOwnerOrReadOnly {
    type Object = Snippet;

    async fn allows(&self, request: &Request, snippet: &Snippet) -> Result<bool> {
        Ok(is_safe_method(request) || snippet.owner == request.user_as::<User>()?.into())
    }
}
