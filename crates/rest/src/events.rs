//! What happens to credentials, told to one hook and to the log: Django's `user_logged_in` and its kin, in one place.
//! No event has a password, a key or a token in it.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use belleville_auth::models::User;

use crate::printable::Quoted;
use crate::request::Request;

/// Something that happened to a user's credentials.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The scheme that it happened through.
    pub through: Through,
    /// The user's primary key; `None` when nobody was recognised.
    pub user_id: Option<i32>,
    /// The user's name; after a failure, the name that was tried, of which 150 characters are told.
    pub username: String,
    /// The address of the client, as [`Request::client_address`] has it.
    pub address: Option<IpAddr>,
}

/// How much of a name that somebody tried is told; no user's is longer.
const LONGEST: usize = 150;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// A session began.
    Login,
    /// A name and a password were wrong.
    LoginFailed,
    /// A name or an address has failed too often, so that the password was not looked at.
    LoginThrottled,
    /// A session ended.
    Logout,
    /// A token was handed out.
    TokenIssued,
    /// A token was exchanged for a new one.
    TokenRefreshed,
    /// A token was taken back.
    TokenRevoked,
    /// A refresh token came again after it was exchanged: its family was taken back.
    TokenReused,
    /// A user has a new password.
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

/// The scheme that something happened through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Through {
    /// A session.
    Session,
    /// HTTP Basic.
    Basic,
    /// DRF's token, or one of several.
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

/// Is told every [`Event`], on the request's way: what takes long should be handed on.
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
    /// Tells the hook and the log what happened to a user.
    pub fn emit(&self, kind: EventKind, through: Through, user: &User) {
        self.tell(kind, through, Some(user.id), &user.username);
    }

    pub(crate) fn tell(&self, kind: EventKind, through: Through, user_id: Option<i32>, username: &str) {
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
            user_id,
            username = %Quoted(&event.username),
            address = event.address.map(tracing::field::display),
        );
        if let Some(hook) = &self.application().hooks.events.0 {
            hook(&event);
        }
    }
}
