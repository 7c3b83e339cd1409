//! Users and secrets: passwords, sessions, CSRF tokens and signed values that are valid both here and in the Django
//! project that shares the `SECRET_KEY` and the database. This crate does not depend on HTTP: what it needs of a
//! request it takes as plain strings.

pub mod apps;
pub mod cache;
pub mod contenttypes;
pub mod crypto;
pub mod csrf;
pub mod guardian;
pub mod hashers;
pub mod hashing;
pub mod jwt;
pub mod knox;
pub mod models;
pub mod password_validation;
pub mod permissions;
pub mod recent;
pub mod reset_token;
pub mod sessions;
pub mod signing;
pub mod tokens;
pub mod url;
pub mod user;
pub mod users;

// Derives write paths that begin with `::belleville::db`.
extern crate self as belleville;
#[doc(hidden)]
pub use belleville_db as db;
