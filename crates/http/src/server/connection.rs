//! A client's connection: what its requests have in common, in either version of HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(any(feature = "http2", feature = "tls"))]
use super::Tls;
use super::{Serve, ServerSettings};
use crate::body::Body;
use crate::clients::{Begun, Place};
use crate::request::{Origin, Parts};
use crate::response::Response;
use crate::run_to_end::{Presence, RunToEnd};

/// One client's connection.
pub(super) struct Connection<A> {
    application: Arc<A>,
    origin: Origin,
    place: Arc<Place>,
    requests: AtomicU32,
}

impl<A: Serve> Connection<A> {
    pub(super) fn new(application: Arc<A>, origin: Origin, place: Place) -> Self {
        Self { application, origin, place: Arc::new(place), requests: AtomicU32::new(0) }
    }

    #[cfg(any(feature = "http2", feature = "tls"))]
    pub(super) fn tls(&self) -> Option<&Tls> {
        self.application.tls()
    }

    pub(super) fn settings(&self) -> &ServerSettings {
        self.application.settings()
    }

    pub(super) fn place(&self) -> &Arc<Place> {
        &self.place
    }

    /// Counts a request; whether it is the last that this connection may bring.
    pub(super) fn count_request(&self) -> bool {
        let most = self.settings().max_requests_per_connection;
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        most > 0 && number >= most
    }

    /// Answers a request when its turn has come, which came together with the one before it or not, and makes of the answer
    /// what the client gets. The handler runs to its end even if the client hangs up.
    pub(super) fn answer<T: Send + 'static>(
        &self,
        head: http::request::Parts,
        body: Arc<Body>,
        was_pipelined: bool,
        then: impl FnOnce(Response) -> T + Send + 'static,
    ) -> RunToEnd<T> {
        let (place, application) = (Arc::clone(&self.place), Arc::clone(&self.application));
        let presence = Arc::new(Presence::default());
        // What is large is put where it stays before there is a future, which would be moved with it.
        let request = self.application.request(Parts::of(head, body, self.origin, Arc::clone(&presence)));
        RunToEnd::new(presence, async move {
            let turn = place.turn(was_pipelined).await;
            let answer = std::pin::pin!(application.respond(request));
            then(Begun::new(answer, turn).await)
        })
    }
}
