//! Sessions: their format, their expiry, where they are kept, and one browser's.

pub mod codec;
pub mod engine;
pub mod expiry;
pub mod store;
