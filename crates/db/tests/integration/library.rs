//! A small library: each kind of field and relation, and the rows that the tables of outcomes were made with.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration, Migrator};
use belleville_db::{Database, DateTime, ForeignKey, Model, Registry, Result};

use crate::postgres;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "library")]
pub(crate) struct Publisher {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 50, unique)]
    pub(crate) name: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "library", ordering = ["-name"])]
pub(crate) struct Author {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(kind = EmailField, blank)]
    pub(crate) email: Option<String>,
    #[field(on_delete = SetNull)]
    pub(crate) publisher: Option<ForeignKey<Publisher>>,
    #[field(on_delete = Cascade)]
    pub(crate) mentor: Option<ForeignKey<Author>>,
    #[field(index)]
    pub(crate) rank: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "library", ordering = ["id"], unique_together = [["author", "title"]])]
pub(crate) struct Book {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "books")]
    pub(crate) author: ForeignKey<Author>,
    #[field(on_delete = SetNull, related_name = "edited")]
    pub(crate) editor: Option<ForeignKey<Author>>,
    #[field(max_length = 40)]
    pub(crate) title: String,
    #[field(blank)]
    pub(crate) blurb: String,
    pub(crate) pages: Option<u32>,
    #[field(default = 7i16)]
    pub(crate) shelf: i16,
    #[field(default = 1)]
    pub(crate) copies: i64,
    #[field(default = 0u16)]
    pub(crate) floor: u16,
    pub(crate) rating: Option<f64>,
    #[field(default = true)]
    pub(crate) available: bool,
    #[field(auto_now_add)]
    pub(crate) created: DateTime,
    #[field(auto_now)]
    pub(crate) updated: DateTime,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "library")]
pub(crate) struct Award {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Protect)]
    pub(crate) book: ForeignKey<Book>,
    #[field(max_length = 40)]
    pub(crate) name: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "library")]
pub(crate) struct Badge {
    #[field(primary_key, max_length = 20)]
    pub(crate) code: String,
    #[field(one_to_one, on_delete = Cascade)]
    pub(crate) author: ForeignKey<Author>,
    #[field(auto_now_add)]
    pub(crate) made: DateTime,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "library")]
pub(crate) struct Stamp {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade)]
    pub(crate) badge: ForeignKey<Badge>,
    #[field(column = "old_number")]
    pub(crate) legacy: i32,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "library")]
pub(crate) struct LittleKey {
    #[field(primary_key)]
    pub(crate) id: i32,
    pub(crate) flag: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "library")]
pub(crate) struct UsesLittleKey {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade)]
    pub(crate) little: ForeignKey<LittleKey>,
}

pub(crate) fn app() -> AppConfig {
    AppConfig::new("library")
        .model::<Publisher>()
        .model::<Author>()
        .model::<Book>()
        .model::<Award>()
        .model::<Badge>()
        .model::<Stamp>()
        .model::<LittleKey>()
        .model::<UsesLittleKey>()
        .migration(
            Migration::new("0001_initial")
                .create(ModelState::of::<Publisher>())
                .create(ModelState::of::<Author>())
                .create(ModelState::of::<Book>())
                .create(ModelState::of::<Award>())
                .create(ModelState::of::<Badge>())
                .create(ModelState::of::<Stamp>())
                .create(ModelState::of::<LittleKey>())
                .create(ModelState::of::<UsesLittleKey>()),
        )
}

pub(crate) fn registry(apps: &[AppConfig]) -> Registry {
    Registry::new(apps.iter().flat_map(|app| app.models.iter().copied()))
}

/// A database of its own with empty tables: in memory, or on PostgreSQL.
pub(crate) async fn empty() -> Database {
    match postgres::fresh_url().await {
        Some(url) => migrated(&url).await,
        None => migrated("sqlite://:memory:").await,
    }
}

/// A database with the library's tables.
pub(crate) async fn migrated(url: &str) -> Database {
    let apps = [app()];
    let db = Database::open(url, registry(&apps)).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    db
}

/// A database of its own with the tables of other apps: in memory, or on PostgreSQL.
pub(crate) async fn migrated_apps<const N: usize>(apps: [AppConfig; N]) -> Database {
    let url = postgres::fresh_url().await.unwrap_or_else(|| "sqlite://:memory:".to_owned());
    let db = Database::open(&url, registry(&apps)).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    db
}

/// A database of its own with the rows: in memory, or on PostgreSQL.
pub(crate) async fn filled() -> Database {
    match postgres::fresh_url().await {
        Some(url) => filled_at(&url).await,
        None => filled_at("sqlite://:memory:").await,
    }
}

/// A database with the rows.
pub(crate) async fn filled_at(url: &str) -> Database {
    let db = migrated(url).await;
    fill(&db).await.unwrap();
    postgres::count_on_from_the_rows(url, &["publisher", "author", "book"]).await;
    db
}

async fn fill(db: &Database) -> Result<()> {
    for (id, name) in [(1, "Ace"), (2, "Bay")] {
        Publisher::objects().create(db, [Publisher::ID.set(id), Publisher::NAME.set(name)]).await?;
    }
    for (id, name, email, publisher, mentor, rank) in [
        (1, "Ann", Some("ann@x.org"), Some(1), None, Some(1)),
        (2, "bob", None, None, Some(1), None),
        (3, "Cy_1", Some("cy%@x.org"), Some(2), Some(1), Some(3)),
    ] {
        let row = [
            Author::ID.set(id),
            Author::NAME.set(name),
            Author::EMAIL.set(email.map(str::to_owned)),
            Author::PUBLISHER.set(publisher.map(ForeignKey::<Publisher>::new)),
            Author::MENTOR.set(mentor.map(ForeignKey::<Author>::new)),
            Author::RANK.set(rank),
        ];
        Author::objects().create(db, row).await?;
    }
    for (id, title, author, editor, pages, rating) in [
        (1, "Alpha", 1, Some(2), Some(100), Some(4.5)),
        (2, "beta 100%", 2, None, None, None),
        (3, "under_score", 3, Some(3), Some(0), Some(0.0)),
        (4, "back\\slash", 1, None, Some(100), Some(4.5)),
        (5, "it's", 2, Some(1), Some(250), None),
    ] {
        let row = [
            Book::ID.set(id),
            Book::TITLE.set(title),
            Book::AUTHOR.set(author),
            Book::EDITOR.set(editor.map(ForeignKey::<Author>::new)),
            Book::PAGES.set(pages),
            Book::RATING.set(rating),
        ];
        Book::objects().create(db, row).await?;
    }
    Ok(())
}

/// A database of its own that several handles can open: a file, or a schema of PostgreSQL.
pub(crate) struct Place {
    url: String,
    file: Option<File>,
}

impl Place {
    pub(crate) async fn new() -> Self {
        if let Some(url) = postgres::fresh_url().await {
            return Self { url, file: None };
        }
        let file = File::new();
        Self { url: file.url(), file: Some(file) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs SQL as another program would.
    pub(crate) async fn run(&self, sql: &str) {
        match &self.file {
            Some(file) => file.connect().execute_batch(sql).unwrap(),
            None => postgres::run(&self.url, sql).await,
        }
    }

    /// The texts that another program finds by a query.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let Some(file) = &self.file else { return postgres::texts(&self.url, sql).await };
        let connection = file.connect();
        let mut query = connection.prepare(sql).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(|text| text.unwrap()).collect()
    }
}

/// A file of its own for a test, gone with it.
pub(crate) struct File(PathBuf);

impl File {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("belleville-{}-{}.sqlite3", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Self(std::env::temp_dir().join(name))
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:///{}", self.0.display())
    }

    /// A connection that knows nothing of this crate.
    pub(crate) fn connect(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(&self.0).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            let _ = std::fs::remove_file(path);
        }
    }
}
