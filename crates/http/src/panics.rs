//! A panic in a program's code ends one request with a 500; the connection, the process and the other requests go on.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use crate::exceptions::{Error, Failure, Result};

/// Awaits `work`, which stays where its caller has pinned it: a future that is moved into another takes its memory twice.
/// A panic becomes an error with the panic's message; the panic hook reports the place, by default on standard error.
pub async fn caught<T>(mut work: Pin<&mut impl Future<Output = Result<T>>>) -> Result<T> {
    // Only this request's own data can be half changed: transactions are rolled back when they are dropped, and locks
    // that requests share ignore poisoning.
    let poll = |cx: &mut std::task::Context<'_>| {
        catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))).unwrap_or_else(|panic| {
            Poll::Ready(Err(Error::Internal(Failure::without_place(message(panic.as_ref())))))
        })
    };
    std::future::poll_fn(poll).await
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("no message"))
}
