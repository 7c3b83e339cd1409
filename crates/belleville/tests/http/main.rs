//! Every setting, option and hook, over HTTP: each test fails when what it sets is ignored.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod accounts;
mod atomic_requests;
mod attacks;
mod browsable;
mod choices;
mod collections;
mod constraints;
mod credentials;
mod declarations;
mod development;
mod hooks;
mod jwt;
mod knox_tokens;
mod limits;
mod logging;
mod logging_in;
mod middleware;
mod model_hooks;
mod names;
mod no_store;
mod numbers;
mod overrides;
mod ownership;
mod panics;
mod password_change;
mod policy;
mod relations;
mod server;
mod settings;
mod shapes;
mod signed_request;
mod start;
mod sturdy;
mod test_client;
mod users;
