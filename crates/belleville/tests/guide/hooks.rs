//! What happens when objects are saved and deleted, and requests in transactions.

use std::sync::Mutex;

use belleville::db::{self, Registry};
use belleville::policies::{CompletePolicies, RestFramework};
use belleville::prelude::*;
use belleville::test::TestClient;

use crate::users;

/// What has been announced.
static ANNOUNCED: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn announce(title: &str) {
    ANNOUNCED.lock().unwrap().push(title.to_owned());
}

/// An article of the library's journal.
#[derive(Clone, Debug, Model)]
#[model(app = "journal", hooks)]
pub struct Article {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 100)]
    pub title: String,
    #[field(max_length = 100, editable = false)]
    pub slug: String,
}

impl ModelHooks for Article {
    async fn before_save(&mut self, _: &Database) -> db::Result<()> {
        if self.title.is_empty() {
            return Err(Error::validation("An article needs a title."))?;
        }
        if self.slug.is_empty() {
            self.slug = self.title.to_lowercase().replace(' ', "-");
        }
        Ok(())
    }

    async fn after_save(&self, db: &Database, created: bool) -> db::Result<()> {
        let title = self.title.clone();
        if created {
            db.on_commit(move || announce(&title));
        }
        Ok(())
    }

    async fn after_delete(&self, db: &Database) -> db::Result<()> {
        Removed::objects().create(db, [Removed::SLUG.set(&self.slug)]).await.map(drop)
    }
}

#[derive(Clone, Debug, Model)]
#[model(app = "journal")]
pub struct Removed {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 100)]
    pub slug: String,
}

fn journal() -> migrations::AppConfig {
    use belleville::db::migrations::state::ModelState;
    let first = Migration::new("0001_initial")
        .create(ModelState::of::<Article>())
        .create(ModelState::of::<Removed>());
    migrations::AppConfig::new("journal").model::<Article>().model::<Removed>().migration(first)
}

#[belleville::test]
async fn hooks() -> Result<()> {
    let client = TestClient::new(&users::app().app(journal())).await;
    let db = client.db();
    let article = Article::objects().create(db, [Article::TITLE.set("New Books")]).await?;
    assert_eq!(article.slug, "new-books");
    let refused = Article::objects().create(db, [Article::TITLE.set("")]).await;
    assert!(refused.is_err());
    assert_eq!(*ANNOUNCED.lock().unwrap(), ["New Books"]);
    Article::objects().delete(db).await?;
    assert_eq!(Removed::objects().get(db).await?.slug, "new-books");
    Ok(())
}

async fn transfer(request: Request) -> Result<Response> {
    let _ = request;
    Ok(Response::empty(204))
}

#[test]
fn views_in_transactions() {
    let atomic = View::new("Transfer").post(transfer).atomic();
    let plain = View::new("Transfer").post(transfer).non_atomic();
    let defaults = CompletePolicies::of_settings(&RestFramework::default(), vec![], &[]).unwrap();
    for (view, expected) in [(atomic, true), (plain, false)] {
        view.resolve(&defaults, &Registry::default());
        assert_eq!(view.policies_of("POST").is_atomic(), expected);
    }
}
