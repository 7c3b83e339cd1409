//! Classes put together of mixins: what they can do is the list of their actions. The detail has no PATCH.

use belleville::prelude::*;

use crate::part_1::{Snippet, SnippetModelSerializer};

pub(super) struct SnippetList;

impl ModelViewSet for SnippetList {
    type Model = Snippet;
    type Serializer = SnippetModelSerializer;

    const ACTIONS: &'static [Action] = &[Action::List, Action::Create];
}

pub(super) struct SnippetDetail;

impl ModelViewSet for SnippetDetail {
    type Model = Snippet;
    type Serializer = SnippetModelSerializer;

    const ACTIONS: &'static [Action] = &[Action::Retrieve, Action::Update, Action::Destroy];
}
