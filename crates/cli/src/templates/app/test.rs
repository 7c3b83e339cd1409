//! The app `{{app}}` over HTTP. Each test has a database of its own.

use belleville::json;
use belleville::test::TestClient;

#[belleville::test]
async fn anonymous_requests_are_refused() {
    let client = TestClient::new(&{{project}}::app()).await;
    client.get("/api/{{app}}/").await.assert_status(403);
}

#[belleville::test]
async fn everybody_sees_and_changes_only_their_own() {
    let client = TestClient::new(&{{project}}::app()).await;
    client.create_user("alice").await;
    client.create_user("bob").await;
    let (alice, bob) = (client.login("alice").await, client.login("bob").await);

    let made = alice
        .post("/api/{{app}}/", json!({"title": "Buy milk"}))
        .await;
    made.assert_status(201)
        .assert_key("title", "Buy milk")
        .assert_key("text", "");

    alice.get("/api/{{app}}/1/").await.assert_status(200);
    bob.get("/api/{{app}}/1/").await.assert_status(404);
    bob.get("/api/{{app}}/").await.assert_json(json!([]));

    alice
        .patch("/api/{{app}}/1/", json!({"title": ""}))
        .await
        .assert_status(400);
    alice.delete("/api/{{app}}/1/").await.assert_status(204);
}
