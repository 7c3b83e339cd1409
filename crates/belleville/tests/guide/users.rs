//! The program's own user model.

use belleville::auth::models::{Group, Permission};
use belleville::db::ManyToMany;
use belleville::db::migrations::AUTH_USER_MODEL;
use belleville::db::migrations::state::*;
use belleville::json;
use belleville::prelude::*;
use belleville::test::TestClient;

use crate::{kinds, library};

/// Somebody with an account: an e-mail address to log in with, and no user name.
#[derive(Clone, Debug, Model)]
#[model(app = "library", user(login = email, required = [name]))]
pub struct Account {
    #[field(primary_key)]
    pub id: i64,
    #[field(kind = EmailField, unique)]
    pub email: String,
    #[field(max_length = 128)]
    pub password: String,
    #[field(max_length = 100, blank)]
    pub name: String,
    pub last_login: Option<DateTime>,
    #[field(default = true)]
    pub is_active: bool,
    #[field(default = false)]
    pub is_staff: bool,
    #[field(default = false)]
    pub is_superuser: bool,
    #[field(blank)]
    pub groups: ManyToMany<Group>,
    #[field(blank)]
    pub user_permissions: ManyToMany<Permission>,
}

/// The address to log in with, and the person's own name.
async fn who(request: Request) -> Result<Response> {
    let user = request.user()?;
    let account: &Account = request.user_as()?;
    Response::data(200, &json!({"login": user.username(), "name": account.name.as_str()}))
}

fn urls() -> Urls {
    Urls::new().path("who/", View::new("Who").get(who))
}

pub fn app() -> App {
    App::new("library", env!("CARGO_MANIFEST_DIR"), urls)
        .user_model::<Account>()
        .app(library::app())
        .app(post())
}

fn post() -> migrations::AppConfig {
    let parcel = ModelState::of::<kinds::Parcel>();
    migrations::AppConfig::new("post")
        .model::<kinds::Parcel>()
        .migration(Migration::new("0001_initial").create(parcel))
}

/// An app for any program, whichever its user model is.
pub fn letters() -> migrations::AppConfig {
    migrations::AppConfig::new("letters").migration(
        Migration::new("0001_initial")
            .depends_on_user_model()
            .create(model("Letter", [id(), text("body"), foreign_key("writer", AUTH_USER_MODEL)])),
    )
}

#[belleville::test]
async fn a_request_knows_the_account() {
    let client = TestClient::new(&app().app(letters())).await;
    client.create_user("ann@example.com").await;
    Account::objects().update(client.db(), [Account::NAME.set("Ann")]).await.unwrap();
    let answer = client.login("ann@example.com").await.get("/who/").await;
    answer.assert_status(200).assert_json(json!({"login": "ann@example.com", "name": "Ann"}));
}
