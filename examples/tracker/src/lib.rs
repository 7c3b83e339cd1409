//! Projects and tasks: the sample API. Every user sees and manages only their own.

mod demo;
pub mod migrations;
pub mod models;
pub mod serializers;
pub mod urls;
pub mod views;

pub use demo::demo;
