//! From a new snippet to its page, over HTTP. That all of it is as in Python, `conformance/README.md` says how to see.

use belleville::json;
use belleville::test::TestClient;

#[belleville::test]
async fn a_snippet_belongs_to_its_user() {
    let client = TestClient::new(&snippets::app()).await;
    client.create_user("alice").await;
    client.create_user("bob").await;
    let (alice, bob) = (client.login("alice").await, client.login("bob").await);
    let made = alice.post("/part-6/snippets/", json!({"code": "print(\"<b>\")", "linenos": true})).await;
    made.assert_status(201);
    assert_eq!(made.header("location"), Some("http://testserver/part-6/snippets/1/"));
    let snippet = concat!(
        r#"{"url":"http://testserver/part-6/snippets/1/","id":1,"highlight":"http://testserver/part-6/snippets/1/highlight/","#,
        r#""owner":"alice","title":"","code":"print(\"<b>\")","linenos":true,"language":"python","style":"friendly"}"#
    );
    assert_eq!(made.text(), snippet);
    let user = r#"{"url":"http://testserver/part-6/users/1/","id":1,"username":"alice","snippets":["http://testserver/part-6/snippets/1/"]}"#;
    assert_eq!(client.get("/part-6/users/1/").await.text(), user);
    bob.patch("/part-6/snippets/1/", json!({"code": "x"})).await.assert_status(403);
    alice.patch("/part-6/snippets/1/", json!({"code": "a = 'b'"})).await.assert_status(200);
    let page = client.get("/part-6/snippets/1/highlight/").await;
    assert!(page.text().contains("<pre class=\"Python friendly\">   1 a = &#x27;b&#x27;</pre>"));
}

#[belleville::test]
async fn every_way_to_write_a_view_does_the_same() {
    let client = TestClient::new(&snippets::app()).await;
    for list in [
        "/part-1/snippets/",
        "/part-2/snippets/",
        "/part-3/api-views/snippets/",
        "/part-3/mixins/snippets/",
        "/part-3/generic/snippets/",
    ] {
        let made = client.post(list, json!({"code": "x", "title": ""})).await;
        made.assert_status(201);
        assert!(
            made.text().ends_with(
                r#""title":"","code":"x","linenos":false,"language":"python","style":"friendly"}"#
            ),
            "{list}"
        );
        let wrong = client.post(list, json!({"language": "cobol"})).await;
        let expected =
            r#"{"code":["This field is required."],"language":["\"cobol\" is not a valid choice."]}"#;
        assert_eq!(wrong.text(), expected, "{list}");
    }
}

#[belleville::test]
async fn links_lead_to_the_part_of_the_request() {
    let client = TestClient::new(&snippets::app()).await;
    let alice = client.create_user("alice").await;
    let alice = client.force_authenticate(alice);
    for part in ["part-5", "part-6"] {
        let url = format!("http://testserver/{part}/snippets/");
        alice.get(&format!("/{part}/")).await.assert_key("snippets", url);
    }
    client.get("/quickstart/users/").await.assert_status(403);
    let made = alice.post("/quickstart/groups/", json!({"name": "readers"})).await;
    made.assert_key("url", "http://testserver/quickstart/groups/1/");
    let groups = json!(["http://testserver/quickstart/groups/1/"]);
    alice.patch("/quickstart/users/1/", json!({"groups": (groups.clone())})).await.assert_status(200);
    alice.get("/quickstart/users/1/").await.assert_key("groups", groups);
}
