//! The crate compared with Django: one test module per module, each with a table and a harness.

mod apps;
mod csrf;
mod hashers;
mod hashing;
mod jwt;
mod password_validation;
mod reset_token;
mod sessions;
mod signing;
mod vectors;
