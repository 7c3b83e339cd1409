//! Generic views: the usual lists of actions have names.

use belleville::prelude::*;

use crate::part_1::{Snippet, SnippetModelSerializer};

pub(super) struct SnippetList;

impl ModelViewSet for SnippetList {
    type Model = Snippet;
    type Serializer = SnippetModelSerializer;

    const ACTIONS: &'static [Action] = Action::LIST_CREATE;
}

pub(super) struct SnippetDetail;

impl ModelViewSet for SnippetDetail {
    type Model = Snippet;
    type Serializer = SnippetModelSerializer;

    const ACTIONS: &'static [Action] = Action::RETRIEVE_UPDATE_DESTROY;
}
