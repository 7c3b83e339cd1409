//! The actions of viewsets, and their methods.

/// An action of a viewset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// GET on the list.
    List,
    /// POST on the list.
    Create,
    /// GET on one object.
    Retrieve,
    /// PUT on one object.
    Update,
    /// PATCH on one object.
    PartialUpdate,
    /// DELETE on one object.
    Destroy,
    /// OPTIONS, and every method that the viewset does not have.
    Metadata,
}

impl Action {
    /// The actions of a [`ModelViewSet`](super::ModelViewSet).
    pub const ALL: &'static [Self] =
        &[Self::List, Self::Create, Self::Retrieve, Self::Update, Self::PartialUpdate, Self::Destroy];

    /// The actions of a [`ReadOnlyModelViewSet`](super::ReadOnlyModelViewSet).
    pub const READ_ONLY: &'static [Self] = &[Self::List, Self::Retrieve];

    pub(super) fn method(self) -> &'static str {
        match self {
            Self::List | Self::Retrieve => "GET",
            Self::Create => "POST",
            Self::Update => "PUT",
            Self::PartialUpdate => "PATCH",
            Self::Destroy => "DELETE",
            Self::Metadata => "OPTIONS",
        }
    }

    pub(super) fn is_detail(self) -> bool {
        !matches!(self, Self::List | Self::Create)
    }
}
