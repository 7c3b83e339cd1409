//! Sessions: their format, their expiry and their store.

pub mod codec;
pub mod expiry;
pub mod store;
