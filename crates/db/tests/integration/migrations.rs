//! What is applied, in which order, and what is refused.

use belleville_db::migrations::state::{ModelState, char, foreign_key, id, model};
use belleville_db::migrations::{
    AppConfig, Fake, Migration, MigrationError, MigrationName, Migrator, Target, noop,
};
use belleville_db::{Database, Model};

use crate::library::{self, Author, LittleKey, Place, Publisher, registry};
use crate::postgres::either;

/// Apps with a history like Django's.
fn histories() -> [AppConfig; 3] {
    [
        AppConfig::new("admin").migration(Migration::new("0001_initial").depends_on("auth", "0001_initial")),
        AppConfig::new("auth")
            .model::<LittleKey>()
            .migration(
                Migration::new("0001_initial")
                    .depends_on("types", "0001_initial")
                    .create(ModelState::of::<LittleKey>().table("library_littlekey")),
            )
            .migration(Migration::new("0002_longer"))
            .migration(Migration::new("0003_types").depends_on("types", "0002_shorter")),
        AppConfig::new("types")
            .model::<Publisher>()
            .migration(
                Migration::new("0001_initial")
                    .create(ModelState::of::<Publisher>().table("library_publisher")),
            )
            .migration(Migration::new("0002_shorter")),
    ]
}

/// The order that Django's executor gives these names.
const ORDER: [&str; 6] = [
    "types.0001_initial",
    "auth.0001_initial",
    "admin.0001_initial",
    "types.0002_shorter",
    "auth.0002_longer",
    "auth.0003_types",
];

fn open(place: &Place, apps: &[AppConfig]) -> Database {
    Database::open(place.url(), registry(apps)).unwrap()
}

fn names(migrations: &[MigrationName]) -> Vec<String> {
    migrations.iter().map(ToString::to_string).collect()
}

/// What another program sees in the table.
async fn recorded(place: &Place) -> Vec<String> {
    place.texts("SELECT app || '.' || name FROM django_migrations ORDER BY id").await
}

/// Everything in the database, so that "untouched" can be said of it.
async fn contents(place: &Place) -> Vec<String> {
    let tables = either(
        "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace ORDER BY 1",
        "SELECT name FROM sqlite_master ORDER BY name",
    );
    let mut found = place.texts(tables).await;
    if found.iter().any(|name| name == "django_migrations") {
        found.extend(recorded(place).await);
    }
    found
}

#[tokio::test]
async fn plan_changes_nothing_and_migrate_follows_it() {
    let place = Place::new().await;
    let apps = histories();
    let db = open(&place, &apps);
    let migrator = Migrator::new(&apps);
    assert_eq!(names(&migrator.plan(&db).await.unwrap()), ORDER);
    assert!(contents(&place).await.is_empty());
    let mut shown = Vec::new();
    let count = migrator.migrate(&db, |migration| shown.push(migration)).await.unwrap();
    assert_eq!((count, names(&shown)), (6, ORDER.map(str::to_owned).to_vec()));
    assert_eq!(recorded(&place).await, ORDER);
    assert_eq!(migrator.plan(&db).await.unwrap(), []);
    assert_eq!(migrator.migrate(&db, |_| panic!("nothing is left")).await.unwrap(), 0);
}

#[tokio::test]
async fn what_others_have_applied_counts_and_what_is_unknown_does_not_matter() {
    let place = Place::new().await;
    let apps = [library::app()];
    library::migrated(place.url()).await;
    let db = open(&place, &apps);
    place
        .run(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('token_blacklist', '0001_initial', '2026-01-01 00:00:00');
             INSERT INTO django_migrations (app, name, applied) VALUES ('library', '0002_theirs', '2026-01-01 00:00:00.5');",
        )
        .await;
    assert_eq!(Migrator::new(&apps).plan(&db).await.unwrap(), []);
}

#[tokio::test]
async fn a_migration_applied_before_its_dependency_is_refused() {
    let place = Place::new().await;
    let apps = histories();
    let db = open(&place, &apps);
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    place.run("DELETE FROM django_migrations WHERE app = 'types'").await;
    let error = Migrator::new(&apps).plan(&db).await.unwrap_err();
    assert!(matches!(error, MigrationError::Inconsistent { .. }));
    assert!(error.to_string().contains("types.0001_initial"), "{error}");
}

#[tokio::test]
async fn a_failing_migration_leaves_nothing_of_itself() {
    let place = Place::new().await;
    let apps = [AppConfig::new("library")
        .migration(Migration::new("0001_initial").create(ModelState::of::<Publisher>()))
        .migration(
            Migration::new("0002_author")
                .create(ModelState::of::<Author>())
                .run_sql("INSERT INTO nowhere VALUES (1)"),
        )];
    let db = open(&place, &apps);
    let mut shown = Vec::new();
    let error = Migrator::new(&apps).migrate(&db, |migration| shown.push(migration)).await.unwrap_err();
    assert!(error.to_string().contains("library.0002_author failed"), "{error}");
    assert_eq!(names(&shown), ["library.0001_initial"]);
    assert_eq!(recorded(&place).await, ["library.0001_initial"]);
    assert!(!contents(&place).await.contains(&"library_author".to_owned()));
}

#[tokio::test]
async fn mistakes_in_the_apps_are_told() {
    let ring = [
        AppConfig::new("a").migration(Migration::new("1").depends_on("b", "1")),
        AppConfig::new("b").migration(Migration::new("1").depends_on("a", "1")),
    ];
    let unknown = [AppConfig::new("a").migration(Migration::new("1").depends_on("b", "1"))];
    let one = |migration: Migration| [AppConfig::new("a").migration(migration)];
    let absent = one(Migration::new("1").create(model("Task", [id(), foreign_key("owner", "b.User")])));
    let twice = one(Migration::new("1").create(model("Task", [id()])).create(model("Task", [id()])));
    let no_field = one(Migration::new("1").create(model("Task", [id()])).remove_field("Task", "name"));
    let again = one(Migration::new("1").create(model("Task", [id()])).add_field("Task", char("id", 3)));
    for (apps, words) in [
        (&ring[..], "the migration a.1 depends on itself"),
        (&unknown[..], "the migration a.1 depends on b.1, which does not exist"),
        (&absent[..], "the migration a.1: no earlier migration makes the model b.User; create it before"),
        (&twice[..], "the migration a.1: the model a.Task was created before"),
        (&no_field[..], "the migration a.1: the model a.Task has no field `name`"),
        (&again[..], "the migration a.1: the model a.Task has the field `id` already"),
    ] {
        let db = Database::open("sqlite://:memory:", registry(apps)).unwrap();
        let error = Migrator::new(apps).migrate(&db, |_| {}).await.unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_processes_may_migrate_at_once() {
    let place = Place::new().await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let apps = histories();
            // Each has its own connections, as a process has.
            let db = open(&place, &apps);
            tokio::spawn(async move { Migrator::new(&apps).migrate(&db, |_| {}).await })
        })
        .collect();
    let mut applied = 0;
    for task in tasks {
        applied += task.await.unwrap().unwrap();
    }
    assert_eq!(applied, 6);
    assert_eq!(recorded(&place).await, ORDER);
    let apps = histories();
    let db = open(&place, &apps);
    assert!(Publisher::objects().all(&db).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_app_of_django_is_left_to_django() {
    let place = Place::new().await;
    let apps = |listed: &[&'static str]| {
        let theirs = AppConfig::new("library").model::<Publisher>().managed_by_django();
        let theirs = theirs.migrations(listed.iter().copied().map(Migration::new));
        let ours = Migration::new("0001_initial")
            .depends_on("library", "0007_theirs")
            .create(model("Stall", [id(), foreign_key("publisher", "library.Publisher")]));
        [theirs, AppConfig::new("fair").migration(ours)]
    };
    let known = apps(&[]);
    let db = open(&place, &known);
    let error = Migrator::new(&known).migrate(&db, |_| {}).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("depends on library.0007_theirs, which Django has not applied yet; run `manage.py"),
        "{error}"
    );
    assert!(contents(&place).await.is_empty());

    // Another program with the migrations stands for Django.
    let django = [AppConfig::new("library")
        .migration(Migration::new("0007_theirs").create(ModelState::of::<Publisher>()))];
    Migrator::new(&django).migrate(&db, |_| {}).await.unwrap();
    let mut shown = Vec::new();
    Migrator::new(&known).migrate(&db, |migration| shown.push(migration)).await.unwrap();
    assert_eq!(names(&shown), ["fair.0001_initial"]);
    assert_eq!(recorded(&place).await, ["library.0007_theirs", "fair.0001_initial"]);
    assert_eq!(Migrator::new(&known).out_of_step(&db).await.unwrap(), Vec::<String>::new());

    // Those that are listed are compared, and applied by nobody here.
    let listed = apps(&["0007_theirs", "0008_later"]);
    let migrator = Migrator::new(&listed);
    assert_eq!(migrator.migrate(&db, |_| panic!("Django applies it")).await.unwrap(), 0);
    let lines = migrator.out_of_step(&db).await.unwrap();
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].starts_with("library.0008_later is not applied, and the app is managed by Django: run"),
        "{lines:?}"
    );
    let fewer = apps(&["0006_earlier"]);
    let lines = Migrator::new(&fewer).out_of_step(&db).await.unwrap();
    assert!(
        lines[1].starts_with("library.0007_theirs was applied by Django and is not known here"),
        "{lines:?}"
    );
    let error = Migrator::new(&fewer).prune(&db, "library").await.unwrap_err();
    assert!(matches!(error, MigrationError::ManagedByDjango("library")), "{error}");
    assert_eq!(recorded(&place).await.len(), 2);
    for target in [Target::App("library"), Target::Zero("library")] {
        let error = migrator.migrate_to(&db, target, Fake::Not, |_| {}).await.unwrap_err();
        assert!(matches!(error, MigrationError::ManagedByDjango("library")), "{error}");
    }
}

async fn add_publisher(db: &Database) -> belleville_db::Result<()> {
    Publisher::objects().create(db, [Publisher::NAME.set("Ours")]).await.map(drop)
}

async fn remove_publisher(db: &Database) -> belleville_db::Result<()> {
    Publisher::objects().filter(Publisher::NAME.eq("Ours")).delete(db).await.map(drop)
}

#[tokio::test]
async fn code_runs_both_ways_and_without_its_reverse_one_way() {
    let place = Place::new().await;
    let apps = [AppConfig::new("library")
        .migration(Migration::new("0001_initial").create(ModelState::of::<Publisher>()))
        .migration(Migration::new("0002_code").run_reversible(add_publisher, remove_publisher))
        .migration(Migration::new("0003_sql").run_sql_reversible(
            "INSERT INTO library_publisher (id, name) VALUES (77, 'Theirs')",
            "DELETE FROM library_publisher WHERE id = 77",
        ))
        .migration(Migration::new("0004_noop").run_reversible(add_publisher_named_late, noop))
        .migration(
            Migration::new("0005_lost").run_sql("UPDATE library_publisher SET name = 'Lost' WHERE id = 77"),
        )];
    let db = open(&place, &apps);
    let migrator = Migrator::new(&apps);
    let publishers = "SELECT name FROM library_publisher ORDER BY name";
    migrator.migrate(&db, |_| {}).await.unwrap();
    assert_eq!(place.texts(publishers).await, ["Late", "Lost", "Ours"]);
    let to = |name| Target::Migration(MigrationName { app: "library", name });
    let error =
        migrator.migrate_to(&db, to("0001_initial"), Fake::Not, |_| {}).await.unwrap_err().to_string();
    assert!(error.contains("the migration library.0005_lost: it cannot be undone"), "{error}");
    assert_eq!(migrator.plan(&db).await.unwrap(), []);
    assert_eq!(migrator.migrate_to(&db, to("0004_noop"), Fake::All, |_| {}).await.unwrap(), 1);
    place.run("UPDATE library_publisher SET name = 'Theirs' WHERE id = 77").await;
    assert_eq!(migrator.migrate_to(&db, to("0001_initial"), Fake::Not, |_| {}).await.unwrap(), 3);
    assert_eq!(place.texts(publishers).await, ["Late"]);
    assert_eq!(recorded(&place).await, ["library.0001_initial"]);
}

async fn add_publisher_named_late(db: &Database) -> belleville_db::Result<()> {
    Publisher::objects().create(db, [Publisher::NAME.set("Late")]).await.map(drop)
}

#[tokio::test]
async fn a_squashed_migration_counts_where_all_that_it_replaces_are_applied() {
    let squashed = || {
        Migration::new("0001_squashed_0002")
            .replaces("library", "0001_initial")
            .replaces("library", "0002_author")
            .create(ModelState::of::<Publisher>())
            .create(ModelState::of::<Author>())
    };
    let one = || Migration::new("0001_initial").create(ModelState::of::<Publisher>());
    let two = || Migration::new("0002_author").create(ModelState::of::<Author>());
    let three = || Migration::new("0003_last").depends_on("library", "0002_author");
    let all = || AppConfig::new("library").migrations([one(), two(), squashed(), three()]);
    // What Django 5.2.19 writes into the table in each case: its `record_migration` and `check_replacements`.
    let replaced = ["library.0001_initial", "library.0002_author"];
    for (before, applied, then) in [
        (
            vec![],
            vec!["library.0001_squashed_0002", "library.0003_last"],
            [&replaced[..], &["library.0003_last", "library.0001_squashed_0002"]].concat(),
        ),
        (
            vec![one()],
            vec!["library.0002_author", "library.0003_last"],
            [&replaced[..], &["library.0003_last", "library.0001_squashed_0002"]].concat(),
        ),
        (
            vec![one(), two()],
            vec!["library.0003_last"],
            [&replaced[..], &["library.0003_last", "library.0001_squashed_0002"]].concat(),
        ),
    ] {
        let place = Place::new().await;
        let apps = [all()];
        let db = open(&place, &apps);
        let earlier = [AppConfig::new("library").migrations(before)];
        Migrator::new(&earlier).migrate(&db, |_| {}).await.unwrap();
        let mut shown = Vec::new();
        Migrator::new(&apps).migrate(&db, |migration| shown.push(migration)).await.unwrap();
        assert_eq!(names(&shown), applied);
        assert_eq!(recorded(&place).await, then);
        // Without the old ones it goes on.
        let later = [AppConfig::new("library").migrations([squashed(), Migration::new("0003_last")])];
        assert_eq!(Migrator::new(&later).plan(&db).await.unwrap(), []);
    }
}
