//! The app `{{app}}`.

pub mod migrations;
pub mod models;
pub mod serializers;
pub mod views;

pub use migrations::app;
