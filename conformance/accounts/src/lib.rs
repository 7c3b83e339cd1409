//! The sample's projects and tasks, whose users are accounts: an e-mail address to log in with, a UUID as the key. All
//! but the models is the sample's own source.

pub mod migrations;
pub mod models;
#[path = "../../../examples/tracker/src/serializers.rs"]
pub mod serializers;
#[path = "../../../examples/tracker/src/urls.rs"]
pub mod urls;
#[path = "../../../examples/tracker/src/views.rs"]
pub mod views;
