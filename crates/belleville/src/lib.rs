//! Django REST framework's contract, in Rust: a REST API with users, permissions, sessions and tokens, on the same
//! database and with the same requests and responses as a Django project.
//!
//! A whole program:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use belleville::db::migrations::state::*;
//! use belleville::prelude::*;
//!
//! /// A note of a user.
//! #[derive(Clone, Debug, Model)]
//! #[model(app = "notes", ordering = ["id"])]
//! pub struct Note {
//!     #[field(primary_key)]
//!     pub id: i64,
//!     #[field(max_length = 100)]
//!     pub title: String,
//!     #[field(on_delete = Cascade)]
//!     pub owner: ForeignKey<User>,
//! }
//!
//! /// The fields that a client reads and writes.
//! #[derive(ModelSerializer)]
//! #[serializer(model = Note, fields = [id, title])]
//! pub struct NoteSerializer;
//!
//! pub struct NoteViewSet;
//!
//! impl ModelViewSet for NoteViewSet {
//!     type Model = Note;
//!     type Serializer = NoteSerializer;
//!
//!     // A user sees only their own notes ...
//!     fn queryset(&self, request: &Request) -> Result<QuerySet<Note>> {
//!         Ok(Note::objects().filter(Note::OWNER.eq(request.user()?)))
//!     }
//!
//!     // ... and owns the notes that they create.
//!     async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
//!         serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
//!     }
//! }
//!
//! fn notes() -> migrations::AppConfig {
//!     migrations::AppConfig::new("notes").model::<Note>().migration(
//!         Migration::new("0001_initial")
//!             .depends_on("auth", "0012_alter_user_first_name_max_length")
//!             .create(model("Note", [id(), char("title", 100), foreign_key("owner", "auth.User")])),
//!     )
//! }
//!
//! fn urls() -> Urls {
//!     let mut router = DefaultRouter::new();
//!     router.register("notes", NoteViewSet);
//!     Urls::new().include("api/", router.urls()).path("api-token-auth/", obtain_auth_token())
//! }
//!
//! fn main() -> ExitCode {
//!     App::new("notes", env!("CARGO_MANIFEST_DIR"), urls).app(notes()).run()
//! }
//! ```
//!
//! `cargo run -- migrate` creates the tables, `cargo run -- createsuperuser` creates a user, and `cargo run` serves
//! `/api/notes/`. Requests without a user are refused: the default permission is
//! [`IsAuthenticated`](permissions::IsAuthenticated).
//!
//! The classes of `rest_framework` have the same names here: `rest_framework.permissions.IsAuthenticated` is
//! [`permissions::IsAuthenticated`]. The [`prelude`] has the names that most programs need, and [`test`](mod@test) has
//! what tests need.

mod app;
mod json_macro;
pub mod test;

pub use app::App;
pub use belleville_accounts::{RequestTokens, account, authtoken, knox, mail, simplejwt};
pub use belleville_auth as auth;
pub use belleville_auth::cache;
pub use belleville_db as db;
pub use belleville_http::{
    BoxFuture, exceptions, facts, http, json, parsers, python, response, server, services,
};
pub use belleville_macros::test;
pub use belleville_manage::{CommandError, Demo, DemoFuture};
pub use belleville_manage::{application, in_process, settings};
pub use belleville_rest::{
    apps, development, events, filters, guardian, login, metadata, middleware, negotiation, pagination,
    permissions, policies, reports, request, routers, serializers, static_files, throttling, urls,
    versioning, views, viewsets,
};

/// Who a request is from: the authenticators of views.
pub mod authentication {
    pub use belleville_accounts::knox::KnoxTokenAuthentication;
    pub use belleville_accounts::simplejwt::{JWTAuthentication, JWTStatelessUserAuthentication};
    pub use belleville_rest::authentication::*;
}

/// Renderers: how answers become bytes.
pub mod renderers {
    pub use belleville_pages::{TemplateHTMLRenderer, browsable::BrowsableAPIRenderer};
    pub use belleville_rest::renderers::*;
}

/// The HTML pages: login, logout and the browsable API.
pub mod pages {
    pub use belleville_pages::{TemplateHTMLRenderer, Templates, api_auth, browsable::BrowsableAPIRenderer};
}

/// The names that most programs need: `use belleville::prelude::*`.
pub mod prelude {
    pub use crate::App;
    pub use crate::RequestTokens as _;
    pub use crate::auth::models::User;
    pub use crate::auth::user::AuthUser;
    pub use crate::authentication::{
        Authentication, BasicAuthentication, JWTAuthentication, JWTStatelessUserAuthentication,
        SessionAuthentication, TokenAuthentication,
    };
    pub use crate::authtoken::obtain_auth_token;
    pub use crate::db::migrations::{self, AppConfig, Migration};
    pub use crate::db::{AbstractModel, Database, DateTime, ForeignKey, Model, ModelHooks, QuerySet, Record};
    pub use crate::exceptions::{Error, Result};
    pub use crate::permissions::{
        AllowAny, Composable, IsAdminUser, IsAuthenticated, IsAuthenticatedOrReadOnly, IsOwner,
        IsOwnerOrReadOnly, ObjectPermission, Permission, Rule,
    };
    pub use crate::request::Request;
    pub use crate::response::Response;
    pub use crate::routers::{DefaultRouter, SimpleRouter};
    pub use crate::serializers::{ModelSerializer, Serializer, SerializerResponse as _};
    pub use crate::throttling::{
        AnonRateThrottle, ScopedRateThrottle, SimpleRateThrottle, Throttle, UserRateThrottle,
    };
    pub use crate::urls::Urls;
    pub use crate::views::{APIView, View, api_view};
    pub use crate::viewsets::{Action, Config, Lookup, Method, ModelViewSet, ViewSet, viewset};
}
