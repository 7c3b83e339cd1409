//! `makemigrations` and `squashmigrations`: the files that they write into a program's sources.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

extern crate belleville_db as belleville;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use belleville_auth::models::User;
use belleville_auth::user;

use belleville_db::migrations::prelude::*;
use belleville_db::migrations::{AppConfig, noop};
use belleville_db::{ForeignKey, ManyToMany, Model};
use belleville_manage::{Pages, Program};
use belleville_rest::urls::Urls;

/// A folder with a manifest and `src/shop/mod.rs`, which goes when the test ends.
struct Sources(PathBuf);

impl Sources {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("makemigrations-{}-{number}", std::process::id()));
        fs::create_dir_all(folder.join("src/shop")).unwrap();
        fs::write(folder.join("Cargo.toml"), "[package]\nname = \"shop\"\n").unwrap();
        fs::write(folder.join("src/shop/mod.rs"), "").unwrap();
        Self(folder)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join("src/shop/migrations").join(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.0.join("src/shop/migrations")) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Runs a command of a program with this app, which is made in `src/shop/mod.rs`; `true` where it ended with status 0.
    fn run(&self, app: AppConfig, arguments: &[&str]) -> bool {
        let leaked = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
        let program = Program {
            name: "shop",
            manifest_folder: leaked(self.0.to_string_lossy().into_owned()),
            apps: vec![AppConfig { source: "src/shop/mod.rs", ..app }],
            user_model: user::choose::<User>,
            urls: Urls::new,
            pages: |_| -> Result<Pages, _> { unreachable!("no command here asks for pages") },
            demo: None,
            hooks: Default::default(),
        };
        let arguments = std::iter::once("shop").chain(arguments.iter().copied()).map(Into::into);
        belleville_manage::main(&program, arguments) == ExitCode::SUCCESS
    }
}

impl Drop for Sources {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[derive(Clone, Debug, Model)]
#[model(app = "shop")]
struct Tag {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20, unique)]
    word: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "shop", indexes = [index(fields = ["title"])])]
struct Product {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    title: String,
    tags: ManyToMany<Tag>,
    #[field(on_delete = Cascade)]
    owner: ForeignKey<User>,
}

fn shop() -> AppConfig {
    AppConfig::new("shop").model::<Tag>().model::<Product>()
}

/// The product as it was when its title was a name.
fn named() -> Migration {
    Migration::new("0001_initial")
        .depends_on_user_model()
        .create(model("Tag", [id(), char("word", 20).unique()]))
        .create(
            model("Product", [id(), char("name", 100), foreign_key("owner", AUTH_USER_MODEL)])
                .many_to_many("tags", "shop.Tag"),
        )
}

#[test]
fn the_first_migration_makes_all_tables() {
    let sources = Sources::new();
    assert!(!sources.run(shop(), &["makemigrations", "--check"]));
    assert!(sources.run(shop(), &["makemigrations", "--dry-run"]));
    assert_eq!(sources.names(), Vec::<String>::new());
    assert!(sources.run(shop(), &["makemigrations"]));
    assert_eq!(sources.names(), ["m0001_initial.rs", "mod.rs"]);
    let list = sources.read("mod.rs");
    assert!(list.contains("mod m0001_initial;\n"), "{list}");
    assert!(list.contains("vec![m0001_initial::migration()]"), "{list}");
    let initial = sources.read("m0001_initial.rs");
    for part in [
        "use belleville::db::migrations::prelude::*;",
        "pub(super) fn migration() -> Migration {",
        ".depends_on_user_model()",
        "model(\"Tag\", [id(), char(\"word\", 20).unique()])",
        "foreign_key(\"owner\", AUTH_USER_MODEL)",
        ".many_to_many(\"tags\", \"shop.Tag\")",
        // Django's name for it.
        ".index(index(\"shop_produc_title_",
    ] {
        assert!(initial.contains(part), "{part}: {initial}");
    }
    // A file that the list does not have is not written over.
    assert!(!sources.run(shop(), &["makemigrations"]));
    assert_eq!(sources.read("m0001_initial.rs"), initial);
}

#[test]
fn nothing_is_guessed() {
    let sources = Sources::new();
    let app = || shop().migration(named());
    assert!(!sources.run(app(), &["makemigrations", "--noinput"]));
    assert!(!sources.run(app(), &["makemigrations", "--rename", "shop.Product.name"]));
    assert_eq!(sources.names(), Vec::<String>::new());
    let rename = "shop.Product.name=shop.Product.title";
    assert!(sources.run(app(), &["makemigrations", "--rename", rename, "--name", "title"]));
    let renamed = sources.read("m0002_title.rs");
    assert!(renamed.contains(".rename_field(\"Product\", \"name\", \"title\")"), "{renamed}");
    assert!(renamed.contains(".depends_on(\"shop\", \"0001_initial\")"), "{renamed}");
    // Without a rename the new column takes no NULL, and nobody says what the rows get.
    assert!(!sources.run(app(), &["makemigrations", "--no-renames"]));
    assert_eq!(sources.names(), ["m0002_title.rs", "mod.rs"]);
}

#[test]
fn an_empty_migration_comes_after_the_last_one() {
    let sources = Sources::new();
    let renamed = || {
        Migration::new("0002_title")
            .rename_field("Product", "name", "title")
            .add_index("Product", index("", ["title"]))
    };
    let app = || shop().migration(named()).migration(renamed());
    assert!(sources.run(app(), &["makemigrations", "--check"]));
    assert!(sources.run(app(), &["makemigrations", "shop", "--empty", "-n", "fill_titles"]));
    let empty = sources.read("m0003_fill_titles.rs");
    assert!(
        empty.contains("Migration::new(\"0003_fill_titles\").depends_on(\"shop\", \"0002_title\")"),
        "{empty}"
    );
}

#[test]
fn branches_are_brought_together() {
    let sources = Sources::new();
    let left = || {
        Migration::new("0002_title")
            .depends_on("shop", "0001_initial")
            .rename_field("Product", "name", "title")
    };
    let right = || {
        Migration::new("0002_index")
            .depends_on("shop", "0001_initial")
            .add_index("Tag", index("tag_word", ["word"]))
    };
    let app = || shop().migration(named()).migration(left()).migration(right());
    assert!(!sources.run(app(), &["makemigrations"]));
    assert_eq!(sources.names(), Vec::<String>::new());
    assert!(sources.run(app(), &["makemigrations", "--merge", "--noinput"]));
    let merge = sources.read("m0003_merge_0002_index_0002_title.rs");
    for part in [".depends_on(\"shop\", \"0002_index\")", ".depends_on(\"shop\", \"0002_title\")"] {
        assert!(merge.contains(part), "{merge}");
    }
}

#[test]
fn several_migrations_become_one() {
    let sources = Sources::new();
    let title = || {
        Migration::new("0002_title")
            .rename_field("Product", "name", "title")
            .add_index("Product", index("", ["title"]))
    };
    let app = || shop().migration(named()).migration(title());
    assert!(sources.run(app(), &["squashmigrations", "shop", "0002", "--noinput"]));
    let squashed = sources.read("m0001_squashed_0002_title.rs");
    for part in [
        ".replaces(\"shop\", \"0001_initial\")",
        ".replaces(\"shop\", \"0002_title\")",
        ".depends_on(\"auth\", \"0001_initial\")",
        "char(\"title\", 100)",
        ".index(index(",
    ] {
        assert!(squashed.contains(part), "{part}: {squashed}");
    }
    assert!(!squashed.contains("rename_field") && !squashed.contains("compile_error"), "{squashed}");
    // A function has no text: the file does not compile before it is copied.
    let code = || app().migration(Migration::new("0003_fill").run_reversible(noop, noop));
    assert!(
        sources.run(
            code(),
            &["squashmigrations", "shop", "0002", "0003", "--noinput", "--squashed-name", "all"]
        )
    );
    let squashed = sources.read("m0002_all.rs");
    assert!(
        squashed.contains("compile_error!") && squashed.contains(".run_reversible(forwards, backwards)"),
        "{squashed}"
    );
    assert!(!sources.run(app(), &["squashmigrations", "shop", "0002", "0001", "--noinput"]));
}
