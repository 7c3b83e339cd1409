//! From a new snippet to its page, over HTTP. That all of it is as in Python, `conformance/README.md` says how to see.

use belleville::json;
use belleville::test::TestClient;

#[belleville::test]
async fn a_snippet_belongs_to_its_user() {
    let client = TestClient::new(&snippets::app()).await;
    client.create_user("alice").await;
    client.create_user("bob").await;
    let (alice, bob) = (client.login("alice").await, client.login("bob").await);
    let made = alice.post("/snippets/", json!({"code": "print(\"<b>\")", "linenos": true})).await;
    made.assert_status(201);
    assert_eq!(made.header("location"), Some("http://testserver/snippets/1/"));
    let snippet = concat!(
        r#"{"url":"http://testserver/snippets/1/","id":1,"highlight":"http://testserver/snippets/1/highlight/","#,
        r#""owner":"alice","title":"","code":"print(\"<b>\")","linenos":true,"language":"python","style":"friendly"}"#
    );
    assert_eq!(made.text(), snippet);
    let user = r#"{"url":"http://testserver/users/1/","id":1,"username":"alice","snippets":["http://testserver/snippets/1/"]}"#;
    assert_eq!(client.get("/users/1/").await.text(), user);
    bob.patch("/snippets/1/", json!({"code": "x"})).await.assert_status(403);
    alice.patch("/snippets/1/", json!({"code": "a = 'b'"})).await.assert_status(200);
    let page = client.get("/snippets/1/highlight/").await;
    assert!(page.text().contains("<pre class=\"Python friendly\">   1 a = &#x27;b&#x27;</pre>"));
}

#[belleville::test]
async fn both_serializers_of_part_1_do_the_same() {
    let client = TestClient::new(&snippets::app()).await;
    for list in ["/part-1/snippets/", "/part-1/model/snippets/"] {
        let made = client.post(list, json!({"code": "x", "title": ""})).await;
        made.assert_status(201);
        assert!(
            made.text().ends_with(
                r#""title":"","code":"x","linenos":false,"language":"python","style":"friendly"}"#
            )
        );
        let wrong = client.post(list, json!({"language": "cobol"})).await;
        let expected =
            r#"{"code":["This field is required."],"language":["\"cobol\" is not a valid choice."]}"#;
        assert_eq!(wrong.text(), expected);
    }
}
