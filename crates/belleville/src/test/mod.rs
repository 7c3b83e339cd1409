//! Tests of a program: requests go through the whole request pipeline, and each test has its own database.
//!
//! ```
//! use belleville::prelude::*;
//! use belleville::json;
//! use belleville::test::TestClient;
//!
//! async fn hello(request: Request) -> Result<Response> {
//!     Response::data(200, &json!({"hello": request.user()?.username()}))
//! }
//!
//! fn app() -> App {
//!     App::new("shop", env!("CARGO_MANIFEST_DIR"), || Urls::new().path("hello/", View::new("Hello").get(hello)))
//! }
//!
//! # mod hidden { use super::*; // a doctest has no tests of its own
//! #[belleville::test]
//! async fn everybody_is_greeted_by_name() {
//!     let client = TestClient::new(&app()).await;
//!     client.get("/hello/").await.assert_status(403);
//!
//!     client.create_user("alice").await;
//!     let alice = client.login("alice").await;
//!     alice.get("/hello/").await.assert_status(200).assert_json(json!({"hello": "alice"}));
//! }
//! # }
//! # belleville::test::run(async {
//! #     let client = TestClient::new(&app()).await;
//! #     client.get("/hello/").await.assert_status(403);
//! #     client.create_user("alice").await;
//! #     let alice = client.login("alice").await;
//! #     alice.get("/hello/").await.assert_status(200).assert_json(json!({"hello": "alice"}));
//! # });
//! ```
//!
//! Nothing here is part of a program that does not use it.
#![expect(clippy::panic, reason = "a test that cannot go on says why and ends")]

mod body;
mod client;
mod database;
mod outbox;
mod queries;
mod redirects;
mod request;
mod response;

pub use client::TestClient;
pub use queries::assert_num_queries;
pub use request::TestRequest;
pub use response::TestResponse;

/// Runs a test on a new runtime: what `#[belleville::test]` does.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(test),
        Err(error) => panic!("cannot start a runtime for the test: {error}"),
    }
}
