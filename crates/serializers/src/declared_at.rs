//! Where a serializer is declared, for what is said of mistakes in it.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Prepares what a program has declared. A panic, which is how a mistake ends the start, says where the declaration is.
pub(crate) fn declared_at<T>(place: &str, prepare: impl FnOnce() -> T) -> T {
    // Nothing that is half prepared outlives the panic.
    catch_unwind(AssertUnwindSafe(prepare)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        match text.or_else(|| panic.downcast_ref::<&str>().copied()) {
            Some(text) if !place.is_empty() => resume_unwind(Box::new(format!("{place}: {text}"))),
            _ => resume_unwind(panic),
        }
    })
}
