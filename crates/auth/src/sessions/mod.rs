//! What a session is, apart from where it is kept.

pub mod codec;
pub mod expiry;
pub mod store;
