//! The hooks of the user model: a profile with each account.

use belleville::json;
use belleville::prelude::*;
use belleville::test::TestClient;

use crate::models::{Account, Profile};
use crate::{PASSWORD, app};

async fn saves(client: &TestClient, email: &str) -> i64 {
    let account = Account::objects().filter(Account::EMAIL.eq(email)).get(client.db()).await.unwrap();
    let profile = Profile::objects().filter(Profile::ACCOUNT.eq(&account)).get(client.db()).await.unwrap();
    profile.saves
}

#[belleville::test]
async fn each_account_gets_a_profile_and_has_its_hooks_called() {
    let client = TestClient::new(&app()).await;
    client.create_user("ann@example.com").await;
    assert_eq!(saves(&client, "ann@example.com").await, 0);
    let registered = json!({"email": "bob@example.com", "password": PASSWORD});
    client.post("/account/register/", registered).await.assert_status(201);
    assert_eq!(saves(&client, "bob@example.com").await, 0);
    // Django's login and a new password save the account.
    let form = [("username", "bob@example.com"), ("password", PASSWORD)];
    client.request("POST", "/api-auth/login/").form(form).await.assert_status(302);
    assert_eq!(saves(&client, "bob@example.com").await, 1);
}

#[belleville::test]
async fn an_account_that_its_hook_refuses_is_not_made() {
    let client = TestClient::new(&app()).await.raise_request_exception(false);
    let registered = json!({"email": "refused@example.com", "password": PASSWORD});
    client.post("/account/register/", registered).await.assert_status(500);
    assert_eq!(Account::objects().count(client.db()).await.unwrap(), 0);
    assert_eq!(Profile::objects().count(client.db()).await.unwrap(), 0);
}
