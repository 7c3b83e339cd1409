//! A program whose users are its own model: an e-mail address to log in with, a UUID as the key, and no user name. A
//! process has one user model, which is why these tests are a program of their own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should say where")]

mod hooks;
mod models;
mod start;

use belleville::account;
use belleville::auth::models::{Group, Permission};
use belleville::auth::user::AuthUser;
use belleville::json;
use belleville::json::Json;
use belleville::prelude::*;
use belleville::simplejwt;
use belleville::test::{TestClient, TestResponse};

use models::{Account, Note};

const PASSWORD: &str = "correct horse battery staple";

async fn who(request: Request) -> Result<Response> {
    let account: &Account = request.user_as()?;
    let user = request.user()?;
    let key = user.pk().to_json();
    Response::data(200, &json!({"key": key, "name": user.username(), "about": account.about.as_str()}))
}

async fn own_notes(request: Request) -> Result<Response> {
    let notes = Note::objects().filter(Note::OWNER.eq(request.user()?)).all(request.db()).await?;
    Response::data(200, &Json::List(notes.iter().map(|note| Json::from(note.text.as_str())).collect()))
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, text])]
struct NoteSerializer;

#[derive(Clone, Copy, Debug)]
struct NoteViewSet;

/// Notes, which belong to accounts.
#[viewset]
impl ModelViewSet for NoteViewSet {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsOwner::new());
    }

    fn queryset(&self, _: &Request) -> Result<QuerySet<Note>> {
        Ok(Note::objects())
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
    }
}

fn urls() -> Urls {
    let schemes = (SessionAuthentication, BasicAuthentication, TokenAuthentication::new(), JWTAuthentication);
    let stateless = View::new("Stateless").authentication_classes(JWTStatelessUserAuthentication);
    let mut router = DefaultRouter::new();
    router.register("notes", NoteViewSet);
    Urls::new()
        .path("who/", View::new("Who").authentication_classes(schemes).get(who))
        .path("own/", View::new("Own").authentication_classes(JWTAuthentication).get(own_notes))
        .path("stateless/", stateless.get(own_notes))
        .path("api-token-auth/", obtain_auth_token())
        .path("api/token/", simplejwt::token_obtain_pair())
        .path("api/token/refresh/", simplejwt::token_refresh())
        .path("api/token/blacklist/", simplejwt::token_blacklist_view())
        .path("account/user/", account::current_user())
        .path("account/register/", account::register())
        .path("account/password/change/", account::password_change())
        .include("", router.urls())
}

fn app() -> App {
    // The apps that refer to users may come before they are said to be accounts.
    App::new("shop", env!("CARGO_MANIFEST_DIR"), urls)
        .app(simplejwt::token_blacklist())
        .app(models::app())
        .user_model::<Account>()
}

async fn client() -> (TestClient, AuthUser) {
    let client = TestClient::new(&app()).await;
    let alice = client.create_user("Alice@example.com").await;
    (client, alice)
}

async fn tokens(client: &TestClient) -> Json {
    let credentials = json!({"email": "Alice@example.com", "password": PASSWORD});
    client.post("/api/token/", credentials).await.assert_status(200).json()
}

fn text<'a>(body: &'a Json, key: &str) -> &'a str {
    match body.get(key) {
        Some(Json::Str(text)) => text,
        other => panic!("{key} is {other:?}"),
    }
}

fn says_who(response: &TestResponse, alice: &AuthUser) {
    let expected = json!({"key": alice.pk().to_string(), "name": "Alice@example.com", "about": "writes from example.com"});
    response.assert_status(200).assert_json(expected);
}

#[belleville::test]
async fn every_scheme_finds_the_account() {
    let (client, alice) = client().await;
    says_who(&client.login("Alice@example.com").await.get("/who/").await, &alice);

    // "Alice@example.com:correct horse battery staple"
    let basic = "Basic QWxpY2VAZXhhbXBsZS5jb206Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZQ==";
    for _ in 0..2 {
        says_who(&client.header("Authorization", basic).get("/who/").await, &alice);
    }
    let credentials = json!({"username": "Alice@example.com", "password": PASSWORD});
    let token = client.post("/api-token-auth/", credentials).await.assert_status(200).json();
    let token = client.header("Authorization", &format!("Token {}", text(&token, "token")));
    says_who(&token.get("/who/").await, &alice);

    let access = tokens(&client).await;
    let bearer = client.header("Authorization", &format!("Bearer {}", text(&access, "access")));
    says_who(&bearer.get("/who/").await, &alice);
}

#[belleville::test]
async fn the_login_page_asks_for_what_accounts_have() {
    let (client, alice) = client().await;
    let page = client.get("/api-auth/login/").await.assert_status(200).text();
    assert!(page.contains("<label for=\"id_username\">E-mail address</label>"), "{page}");
    let form = |password| [("username", "Alice@example.com"), ("password", password)];
    let refused = client.request("POST", "/api-auth/login/").form(form("wrong")).await.text();
    assert!(refused.contains("Please enter a correct e-mail address and password."), "{refused}");
    client.request("POST", "/api-auth/login/").form(form(PASSWORD)).await.assert_status(302);
    says_who(&client.get("/who/").await, &alice);
}

#[belleville::test]
async fn a_token_names_the_account_by_its_key() {
    let (client, alice) = client().await;
    let missing =
        client.post("/api/token/", json!({"username": "Alice@example.com", "password": PASSWORD})).await;
    missing.assert_status(400).assert_json(json!({"email": ["This field is required."]}));
    let pair = tokens(&client).await;
    let claims =
        belleville::python::base64_decode(text(&pair, "access").split('.').nth(1).unwrap().as_bytes());
    let claims = String::from_utf8(claims.unwrap()).unwrap();
    assert!(claims.contains(&format!("\"user_id\":\"{}\"", alice.pk())), "{claims}");

    let refresh = json!({"refresh": text(&pair, "refresh")});
    client.post("/api/token/refresh/", refresh.clone()).await.assert_status(200);
    client.post("/api/token/blacklist/", refresh.clone()).await.assert_status(200);
    client.post("/api/token/refresh/", refresh).await.assert_status(401);

    let bearer = client.header("Authorization", &format!("Bearer {}", text(&pair, "access")));
    Account::objects().update(client.db(), [Account::IS_ACTIVE.set(false)]).await.unwrap();
    bearer.get("/who/").await.assert_status(403).assert_key("code", "user_inactive");
}

#[belleville::test]
async fn rows_belong_to_accounts() {
    let (client, alice) = client().await;
    let bob = client.create_user("bob@example.com").await;
    let note = [Note::OWNER.set(&bob), Note::TEXT.set("Bob's")];
    let note = Note::objects().create(client.db(), note).await.unwrap();
    let session = client.login("Alice@example.com").await;
    session.post("/notes/", json!({"text": "hers"})).await.assert_status(201);
    session.get(&format!("/notes/{}/", note.id)).await.assert_status(403);
    client.login("bob@example.com").await.get(&format!("/notes/{}/", note.id)).await.assert_status(200);

    let access = tokens(&client).await;
    let bearer = client.header("Authorization", &format!("Bearer {}", text(&access, "access")));
    // The second knows the account from the token's claims alone.
    for path in ["/own/", "/stateless/"] {
        bearer.get(path).await.assert_status(200).assert_json(json!(["hers"]));
    }
    let forced = client.force_authenticate(&alice);
    forced.get("/own/").await.assert_json(json!(["hers"]));
    alice.get::<Account>().unwrap().delete(client.db()).await.unwrap();
    assert_eq!(Note::objects().count(client.db()).await.unwrap(), 1);
}

#[belleville::test]
async fn accounts_have_groups_and_permissions() {
    let (client, alice) = client().await;
    let db = client.db();
    let find = async |codename: &str| {
        Permission::objects().filter(Permission::CODENAME.eq(codename)).get(db).await.unwrap()
    };
    let group = Group::objects().create(db, [Group::NAME.set("editors")]).await.unwrap();
    Group::PERMISSIONS.of(&group).add(db, [&find("add_note").await]).await.unwrap();
    let account = alice.get::<Account>().unwrap();
    Account::GROUPS.of(account).add(db, [&group]).await.unwrap();
    Account::USER_PERMISSIONS.of(account).add(db, [&find("view_note").await]).await.unwrap();
    let permissions = belleville::auth::permissions::UserPermissions::of(db, &alice).await.unwrap();
    let has = ["shop.add_note", "shop.view_note", "shop.delete_note"].map(|name| permissions.has(name));
    assert_eq!(has, [true, true, false]);
    // Django's own users are not there.
    assert_eq!(Permission::objects().filter(Permission::CODENAME.eq("add_user")).count(db).await.unwrap(), 0);
}

#[belleville::test]
async fn the_account_endpoints_speak_of_accounts() {
    let (client, alice) = client().await;
    let taken =
        client.post("/account/register/", json!({"email": "Alice@EXAMPLE.com", "password": PASSWORD})).await;
    taken
        .assert_status(400)
        .assert_json(json!({"email": ["Account with this E-mail address already exists."]}));
    let bad = client.post("/account/register/", json!({"email": "nobody", "password": PASSWORD})).await;
    bad.assert_status(400).assert_json(json!({"email": ["Enter a valid email address."]}));
    let similar = json!({"email": "wilhelmina@example.com", "password": "wilhelmina@example"});
    let similar = client.post("/account/register/", similar).await;
    similar
        .assert_status(400)
        .assert_json(json!({"password": ["The password is too similar to the e-mail address."]}));
    let made =
        client.post("/account/register/", json!({"email": "bob@EXAMPLE.com", "password": PASSWORD})).await;
    made.assert_status(201).assert_key("email", "bob@example.com");

    let session = client.login("Alice@example.com").await;
    let expected = json!({"id": alice.pk().to_string(), "email": "Alice@example.com"});
    session.get("/account/user/").await.assert_status(200).assert_json(expected);
    let change = json!({"old_password": PASSWORD, "new_password": "a new and longer phrase"});
    session.post("/account/password/change/", change).await.assert_status(204);
    session.get("/account/user/").await.assert_status(200);
}
