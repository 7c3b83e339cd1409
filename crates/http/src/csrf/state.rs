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
    pub(super) needs_cookie: bool,
}

impl CsrfState {
    /// A malformed cookie is always replaced.
    pub(super) fn of(stored: Result<CsrfSecret, TokenFormat>) -> Self {
        let inner = match stored {
            Ok(secret) => Inner { secret: Some(secret), needs_cookie: false },
            Err(_) => Inner { secret: Some(CsrfSecret::new_random()), needs_cookie: true },
        };
        Self { inner: Mutex::new(inner) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn to_hand_out(&self) -> Option<CsrfSecret> {
        let inner = self.lock();
        if inner.needs_cookie { inner.secret.clone() } else { None }
    }
}
