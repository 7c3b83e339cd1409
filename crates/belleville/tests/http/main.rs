//! Every setting, option and hook, over HTTP: each test fails when what it sets is ignored.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod accounts;
mod actions;
mod around;
mod atomic_requests;
mod attacks;
mod browsable;
mod caching;
mod children;
mod choices;
mod client_requests;
mod collections;
#[cfg(feature = "gzip")]
mod compression;
mod constraints;
mod credentials;
mod declarations;
mod development;
mod files;
mod formats;
mod fuzz;
mod handlers;
mod hooks;
#[cfg(feature = "http2")]
mod http2;
mod hyperlinks;
mod jwt;
mod knox_tokens;
mod limits;
mod lists;
mod logging;
mod logging_in;
mod lookups;
mod middleware;
mod model_hooks;
mod names;
mod no_store;
mod numbers;
mod object_permissions;
mod overrides;
mod ownership;
mod panics;
mod password_change;
mod plain_serializers;
mod policy;
mod ranges;
#[cfg(feature = "redis")]
mod redis;
mod relations;
mod reports;
mod responses;
mod routes;
mod serializer_settings;
mod server;
mod settings;
mod shapes;
mod signed_request;
mod start;
mod streams;
mod sturdy;
mod test_client;
mod test_databases;
mod testing;
mod throttling;
#[cfg(feature = "tls")]
mod tls;
mod uploads;
mod users;
mod versioning;
