//! Django REST framework's contract, in Rust.
//!
//! Every name of `rest_framework` is here under the same name: `rest_framework.permissions.IsAuthenticated` is
//! [`permissions::IsAuthenticated`]. Most programs begin with the [`prelude`] and an [`App`].

mod app;
mod json_macro;
pub mod test;

pub use app::App;
pub use belleville_auth as auth;
pub use belleville_db as db;
pub use belleville_macros::test;
pub use belleville_manage::{CommandError, Demo, DemoFuture};
pub use belleville_rest::http;
pub use belleville_rest::{
    BoxFuture, account, application, authentication, authtoken, development, events, exceptions, in_process,
    json, knox, login, mail, negotiation, parsers, permissions, python, renderers, request, response,
    routers, serializers, server, settings, simplejwt, urls, views, viewsets,
};

/// The pages that people see.
pub mod pages {
    pub use belleville_pages::{Templates, api_auth, browsable::BrowsableAPIRenderer};
}

/// What most programs use.
pub mod prelude {
    pub use crate::App;
    pub use crate::auth::models::User;
    pub use crate::authentication::{
        Authentication, BasicAuthentication, JWTAuthentication, JWTStatelessUserAuthentication,
        SessionAuthentication, TokenAuthentication,
    };
    pub use crate::authtoken::obtain_auth_token;
    pub use crate::db::migrations::{self, Migration};
    pub use crate::db::{Database, DateTime, ForeignKey, Model, QuerySet};
    pub use crate::exceptions::{Error, Result};
    pub use crate::permissions::{
        AllowAny, Composable, IsAdminUser, IsAuthenticated, IsAuthenticatedOrReadOnly, IsOwner,
        IsOwnerOrReadOnly, Permission, Rule,
    };
    pub use crate::request::Request;
    pub use crate::response::Response;
    pub use crate::routers::{DefaultRouter, SimpleRouter};
    pub use crate::serializers::{ModelSerializer, Serializer};
    pub use crate::urls::Urls;
    pub use crate::views::View;
    pub use crate::viewsets::{Action, ModelViewSet, ReadOnlyModelViewSet, viewset};
}
