//! Events about credentials, for one hook and for the log: Django's signals `user_logged_in`, `user_login_failed` and
//! more. No event contains a password, a key or a token.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use belleville_auth::user::{AuthUser, UserPk};
use belleville_db::Model;

use crate::printable::Quoted;
use crate::request::Request;

/// An event about a user's credentials.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The authentication scheme.
    pub through: Through,
    /// The user's primary key; `None` when there is no such user.
    pub user_id: Option<UserPk>,
    /// The user's name; after a failure, the first 150 characters of the name that was tried.
    pub username: String,
    /// The address of the client: [`HttpRequest::client_address`](belleville_http::request::HttpRequest::client_address).
    pub address: Option<IpAddr>,
}

/// How many characters of a name are in an event; no user's name is longer.
const LONGEST: usize = 150;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// A session began.
    Login,
    /// A login failed: the name or the password was wrong.
    LoginFailed,
    /// A login was refused because the name or the address has failed too often; the password was not checked.
    LoginThrottled,
    /// A session ended.
    Logout,
    /// A token was issued.
    TokenIssued,
    /// A token was exchanged for a new one.
    TokenRefreshed,
    /// A token was revoked.
    TokenRevoked,
    /// A refresh token was used again after it was exchanged: all tokens of its family were revoked.
    TokenReused,
    /// A user's password was changed.
    PasswordChanged,
}

impl EventKind {
    /// The name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::LoginFailed => "login_failed",
            Self::LoginThrottled => "login_throttled",
            Self::Logout => "logout",
            Self::TokenIssued => "token_issued",
            Self::TokenRefreshed => "token_refreshed",
            Self::TokenRevoked => "token_revoked",
            Self::TokenReused => "token_reused",
            Self::PasswordChanged => "password_changed",
        }
    }
}

/// The authentication scheme of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Through {
    /// A session.
    Session,
    /// HTTP Basic.
    Basic,
    /// DRF's token, or one of knox.
    Token,
    /// A JSON Web Token.
    Jwt,
    /// An account endpoint.
    Account,
}

impl Through {
    /// The name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Basic => "basic",
            Self::Token => "token",
            Self::Jwt => "jwt",
            Self::Account => "account",
        }
    }
}

/// A function that is called with every [`Event`], while the request waits: it should hand slow work to a task.
#[derive(Clone, Default)]
pub struct EventHook(Option<Arc<Hook>>);

type Hook = dyn Fn(&Event) + Send + Sync;

impl EventHook {
    /// A hook.
    pub fn new(hook: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }
}

impl fmt::Debug for EventHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventHook").field(&self.0.is_some()).finish()
    }
}

impl Request {
    /// Sends an event to the hook and the log.
    pub fn emit(&self, kind: EventKind, through: Through, user: &AuthUser) {
        self.tell(kind, through, Some(user.pk().clone()), user.username());
    }

    pub(crate) fn tell(&self, kind: EventKind, through: Through, user_id: Option<UserPk>, username: &str) {
        if matches!(kind, EventKind::TokenIssued | EventKind::TokenRefreshed) {
            self.set_hands_out_credential();
        }
        let event = Event {
            kind,
            through,
            user_id,
            username: username.chars().take(LONGEST).collect(),
            address: self.client_address(),
        };
        tracing::info!(
            target: "belleville::events",
            event = kind.name(),
            through = through.name(),
            user_id = event.user_id.as_ref().map(tracing::field::display),
            username = %Quoted(&event.username),
            address = event.address.map(tracing::field::display),
        );
        if let Some(hook) = self.services().get::<EventHook>().and_then(|hook| hook.0.as_ref()) {
            hook(&event);
        }
    }
}
