//! The actions of viewsets, and the methods of HTTP.

/// An action of a viewset: one of the usual six, or one of its own. It is also the name by which policies are given to it:
/// `config.on(Action::Create)`, `config.on("publish")`.
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
    /// OPTIONS.
    Metadata,
    /// An action of the viewset's own, by its name.
    Own(&'static str),
}

impl From<&'static str> for Action {
    fn from(name: &'static str) -> Self {
        let usual = [Self::Metadata].into_iter().chain(Self::ALL.iter().copied());
        usual.into_iter().find(|action| action.name() == name).unwrap_or(Self::Own(name))
    }
}

impl Action {
    /// The usual actions, all of them.
    pub const ALL: &'static [Self] =
        &[Self::List, Self::Create, Self::Retrieve, Self::Update, Self::PartialUpdate, Self::Destroy];

    /// Those that only read: DRF's `ReadOnlyModelViewSet`.
    pub const READ_ONLY: &'static [Self] = &[Self::List, Self::Retrieve];

    /// Those of a list that can be added to: DRF's `ListCreateAPIView`.
    pub const LIST_CREATE: &'static [Self] = &[Self::List, Self::Create];

    /// Those of one object: DRF's `RetrieveUpdateDestroyAPIView`.
    pub const RETRIEVE_UPDATE_DESTROY: &'static [Self] =
        &[Self::Retrieve, Self::Update, Self::PartialUpdate, Self::Destroy];

    /// The name, as DRF has it: `partial_update`.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Create => "create",
            Self::Retrieve => "retrieve",
            Self::Update => "update",
            Self::PartialUpdate => "partial_update",
            Self::Destroy => "destroy",
            Self::Metadata => "metadata",
            Self::Own(name) => name,
        }
    }

    /// The method of one of the usual actions.
    pub(super) fn method(self) -> Option<Method> {
        match self {
            Self::List | Self::Retrieve => Some(Method::GET),
            Self::Create => Some(Method::POST),
            Self::Update => Some(Method::PUT),
            Self::PartialUpdate => Some(Method::PATCH),
            Self::Destroy => Some(Method::DELETE),
            Self::Metadata | Self::Own(_) => None,
        }
    }

    pub(super) fn is_detail(self) -> bool {
        matches!(self, Self::Retrieve | Self::Update | Self::PartialUpdate | Self::Destroy)
    }
}

/// A method of HTTP that a view answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the method of its name")]
pub enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE,
    HEAD,
    OPTIONS,
    TRACE,
}

impl Method {
    /// The name, in upper case.
    pub fn name(self) -> &'static str {
        match self {
            Self::GET => "GET",
            Self::POST => "POST",
            Self::PUT => "PUT",
            Self::PATCH => "PATCH",
            Self::DELETE => "DELETE",
            Self::HEAD => "HEAD",
            Self::OPTIONS => "OPTIONS",
            Self::TRACE => "TRACE",
        }
    }
}
