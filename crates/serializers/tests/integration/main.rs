//! What serializers do without a request of HTTP: kinds of fields, codes of messages, validators of models, and what validation
//! asks of its context.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

// Derives write paths that begin with the facade's name.
extern crate belleville_serializers as belleville;

mod codes;
mod context;
mod extra_kwargs;
mod given_rows;
mod kinds;
mod library;
mod lists;
mod model_options;
mod model_validators;
mod plain;
mod relations;
mod reuse;
mod stock;
mod together;
mod zones;
