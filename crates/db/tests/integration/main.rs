//! What the crate promises, against outcomes that Django 5.2.19 gave for the same models and rows.

// Derives write paths that begin with `::belleville::db`.
extern crate belleville_db as belleville;

mod deletion;
mod library;
mod migrations;
mod querysets;
mod saving;
mod schema;
mod transactions;
