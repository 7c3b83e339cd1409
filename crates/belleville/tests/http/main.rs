//! Every setting, option and hook, over HTTP: each test fails when what it sets is ignored.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod accounts;
mod attacks;
mod browsable;
mod credentials;
mod development;
mod hooks;
mod jwt;
mod knox_tokens;
mod limits;
mod logging;
mod middleware;
mod no_store;
mod overrides;
mod ownership;
mod password_change;
mod policy;
mod server;
mod settings;
mod signed_request;
mod start;
mod sturdy;
mod test_client;
