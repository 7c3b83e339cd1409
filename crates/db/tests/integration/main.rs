//! What the crate promises, against outcomes that Django 5.2.19 gave for the same models and rows.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

// Derives write paths that begin with `::belleville::db`.
extern crate belleville_db as belleville;

mod bases;
mod deletion;
mod files;
mod fixtures;
mod generated;
mod generic;
mod hooks;
mod inheritance;
mod inspect;
mod iterators;
mod keys;
mod library;
mod migrations;
mod names;
mod operations;
mod postgres;
mod postgres_kinds;
mod python;
mod querysets;
mod rules;
mod saving;
mod schema;
mod search;
mod shop;
mod transactions;
mod validators;
