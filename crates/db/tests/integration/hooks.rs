//! What is called when objects are saved and deleted, against what Django's signals do for the same calls: the order was
//! written down by receivers of a real Django.

use std::sync::{Mutex, PoisonError};

use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration, Migrator};
use belleville_db::{Conflicts, Database, Error, ForeignKey, Model, ModelHooks, Result, capture_queries};

use crate::library::{self, Publisher, registry};
use crate::postgres;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "press", hooks)]
struct Writer {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 50)]
    name: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "press", hooks)]
struct Article {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    writer: ForeignKey<Writer>,
    #[field(max_length = 50)]
    title: String,
    #[field(max_length = 50)]
    slug: String,
}

/// A model without hooks, which goes with articles.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "press")]
struct Page {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    article: ForeignKey<Article>,
}

/// A model whose hooks use the database, and refuse.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "press", hooks)]
struct Account {
    #[field(primary_key, max_length = 20)]
    code: String,
    #[field(default = 0)]
    balance: i64,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "press")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 50)]
    text: String,
}

/// What the hooks of this process's tests have noted. Each test has objects of its own.
static LOG: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

tokio::task_local! {
    static TEST: String;
}

fn note(text: String) {
    let test = TEST.try_with(Clone::clone).unwrap_or_default();
    LOG.lock().unwrap_or_else(PoisonError::into_inner).push((test, text));
}

fn noted() -> Vec<String> {
    let test = TEST.with(Clone::clone);
    let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    let (own, others) = log.drain(..).partition(|(of, _)| *of == test);
    *log = others;
    let own: Vec<(String, String)> = own;
    own.into_iter().map(|(_, text)| text).collect()
}

async fn pages(db: &Database) -> Result<u64> {
    Page::objects().count(db).await
}

impl ModelHooks for Writer {
    async fn before_save(&mut self, _: &Database) -> Result<()> {
        note(format!("before_save Writer {}", self.id));
        Ok(())
    }

    async fn after_save(&self, _: &Database, created: bool) -> Result<()> {
        note(format!("after_save Writer {} {created}", self.id));
        Ok(())
    }

    async fn before_delete(&self, db: &Database) -> Result<()> {
        note(format!("before_delete Writer {} {}", self.id, pages(db).await?));
        Ok(())
    }

    async fn after_delete(&self, db: &Database) -> Result<()> {
        note(format!("after_delete Writer {} {}", self.id, pages(db).await?));
        Ok(())
    }
}

impl ModelHooks for Article {
    async fn before_save(&mut self, _: &Database) -> Result<()> {
        note(format!("before_save Article {}", self.id));
        if self.slug.is_empty() {
            self.slug = self.title.to_lowercase();
        }
        Ok(())
    }

    async fn after_save(&self, _: &Database, created: bool) -> Result<()> {
        note(format!("after_save Article {} {created} {}", self.id, self.slug));
        Ok(())
    }

    async fn before_delete(&self, db: &Database) -> Result<()> {
        note(format!("before_delete Article {} {} {}", self.id, self.title, pages(db).await?));
        Ok(())
    }

    async fn after_delete(&self, db: &Database) -> Result<()> {
        note(format!("after_delete Article {} {}", self.id, pages(db).await?));
        Ok(())
    }
}

impl ModelHooks for Account {
    async fn before_save(&mut self, db: &Database) -> Result<()> {
        Note::objects().create(db, [Note::TEXT.set(format!("before {}", self.code))]).await?;
        Ok(())
    }

    async fn after_save(&self, _: &Database, _: bool) -> Result<()> {
        if self.balance < 0 {
            return Err(Error::refused("an account cannot be overdrawn"));
        }
        Ok(())
    }

    async fn before_delete(&self, db: &Database) -> Result<()> {
        Note::objects().create(db, [Note::TEXT.set(format!("deleting {}", self.code))]).await?;
        Ok(())
    }

    async fn after_delete(&self, _: &Database) -> Result<()> {
        if self.balance != 0 {
            return Err(Error::refused("an account with money stays"));
        }
        Ok(())
    }
}

async fn empty() -> Database {
    let app = AppConfig::new("press")
        .model::<Writer>()
        .model::<Article>()
        .model::<Page>()
        .model::<Account>()
        .model::<Note>()
        .migration(
            Migration::new("0001_initial")
                .create(ModelState::of::<Writer>())
                .create(ModelState::of::<Article>())
                .create(ModelState::of::<Page>())
                .create(ModelState::of::<Account>())
                .create(ModelState::of::<Note>()),
        );
    let apps = [app, library::app()];
    let url = postgres::fresh_url().await.unwrap_or_else(|| "sqlite://:memory:".to_owned());
    let db = Database::open(&url, registry(&apps)).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    db
}

async fn as_test(name: &str, body: impl Future<Output = ()>) {
    TEST.scope(name.to_owned(), body).await;
}

#[tokio::test]
async fn everything_that_saves_an_object_calls_its_hooks() {
    as_test("saves", async {
        let db = empty().await;
        let mut writer = Writer { id: 0, name: "a".to_owned() };
        writer.save(&db).await.unwrap();
        assert_eq!(noted(), ["before_save Writer 0", "after_save Writer 1 true"]);
        writer.name = "b".to_owned();
        writer.save(&db).await.unwrap();
        assert_eq!(noted(), ["before_save Writer 1", "after_save Writer 1 false"]);

        let row = [Article::WRITER.set(&writer), Article::TITLE.set("One")];
        let one = Article::objects().create(&db, row).await.unwrap();
        assert_eq!(noted(), ["before_save Article 0", "after_save Article 1 true one"]);
        assert_eq!(one.slug, "one");
        assert_eq!(Article::objects().get(&db).await.unwrap(), one);

        let set = || [Article::WRITER.set(&writer)];
        Article::objects().get_or_create(&db, [Article::TITLE.set("One")], set()).await.unwrap();
        assert_eq!(noted(), [""; 0]);
        Article::objects().get_or_create(&db, [Article::TITLE.set("Two")], set()).await.unwrap();
        assert_eq!(noted(), ["before_save Article 0", "after_save Article 2 true two"]);
        let title = [Article::TITLE.set("Three"), Article::SLUG.set("")];
        let changed = Article::objects().update_or_create(&db, [Article::TITLE.set("Two")], title).await;
        assert_eq!(noted(), ["before_save Article 2", "after_save Article 2 false three"]);
        let changed = changed.unwrap().0;
        assert_eq!(Article::objects().filter_pk(2).get(&db).await.unwrap(), changed);
        Article::objects().update_or_create(&db, [Article::TITLE.set("Four")], set()).await.unwrap();
        assert_eq!(noted(), ["before_save Article 0", "after_save Article 3 true four"]);
    })
    .await;
}

#[tokio::test]
async fn what_has_no_objects_calls_no_hooks() {
    as_test("bulk", async {
        let db = empty().await;
        let writer = Writer::objects().create(&db, [Writer::NAME.set("a")]).await.unwrap();
        noted();
        let article = |title: &str| Article {
            id: 0,
            writer: ForeignKey::new(writer.id),
            title: title.to_owned(),
            slug: String::new(),
        };
        let mut new = [article("One"), article("Two")];
        Article::objects().bulk_create(&db, &mut new, Conflicts::fail()).await.unwrap();
        Article::objects().bulk_update(&db, &new, [Article::TITLE.into()]).await.unwrap();
        Article::objects().update(&db, [Article::TITLE.set("Same")]).await.unwrap();
        assert_eq!(noted(), [""; 0]);
        let slugs = Article::objects().values(Article::SLUG).all(&db).await.unwrap();
        assert_eq!(slugs, ["", ""]);
    })
    .await;
}

#[tokio::test]
async fn a_deletion_calls_the_hooks_of_every_object_in_djangos_order() {
    as_test("deletions", async {
        let db = empty().await;
        let writer = Writer::objects().create(&db, [Writer::NAME.set("a")]).await.unwrap();
        for title in ["One", "Two", "Three", "Four"] {
            let row = [Article::WRITER.set(&writer), Article::TITLE.set(title)];
            let article = Article::objects().create(&db, row).await.unwrap();
            Page::objects().create(&db, [Page::ARTICLE.set(&article)]).await.unwrap();
        }
        noted();
        Article::objects().filter(Article::TITLE.eq("Four")).delete(&db).await.unwrap();
        assert_eq!(noted(), ["before_delete Article 4 Four 4", "after_delete Article 4 3"]);
        let deleted = writer.delete(&db).await.unwrap();
        assert_eq!(deleted.total, 7);
        let expected = [
            "before_delete Article 1 One 3",
            "before_delete Article 2 Two 3",
            "before_delete Article 3 Three 3",
            "before_delete Writer 1 3",
            "after_delete Article 3 0",
            "after_delete Article 2 0",
            "after_delete Article 1 0",
            "after_delete Writer 1 0",
        ];
        assert_eq!(noted(), expected);
    })
    .await;
}

#[tokio::test]
async fn an_error_of_a_hook_undoes_everything() {
    let db = empty().await;
    let notes = async || Note::objects().count(&db).await.unwrap();
    let refused = Account::objects().create(&db, [Account::CODE.set("a"), Account::BALANCE.set(-1)]).await;
    assert!(refused.unwrap_err().to_string().contains("overdrawn"));
    assert_eq!((Account::objects().count(&db).await.unwrap(), notes().await), (0, 0));

    let mut account = Account { code: "a".to_owned(), balance: 5 };
    account.save(&db).await.unwrap();
    assert_eq!(notes().await, 1);
    account.balance = -1;
    account.save(&db).await.unwrap_err();
    let set = [Account::BALANCE.set(-1)];
    Account::objects().update_or_create(&db, [Account::CODE.set("a")], set).await.unwrap_err();
    account.delete(&db).await.unwrap_err();
    assert_eq!(Account::objects().get(&db).await.unwrap().balance, 5);
    assert_eq!(notes().await, 1);
    // Inside of another transaction, what was done before stays.
    let outcome = db.atomic(async || {
        Note::objects().create(&db, [Note::TEXT.set("kept")]).await?;
        account.clone().save(&db).await.unwrap_err();
        Ok::<_, Error>(())
    });
    outcome.await.unwrap();
    assert_eq!(notes().await, 2);
}

#[tokio::test]
async fn hooks_cost_a_model_without_them_no_statement() {
    let db = empty().await;
    let (created, statements) =
        capture_queries(Publisher::objects().create(&db, [Publisher::NAME.set("p")])).await;
    assert_eq!(statements.len(), 1, "{statements:?}");
    let mut publisher = created.unwrap();
    publisher.name = "q".to_owned();
    let (saved, statements) = capture_queries(publisher.save(&db)).await;
    saved.unwrap();
    assert_eq!(statements.len(), 1, "{statements:?}");
    // With hooks they are Django's as well: one to insert, one to update.
    let (created, statements) = capture_queries(Writer::objects().create(&db, [Writer::NAME.set("a")])).await;
    assert_eq!(statements.len(), 1, "{statements:?}");
    let mut writer = created.unwrap();
    let (saved, statements) = capture_queries(writer.save(&db)).await;
    saved.unwrap();
    assert_eq!(statements.len(), 1, "{statements:?}");
}
