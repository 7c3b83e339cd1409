//! Mail that a test reads instead of sending it.

use std::sync::{Arc, Mutex, PoisonError};

use belleville_accounts::mail::{Mail, MailError, MailTransport};
use belleville_http::BoxFuture;

/// What was sent so far: Django's `mail.outbox`.
#[derive(Clone, Default)]
pub(super) struct Outbox(Arc<Mutex<Vec<Mail>>>);

impl Outbox {
    pub(super) fn mails(&self) -> Vec<Mail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl MailTransport for Outbox {
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
        Box::pin(std::future::ready(Ok(())))
    }
}
