//! What is known of a visitor's secret while a request is answered.

use std::sync::{Mutex, MutexGuard, PoisonError};

use belleville_auth::csrf::{CsrfSecret, TokenFormat};

/// A visitor's secret, and whether the response must set it.
#[derive(Default)]
pub(crate) struct CsrfState {
    inner: Mutex<Inner>,
}

#[derive(Default)]
pub(super) struct Inner {
    pub(super) secret: Option<CsrfSecret>,
    /// The visitor does not have the secret yet.
    pub(super) is_new: bool,
    /// What the request is answered with has a token.
    pub(super) is_asked_for: bool,
}

impl CsrfState {
    /// A malformed cookie is always replaced.
    pub(super) fn of(stored: Result<CsrfSecret, TokenFormat>) -> Self {
        let inner = match stored {
            Ok(secret) => Inner { secret: Some(secret), ..Inner::default() },
            Err(_) => Inner::new_secret(),
        };
        Self { inner: Mutex::new(inner) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn to_hand_out(&self) -> Option<CsrfSecret> {
        let inner = self.lock();
        if inner.is_new || inner.is_asked_for { inner.secret.clone() } else { None }
    }
}

impl Inner {
    pub(super) fn new_secret() -> Self {
        Self { secret: Some(CsrfSecret::new_random()), is_new: true, is_asked_for: false }
    }
}
